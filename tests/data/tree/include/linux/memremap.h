/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _LINUX_MEMREMAP_H
#define _LINUX_MEMREMAP_H

enum memory_type {
	MEMORY_DEVICE_PRIVATE = 1, /* 0 is none */
	MEMORY_DEVICE_COHERENT,
	MEMORY_DEVICE_FS_DAX,
	MEMORY_DEVICE_GENERIC,
	MEMORY_DEVICE_PCI_P2PDMA,
};

/* A kernel's has much more that only drivers ask for. */
struct dev_pagemap {
	struct vmem_altmap altmap;
	const struct dev_pagemap_ops *ops;
	enum memory_type type;
};

#ifdef CONFIG_ZONE_DEVICE
unsigned long vmem_altmap_offset(struct vmem_altmap *altmap);
#else
static inline unsigned long vmem_altmap_offset(struct vmem_altmap *altmap)
{
	return 0;
}
#endif

#endif
