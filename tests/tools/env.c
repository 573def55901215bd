// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "environment.h"
#include "run.h"

/* Every key that readers may count on, below its part. */
static const char *const keys[][2] = {
	{"cpu", "vendor"},
	{"cpu", "model"},
	{"cpu", "family"},
	{"cpu", "model_number"},
	{"cpu", "stepping"},
	{"cpu", "microcode"},
	{"cpu", "features"},
	{"cpu", "packages"},
	{"cpu", "cores_online"},
	{"cpu", "threads_online"},
	{"cpu", "threads_allowed"},
	{"cpu", "smt"},
	{"cpu", "caches"},
	{"cpu", "governor"},
	{"cpu", "turbo"},
	{"cpu", "frequency_driver"},
	{"memory", "total_bytes"},
	{"memory", "available_bytes"},
	{"memory", "numa_nodes"},
	{"memory", "numa_balancing"},
	{"memory", "thp"},
	{"memory", "thp_defrag"},
	{"memory", "hugepages_2m"},
	{"memory", "hugepages_1g"},
	{"memory", "thp_size_bytes"},
	{"system", "kernel"},
	{"system", "kernel_build"},
	{"system", "command_line"},
	{"system", "mitigations"},
	{"system", "hypervisor"},
	{"system", "clocksource"},
	{"system", "load_average"},
	{"build", "version"},
	{"build", "revision"},
	{"build", "compiler"},
	{"build", "flags"},
	{"build", "kernel_flags"},
};

static json_t *member(const json_t *environment, const char *part, const char *key)
{
	json_t *value = json_object_get(json_object_get(environment, part), key);

	if (!value)
		fail_msg("%s.%s is missing", part, key);
	return value;
}

static void json_has_every_key(void **state)
{
	json_error_t error;
	json_t *environment, *json;

	(void)state;
	run_expecting(0, "memmapsim env --json env.json");
	json = json_load_file(scratch("env.json"), 0, &error);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "command")), "env");
	environment = json_object_get(json, "environment");
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		member(environment, keys[i][0], keys[i][1]);
	assert_true(json_is_array(json_object_get(environment, "warnings")));
	assert_true(json_integer_value(member(environment, "memory", "total_bytes")) > 0);
	assert_contains(json_string_value(member(environment, "build", "kernel_flags")), "-O2 ");
	json_decref(json);
}

static void unknown_machine_is_null_not_missing(void **state)
{
	json_t *environment = environment_collect("/nonexistent");

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		member(environment, keys[i][0], keys[i][1]);
	assert_true(json_is_null(member(environment, "cpu", "model")));
	assert_true(json_is_null(member(environment, "cpu", "caches")));
	assert_true(json_is_null(member(environment, "cpu", "stepping")));
	assert_true(json_is_null(member(environment, "system", "mitigations")));
	assert_true(json_is_null(member(environment, "memory", "total_bytes")));
	assert_true(json_is_null(member(environment, "system", "load_average")));
	json_decref(environment);
}

static void put(const char *path, const char *text)
{
	char command[512];

	snprintf(command, sizeof(command), "mkdir -p $(dirname tree%s); echo '%s' >tree%s", path,
	         text, path);
	run_expecting(0, "%s", command);
}

