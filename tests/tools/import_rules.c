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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_read_off_the_code),
		cmocka_unit_test(the_plugin_says_whose_rules_it_follows),
		cmocka_unit_test(the_copy_of_v7_1_is_one),
		cmocka_unit_test(rules_that_no_description_can_have_are_refused),
		cmocka_unit_test(members_that_a_tree_lacks_are_not_asked_for),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
