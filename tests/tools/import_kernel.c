// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim import-kernel, on the small tree of tests/data: what is made, and its options. */
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

static void a_tree_as_it_stands_leaves_right_pages(void **state)
{
	struct result result;

	(void)state;
	result = run_expecting(0, "memmapsim import-kernel %s -o small.so", TREE);
	assert_contains(result.out, "__init_zone_device_page");
	assert_contains(result.out, "mm/mm_init.c:33");
	assert_contains(result.out, "as described by v7.2");
	assert_string_equal(result.err, "");
	assert_right("small.so", "v7.2");
}

static void nothing_of_the_tree_is_left_behind(void **state)
{
	(void)state;
	run_expecting(0,
	              "mkdir temporary && TMPDIR=$PWD/temporary "
	              "memmapsim import-kernel %s -o small.so && rmdir temporary",
	              TREE);
}

static void what_is_compiled_can_be_kept(void **state)
{
	(void)state;
	run_expecting(0, "memmapsim import-kernel %s -o small.so --keep kept", TREE);
	run_expecting(0, "grep -q '^#line 33 \"%s/mm/mm_init.c\"' kept/kernel.c", TREE);
}

/* As a pattern, as an escape, as the end of a string. */
static void trees_may_be_called_anything(void **state)
{
	static const char *const names[] = {"[ab]", "*?", "a\\xyz", "say \"no\"", "%s"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct result result;

		copy_tree();
		run_expecting(0, "mv t '%s'", names[i]);
		result = run_expecting(0, "memmapsim import-kernel '%s' -o t.so", names[i]);
		assert_contains(result.out, "vmem_altmap_offset                 mm/memremap.c:");
		assert_string_equal(result.err, "");
	}
}

static void a_file_of_one_s_own_helps_out(void **state)
{
	FILE *file;

	(void)state;
	copy_tree();
	edit("mm/mm_init.c", "s/^\\tset_page_count(page, 1);/\\tset_by_firmware(page);/;"
	                     "s/^\\tset_page_links/\\tset_page_links/");
	assert_import_refused("mm/mm_init.c:12: set_by_firmware() is in neither");
	file = fopen(scratch("extra.c"), "w");
	assert_non_null(file);
	fputs("static void set_by_firmware(struct page *page)\n"
	      "{\n\tset_page_count(page, COUNT);\n}\n"
	      "#define COUNT 1\n",
	      file);
	fclose(file);
	assert_contains(run_expecting(0, "memmapsim import-kernel t -o t.so --extra extra.c").out,
	                "set_by_firmware                    extra.c:1");
	assert_right("t.so", "v7.2");
}

