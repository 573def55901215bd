// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Which variant runs: on this CPU, less what MMS_CPU takes away. ./check repeats the suites with
 * features taken away one after the other, and this test sees to it that they really were.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <memmapsim/memmapsim.h>

#include "sanitizers.h"
#include "skip.h"
#include "verify/compare.h"

/* Whether the kernel of this machine lists @flag for its CPUs; it doesn't list what it didn't
 * enable. */
static bool cpu_has(const char *flag)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[8192];
	bool found = false;

	assert_non_null(file);
	while (!found && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "flags", 5) != 0)
			continue;
		for (char *rest, *word = strtok_r(line, " \n", &rest); word && !found;
		     word = strtok_r(NULL, " \n", &rest))
			found = strcmp(word, flag) == 0;
		break;
	}
	fclose(file);
	return found;
}

/* The same less what the environment says: @name is -@name there. */
static bool runs(const char *flag, const char *name)
{
	const char *environment = getenv("MMS_CPU");
	char taken[32];

	snprintf(taken, sizeof(taken), "-%s", name);
	return cpu_has(flag) && !(environment && strstr(environment, taken));
}

static void features_are_those_of_the_machine_less_mms_cpu(void **state)
{
	unsigned int features = mms_cpu_features();

	(void)state;
	assert_int_equal(!!(features & MMS_CPU_SSE2), runs("sse2", "sse2"));
	assert_int_equal(!!(features & MMS_CPU_ERMS), runs("erms", "erms"));
	assert_int_equal(!!(features & MMS_CPU_AVX2), runs("avx2", "avx2"));
	assert_int_equal(!!(features & MMS_CPU_AVX512F), runs("avx512f", "avx512"));
}

static void auto_takes_the_best_that_runs(void **state)
{
	const struct mms_initializer *found;
	const char *best = "stream-movnti";

	(void)state;
	if (runs("erms", "erms"))
		best = "stream-erms";
	if (runs("avx2", "avx2"))
		best = "stream-avx2";
	if (runs("avx512f", "avx512"))
		best = "stream-avx512";
	assert_int_equal(mms_initializer_find("auto", &found), 0);
	assert_string_equal(found->name, best);
	print_message("# auto is %s, comparing is by %s\n", found->name,
	              mms_compare() == mms_compare_avx512 ? "avx512"
	              : mms_compare() == mms_compare_avx2 ? "avx2"
	                                                  : "sse2");
}

static void comparing_takes_the_widest_that_runs(void **state)
{
	mms_compare_fn *widest = mms_compare_sse2;

	(void)state;
	if (runs("avx2", "avx2"))
		widest = mms_compare_avx2;
	if (runs("avx512f", "avx512"))
		widest = mms_compare_avx512;
	assert_ptr_equal(mms_compare(), widest);
}

/* What is missing is refused with a sentence; it never gets as far as an illegal instruction. */
static void missing_features_are_refused(void **state)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_RAW,
		.align = 2 << 20,
		.start = UINT64_C(1) << 32,
		.size = 4 << 20,
	};
	struct mms_geometry geometry;
	struct mms_memmap *map;
	struct mms_job job;

	(void)state;
	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);
	assert_int_equal(mms_job_create(map, 0, &job), 0);
	for (size_t i = 0; i < mms_initializer_count(); i++) {
		const struct mms_initializer *initializer = mms_initializer_at(i);
		bool lacks = initializer->cpu & ~mms_cpu_features();

		assert_int_equal(mms_init_range(initializer, &job), lacks ? -EOPNOTSUPP : 0);
		if (lacks)
			assert_non_null(strstr(mms_last_error(), initializer->name));
	}
	mms_memmap_destroy(map);
}

static int run_job(void *context)
{
	const struct mms_initializer *temporal;
	int err = mms_initializer_find("stream-temporal", &temporal);

	return err ? err : mms_init_range(temporal, context);
}

/* What stores at once can be counted, and with it who took which registers. */
static void temporal_takes_the_widest_that_runs(void **state)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_RAW,
		.align = 2 << 20,
		.start = UINT64_C(1) << 32,
		.size = 4 << 20,
	};
	unsigned int per_page = runs("avx512f", "avx512") ? 1 : runs("avx2", "avx2") ? 2 : 4;
	struct mms_watch watch[2];
	const struct mms_trace trace = {.watch = watch, .nr_watch = 2};
	struct mms_store_report report;
	struct mms_geometry geometry;
	struct mms_memmap *map;
	struct mms_job job;
	int err;

	(void)state;
	if (THREAD_SANITIZER)
		skip_because("ThreadSanitizer's own stores are among those that are counted");
	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);
	assert_int_equal(mms_job_create(map, 0, &job), 0);
	mms_watch_memmap(map, watch);
	assert_int_equal(run_job(&job), 0);
	err = mms_trace_stores(run_job, &job, &trace, &report);
	mms_memmap_destroy(map);
	if (err == -EPERM)
		skip_because("%s", mms_last_error());
	assert_int_equal(err, 0);
	assert_int_equal(report.result, 0);
	/* And two for the pageblocks. */
	assert_in_range(report.stores, per_page * 1024, per_page * 1024 + 8);
}

static void words_that_mean_nothing_are_told(void **state)
{
	const char *environment = getenv("MMS_CPU");
	char *kept = environment ? strdup(environment) : NULL;

	(void)state;
	setenv("MMS_CPU", "-avx512,avx2", 1);
	assert_int_equal(mms_cpu_check_environment(), -EINVAL);
	assert_non_null(strstr(mms_last_error(), "\"avx2\""));
	setenv("MMS_CPU", "-avx512,-avx2,-erms,-sse2", 1);
	assert_int_equal(mms_cpu_check_environment(), 0);
	assert_int_equal(mms_cpu_features(), 0);
	if (kept)
		setenv("MMS_CPU", kept, 1);
	else
		unsetenv("MMS_CPU");
	free(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(features_are_those_of_the_machine_less_mms_cpu),
		cmocka_unit_test(auto_takes_the_best_that_runs),
		cmocka_unit_test(comparing_takes_the_widest_that_runs),
		cmocka_unit_test(missing_features_are_refused),
		cmocka_unit_test(temporal_takes_the_widest_that_runs),
		cmocka_unit_test(words_that_mean_nothing_are_told),
	};

	return cmocka_run_group_tests_name("variants", tests, NULL, NULL);
}
