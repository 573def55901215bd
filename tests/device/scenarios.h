/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What each event changes in struct pages, word by word: written down from kernel sources and not
 * from the library. What is not named stays as it was.
 */
#ifndef TESTS_DEVICE_SCENARIOS_H
#define TESTS_DEVICE_SCENARIOS_H

#include <memmapsim/device.h>

// clang-format off

#define INDEX UINT64_C(0x7000)
#define OTHER UINT64_C(0xffff888abcdef000) /* mapping of another file */

/* Offset and size of what changes. */
#define FLAGS_LOW	0, 1 /* PG_head from v6.12 on; order in tail 1 */
#define LINK		8, 8
#define LRU_PREV	16, 8
#define MAPPED_TO	24, 8
#define FILE_POS	32, 8 /* index and share */
#define MAPCOUNT	48, 4
#define REFCOUNT	52, 4
/* Tail 1, from v6.16 on. */
#define LARGE_MAPCOUNT	16, 4
#define NR_PAGES_MAPPED	20, 4
#define ENTIRE_MAPCOUNT	24, 4
#define PINCOUNT	28, 4
#define MM_MAPCOUNT_0	32, 4
#define MM_MAPCOUNT_1	36, 4
#define MM_IDS		40, 8
#define NR_PAGES	56, 4

#define MINUS_ONE	UINT32_C(0xffffffff)
#define MM_IDS_SHARED	(UINT64_C(1) << 63)

enum kind {
	NO_CHANGE,
	VALUE,
	COUNTED, /* and the page's place in the entry */
	HEAD,    /* and the address of the entry's first struct page */
	SELF,    /* and the struct page's own address */
	PGMAP,
};

/* Pages @first to @last of the entry get a new value. */
struct change {
	uint16_t first, last;
	uint8_t offset, size;
	enum kind kind;
	uint64_t value;
};
#define AT(page, field, value)		{ page, page, field, VALUE, value }
#define ALL(first, last, field, value)	{ first, last, field, VALUE, value }

enum action { NO_ACTION, FAULT, FAULT_SHARED, FAULT_AGAIN, FAULT_OTHER, UNMAP, DELETE };

struct step {
	enum action action;
	uint32_t mm_id;
	struct change changes[20];
};

struct scenario {
	const char *name;
	const char *kernels;
	struct mms_namespace ns;
	unsigned int order;
	struct step steps[12];
};

#define FSDAX		{ .mode = MMS_MODE_FSDAX, .align = 2 << 20, .size = 64 << 20, .nid = 5 }
#define DEVDAX_4K	{ .mode = MMS_MODE_DEVDAX, .align = 4 << 10, .size = 64 << 20, .nid = 5 }
#define DEVDAX_2M	{ .mode = MMS_MODE_DEVDAX, .align = 2 << 20, .size = 64 << 20, .nid = 5 }
/* Tails are shared: of each compound 128 struct pages exist. */
#define DEVDAX_1G	{ .mode = MMS_MODE_DEVDAX, .map = MMS_MAP_MEM, .align = 1 << 30,             \
			  .size = UINT64_C(4) << 30, .nid = 5 }

/* First mapping of a page that isn't in a file yet, and which had @refs references. */
#define COUNTED_FIRST(refs)                                                                          \
	AT(0, MAPPED_TO, MAPPING), AT(0, FILE_POS, INDEX), AT(0, REFCOUNT, (refs) + 1),             \
	AT(0, MAPCOUNT, 0)

/* What a first mapping by process 1 counts in tail 1, and the end of the last one. */
#define COUNTED_LARGE                                                                                \
	AT(1, LARGE_MAPCOUNT, 0), AT(1, NR_PAGES_MAPPED, 0x800000), AT(1, ENTIRE_MAPCOUNT, 0),      \
	AT(1, MM_MAPCOUNT_0, 0), AT(1, MM_IDS, 1)
#define UNCOUNTED_LARGE                                                                              \
	AT(1, LARGE_MAPCOUNT, MINUS_ONE), AT(1, NR_PAGES_MAPPED, 0),                                \
	AT(1, ENTIRE_MAPCOUNT, MINUS_ONE), AT(1, MM_MAPCOUNT_0, MINUS_ONE), AT(1, MM_IDS, 0)