/* kcompat's own is compiled too, though no tree needs all of it. */
static void all_that_kcompat_gives_compiles(void **state)
{
	static const char extra[] =
		"static struct page_counters { atomic_t a; atomic64_t b; spinlock_t c; } counters;\n"
		"struct list_head all_list;\n"
		"static LIST_HEAD(other_list);\n"
		"static DEFINE_SPINLOCK(all_lock);\n"
		"static DEFINE_MUTEX(all_mutex);\n"
		"static DEFINE_PER_CPU(unsigned long, all_count);\n"
		"unsigned long use_all(struct page *page)\n"
		"{\n"
		"\tstruct list_head entry;\n"
		"\tunsigned long word = GENMASK(7, 4) | BIT(2) | BIT_ULL(3);\n"
		"\tunsigned long flags;\n"
		"\tint old = 0;\n\n"
		"\tINIT_LIST_HEAD(&all_list);\n"
		"\tlist_add_tail(&entry, &all_list);\n"
		"\tlist_del(&entry);\n"
		"\tif (!list_empty(&all_list) || WARN_ON(!IS_ENABLED(CONFIG_64BIT)))\n"
		"\t\tBUG();\n"
		"\tBUG_ON(IS_ENABLED(CONFIG_NO_SUCH_OPTION));\n"
		"\tBUILD_BUG_ON(sizeof(counters) != 24);\n"
		"\tatomic_set(&counters.a, 1);\n"
		"\tatomic_inc(&counters.a);\n"
		"\tatomic_dec(&counters.a);\n"
		"\tatomic64_set(&counters.b, atomic_read(&counters.a));\n"
		"\tatomic64_add(1, &counters.b);\n"
		"\tset_bit(PG_private, page);\n"
		"\tclear_bit(PG_private, page);\n"
		"\t__clear_bit(PG_reserved, page);\n"
		"\tSetPageReserved(page);\n"
		"\tword += PageReserved(page) + PageHead(page) + test_bit(3, &word);\n"
		"\tword += __ffs(word) + __fls(word) + ilog2(word) + roundup_pow_of_two(12);\n"
		"\tword += min(word, 5ul) + max_t(u64, word, 7) + clamp(word, 1ul, 9ul);\n"
		"\ttry_cmpxchg(&counters.a.counter, &old, 3);\n"
		"\tword += cmpxchg(&counters.a.counter, 3, 4) + xchg(&old, 5);\n"
		"\tsmp_store_release(&old, 3);\n"
		"\tword += smp_load_acquire(&old);\n"
		"\tmb(); rmb(); wmb(); smp_mb(); smp_wmb(); smp_rmb(); cpu_relax();\n"
		"\tmemcpy_flushcache(page, page + 1, sizeof(*page));\n"
		"\tmemset(page, 0, 8);\n"
		"\tmemcpy(page, page + 1, 8);\n"
		"\tlocal_irq_save(flags);\n"
		"\tlocal_irq_restore(flags);\n"
		"\tpreempt_disable();\n"
		"\tpreempt_enable();\n"
		"\tkernel_fpu_begin();\n"
		"\tkernel_fpu_end();\n"
		"\tmight_sleep();\n"
		"\trcu_read_lock();\n"
		"\trcu_read_unlock();\n"
		"\tpr_warn(\"%s\", \"nothing\");\n"
		"\tlockdep_assert_held(&counters.c);\n"
		"\tVM_BUG_ON_PAGE(1, page);\n"
		"\tpage_kasan_tag_reset(page);\n"
		"\tset_page_owner(page, 0, 0);\n"
		"\tmutex_lock(&all_mutex);\n"
		"\tspin_lock_irqsave(&all_lock, flags);\n"
		"\tthis_cpu_write(all_count, this_cpu_read(all_count) + 1);\n"
		"\t*this_cpu_ptr(&all_count) += per_cpu(all_count, get_cpu());\n"
		"\tput_cpu();\n"
		"\tspin_unlock_irqrestore(&all_lock, flags);\n"
		"\tmutex_unlock(&all_mutex);\n"
		"\tword += static_cpu_has(26) + list_empty(&other_list);\n"
		"\tif (__ratelimit(NULL))\n"
		"\t\tpr_info_ratelimited(\"%llu\", ktime_get_ns());\n"
		"\tswap(word, flags);\n"
		"\treturn word + ARRAY_SIZE(((int[]){1, 2})) + page_to_pfn(page) +\n"
		"\t       PFN_UP(word) + DIV_ROUND_UP(word, 3ul) + section_nr_to_pfn(2) +\n"
		"\t       (long)container_of(&page->lru, struct page, lru);\n"
		"}\n";
	FILE *file = fopen(scratch("all.c"), "w");

	(void)state;
	assert_non_null(file);
	fputs(extra, file);
	fclose(file);
	run_expecting(0,
	              "memmapsim import-kernel %s -o given.so --extra all.c "
	              "--functions memmap_init_zone_device,use_all",
	              TREE);
	assert_right("given.so", "v7.2");
}

static void functions_can_be_taken_from_the_tree_instead(void **state)
{
	(void)state;
	copy_tree();
	run_expecting(0, "printf 'static inline void INIT_LIST_HEAD(struct list_head *list)\\n"
	                 "{\\n\\tlist->next = list->prev = list;\\n}\\n' > t/include/linux/list.h");
	edit("include/linux/mm_types.h", "s/^#include.*$/#include <linux\\/list.h>/");
	assert_null(strstr(run_expecting(0, "memmapsim import-kernel t -o t.so").out,
	                   "INIT_LIST_HEAD"));
	assert_contains(run_expecting(0, "memmapsim import-kernel t -o t.so --functions "
	                                 "memmap_init_zone_device,INIT_LIST_HEAD")
	                        .out,
	                "INIT_LIST_HEAD                     include/linux/list.h:1");
	assert_right("t.so", "v7.2");
}

static void options_of_a_configuration_go_first(void **state)
{
	(void)state;
	copy_tree();
	run_expecting(0,
	              "printf '# CONFIG_MEMORY_HOTPLUG is not set\\nCONFIG_HIGHMEM=y\\n' > config");
	/* ZONE_DEVICE is then one further, which the masks have room for; the oracle says 4. */
	run_expecting(0, "memmapsim import-kernel t -o t.so --config config --keep kept");
	run_expecting(0, "grep -q 'define __meminit.*cold' kept/kernel.c");
	assert_false(is_right("t.so", "v7.2", IN_FSDAX));
	run_expecting(0, "printf 'CONFIG_HIGHMEM=y\\nHIGHMEM\\n' > config");
	run_refused(2, "config:2 is no option",
	            "memmapsim import-kernel t -o t.so --config config");
}

