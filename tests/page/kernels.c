// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The kernel descriptions: finding them; that they agree with themselves and with releases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include <memmapsim/page.h>

#include "page/kernel.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* What releases are known to have, written down a second time. */
static const struct facts {
	const char *name;
	const char *flags; /* enum pageflags, from bit 0 */
	unsigned int head, reserved, hwpoison;
	unsigned int fs_dax_refcount; /* and that of PCI_P2PDMA */
	unsigned int pageblock_bits;
	enum mms_pageblock_policy pageblock_policy;
	bool init_apart, early_section_whole, fsdev, reserved_movable;
	bool dax_folios, dax_share_stays, dax_index_cleared;
	unsigned int dev_pagemap_size;
} facts[] = {
#define FLAGS_V6_1                                                                                 \
	"locked referenced uptodate dirty lru active workingset waiters error slab owner_priv_1 "  \
	"arch_1 reserved private private_2 writeback head mappedtodisk reclaim swapbacked "        \
	"unevictable mlocked uncached hwpoison arch_2"
#define FLAGS_V6_12                                                                                \
	"locked writeback referenced uptodate dirty lru head waiters active workingset "           \
	"owner_priv_1 owner_2 arch_1 reserved private private_2 reclaim swapbacked unevictable "   \
	"mlocked hwpoison young idle arch_2"
#define FLAGS_V6_16                                                                                \
	"locked writeback referenced uptodate dirty lru head waiters active workingset "           \
	"owner_priv_1 owner_2 arch_1 reserved private private_2 reclaim swapbacked unevictable "   \
	"dropbehind mlocked hwpoison young idle arch_2"
	{"v6.1", FLAGS_V6_1, 16, 12, 23, 1, 4, MMS_PAGEBLOCK_RANGE, true, true, false, false, false,
         true, true, 152},
	{"v6.12", FLAGS_V6_12, 6, 13, 20, 1, 4, MMS_PAGEBLOCK_RANGE, false, true, false, false,
         false, false, true, 160},
	{"v6.16", FLAGS_V6_16, 6, 13, 21, 0, 4, MMS_PAGEBLOCK_PER_PAGE, false, false, false, true,
         true, false, false, 160},
	{"v6.18", FLAGS_V6_16, 6, 13, 21, 0, 8, MMS_PAGEBLOCK_PER_PAGE, false, false, false, true,
         true, false, false, 160},
	{"v7.1", FLAGS_V6_16, 6, 13, 21, 0, 8, MMS_PAGEBLOCK_PER_PAGE, false, false, false, true,
         true, false, false, 152},
	{"v7.2", FLAGS_V6_16, 6, 13, 21, 0, 8, MMS_PAGEBLOCK_RANGE, false, true, true, true, true,
         false, true, 152},
};

static const struct mms_member *find_member(const struct mms_kernel *kernel, const char *structure,
                                            const char *name)
{
	for (unsigned int i = 0; i < kernel->nr_structs; i++) {
		const struct mms_struct *layout = kernel->structs[i];

		if (strcmp(layout->name, structure) != 0)
			continue;
		for (unsigned int j = 0; j < layout->nr_members; j++)
			if (strcmp(layout->members[j].name, name) == 0)
				return &layout->members[j];
	}
	return NULL;
}

static void test_found_by_name_and_ordered(void **state)
{
	const struct mms_kernel *kernel;

	(void)state;
	assert_int_equal(mms_kernel_count(), COUNT(facts));
	for (size_t i = 0; i < COUNT(facts); i++) {
		assert_int_equal(mms_kernel_find(facts[i].name, &kernel), 0);
		assert_ptr_equal(kernel, mms_kernel_at(i));
		assert_string_equal(kernel->name, facts[i].name);
		assert_int_equal(mms_kernel_index(kernel), i);
	}
	assert_null(mms_kernel_at(COUNT(facts)));
	assert_string_equal(mms_kernel_default()->name, "v7.2");
}

static void test_unknown_names_are_refused_with_the_nearest(void **state)
{
	const struct mms_kernel *kernel = NULL;

	(void)state;
	assert_int_equal(mms_kernel_find("v6.17", &kernel), -ENOENT);
	assert_null(kernel);
	assert_non_null(strstr(mms_last_error(), "\"v6.17\""));
	assert_non_null(strstr(mms_last_error(), "did you mean \"v6.18\"?"));

	assert_int_equal(mms_kernel_find("7.2", &kernel), -ENOENT);
	assert_non_null(strstr(mms_last_error(), "did you mean \"v7.2\"?"));

	/* Of v7.1 and v7.2, which are as near, the one that begins like it, or else the later one.
	 */
	assert_int_equal(mms_kernel_find("v7.1.13", &kernel), -ENOENT);
	assert_non_null(strstr(mms_last_error(), "did you mean \"v7.1\"?"));
	assert_int_equal(mms_kernel_find("v7.2.13", &kernel), -ENOENT);
	assert_non_null(strstr(mms_last_error(), "did you mean \"v7.2\"?"));
	assert_int_equal(mms_kernel_find("v7.3", &kernel), -ENOENT);
	assert_non_null(strstr(mms_last_error(), "did you mean \"v7.2\"?"));

	assert_int_equal(mms_kernel_find("", &kernel), -ENOENT);
	assert_non_null(strstr(mms_last_error(), "v6.1, v6.12, v6.16, v6.18, v7.1, v7.2"));
	assert_null(kernel);
}

