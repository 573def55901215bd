/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Where struct pages are. Kernels keep the address of pfn 0's in a variable, vmemmap_base; here it
 * is one of each thread, since jobs may be at work side by side.
 */
#ifndef KCOMPAT_CHANGED_MEMORY_MODEL_H
#define KCOMPAT_CHANGED_MEMORY_MODEL_H

#define vmemmap                 ((struct page *)vmemmap_base)
#define __pfn_to_page(pfn)      (vmemmap + (pfn))
#define __page_to_pfn(page)     ((unsigned long)((page)-vmemmap))
#define pfn_to_page(pfn)        __pfn_to_page(pfn)
#define page_to_pfn(page)       __page_to_pfn(page)
#define pfn_valid(pfn)          true
#define pfn_to_online_page(pfn) pfn_to_page(pfn)
/* nth_page() counts from page to page, as vmemmap lets it. */
#define nth_page(page, n) ((page) + (n))

#endif
