/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The 2026 series' way to write a page: copies of a template, by plain or by streaming stores. */
#ifndef LIB_INIT_PAGE_TEMPLATE_H
#define LIB_INIT_PAGE_TEMPLATE_H

#include "init/kernel_code.h"

/*
 * 64 bytes to be copied. Nothing in those of a device page depends on the pfn on x86-64 with a
 * vmemmap (no section bits, no virtual address), so they need no refresh between copies.
 */
struct page_template {
	uint64_t words[8];
};

mms_always_inline struct page_template take_template(const struct mms_page *page)
{
	struct page_template template;

	__builtin_memcpy(&template, page, sizeof(template));
	return template;
}

mms_always_inline void copy_plain(struct mms_page *page, const struct page_template *template)
{
	__builtin_memcpy(page, template, sizeof(*template));
}

mms_always_inline void copy_movnti(struct mms_page *page, const struct page_template *template)
{
	struct page_template *to = (struct page_template *)page;

#pragma GCC unroll 8
	for (unsigned int i = 0; i < 8; i++)
		__asm__ volatile("movnti %1, %0" : "=m"(to->words[i]) : "r"(template->words[i]));
}

/* Order what was streamed before what follows; release ordering alone doesn't. */
mms_always_inline void drain_stores(void)
{
	__asm__ volatile("sfence" : : : "memory");
}

#endif
