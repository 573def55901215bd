// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim import-kernel, on what is no tree, or none that can be compiled. */
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

/* Conditions that nobody writes: the compiler's to decide. */
static void endless_conditions_are_left_to_the_compiler(void **state)
{
	static const char *const conditions[][3] = {
		{"(", "1", ")"},
		{"!", "1", ""},
		{"- ", "1", ""},
		{"!(-", "1", ")"},
	};
	static const char *const overflows[] = {
		"0x7fffffffffffffff + 1 || 1",
		"- 0x7fffffffffffffff - 2 || 1",
		"- 0x8000000000000000 || 1",
	};

	(void)state;
	copy_tree();
	for (size_t i = 0; i < sizeof(conditions) / sizeof(*conditions); i++) {
		run_expecting(0,
		              "repeat() { yes \"$1\" | head -n 200000 | tr -d '\\n'; }; "
		              "{ printf '#if '; repeat '%s'; printf %s; repeat '%s'; echo; } >line",
		              conditions[i][0], conditions[i][1], conditions[i][2]);
		run_expecting(0, "sed -e '/^#ifdef CONFIG_ZONE_DEVICE/{r line' -e 'd}' " TREE
		                 "/mm/mm_init.c >t/mm/mm_init.c");
		/* There are compilers that give up on it. */
		run_expecting(0, "memmapsim import-kernel t -o t.so || test $? = 2");
	}
	for (size_t i = 0; i < sizeof(overflows) / sizeof(*overflows); i++) {
		copy_tree();
		run_expecting(0, "sed -i 's/^#ifdef CONFIG_ZONE_DEVICE/#if %s/' t/mm/mm_init.c",
		              overflows[i]);
		run_expecting(0, "memmapsim import-kernel t -o t.so");
	}
}

/* Each macro uses the next one ten times: 10^6 tokens, and that for each definition. */
static void wide_macros_are_left_to_the_compiler(void **state)
{
	(void)state;
	copy_tree();
	run_expecting(
		0, "for i in 1 2 3 4 5 6 7 8 9; do echo \"#define W$i (W$((i + 1)) == W$((i + 1)) "
		   "&& W$((i + 1)) && W$((i + 1)) && W$((i + 1)) && W$((i + 1)) && "
		   "W$((i + 1)) && W$((i + 1)) && W$((i + 1)) && W$((i + 1)))\"; done "
		   ">>t/include/linux/init.h; echo '#define W10 1' >>t/include/linux/init.h");
	edit("mm/mm_init.c", "s/^#ifdef CONFIG_ZONE_DEVICE/#if W4/; "
	                     "s/^\\tswitch (pgmap->type)/#if W4\\n&/; s/^}$/&/");
	edit("mm/mm_init.c", "/^\\tcase MEMORY_DEVICE_GENERIC:/,/^\\t}/s/^\\t}/&\\n#endif/");
	run_expecting(0, "timeout 60 \"$MEMMAPSIM\" import-kernel t -o t.so");
	assert_right("t.so", "v7.2");
}

/* Beside a file is where it itself is, by whatever way it is named. */
static void files_are_read_once(void **state)
{
	(void)state;
	copy_tree();
	edit("mm/internal.h", "s/^#define __MM_INTERNAL_H/&\\n#include \".\\/r.h\"/");
	run_expecting(0, "printf '#include \"./r.h\"\\n#include \"../mm/r.h\"\\n"
	                 "#include \"../include/linux/../../mm/./r.h\"\\n"
	                 "#include <linux/../../mm/r.h>\\n"
	                 "#include \"../../../../../etc/hostname\"\\n' >t/mm/r.h");
	run_expecting(0, "timeout 60 \"$MEMMAPSIM\" import-kernel t -o t.so");
	/* A name that leads into itself: there is no end to what can be named. */
	run_expecting(0, "ln -s . t/mm/one && ln -s . t/mm/other && "
	                 "printf '#include \"one/r.h\"\\n#include \"other/r.h\"\\n' >t/mm/r.h");
	run_refused(2, "more than 10000 files",
	            "timeout 60 \"$MEMMAPSIM\" import-kernel t -o t.so");
}

static void only_files_are_read(void **state)
{
	(void)state;
	copy_tree();
	edit("mm/internal.h", "s/^#define __MM_INTERNAL_H/&\\n#include \"r.h\"/");
	run_expecting(0, "mkfifo t/mm/r.h && timeout 60 \"$MEMMAPSIM\" import-kernel t -o t.so");
	run_refused(2, "r.h: Invalid argument",
	            "timeout 60 \"$MEMMAPSIM\" import-kernel t -o t.so --extra t/mm/r.h");
}

static void missing_functions_are_named(void **state)
{
	(void)state;
	copy_tree();
	edit("mm/mm_init.c", "s/memmap_init_zone_device(/memmap_init_other_device(/");
	assert_import_refused("no memmap_init_zone_device() in mm/mm_init.c");
	run_expecting(0, "memmapsim import-kernel t -o t.so --functions memmap_init_other_device");
	assert_right("t.so", "v7.2");
	copy_tree();
	edit("mm/internal.h", "s/prep_compound_tail(/prep_another(/");
	assert_import_refused("mm/mm_init.c:75: prep_compound_tail() is in neither");
	/* Declared, and that is all: the linker's to say. */
	copy_tree();
	edit("mm/memremap.c", "s/vmem_altmap_offset(/vmem_other(/");
	assert_import_refused("vmem_altmap_offset");
}

