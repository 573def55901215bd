// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim import-kernel, on the small tree of tests/data and on changed copies of it. */
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

#define TREE TEST_DATA "/tree"

/* A copy of the small tree, "t", to be changed. */
static void copy_tree(void)
{
	run_expecting(0, "rm -rf t && cp -r %s t && chmod -R u+w t", TREE);
}

/* Put what @script makes of it in place of a file of the copy. */
static void edit(const char *file, const char *script)
{
	run_expecting(0,
	              "sed -i -e '%s' t/%s && if cmp -s t/%s %s/%s; then echo nothing changed; "
	              "exit 9; fi",
	              script, file, file, TREE, file);
}

/* Bind by an imported initializer; whether what it leaves is right by @kernel. */
static bool is_right(const char *plugin, const struct mms_kernel *kernel,
                     const struct mms_namespace *ns)
{
	struct mms_plugin_file *file;
	struct mms_geometry geometry;
	struct mms_memmap *map;
	struct mms_report report;
	uint64_t seed = 3;

	assert_int_equal(mms_plugin_open(scratch(plugin), &file), 0);
	assert_int_equal(mms_plugin_count(file), 1);
	assert_int_equal(mms_geometry_from_namespace(kernel, ns, &geometry), 0);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);
	mms_memmap_dirty(map, seed);
	assert_int_equal(mms_memmap_bind(map, mms_plugin_at(file, 0), 0), 0);
	mms_verify_memmap(map, &seed, &report);
	mms_memmap_destroy(map);
	mms_plugin_close(file);
	return mms_report_ok(&report);
}

static const struct mms_namespace namespaces[] = {
	{MMS_MODE_FSDAX, MMS_MAP_DEV, 2 << 20, 64ull << 30, 256ull << 20, 1, MMS_EARLY_NONE},
	{MMS_MODE_FSDAX, MMS_MAP_MEM, 2 << 20, 64ull << 30, 256ull << 20, 1, MMS_EARLY_NONE},
	{MMS_MODE_DEVDAX, MMS_MAP_DEV, 2 << 20, 64ull << 30, 262ull << 20, 2, MMS_EARLY_NONE},
	{MMS_MODE_DEVDAX, MMS_MAP_MEM, 2 << 20, 64ull << 30, 256ull << 20, 3, MMS_EARLY_NONE},
	{MMS_MODE_DEVDAX, MMS_MAP_MEM, 2 << 20, (64ull << 30) + (2 << 20), 510ull << 20, 3,
         MMS_EARLY_START},
	{MMS_MODE_DEVDAX, MMS_MAP_MEM, 1 << 30, 64ull << 30, 3ull << 30, 3, MMS_EARLY_NONE},
	{MMS_MODE_DEVDAX, MMS_MAP_DEV, 4096, 64ull << 30, 256ull << 20, 0, MMS_EARLY_NONE},
};

static const struct mms_kernel *kernel_of(const char *name)
{
	const struct mms_kernel *kernel;

	assert_int_equal(mms_kernel_find(name, &kernel), 0);
	return kernel;
}

static void assert_right(const char *plugin, const char *kernel)
{
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(*namespaces); i++)
		if (!is_right(plugin, kernel_of(kernel), &namespaces[i]))
			fail_msg("%s leaves wrong pages in namespace %zu", plugin, i);
}

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

static void a_wrong_patch_is_found_out(void **state)
{
	(void)state;
	copy_tree();
	/* Head, then tail 1 is forgotten. */
	edit("mm/mm_init.c", "s/pfn = head_pfn + 1; pfn/pfn = head_pfn + 2; pfn/");
	run_expecting(0, "memmapsim import-kernel t -o t.so");
	assert_true(is_right("t.so", kernel_of("v7.2"), &namespaces[0]));
	assert_false(is_right("t.so", kernel_of("v7.2"), &namespaces[2]));
}

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

static void only_files_are_read(void **state)
{
	(void)state;
	copy_tree();
	edit("mm/internal.h", "s/^#define __MM_INTERNAL_H/&\\n#include \"r.h\"/");
	run_expecting(0, "mkfifo t/mm/r.h && timeout 60 \"$MEMMAPSIM\" import-kernel t -o t.so");
	run_refused(2, "r.h: Invalid argument",
	            "timeout 60 \"$MEMMAPSIM\" import-kernel t -o t.so --extra t/mm/r.h");
}

/* Refused with status 2, naming @part, and with nothing left where the output was to go. */
static void assert_import_refused(const char *part)
{
	struct result result = run_expecting(2, "rm -f t.so; memmapsim import-kernel t -o t.so");

	assert_string_equal(result.out, "");
	assert_contains(result.err, part);
	run_expecting(0, "! test -e t.so && ! test -e t.so.new");
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

/* kcompat's own is compiled too, though no tree needs all of it. */
static void all_that_kcompat_gives_compiles(void **state)
{
	static const char extra[] =
		"static struct page_counters { atomic_t a; atomic64_t b; spinlock_t c; } counters;\n"
		"struct list_head all_list;\n"
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
	assert_false(is_right("t.so", kernel_of("v7.2"), &namespaces[0]));
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
		cmocka_unit_test(rules_are_read_off_the_code),
		cmocka_unit_test(the_plugin_says_whose_rules_it_follows),
		cmocka_unit_test(the_copy_of_v7_1_is_one),
		cmocka_unit_test(patches_that_add_helpers_are_followed),
		cmocka_unit_test(a_wrong_patch_is_found_out),
		cmocka_unit_test(endless_conditions_are_left_to_the_compiler),
		cmocka_unit_test(files_are_read_once),
		cmocka_unit_test(trees_may_be_called_anything),
		cmocka_unit_test(only_files_are_read),
		cmocka_unit_test(missing_functions_are_named),
		cmocka_unit_test(rules_that_no_description_can_have_are_refused),
		cmocka_unit_test(members_that_a_tree_lacks_are_not_asked_for),
		cmocka_unit_test(a_file_of_one_s_own_helps_out),
		cmocka_unit_test(what_the_compiler_refuses_is_shown),
		cmocka_unit_test(all_that_kcompat_gives_compiles),
		cmocka_unit_test(functions_can_be_taken_from_the_tree_instead),
		cmocka_unit_test(options_of_a_configuration_go_first),
		cmocka_unit_test(modules_are_enabled),
		cmocka_unit_test(wrong_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
