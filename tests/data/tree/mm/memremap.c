// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/memremap.h>

unsigned long vmem_altmap_offset(struct vmem_altmap *altmap)
{
	return altmap ? altmap->reserve + altmap->free : 0;
}
