// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <string.h>

#include <memmapsim/page.h>

unsigned int mms_compound_order(const struct mms_kernel *kernel, const struct mms_page *head)
{
	const unsigned char *tail_1 = (const unsigned char *)(head + 1);

	if (!mms_PageHead(kernel, head))
		return 0;
	if (kernel->order_in_flags)
		return tail_1[0];
	for (unsigned int i = 0; i < kernel->nr_metadata; i++)
		if (kernel->metadata[i].value == MMS_METADATA_ORDER)
			return tail_1[kernel->metadata[i].offset];
	return 0;
}
