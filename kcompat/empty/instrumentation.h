/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Sanitizers, page owner and the like, which are off in the kernels that are timed. */
#ifndef KCOMPAT_EMPTY_INSTRUMENTATION_H
#define KCOMPAT_EMPTY_INSTRUMENTATION_H

#define page_kasan_tag_reset(page)             ((void)(page))
#define page_kasan_tag(page)                   0xff
#define page_kasan_tag_set(page, tag)          ((void)(page))
#define kasan_poison_pages(page, order, init)  ((void)0)
#define kmsan_init_shadow()                    ((void)0)
#define kmsan_memblock_free_pages(page, order) true
#define kmsan_unpoison_memory(address, size)   ((void)0)
#define instrument_write(address, size)        ((void)0)
#define instrument_atomic_write(address, size) ((void)0)
#define set_page_owner(page, order, gfp)       ((void)0)
#define reset_page_owner(page, order)          ((void)0)
#define page_table_check_alloc(page, order)    ((void)0)
#define arch_alloc_page(page, order)           ((void)0)
#define is_highmem_idx(zone)                   false

#endif
