/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What kernels make by macros for each flag of a page. The number of the bit is the tree's own
 * PG_name. flags is the first word of struct page and of struct folio, whatever its type.
 */
#ifndef KCOMPAT_SAME_PAGE_FLAGS_H
#define KCOMPAT_SAME_PAGE_FLAGS_H

#define PageReserved(page)        test_bit(PG_reserved, page)
#define SetPageReserved(page)     set_bit(PG_reserved, page)
#define ClearPageReserved(page)   clear_bit(PG_reserved, page)
#define __SetPageReserved(page)   __set_bit(PG_reserved, page)
#define __ClearPageReserved(page) __clear_bit(PG_reserved, page)
#define PageHead(page)            test_bit(PG_head, page)
#define SetPageHead(page)         set_bit(PG_head, page)
#define ClearPageHead(page)       clear_bit(PG_head, page)
#define __SetPageHead(page)       __set_bit(PG_head, page)
#define __ClearPageHead(page)     __clear_bit(PG_head, page)
#define PageDirty(page)           test_bit(PG_dirty, page)
#define SetPageDirty(page)        set_bit(PG_dirty, page)
#define PageUptodate(page)        test_bit(PG_uptodate, page)
#define SetPageUptodate(page)     set_bit(PG_uptodate, page)
#define __SetPageUptodate(page)   __set_bit(PG_uptodate, page)
#define PageHWPoison(page)        test_bit(PG_hwpoison, page)
#define SetPageHWPoison(page)     set_bit(PG_hwpoison, page)
#define ClearPageHWPoison(page)   clear_bit(PG_hwpoison, page)
#define PagePrivate(page)         test_bit(PG_private, page)
#define SetPagePrivate(page)      set_bit(PG_private, page)
#define ClearPagePrivate(page)    clear_bit(PG_private, page)

#define folio_test_head(folio)      test_bit(PG_head, folio)
#define folio_test_large(folio)     folio_test_head(folio)
#define folio_test_reserved(folio)  test_bit(PG_reserved, folio)
#define __folio_set_head(folio)     __set_bit(PG_head, folio)
#define __folio_set_reserved(folio) __set_bit(PG_reserved, folio)

#endif