/* Both for what #if asks and for what the code does. */
static void modules_are_enabled(void **state)
{
	(void)state;
	run_expecting(0, "printf 'CONFIG_OTHER=m\\n# CONFIG_ZONE_DEVICE, as ever\\n' >config");
	run_expecting(0, "memmapsim import-kernel %s -o t.so --config config", TREE);
	copy_tree();
	edit("mm/mm_init.c", "s/^#ifdef CONFIG_ZONE_DEVICE/#if IS_ENABLED(CONFIG_OTHER) \\&\\& "
	                     "IS_MODULE(CONFIG_OTHER) \\&\\& !IS_BUILTIN(CONFIG_OTHER) \\&\\& "
	                     "!IS_MODULE(CONFIG_NUMA)/; s/^\tset_page_count(page, 1)/\tif "
	                     "(IS_ENABLED(CONFIG_OTHER) \\&\\& IS_MODULE(CONFIG_OTHER) \\&\\& "
	                     "!IS_BUILTIN(CONFIG_OTHER) \\&\\& !IS_MODULE(CONFIG_NUMA))\\n\t&/");
	run_expecting(0, "memmapsim import-kernel t -o t.so --config config");
	assert_right("t.so", "v7.2");
	assert_import_refused("no memmap_init_zone_device()");
}

/* As for kernels. */
static void the_last_line_of_an_option_counts(void **state)
{
	(void)state;
	copy_tree();
	edit("mm/mm_init.c", "s/^#ifdef CONFIG_ZONE_DEVICE/#if CONFIG_NUMBER == 12 \\&\\& "
	                     "defined(CONFIG_ON) \\&\\& !defined(CONFIG_OFF)/; "
	                     "s/^\tset_page_count(page, 1)/\tset_page_count(page, "
	                     "CONFIG_NUMBER == 12 \\&\\& IS_ENABLED(CONFIG_ON) \\&\\& "
	                     "!IS_ENABLED(CONFIG_OFF))/");
	run_expecting(0, "printf 'CONFIG_NUMBER=3\\nCONFIG_OFF=y\\n# CONFIG_ON is not set\\n"
	                 "CONFIG_NUMBER=12\\r\\n# CONFIG_OFF is not set\\nCONFIG_ON=m\\n"
	                 "CONFIG_ON=y\\n' >config");
	run_expecting(0, "memmapsim import-kernel t -o t.so --config config");
	assert_right("t.so", "v7.2");
}

static void wrong_arguments_are_refused(void **state)
{
	static const char *const cases[][2] = {
		{"which kernel?", "-o x.so"},
		{"where is the plug-in to go?", TREE},
		{"whose name ends in .so", TREE " -o x.c"},
		{"No such file or directory", "nowhere -o x.so"},
		{"has no mm/mm_init.c", TREE "/mm -o x.so"},
		{"is no folder", TREE "/Makefile -o x.so"},
		{"built-in initializer naive", TREE " -o naive.so"},
		{"can't be called", TREE " -o x.so --name 'a b'"},
		{"No such file or directory", TREE " -o x.so --extra nowhere.c"},
		{"No such file or directory", TREE " -o x.so --config nowhere"},
		{"is no name of a function", TREE " -o x.so --functions 'a b'"},
		{"no nothing()", TREE " -o x.so --functions memmap_init_zone_device,nothing"},
		{"takes one tree", TREE " " TREE " -o x.so"},
		{"--config takes one file, not both a and b",
	         TREE " -o x.so --config a --config b"},
		{"--extra takes one file", TREE " -o x.so --extra a.c --extra b.c"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		run_refused(2, cases[i][0], "memmapsim import-kernel %s", cases[i][1]);
	run_refused(3, "x.so", "mkdir -p ro/x.so/y; memmapsim import-kernel %s -o ro/x.so", TREE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_as_it_stands_leaves_right_pages),
		cmocka_unit_test(nothing_of_the_tree_is_left_behind),
		cmocka_unit_test(what_is_compiled_can_be_kept),
		cmocka_unit_test(trees_may_be_called_anything),
		cmocka_unit_test(a_file_of_one_s_own_helps_out),
		cmocka_unit_test(all_that_kcompat_gives_compiles),
		cmocka_unit_test(functions_can_be_taken_from_the_tree_instead),
		cmocka_unit_test(options_of_a_configuration_go_first),
		cmocka_unit_test(modules_are_enabled),
		cmocka_unit_test(the_last_line_of_an_option_counts),
		cmocka_unit_test(wrong_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
