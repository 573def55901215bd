/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef PAGEBLOCK_FLAGS_H
#define PAGEBLOCK_FLAGS_H

#define PB_migrate_bits      3
#define PB_all_bits          (PB_migrate_bits + 1 + IS_ENABLED(CONFIG_MEMORY_ISOLATION))
#define NR_PAGEBLOCK_BITS    (roundup_pow_of_two(PB_all_bits))
#define pageblock_nr_pages   (1UL << pageblock_order)
#define pageblock_align(pfn) ALIGN((pfn), pageblock_nr_pages)

#endif