/* An fsdax entry of 2 MiB as folio, mapped twice by process 1, then by 2 and 3. */
#define FSDAX_COMPOUND(link_kind, link)                                                              \
	{ FAULT, 1,                                                                                  \
	  { AT(0, FLAGS_LOW, 0x40), AT(0, MAPPED_TO, MAPPING), AT(0, FILE_POS, INDEX),               \
	    AT(0, REFCOUNT, 1),                                                                      \
	    { 1, 511, LINK, link_kind, link }, ALL(1, 511, MAPPED_TO, 0xdead000000000400),           \
	    AT(1, FLAGS_LOW, 9), COUNTED_LARGE, AT(1, PINCOUNT, 0),                                  \
	    AT(1, MM_MAPCOUNT_1, MINUS_ONE), AT(1, NR_PAGES, 512),                                   \
	    { 2, 2, LRU_PREV, SELF, 16 }, { 2, 2, MAPPED_TO, SELF, 16 } } },                         \
	{ FAULT_AGAIN, 1,                                                                            \
	  { AT(0, REFCOUNT, 2), AT(1, LARGE_MAPCOUNT, 1), AT(1, ENTIRE_MAPCOUNT, 1),                 \
	    AT(1, MM_MAPCOUNT_0, 1) } },                                                             \
	{ FAULT_AGAIN, 2,                                                                            \
	  { AT(0, REFCOUNT, 3), AT(1, LARGE_MAPCOUNT, 2), AT(1, ENTIRE_MAPCOUNT, 2),                 \
	    AT(1, MM_MAPCOUNT_1, 0), AT(1, MM_IDS, MM_IDS_SHARED | UINT64_C(2) << 32 | 1) } },       \
	{ FAULT_AGAIN, 3,                                                                            \
	  { AT(0, REFCOUNT, 4), AT(1, LARGE_MAPCOUNT, 3), AT(1, ENTIRE_MAPCOUNT, 3) } },             \
	{ UNMAP, 1,                                                                                  \
	  { AT(0, REFCOUNT, 3), AT(1, LARGE_MAPCOUNT, 2), AT(1, ENTIRE_MAPCOUNT, 2),                 \
	    AT(1, MM_MAPCOUNT_0, 0) } },                                                             \
	{ UNMAP, 1,                                                                                  \
	  { AT(0, REFCOUNT, 2), AT(1, LARGE_MAPCOUNT, 1), AT(1, ENTIRE_MAPCOUNT, 1),                 \
	    AT(1, MM_MAPCOUNT_0, MINUS_ONE), AT(1, MM_IDS, MM_IDS_SHARED | UINT64_C(2) << 32) } },   \
	{ UNMAP, 3,                                                                                  \
	  { AT(0, REFCOUNT, 1), AT(1, LARGE_MAPCOUNT, 0), AT(1, ENTIRE_MAPCOUNT, 0),                 \
	    AT(1, MM_IDS, UINT64_C(2) << 32) } },                                                    \
	{ UNMAP, 2,                                                                                  \
	  { AT(0, REFCOUNT, 0), UNCOUNTED_LARGE, AT(1, MM_MAPCOUNT_1, MINUS_ONE) } },                \
	{ DELETE, 0,                                                                                 \
	  { AT(0, FLAGS_LOW, 0), AT(1, FLAGS_LOW, 0), { 0, 511, LINK, PGMAP, 0 },                    \
	    ALL(0, 511, MAPPED_TO, 0), ALL(0, 511, FILE_POS, 0), AT(1, NR_PAGES, 0) } },             \
	/* What stays in tails 1 and 2 keeps nobody from using them alone. */                        \
	{ FAULT, 1,                                                                                  \
	  { AT(0, FLAGS_LOW, 0x40), AT(0, MAPPED_TO, MAPPING), AT(0, FILE_POS, INDEX),               \
	    AT(0, REFCOUNT, 1),                                                                      \
	    { 1, 511, LINK, link_kind, link }, ALL(1, 511, MAPPED_TO, 0xdead000000000400),           \
	    AT(1, FLAGS_LOW, 9), COUNTED_LARGE, AT(1, PINCOUNT, 0),                                  \
	    AT(1, MM_MAPCOUNT_1, MINUS_ONE), AT(1, NR_PAGES, 512),                                   \
	    { 2, 2, LRU_PREV, SELF, 16 }, { 2, 2, MAPPED_TO, SELF, 16 } } }

