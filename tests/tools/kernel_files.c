// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* --kernel FILE, wherever a kernel can be named, and layout --rules, which writes such files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <memmapsim/kernel.h>

#include "run.h"

#define BTF TEST_DATA "/btf"

static void built_in_kernels_come_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const char *name = mms_kernel_at(i)->name;

		run_expecting(
			0,
			"memmapsim layout --kernel %s --rules >one.kernel && "
			"memmapsim layout --kernel one.kernel --rules >two.kernel && "
			"grep -v ^# one.kernel >one && grep -Ev '^(#|name|summary)' two.kernel "
			">two && cmp one two && "
			"memmapsim layout --kernel %s >all && tail -n +2 all >one && "
			"memmapsim layout --kernel two.kernel >all && tail -n +2 all >two && cmp one two",
			name, name);
	}
}

/* A description that no release has, and what it leaves is held against the oracle. */
static void all_commands_take_files(void **state)
{
	struct result result;

	(void)state;
	run_expecting(0, "printf 'based-on = v7.2\\ntail-link = head\\nflags += shiny\\n"
	                 "pageblock-policy = per-page\\nmetadata._nr_pages = 60 4 nr-pages\\n' "
	                 ">own.kernel");
	result = run_expecting(0, "memmapsim verify --kernel own.kernel --mode devdax --size 64M");
	assert_contains(result.out, "kernel      own.kernel (an own description, based on v7.2)");
	assert_contains(result.out, "warning     initializers look up");
	result = run_expecting(0, "memmapsim verify --kernel ./own.kernel");
	assert_contains(result.out, "preset devdax-1g");
	result = run_expecting(0, "memmapsim verify --stores -k own.kernel -i template-movnti");
	assert_contains(result.out, "based on v7.2");
	result = run_expecting(0, "memmapsim dump --kernel own.kernel --preset devdax-1g "
	                          "--pfn 0x10001201 --initializer naive");
	assert_contains(result.out, "compound_head");
	assert_contains(result.out, "_nr_pages");
	result = run_expecting(0, "memmapsim layout --kernel own.kernel");
	assert_contains(result.out, "PG_shiny = 25");
	assert_contains(result.out, "LRU_REFS            /* 26-26 */");
	run_expecting(0, "memmapsim plan --kernel own.kernel --threads 2");
	result = run_expecting(0, "memmapsim bench rebind --kernel own.kernel --size 64M --mode "
	                          "fsdax -i naive --rebinds 1 --first-binds 1 --json result.json");
	assert_contains(result.out, "an own description, based on v7.2");
	run_expecting(0, "memmapsim bench background --kernel own.kernel --size 64M --mode fsdax "
	                 "-i naive --binds 1 --streams 1 --threads 1");
}

static void results_have_the_rules(void **state)
{
	const char *rules;
	json_t *result, *kernel;
	FILE *file;

	(void)state;
	run_expecting(0, "printf 'based-on = v6.12\\nname = mine\\nfsdev = yes\\n' >own.kernel && "
	                 "memmapsim verify -k own.kernel --size 64M --json own.json && "
	                 "memmapsim verify -k v6.12 --size 64M --json v6.12.json");
	result = json_load_file(scratch("own.json"), 0, NULL);
	kernel =
		json_object_get(json_array_get(json_object_get(result, "geometries"), 0), "kernel");
	assert_string_equal(json_string_value(json_object_get(kernel, "name")), "mine");
	assert_string_equal(json_string_value(json_object_get(kernel, "derived_from")), "v6.12");
	rules = json_string_value(json_object_get(kernel, "rules"));
	assert_non_null(rules);
	file = fopen(scratch("rules.kernel"), "w");
	assert_non_null(file);
	assert_true(fputs(rules, file) >= 0);
	assert_int_equal(fclose(file), 0);
	json_decref(result);
	run_expecting(0, "memmapsim layout -k own.kernel --rules >one && "
	                 "memmapsim layout -k rules.kernel --rules >two && cmp one two");

	result = json_load_file(scratch("v6.12.json"), 0, NULL);
	kernel =
		json_object_get(json_array_get(json_object_get(result, "geometries"), 0), "kernel");
	assert_true(json_is_null(json_object_get(kernel, "rules")));
	json_decref(result);
}

/* v6.18's rules with v7.2's layout; the BTF lies beside the description. */
static void layouts_come_from_btf(void **state)
{
	struct result result;

	(void)state;
	run_expecting(0, "mkdir folder && cp " BTF "/7.2.13.btf.zst folder/btf && "
	                 "printf 'based-on = v6.18\\nbtf = btf\\n' >folder/own.kernel");
	result = run_expecting(0, "memmapsim layout -k folder/own.kernel --btf folder/btf");
	assert_contains(result.out, "holds against folder/btf");
	result = run_expecting(0, "memmapsim verify -k folder/own.kernel --size 64M -i naive");
	assert_contains(result.out, "based on v6.18, layout from the BTF in btf");
	run_expecting(0,
	              "printf 'based-on = v7.2\\nbtf = " BTF "/7.2.13.btf.zst\\n' >btf.kernel && "
	              "memmapsim layout -k btf.kernel >all && tail -n +2 all >one && "
	              "memmapsim layout -k v7.2 >all && tail -n +2 all >two && cmp one two");
}

static void what_is_wrong_is_one_sentence(void **state)
{
	(void)state;
	run_refused(2, "no.kernel can't be read", "memmapsim layout -k no.kernel");
	run_refused(2, "./v7.2 can't be read", "memmapsim layout -k ./v7.2");
	run_refused(2, ". is no regular file", "memmapsim layout -k ./.");
	run_refused(2, "there is no kernel \"own\"", "memmapsim layout -k own");
	run_refused(2, "bad.kernel:2: there is no rule \"tail-lonk\"; did you mean \"tail-link\"?",
	            "printf 'based-on = v7.2\\ntail-lonk = head\\n' >bad.kernel; "
	            "memmapsim verify -k bad.kernel");
	run_refused(2, "bad.kernel:1: there is a byte 0x00",
	            "head -c 10000 /dev/zero >bad.kernel; memmapsim plan -k bad.kernel");
	run_refused(2, "bad.kernel has more than 1048576 bytes",
	            "yes '# comment' | head -c 1048577 >bad.kernel; memmapsim dump -k bad.kernel");
	run_refused(2, "missing can't be read",
	            "printf 'based-on = v7.2\\nbtf = missing\\n' >bad.kernel; "
	            "memmapsim verify -k bad.kernel");
	run_refused(2, "is neither BTF nor an ELF file",
	            "printf 'based-on = v7.2\\nbtf = bad.kernel\\n' >bad.kernel; "
	            "memmapsim verify -k bad.kernel");
	run_refused(2, "--rules prints a description, --btf compares one",
	            "memmapsim layout --rules --btf x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_kernels_come_back),
		cmocka_unit_test(all_commands_take_files),
		cmocka_unit_test(results_have_the_rules),
		cmocka_unit_test(layouts_come_from_btf),
		cmocka_unit_test(what_is_wrong_is_one_sentence),
	};

	return cmocka_run_group_tests_name("kernels in files", tests, run_setup, run_teardown);
}