static void what_the_compiler_refuses_is_shown(void **state)
{
	(void)state;
	copy_tree();
	edit("mm/mm_init.c", "s/__SetPageHead(head);/__SetPageHead(head;/");
	assert_import_refused("t/mm/mm_init.c:");
	copy_tree();
	edit("include/linux/mm_types.h",
	     "s/unsigned long memcg_data;/unsigned long memcg_data[2];/");
	assert_import_refused("struct page has 64 bytes");
	copy_tree();
	edit("mm/mm_init.c", "s/page->zone_device_data = NULL;/page->device_data = NULL;/");
	assert_import_refused("t/mm/mm_init.c:40");
	/* A brace that never closes. */
	copy_tree();
	edit("mm/mm_init.c", "s/^\\tif (WARN_ON_ONCE.*$/&{/");
	assert_import_refused("t");
}

static void what_is_no_tree_is_refused(void **state)
{
	(void)state;
	run_expecting(0, "rm -rf t && mkdir t");
	assert_import_refused("t has no mm/mm_init.c");
	run_expecting(0, "mkdir -p t/mm/mm_init.c");
	assert_import_refused("mm/mm_init.c: Is a directory");
	run_expecting(0, "rm -r t/mm/mm_init.c && head -c 300000 \"$MEMMAPSIM\" >t/mm/mm_init.c");
	assert_import_refused("t: no memmap_init_zone_device() in mm/mm_init.c");
	run_expecting(0, "truncate -s 65M t/mm/mm_init.c");
	run_refused(3, "mm/mm_init.c: File too large", "memmapsim import-kernel t -o t.so");
	run_expecting(0, ": >t/mm/mm_init.c");
	assert_import_refused("t: no memmap_init_zone_device() in mm/mm_init.c");
	/* root may read it all the same */
	copy_tree();
	run_expecting(0, "chmod 0 t/mm/internal.h");
	run_expecting(0, "test -r t/mm/internal.h || ! memmapsim import-kernel t -o t.so 2>said; "
	                 "test -r t/mm/internal.h || grep -q 'internal.h: Permission denied' said");
}

/* Seen before anything is compiled, for which there is no compiler here. */
static void outputs_that_can_t_be_written_are_refused(void **state)
{
#define IMPORT "PATH=/nonexistent \"$MEMMAPSIM\" import-kernel " TREE " -o "
	(void)state;
	run_refused(3, "nowhere/x.so can't be written", IMPORT "nowhere/x.so");
	run_refused(3, "x.so can't be written: Is a directory", "mkdir x.so; " IMPORT "x.so");
	run_expecting(0, "test -z \"$(ls -A x.so)\"");
	run_refused(3, "--keep file can't be written: Not a directory",
	            ": >file; " IMPORT "y.so --keep file");
	run_refused(3, "--keep nowhere/k can't be written: No such file or directory",
	            IMPORT "y.so --keep nowhere/k");
	run_expecting(0, "test -z \"$(ls y.so*)\"");
	/* Root may write them. */
	run_expecting(0, "mkdir sealed; chmod a-w sealed; test -w sealed || { ! " IMPORT
	                 "sealed/x.so 2>said && grep -q 'sealed/x.so can.t be written' said; }");
	run_expecting(0, "test -w sealed || { ! " IMPORT
	                 "y.so --keep sealed 2>said && grep -q 'keep sealed can.t be' said; }");
}

/* It is looked for by its name, so a folder of one's own can have another. */
static void compilers_that_fail_are_told_from_code_that_does(void **state)
{
	(void)state;
	run_expecting(0,
	              "mkdir -p path && for name in cc gcc clang clang-14 ccache; do "
	              "printf '#!/bin/sh\\nkill -9 $$\\n' >path/$name; chmod +x path/$name; done");
	run_refused(3, "was ended by signal 9 (Killed)",
	            "PATH=$PWD/path:$PATH \"$MEMMAPSIM\" import-kernel %s -o y.so", TREE);
	run_expecting(0, "sed -i 's/-9/-SEGV/' path/*");
	run_refused(2, "crashed, by signal 11 (Segmentation fault)",
	            "PATH=$PWD/path:$PATH \"$MEMMAPSIM\" import-kernel %s -o y.so", TREE);
	run_refused(3, "with which memmapsim was built; install it",
	            "PATH=/nonexistent \"$MEMMAPSIM\" import-kernel %s -o y.so", TREE);
	run_expecting(0, "! test -e y.so && ! ls y.so.*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endless_conditions_are_left_to_the_compiler),
		cmocka_unit_test(wide_macros_are_left_to_the_compiler),
		cmocka_unit_test(files_are_read_once),
		cmocka_unit_test(only_files_are_read),
		cmocka_unit_test(missing_functions_are_named),
		cmocka_unit_test(what_the_compiler_refuses_is_shown),
		cmocka_unit_test(what_is_no_tree_is_refused),
		cmocka_unit_test(outputs_that_can_t_be_written_are_refused),
		cmocka_unit_test(compilers_that_fail_are_told_from_code_that_does),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
