/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _LINUX_PAGE_REF_H
#define _LINUX_PAGE_REF_H

static inline void set_page_count(struct page *page, int count)
{
	atomic_set(&page->_refcount, count);
	if (page_ref_tracepoint_active(page_ref_set))
		__page_ref_set(page, count);
}

#endif
