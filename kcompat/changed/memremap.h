/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * dev_pagemap and vmem_altmap. Their members are laid out as memmapsim has them, since struct pages
 * point to memmapsim's pgmap, and the tree's code reads it. What has to do with drivers isn't
 * there.
 */
#ifndef KCOMPAT_CHANGED_MEMREMAP_H
#define KCOMPAT_CHANGED_MEMREMAP_H

struct range {
	u64 start, end;
};

struct vmem_altmap {
	unsigned long base_pfn, end_pfn, reserve, free, align, alloc;
};

#define PGMAP_ALTMAP_VALID (1 << 0)

struct dev_pagemap {
	struct vmem_altmap altmap;
	enum memory_type type;
	unsigned int flags;
	unsigned int vmemmap_shift;
	int nr_range;
	union {
		struct range range;
		struct range ranges[16];
	};
};

static inline struct vmem_altmap *pgmap_altmap(struct dev_pagemap *pgmap)
{
	return pgmap->flags & PGMAP_ALTMAP_VALID ? &pgmap->altmap : NULL;
}

static inline unsigned long pgmap_vmemmap_nr(struct dev_pagemap *pgmap)
{
	return 1UL << pgmap->vmemmap_shift;
}

#endif