static void test_names_are_near_in_either_case_and_cut_where_they_are_long(void **state)
{
	const struct mms_kernel *kernel;
	char name[2000];

	(void)state;
	assert_int_equal(mms_kernel_find("V6.12", &kernel), -ENOENT);
	assert_non_null(strstr(mms_last_error(), "did you mean \"v6.12\"?"));

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(mms_kernel_find(name, &kernel), -ENOENT);
	assert_non_null(strstr(mms_last_error(), "xxx...\"; there are v6.1, v6.12"));
}

static void test_a_copy_is_nobody_s_instance(void **state)
{
	struct mms_kernel own = *mms_kernel_default();

	(void)state;
	assert_int_equal(mms_kernel_index(&own), mms_kernel_count());
}

static void test_flags_stand_where_releases_have_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(facts); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		char flags[512] = "";

		for (unsigned int bit = 0; bit < kernel->nr_pageflags; bit++) {
			strcat(flags, bit ? " " : "");
			strcat(flags, kernel->pageflags[bit]);
		}
		assert_string_equal(flags, facts[i].flags);
		assert_int_equal(kernel->pg_head, facts[i].head);
		assert_int_equal(kernel->pg_reserved, facts[i].reserved);
		assert_string_equal(kernel->pageflags[kernel->pg_head], "head");
		assert_string_equal(kernel->pageflags[kernel->pg_reserved], "reserved");
		assert_int_equal(kernel->pg_hwpoison, facts[i].hwpoison);
		assert_string_equal(kernel->pageflags[kernel->pg_hwpoison], "hwpoison");
	}
}

static void test_rules_are_those_of_releases(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(facts); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);

		assert_int_equal(kernel->refcount[MMS_MEMORY_DEVICE_PRIVATE], 0);
		assert_int_equal(kernel->refcount[MMS_MEMORY_DEVICE_COHERENT], 0);
		assert_int_equal(kernel->refcount[MMS_MEMORY_DEVICE_FS_DAX],
		                 facts[i].fs_dax_refcount);
		assert_int_equal(kernel->refcount[MMS_MEMORY_DEVICE_GENERIC], 1);
		assert_int_equal(kernel->refcount[MMS_MEMORY_DEVICE_PCI_P2PDMA],
		                 facts[i].fs_dax_refcount);
		assert_int_equal(kernel->pageblock_bits, facts[i].pageblock_bits);
		assert_int_equal(kernel->pageblock_policy, facts[i].pageblock_policy);
		assert_int_equal(kernel->init_apart, facts[i].init_apart);
		assert_int_equal(kernel->early_section_whole, facts[i].early_section_whole);
		assert_int_equal(kernel->fsdev, facts[i].fsdev);
		assert_int_equal(kernel->reserved_movable, facts[i].reserved_movable);
		assert_int_equal(kernel->dax_folios, facts[i].dax_folios);
		assert_int_equal(kernel->dax_share_stays, facts[i].dax_share_stays);
		assert_int_equal(kernel->dax_index_cleared, facts[i].dax_index_cleared);
		assert_int_equal(kernel->tail_link, strncmp(kernel->name, "v7", 2)
		                                            ? MMS_TAIL_LINK_HEAD
		                                            : MMS_TAIL_LINK_MASK);
	}
}

static void test_free_blocks_are_marked_as_releases_do_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(facts); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		bool bit = i == 0; /* v6.1 */

		assert_int_equal(kernel->deferred_order, bit ? 9 : 10);
		assert_int_equal(kernel->buddy_type, bit ? 0xffffff7f : 0xf0000000);
		assert_int_equal(kernel->buddy_bit, bit);
		/* No page without a type is taken for a free block. */
		assert_int_not_equal(0xffffffff & kernel->buddy_mask,
		                     kernel->buddy_type & kernel->buddy_mask);
	}
}

static void test_derivations_lead_to_captures(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i), *origin;

		assert_true(kernel->summary && *kernel->summary);
		if (!kernel->derived_from) {
			assert_true(kernel->nr_captures > 0);
			continue;
		}
		assert_int_equal(mms_kernel_find(kernel->derived_from, &origin), 0);
		assert_true(origin->nr_captures > 0);
	}
}