static const struct scenario scenarios[] = {
	{ "fsdax 4K, not counted", "v6.1 v6.12", FSDAX, 0,
	  { { FAULT, 1, { AT(0, MAPPED_TO, MAPPING), AT(0, FILE_POS, INDEX) } },
	    { FAULT_AGAIN, 2, { { 0 } } },
	    { UNMAP, 2, { { 0 } } },
	    { UNMAP, 1, { { 0 } } },
	    { DELETE, 0, { AT(0, MAPPED_TO, 0), AT(0, FILE_POS, 0) } } } },

	{ "fsdax 4K, counted, index stays", "v6.16 v6.18 v7.1", FSDAX, 0,
	  { { FAULT, 1, { COUNTED_FIRST(0) } },
	    { FAULT_AGAIN, 2, { AT(0, REFCOUNT, 2), AT(0, MAPCOUNT, 1) } },
	    { UNMAP, 1, { AT(0, REFCOUNT, 1), AT(0, MAPCOUNT, 0) } },
	    { UNMAP, 2, { AT(0, REFCOUNT, 0), AT(0, MAPCOUNT, MINUS_ONE) } },
	    { DELETE, 0, { AT(0, MAPPED_TO, 0) } },
	    { FAULT, 1, { COUNTED_FIRST(0) } } } },

	{ "fsdax 4K, counted", "v7.2", FSDAX, 0,
	  { { FAULT, 1, { COUNTED_FIRST(0) } },
	    { FAULT_AGAIN, 2, { AT(0, REFCOUNT, 2), AT(0, MAPCOUNT, 1) } },
	    { UNMAP, 2, { AT(0, REFCOUNT, 1), AT(0, MAPCOUNT, 0) } },
	    { UNMAP, 1, { AT(0, REFCOUNT, 0), AT(0, MAPCOUNT, MINUS_ONE) } },
	    { DELETE, 0, { AT(0, MAPPED_TO, 0), AT(0, FILE_POS, 0) } },
	    { FAULT, 1, { COUNTED_FIRST(0) } } } },

	{ "fsdax 4K, two files, of which a trace stays", "v6.1", FSDAX, 0,
	  { { FAULT_SHARED, 1, { AT(0, MAPPED_TO, 1), AT(0, FILE_POS, 1) } },
	    { FAULT_SHARED, 1, { AT(0, FILE_POS, 2) } },
	    { FAULT_AGAIN, 1, { { 0 } } },
	    { DELETE, 0, { AT(0, FILE_POS, 1) } },
	    { DELETE, 0, { AT(0, FILE_POS, 0) } } } },

	{ "fsdax 4K, two files, by mapping", "v6.12", FSDAX, 0,
	  { { FAULT, 1, { AT(0, MAPPED_TO, MAPPING), AT(0, FILE_POS, INDEX) } },
	    { FAULT_SHARED, 1, { AT(0, MAPPED_TO, 1), AT(0, FILE_POS, 2) } },
	    { FAULT_AGAIN, 1, { { 0 } } },
	    { DELETE, 0, { AT(0, FILE_POS, 1) } },
	    { DELETE, 0, { AT(0, MAPPED_TO, 0), AT(0, FILE_POS, 0) } } } },

	{ "fsdax 4K, three files, by share", "v6.16 v6.18 v7.1 v7.2", FSDAX, 0,
	  { { FAULT_SHARED, 1, { COUNTED_FIRST(0) } },
	    { FAULT_SHARED, 1,
	      { AT(0, MAPPED_TO, 0), AT(0, FILE_POS, 2), AT(0, REFCOUNT, 2), AT(0, MAPCOUNT, 1) } },
	    { FAULT_SHARED, 1, { AT(0, FILE_POS, 3), AT(0, REFCOUNT, 3), AT(0, MAPCOUNT, 2) } },
	    { FAULT_AGAIN, 1, { AT(0, REFCOUNT, 4), AT(0, MAPCOUNT, 3) } },
	    { UNMAP, 1, { AT(0, REFCOUNT, 3), AT(0, MAPCOUNT, 2) } },
	    { UNMAP, 1, { AT(0, REFCOUNT, 2), AT(0, MAPCOUNT, 1) } },
	    { UNMAP, 1, { AT(0, REFCOUNT, 1), AT(0, MAPCOUNT, 0) } },
	    { UNMAP, 1, { AT(0, REFCOUNT, 0), AT(0, MAPCOUNT, MINUS_ONE) } },
	    { DELETE, 0, { AT(0, FILE_POS, 2) } },
	    { DELETE, 0, { AT(0, FILE_POS, 1) } },
	    { DELETE, 0, { AT(0, FILE_POS, 0) } } } },

	{ "fsdax 2M, page by page", "v6.1 v6.12", FSDAX, 9,
	  { { FAULT, 1, { ALL(0, 511, MAPPED_TO, MAPPING), { 0, 511, FILE_POS, COUNTED, INDEX } } },
	    { FAULT_AGAIN, 2, { { 0 } } },
	    { UNMAP, 1, { { 0 } } },
	    { DELETE, 0, { ALL(0, 511, MAPPED_TO, 0), ALL(0, 511, FILE_POS, 0) } } } },

	{ "fsdax 2M, a compound by head", "v6.16 v6.18", FSDAX, 9, { FSDAX_COMPOUND(HEAD, 1) } },
	{ "fsdax 2M, a compound by mask", "v7.1 v7.2", FSDAX, 9,
	  { FSDAX_COMPOUND(VALUE, UINT64_C(0xffffffffffff8001)) } },

	{ "devdax 4K, not counted", "v6.1 v6.12", DEVDAX_4K, 0,
	  { { FAULT, 1, { AT(0, MAPPED_TO, MAPPING), AT(0, FILE_POS, INDEX) } },
	    { FAULT_OTHER, 1, { { 0 } } },
	    { UNMAP, 1, { { 0 } } } } },

	{ "devdax 4K, counted", "v6.16 v6.18 v7.1 v7.2", DEVDAX_4K, 0,
	  { { FAULT, 1, { COUNTED_FIRST(1) } },
	    { FAULT_OTHER, 2, { AT(0, REFCOUNT, 3), AT(0, MAPCOUNT, 1) } },
	    { UNMAP, 2, { AT(0, REFCOUNT, 2), AT(0, MAPCOUNT, 0) } },
	    { UNMAP, 1, { AT(0, REFCOUNT, 1), AT(0, MAPCOUNT, MINUS_ONE) } } } },

#define DEVDAX_NOT_COUNTED                                                                           \
	{ FAULT, 1, { AT(0, MAPPED_TO, MAPPING), AT(0, FILE_POS, INDEX) } },                         \
	{ FAULT_OTHER, 1, { { 0 } } },                                                               \
	{ UNMAP, 1, { { 0 } } }
	{ "devdax 2M, not counted", "v6.1 v6.12", DEVDAX_2M, 9, { DEVDAX_NOT_COUNTED } },
	{ "devdax 1G, not counted", "v6.1 v6.12", DEVDAX_1G, 18, { DEVDAX_NOT_COUNTED } },

#define DEVDAX_COUNTED                                                                               \
	{ FAULT, 1,                                                                                  \
	  { AT(0, MAPPED_TO, MAPPING), AT(0, FILE_POS, INDEX), AT(0, REFCOUNT, 2), COUNTED_LARGE } },\
	{ FAULT_OTHER, 1,                                                                            \
	  { AT(0, REFCOUNT, 3), AT(1, LARGE_MAPCOUNT, 1), AT(1, ENTIRE_MAPCOUNT, 1),                 \
	    AT(1, MM_MAPCOUNT_0, 1) } },                                                             \
	{ UNMAP, 1,                                                                                  \
	  { AT(0, REFCOUNT, 2), AT(1, LARGE_MAPCOUNT, 0), AT(1, ENTIRE_MAPCOUNT, 0),                 \
	    AT(1, MM_MAPCOUNT_0, 0) } },                                                             \
	{ UNMAP, 1, { AT(0, REFCOUNT, 1), UNCOUNTED_LARGE } }
	{ "devdax 2M, counted", "v6.16 v6.18 v7.1 v7.2", DEVDAX_2M, 9, { DEVDAX_COUNTED } },
	{ "devdax 1G, counted", "v6.16 v6.18 v7.1 v7.2", DEVDAX_1G, 18, { DEVDAX_COUNTED } },
};

// clang-format on

#endif
