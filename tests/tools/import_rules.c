// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim import-kernel: which rules a tree follows, and what the plug-in says of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <memmapsim/memmapsim.h>

#include "run.h"
#include "tree_copy.h"

/* The Makefile says 5.19. */
static void rules_are_read_off_the_code(void **state)
{
	static const struct {
		const char *file, *script, *says;
	} cases[] = {
		{"mm/mm_init.c", "s/^\tcase MEMORY_DEVICE_FS_DAX:$//", "v7.2 but for 1 rule"},
		{"mm/mm_init.c", "s/early_section(__pfn_to_section(pfn)) ||//",
	         "v7.2 but for 1 rule"},
		{"mm/mm_init.c",
	         "s/^\tmark_range.*$//; s/^\tpage->zone_device_data = NULL;/&\\n\tif "
	         "(pageblock_aligned(pfn))\\n\t\tinit_pageblock_migratetype(page, MIGRATE_MOVABLE, "
	         "false);/; 1i#define pageblock_aligned(pfn) ((pfn) % 512 == 0)",
	         "page by page"},
		{"mm/mm_init.c", "s/(pageblock_aligned(pfn))/(pfn == 0)/",
	         "pageblocks of reserved pages   left as they are         mm/mm_init.c:113, not as"},
		{"mm/mm_init.c", "s/__init_page_from_nid/init_otherwise/",
	         "pageblocks of reserved pages   not seen, so as in v7.2"},
		{"include/linux/page-flags.h", "s/PG_head, .*$/PG_other,\\n\tPG_head,/",
	         "bit of PG_head                 7"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		copy_tree();
		edit(cases[i].file, cases[i].script);
		assert_contains(run_expecting(0, "memmapsim import-kernel t -o t.so").out,
		                cases[i].says);
	}
}

/* By name and bit, as the configuration has them; the first of several names of a bit. */
static void the_tree_s_own_flags_are_described(void **state)
{
	struct result result;

	(void)state;
	copy_tree();
	edit("include/linux/page-flags.h",
	     "s/PG_head, .*$/PG_other,\\n\tPG_head,/; "
	     "s/^#ifdef CONFIG_ARCH_USES_PG_ARCH_3/#if IS_ENABLED(CONFIG_MINE) \\&\\& "
	     "!defined(CONFIG_NUMA_EMU)/; s/PG_arch_3/PG_mine/; "
	     "s/PG_readahead = PG_reclaim/PG_lent = PG_other/");
	run_expecting(0, "echo CONFIG_MINE=y >config");
	result = run_expecting(0, "memmapsim import-kernel t -o t.so --config config --keep kept");
	assert_contains(result.out,
	                "27, to PG_mine           include/linux/page-flags.h:7, not as");
	assert_contains(result.out, "bit of PG_reserved             14");
	assert_contains(result.out, "bit of PG_hwpoison             22");
	assert_contains(run_expecting(0, "memmapsim verify -i ./t.so").out, "based on v7.2");
	result = run_expecting(0, "memmapsim dump -i ./t.so --preset devdax-1g --pfn 0x10001200");
	assert_contains(result.out, "head, reserved");
	result = run_expecting(0, "memmapsim layout --kernel kept/rules.kernel");
	assert_contains(result.out, "other");
	assert_contains(result.out, "mine");
	assert_null(strstr(result.out, "lent"));
	run_expecting(0, "memmapsim import-kernel t -o t.so --keep kept");
	assert_null(strstr(run_expecting(0, "memmapsim layout --kernel kept/rules.kernel").out,
	                   "mine"));
	/* kcompat's configuration is one for all: what it lets in needn't be in what was
	 * distributed. */
	copy_tree();
	edit("include/linux/page-flags.h", "s/PG_idle,/&\\n\tPG_mine,/");
	result = run_expecting(0, "memmapsim import-kernel t -o t.so");
	assert_contains(result.out, "26, to PG_arch_2         include/linux/page-flags.h:7\n");
	assert_contains(result.out, "as described by v7.2\n");
	assert_contains(run_expecting(0, "memmapsim import-kernel t -o t.so --config config").out,
	                "page-flags.h:7, not as in v7.2");
	/* One more than there is room for. */
	edit("include/linux/page-flags.h", "s/PG_active,/PG_one, PG_two, &/");
	run_refused(2, "at most 27 flags",
	            "memmapsim import-kernel t -o t.so --config config --keep kept");
}

/* What the plug-in says of its kernel is what it is held against. */
static void the_plugin_says_whose_rules_it_follows(void **state)
{
	struct result result;

	(void)state;
	run_expecting(0, "memmapsim import-kernel %s -o small.so", TREE);
	result = run_expecting(0, "memmapsim verify -i ./small.so");
	assert_contains(result.out, "v7.2");
	copy_tree();
	edit("mm/mm_init.c", "s/^\tcase MEMORY_DEVICE_FS_DAX:$//");
	run_expecting(0, "memmapsim import-kernel t -o ./t.so");
	result = run_expecting(0, "memmapsim verify -i ./t.so");
	assert_contains(result.out, "based on v7.2");
	run_expecting(1, "memmapsim verify -i ./t.so --kernel v7.2");
	run_refused(2, "say with --kernel", "memmapsim verify -i ./t.so,./small.so");
}

static void the_copy_of_v7_1_is_one(void **state)
{
	(void)state;
	copy_tree();
	edit("mm/mm_init.c",
	     "s/early_section(__pfn_to_section(pfn)) ||//; s/^\tmark_range.*$//; "
	     "s/^\tpage->zone_device_data = NULL;/&\\n\tif (pageblock_aligned(pfn))\\n"
	     "\t\tinit_pageblock_migratetype(page, MIGRATE_MOVABLE, false);/");
	run_expecting(0, "echo \"#define pageblock_aligned(pfn) IS_ALIGNED(pfn, "
	                 "pageblock_nr_pages)\" >> t/include/linux/pageblock-flags.h");
	assert_contains(run_expecting(0, "memmapsim import-kernel t -o t.so").out,
	                "as described by v7.1\n");
	assert_right("t.so", "v7.1");
}

static void rules_that_no_description_can_have_are_refused(void **state)
{
	(void)state;
	copy_tree();
	edit("mm/mm_init.c", "s/^\tcase MEMORY_DEVICE_FS_DAX:$//");
	edit("include/linux/mm_types.h",
	     "/unsigned int _nr_pages;/d; s/_head_2;/&\\n\tunsigned int _nr_pages;/");
	assert_import_refused("_nr_pages ends at byte 84, behind the 64 bytes of tail 1");
	edit("include/linux/mm_types.h", "s/_head_2;/&\\n\tchar gap[304];/");
	assert_import_refused("_nr_pages isn't in tail 1");
	copy_tree();
	edit("include/linux/page-flags.h", "s/PG_head, .*$/PG_head = 300,/");
	assert_import_refused("PG_head is 300");
}

/* -1 in v7.2. */
static void members_that_a_tree_lacks_are_not_asked_for(void **state)
{
	(void)state;
	copy_tree();
	edit("include/linux/mm_types.h", "s/_entire_mapcount, /_other, /");
	edit("mm/internal.h", "/_entire_mapcount/d");
	run_expecting(0, "memmapsim import-kernel t -o t.so");
	assert_contains(run_expecting(0, "memmapsim verify -i ./t.so").out, "based on v7.2");
}

/* Instead of the rules that were found. */
static void rules_can_be_given(void **state)
{
	struct result result;

	(void)state;
	run_expecting(0, "printf 'based-on = v7.2\\nname = mine\\nrefcount.fsdax = 1\\n' "
	                 ">mine.kernel");
	result = run_expecting(0, "memmapsim import-kernel %s -o t.so --kernel mine.kernel", TREE);
	assert_contains(result.out, "count 0                  mm/mm_init.c:48, not as in mine");
	assert_contains(result.out,
	                "held against mine, as --kernel says; 1 rule was found to differ");
	assert_contains(run_expecting(1, "memmapsim verify -i ./t.so").out, "mine");
	copy_tree();
	edit("mm/mm_init.c", "s/^\tcase MEMORY_DEVICE_FS_DAX:$//");
	run_expecting(0, "memmapsim import-kernel t -o t.so -k mine.kernel --keep kept");
	assert_contains(run_expecting(0, "memmapsim verify -i ./t.so").out, "based on v7.2");
	run_expecting(0, "memmapsim verify -i ./t.so --kernel kept/rules.kernel");
	run_expecting(0, "memmapsim import-kernel %s -o t.so --kernel v7.2", TREE);
	run_refused(2, "no kernel", "memmapsim import-kernel %s -o t.so --kernel v0.1", TREE);
	/* What no description can have. */
	edit("include/linux/pageblock-flags.h", "s/PB_migrate_bits      3/PB_migrate_bits 9/");
	assert_import_refused("bits per pageblock: 16; no description can have that");
	assert_import_refused("add --kernel FILE");
	run_expecting(0, "memmapsim import-kernel t -o t.so --kernel mine.kernel");
	run_expecting(0, "memmapsim verify -i ./t.so");
}

static void rules_that_are_not_seen_are_named(void **state)
{
	struct result result;

	(void)state;
	copy_tree();
	edit("mm/mm_init.c", "s/set_page_count(page, 0);/atomic_set(\\&page->_refcount, 0);/; "
	                     "s/^\tprep_compound_head(head, order);/\twmb();\\n&/");
	result = run_expecting(0, "memmapsim import-kernel t -o t.so");
	assert_contains(result.out, "FS_DAX pages start with        not seen, so as in v7.2");
	assert_contains(result.out, "heads are prepared             not seen, so as in v7.2");
	assert_right("t.so", "v7.2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_read_off_the_code),
		cmocka_unit_test(the_tree_s_own_flags_are_described),
		cmocka_unit_test(the_plugin_says_whose_rules_it_follows),
		cmocka_unit_test(the_copy_of_v7_1_is_one),
		cmocka_unit_test(rules_that_no_description_can_have_are_refused),
		cmocka_unit_test(members_that_a_tree_lacks_are_not_asked_for),
		cmocka_unit_test(rules_can_be_given),
		cmocka_unit_test(rules_that_are_not_seen_are_named),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