static void test_struct_page_is_laid_out_as_described(void **state)
{
#define MEMBER(kernel_name, member)                                                                \
	{                                                                                          \
		kernel_name, offsetof(struct mms_page, member),                                    \
			sizeof(((struct mms_page *)0)->member)                                     \
	}
	static const struct mms_member ours[] = {
		MEMBER("flags", flags),
		MEMBER("flags.f", flags),
		MEMBER("lru", lru),
		MEMBER("lru.next", lru.next),
		MEMBER("lru.prev", lru.prev),
		MEMBER("compound_head", compound_head),
		MEMBER("compound_info", compound_info),
		MEMBER("pgmap", pgmap),
		MEMBER("_unused_pgmap_compound_head", pgmap),
		MEMBER("_unused_pgmap_compound_info", pgmap),
		MEMBER("zone_device_data", zone_device_data),
		MEMBER("mapping", mapping),
		MEMBER("index", index),
		MEMBER("__folio_index", index),
		MEMBER("share", share),
		MEMBER("private", private_),
		MEMBER("_mapcount", _mapcount),
		MEMBER("page_type", page_type),
		MEMBER("_refcount", _refcount),
		MEMBER("memcg_data", memcg_data),
	};

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		unsigned int found = 0;

		for (size_t j = 0; j < COUNT(ours); j++) {
			const struct mms_member *member = find_member(kernel, "page", ours[j].name);

			if (!member)
				continue;
			found++;
			assert_int_equal(member->offset, ours[j].offset);
			assert_int_equal(member->size, ours[j].size);
		}
		/* Whatever else is listed must be the compound metadata that v6.1 has in it. */
		assert_int_equal(kernel->structs[0]->nr_members - found,
		                 strcmp(kernel->name, "v6.1") ? 0 : kernel->nr_metadata);
		assert_int_equal(kernel->structs[0]->size, sizeof(struct mms_page));
	}
}

static void test_metadata_is_at_members_of_tail_1(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);

		assert_in_range(kernel->nr_metadata, 1, MMS_MAX_METADATA_FIELDS);
		for (unsigned int j = 0; j < kernel->nr_metadata; j++) {
			const struct mms_metadata_field *field = &kernel->metadata[j];
			const struct mms_member *in_page = find_member(kernel, "page", field->name);
			const struct mms_member *in_folio =
				find_member(kernel, "folio", field->name);

			assert_true(!in_page != !in_folio);
			assert_int_equal(in_page ? in_page->offset : in_folio->offset - 64,
			                 field->offset);
			assert_int_equal(in_page ? in_page->size : in_folio->size, field->size);
		}
	}
}

static void test_other_structs(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(facts); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		unsigned int shift = facts[i].dev_pagemap_size - 152;
		static const struct mms_member pgmap[] = {
			{"ref", 48, 16},   {"done", 64, 32},          {"type", 96, 4},
			{"flags", 100, 4}, {"vmemmap_shift", 104, 8}, {"ops", 112, 8},
			{"owner", 120, 8}, {"nr_range", 128, 4},      {"range", 136, 16},
		};

		for (size_t j = 0; j < COUNT(pgmap); j++) {
			const struct mms_member *member =
				find_member(kernel, "dev_pagemap", pgmap[j].name);

			assert_non_null(member);
			assert_int_equal(member->offset, pgmap[j].offset + shift);
			assert_int_equal(member->size, pgmap[j].size);
		}
		assert_int_equal(find_member(kernel, "dev_pagemap", "altmap")->size, 48 + shift);
		assert_int_equal(!!find_member(kernel, "vmem_altmap", "inaccessible"), shift != 0);
		for (unsigned int j = 0; j < kernel->nr_structs; j++) {
			const struct mms_struct *layout = kernel->structs[j];

			for (unsigned int k = 0; k < layout->nr_members; k++)
				assert_true(layout->members[k].offset + layout->members[k].size <=
				            layout->size);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found_by_name_and_ordered),
		cmocka_unit_test(test_unknown_names_are_refused_with_the_nearest),
		cmocka_unit_test(test_names_are_near_in_either_case_and_cut_where_they_are_long),
		cmocka_unit_test(test_a_copy_is_nobody_s_instance),
		cmocka_unit_test(test_flags_stand_where_releases_have_them),
		cmocka_unit_test(test_rules_are_those_of_releases),
		cmocka_unit_test(test_free_blocks_are_marked_as_releases_do_it),
		cmocka_unit_test(test_derivations_lead_to_captures),
		cmocka_unit_test(test_struct_page_is_laid_out_as_described),
		cmocka_unit_test(test_metadata_is_at_members_of_tail_1),
		cmocka_unit_test(test_other_structs),
	};

	return cmocka_run_group_tests_name("kernel descriptions", tests, NULL, NULL);
}