static void machine_is_read_and_warned_of(void **state)
{
	json_t *environment;
	char *text;

	(void)state;
	put("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: Somebody\nmodel name\t: Slow 2000\n"
	                     "cpu family\t: 6\nmodel\t\t: 106\nstepping\t: 4\n");
	put("/proc/cmdline", "quiet nosmt -- --secret of init");
	put("/sys/devices/system/cpu/smt/control", "forceoff");
	put("/sys/devices/system/cpu/vulnerabilities/meltdown", "Not affected");
	put("/sys/devices/system/cpu/vulnerabilities/retbleed", "Vulnerable");
	put("/proc/meminfo", "MemTotal:       1024 kB\nMemAvailable:    512 kB\n");
	put("/proc/loadavg", "7.25 1.00 0.50 1/82 6193");
	put("/proc/sys/kernel/numa_balancing", "1");
	put("/sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]");
	put("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "12");
	put("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "7");
	put("/sys/devices/system/cpu/online", "0-3,8");
	put("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave");
	put("/sys/devices/system/cpu/cpu0/cache/index0/size", "48K");
	put("/sys/devices/system/cpu/cpu0/cache/index0/type", "Data");
	put("/sys/devices/system/cpu/cpu0/topology/core_cpus_list", "0-1");
	put("/sys/devices/system/cpu/cpu1/topology/core_cpus_list", "0-1");
	put("/sys/devices/system/cpu/cpu2/topology/core_cpus_list", "2-3");
	put("/sys/devices/system/cpu/cpu3/topology/core_cpus_list", "2-3");
	put("/sys/devices/system/cpu/cpu8/topology/core_cpus_list", "8");

	environment = environment_collect(scratch("tree"));
	assert_string_equal(json_string_value(member(environment, "cpu", "model")), "Slow 2000");
	assert_int_equal(json_integer_value(member(environment, "cpu", "family")), 6);
	assert_int_equal(json_integer_value(member(environment, "cpu", "model_number")), 106);
	assert_int_equal(json_integer_value(member(environment, "cpu", "stepping")), 4);
	assert_string_equal(json_string_value(member(environment, "cpu", "smt")), "forceoff");
	assert_string_equal(json_string_value(member(environment, "system", "command_line")),
	                    "quiet nosmt");
	assert_string_equal(json_string_value(json_object_get(
				    member(environment, "system", "mitigations"), "retbleed")),
	                    "Vulnerable");
	assert_int_equal(json_integer_value(member(environment, "cpu", "threads_online")), 5);
	assert_int_equal(json_integer_value(member(environment, "cpu", "cores_online")), 3);
	assert_int_equal(
		json_integer_value(json_object_get(
			json_array_get(member(environment, "cpu", "caches"), 0), "size_bytes")),
		48 * 1024);
	assert_int_equal(json_integer_value(member(environment, "memory", "available_bytes")),
	                 512 * 1024);
	assert_string_equal(json_string_value(member(environment, "memory", "thp")), "never");
	assert_int_equal(json_integer_value(json_object_get(
				 member(environment, "memory", "hugepages_2m"), "free")),
	                 7);
	text = json_dumps(json_object_get(environment, "warnings"), 0);
	assert_contains(text, "7.25");
	assert_contains(text, "powersave");
	assert_contains(text, "transparent hugepages are off");
	assert_contains(text, "NUMA balancing");
	free(text);
	json_decref(environment);
}

/* Whether a warning of the machine that was put there has @part. */
static bool warns_of(const char *part)
{
	json_t *environment = environment_collect(scratch("tree"));
	char *text = json_dumps(json_object_get(environment, "warnings"), 0);
	bool found = strstr(text, part);

	free(text);
	json_decref(environment);
	return found;
}

static void what_shares_a_core_is_warned_of(void **state)
{
	(void)state;
	put("/sys/devices/system/cpu/smt/control", "off");
	put("/sys/devices/system/cpu/intel_pstate/no_turbo", "1");
	put("/sys/devices/system/cpu/online", "0");
	assert_false(warns_of("SMT"));
	assert_false(warns_of("turbo"));
	assert_false(warns_of("hardware threads"));
	put("/sys/devices/system/cpu/smt/control", "on");
	put("/sys/devices/system/cpu/intel_pstate/no_turbo", "0");
	put("/sys/devices/system/cpu/online", "0-4095");
	assert_true(warns_of("SMT is on"));
	assert_true(warns_of("turbo is on"));
	assert_true(warns_of(" of 4096 hardware threads"));
}

static void text_has_the_same(void **state)
{
	struct result result = run_expecting(0, "memmapsim env");

	(void)state;
	assert_contains(result.out, "hugepages 2m");
	assert_contains(result.out, "load average");
	assert_null(strstr(result.out, "_bytes"));
}

static void unwritable_output_is_refused_first(void **state)
{
	(void)state;
	run_refused(3, "No such file or directory", "memmapsim env --json missing/env.json");
	run_refused(3, "Is a directory", "memmapsim env --json .");
	assert_contains(run_expecting(3, "memmapsim env --json /dev/full").err, "No space left");
}

static void output_is_replaced_whole(void **state)
{
	(void)state;
	run_expecting(0, "head -c 100000 /dev/zero >old.json; memmapsim env --json old.json");
	run_expecting(0, "memmapsim env --json new.json; test $(wc -c <old.json) -lt 10000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_has_every_key),
		cmocka_unit_test(unknown_machine_is_null_not_missing),
		cmocka_unit_test(machine_is_read_and_warned_of),
		cmocka_unit_test(what_shares_a_core_is_warned_of),
		cmocka_unit_test(text_has_the_same),
		cmocka_unit_test(unwritable_output_is_refused_first),
		cmocka_unit_test(output_is_replaced_whole),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
