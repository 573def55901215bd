// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim import-kernel, on copies of the small tree that were changed as patches do it. */
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

/* A template, as patches have it: a helper in a header of its own, one that is static, a gate. */
static void patches_that_add_helpers_are_followed(void **state)
{
	static const char header[] =
		"struct page_template { struct page page; bool ready; };\n"
		"static inline void template_copy(struct page *to, const struct page_template *t)\n"
		"{\n\tmemcpy_flushcache(to, &t->page, sizeof(*to));\n}\n";
	static const char code[] =
		"#include \"template.h\"\n"
		"DEFINE_STATIC_KEY_TRUE(use_template);\n"
		"static void __ref init_template(struct page_template *t, struct page *from)\n"
		"{\n\tt->page = *from;\n\tt->ready = true;\n}\n";
	FILE *file;

	(void)state;
	copy_tree();
	file = fopen(scratch("t/mm/template.h"), "w");
	assert_non_null(file);
	fputs(header, file);
	fclose(file);
	file = fopen(scratch("code"), "w");
	assert_non_null(file);
	fputs(code, file);
	fclose(file);
	edit("mm/mm_init.c", "/^static inline unsigned long compound_nr_pages/{\nr code\nN\n}");
	edit("mm/mm_init.c",
	     "s/^\tint nid = zone.*$/&\\n\tstruct page_template t = {.ready = false};/; "
	     "s/^\t\t__init_zone_device_page(page, pfn, zone_idx, nid, pgmap);$/"
	     "\\t\\tif (!static_branch_likely(\\&use_template) || step > 1 || !t.ready) {\\n"
	     "\\t\\t\\t__init_zone_device_page(page, pfn, zone_idx, nid, pgmap);\\n"
	     "\\t\\t\\tTEMPLATE_HERE\\n\\t\\t} else\\n\\t\\t\\tTEMPLATE_THERE/");
	/* Only the loop over heads has t. */
	edit("mm/mm_init.c",
	     "/^static void __ref memmap_init_compound/,/^}/{s/!static_branch_likely.*t.ready/1/; "
	     "s/TEMPLATE_HERE/;/; s/TEMPLATE_THERE/;/}");
	edit("mm/mm_init.c", "s/TEMPLATE_HERE/init_template(\\&t, page);/; "
	                     "s/TEMPLATE_THERE/template_copy(page, \\&t);/; "
	                     "s/^\tmark_range(start_pfn, n.*$/\\twmb();\\n&/");
	assert_contains(run_expecting(0, "memmapsim import-kernel t -o t.so").out,
	                "template_copy                      mm/template.h:2");
	assert_right("t.so", "v7.2");
}

/* tests/data/tree-patches/README.md says what is in them. */
static void patches_are_taken_as_they_come(void **state)
{
	static const char *const patches[][2] = {
		{"template", "page_template_stream               include/linux/page_template.h:32"},
		{"shapes", "keep_image                         mm/mm_init.c:85"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(patches) / sizeof(*patches); i++) {
		copy_tree();
		run_expecting(0, "patch -s -d t -p1 <%s/tree-patches/%s.patch", TEST_DATA,
		              patches[i][0]);
		assert_contains(run_expecting(0, "memmapsim import-kernel t -o t.so").out,
		                patches[i][1]);
		assert_right("t.so", "v7.2");
	}
}

/* Its name isn't in the tree: a macro puts it together. */
static void functions_made_by_macros_are_named(void **state)
{
	(void)state;
	copy_tree();
	edit("mm/mm_init.c",
	     "s/^static void __ref __init_zone_device_page/#define MAKE(name) static int "
	     "made_\\#\\#name(void) { return 0; }\\nMAKE(zero)\\n&/; "
	     "s/set_page_count(page, 0);/set_page_count(page, made_zero());/");
	assert_import_refused("made_zero() is in neither");
	run_expecting(0, "echo 'static int made_zero(void) { return 0; }' >extra.c");
	run_expecting(0, "memmapsim import-kernel t -o t.so --extra extra.c");
	assert_right("t.so", "v7.2");
}

static void a_wrong_patch_is_found_out(void **state)
{
	(void)state;
	copy_tree();
	/* Head, then tail 1 is forgotten. */
	edit("mm/mm_init.c", "s/pfn = head_pfn + 1; pfn/pfn = head_pfn + 2; pfn/");
	run_expecting(0, "memmapsim import-kernel t -o t.so");
	assert_true(is_right("t.so", "v7.2", IN_FSDAX));
	assert_false(is_right("t.so", "v7.2", IN_DEVDAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patches_that_add_helpers_are_followed),
		cmocka_unit_test(patches_are_taken_as_they_come),
		cmocka_unit_test(functions_made_by_macros_are_named),
		cmocka_unit_test(a_wrong_patch_is_found_out),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
