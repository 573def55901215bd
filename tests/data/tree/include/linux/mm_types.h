/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/types.h> /* this tree has none */

struct address_space;

typedef struct {
	unsigned long f;
} memdesc_flags_t;

typedef unsigned short mm_id_mapcount_t[2];

struct page {
	memdesc_flags_t flags;
	union {
		struct {
			struct list_head lru;
			struct address_space *mapping;
			unsigned long share;
			unsigned long private;
		};
		struct {
			unsigned long compound_info; /* of tails */
		};
		struct {
			void *_unused_pgmap_compound_info;
			void *zone_device_data;
		};
	};
	union {
		unsigned int page_type;
		atomic_t _mapcount;
	};
	atomic_t _refcount;
#ifdef CONFIG_MEMCG
	unsigned long memcg_data;
#endif
#ifdef WANT_PAGE_VIRTUAL
	void *virtual;
#endif
} __aligned(16);

struct folio {
	union {
		struct {
			memdesc_flags_t flags;
			struct dev_pagemap *pgmap;
		};
		struct page page;
	};
	union {
		struct {
			unsigned long _flags_1, _head_1;
			atomic_t _large_mapcount, _nr_pages_mapped;
			atomic_t _entire_mapcount, _pincount;
			int _mm_id_mapcount[2];
			unsigned long _mm_ids;
			int _mapcount_1, _refcount_1;
			unsigned int _nr_pages;
		};
		struct page __page_1;
	};
	union {
		struct {
			unsigned long _flags_2, _head_2;
			struct list_head _deferred_list;
		};
		struct page __page_2;
	};
};

#endif
