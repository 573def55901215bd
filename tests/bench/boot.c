// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The boot experiment: what it runs, what it counts, and that it finds what is wrong. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "boot.h"
#include "faulty.h"
#include "support.h"

#define NR_DEVICES 3
#define NR_WAYS    (1 + 2 * (1 + 3))

static const unsigned int one_and_two[] = {1, 2};
static const enum mms_wait all_waits[] = {MMS_WAIT_ITEM, MMS_WAIT_HELP, MMS_WAIT_CHUNK};

static struct mms_geometry geometries[NR_DEVICES];

static struct mms_geometry geometry_at(enum mms_mode mode, enum mms_map map, uint64_t start,
                                       uint64_t size)
{
	const struct mms_namespace ns = {
		.mode = mode, .map = map, .align = 2 * MIB, .start = start, .size = size};
	struct mms_geometry geometry = {0};

	if (mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry))
		fail_msg("%s", mms_last_error());
	return geometry;
}

/* Two nd_pmem devices, of several sections and of less than one, and a dax_pmem device. */
static int set_up(void **state)
{
	(void)state;
	geometries[0] = geometry_at(MMS_MODE_FSDAX, MMS_MAP_DEV, 64 * GIB, 514 * MIB);
	geometries[1] = geometry_at(MMS_MODE_DEVDAX, MMS_MAP_DEV, 66 * GIB, 300 * MIB);
	geometries[2] = geometry_at(MMS_MODE_FSDAX, MMS_MAP_MEM, 67 * GIB, 66 * MIB);
	return 0;
}

static struct mms_boot_config make_boot(const struct mms_initializer *const *initializers,
                                        size_t count)
{
	return (struct mms_boot_config){
		.geometries = geometries,
		.nr_devices = NR_DEVICES,
		.initializers = initializers,
		.nr_initializers = count,
		.crew = {.threads = one_and_two, .nr_threads = 2, .node = MMS_NODE_ANY},
		.waits = all_waits,
		.nr_waits = COUNT(all_waits),
		.async = MMS_ASYNC_ALL,
		.boots = 5,
	};
}

static struct mms_boot_result *run_boots(const struct mms_boot_config *config)
{
	struct mms_boot_result *result = NULL;

	if (mms_boot_run(config, &result))
		fail_msg("%s", mms_last_error());
	return result;
}

static void assert_right(const struct mms_boot_config *config, const struct mms_boot_row *row)
{
	const struct mms_samples *times = row->times;
	bool waits = row->way.by != MMS_BIND_BY_BACKGROUND;
	char sentence[320];

	if (!row->verified) {
		mms_boot_describe_failure(row, sentence, sizeof(sentence));
		fail_msg("%s", sentence);
	}
	assert_int_equal(row->fault.count, config->boots);
	for (unsigned int i = 0; i < MMS_NR_BOOT_TIMES; i++) {
		assert_int_equal(times[i].count, config->boots);
		assert_true(times[i].summary.min > 0);
		assert_true(row->ratios[i].median > 0);
	}
	for (size_t i = 0; i < config->boots; i++) {
		assert_true(times[MMS_BOOT_USABLE].ns[i] >=
		            times[MMS_BOOT_BOUND].ns[i] + row->fault.ns[i]);
		assert_true(times[MMS_BOOT_DONE].ns[i] >= times[MMS_BOOT_USABLE].ns[i]);
	}
	assert_true(row->helped <= NR_DEVICES * config->boots);
	assert_true(row->waited <= NR_DEVICES * config->boots);
	if (waits)
		assert_int_equal(row->helped + row->waited, 0);
	if (row->way.wait == MMS_WAIT_ITEM)
		assert_int_equal(row->helped, 0);
}

static void all_ways_to_bind_take_part(void **state)
{
	const struct mms_initializer *both[] = {find_initializer("naive"),
	                                        find_initializer("template-movnti")};
	struct mms_boot_config config = make_boot(both, 2);
	struct mms_boot_result *result;

	(void)state;
	for (unsigned int async = 0; async < MMS_NR_ASYNCS; async++) {
		config.async = (enum mms_async)async;
		result = run_boots(&config);
		assert_true(result->ok);
		assert_int_equal(result->rows_per_initializer, NR_WAYS);
		assert_int_equal(result->nr_rows, 2 * NR_WAYS);
		assert_int_equal(result->verified.count, 3);
		for (size_t i = 0; i < result->nr_rows; i++) {
			assert_ptr_equal(result->rows[i].initializer, both[i / NR_WAYS]);
			assert_right(&config, &result->rows[i]);
		}
		for (unsigned int i = 0; i < MMS_NR_BOOT_TIMES; i++)
			assert_true(result->rows[0].ratios[i].median == 1 &&
			            result->rows[NR_WAYS].ratios[i].median == 1);
		assert_true(result->backing.resident_bytes >= result->backing.needed_bytes);
		mms_boot_free(result);
	}
}

/* What is said of the memory is said of all devices together. */
static void memory_is_that_of_all_devices(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_boot_config config = make_boot(&naive, 1);
	struct mms_boot_result *result;
	uint64_t needed = 0, pages = 0;

	(void)state;
	config.boots = 1;
	config.memmap.backing = MMS_BACKING_4K;
	result = run_boots(&config);
	for (unsigned int i = 0; i < NR_DEVICES; i++) {
		uint64_t all = geometries[i].end_pfn - geometries[i].start_pfn;
		bool altmap = mms_pgmap_altmap(&geometries[i].pgmap);

		needed += all << MMS_STRUCT_PAGE_SHIFT;
		pages += all - (altmap ? 2 : 0); /* but for the reserve */
	}
	assert_int_equal(result->backing.needed_bytes, needed);
	assert_int_equal(result->least_huge_bytes, 0);
	assert_int_equal(mms_boot_pages(&config), pages);
	mms_boot_free(result);
}

/* In most rounds all is right before the boot already, but for the pages that fault. */
static void one_that_does_nothing_is_found_by_its_fault(void **state)
{
	static const struct mms_initializer initializer = {
		.name = "lazy", .cuttable = true, .init = faulty_lazy};
	const struct mms_initializer *only = &initializer;
	struct mms_boot_config config = make_boot(&only, 1);
	bool found_in_boot = false;

	(void)state;
	config.geometries = &geometries[2]; /* in one chunk */
	config.nr_devices = 1;
	config.crew.nr_threads = 1;
	config.nr_waits = 1;
	config.boots = 9;
	/* Three warm-ups, three rounds and a bit: one chunk each. */
	for (unsigned int good = 7; good < 13; good++) {
		struct mms_boot_result *result;

		faulty_begin(good);
		result = run_boots(&config);
		assert_false(result->ok);
		for (size_t i = 0; i < result->nr_rows; i++) {
			const struct mms_boot_row *row = &result->rows[i];
			char sentence[320];

			assert_false(row->verified);
			assert_int_equal(row->times[MMS_BOOT_DONE].count, 0);
			if (strcmp(row->failure.stage, "boot") != 0 || !row->failure.fault)
				continue;
			found_in_boot = true;
			mms_boot_describe_failure(row, sentence, sizeof(sentence));
			assert_non_null(strstr(sentence, "what a fault found"));
		}
		mms_boot_free(result);
	}
	assert_true(found_in_boot);
}

/* Wrong in the second device alone: without its last compound, or an error there. */
static int forget_a_part(const struct mms_job *job)
{
	struct mms_job shorter = *job;

	shorter.end_pfn -= job->end_pfn == geometries[1].end_pfn ? 512 : 0;
	return shorter.start_pfn < shorter.end_pfn ? find_initializer("naive")->init(&shorter) : 0;
}

static int fail_in_one_part(const struct mms_job *job)
{
	return job->end_pfn == geometries[1].end_pfn ? -EIO : find_initializer("naive")->init(job);
}

static void what_is_wrong_in_one_device_is_found(void **state)
{
	static const struct mms_initializer forgetful = {
		.name = "forgetful", .cuttable = true, .init = forget_a_part};
	static const struct mms_initializer failing = {
		.name = "failing", .cuttable = true, .init = fail_in_one_part};
	const struct mms_initializer *all[] = {&forgetful, &failing, find_initializer("naive")};
	struct mms_boot_config config = make_boot(all, 3);
	struct mms_boot_result *result = run_boots(&config);
	char sentence[320];

	(void)state;
	assert_false(result->ok);
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_boot_row *row = &result->rows[i];

		if (row->initializer == all[2]) {
			assert_right(&config, row);
			continue;
		}
		assert_false(row->verified);
		assert_string_equal(row->failure.stage, "warm-up");
		if (row->initializer == &failing)
			assert_int_equal(row->failure.error, -EIO);
		else /* a fault there may find it first */
			assert_true(row->failure.report.first_pfn >= geometries[1].end_pfn - 512);
		for (unsigned int time = 0; time < MMS_NR_BOOT_TIMES; time++) {
			assert_int_equal(row->times[time].count, 0);
			assert_true(row->ratios[time].median == 0);
		}
	}
	mms_boot_describe_failure(&result->rows[2 * NR_WAYS - 1], sentence, sizeof(sentence));
	assert_non_null(strstr(sentence, "failing (background chunk, 2 threads) failed in warm-up "
	                                 "1: it returned -5"));
	mms_boot_free(result);
}

static void damage_costs_nobody_else_anything(void **state)
{
	static const struct mms_initializer vandal = {
		.name = "vandal", .cuttable = true, .init = faulty_scribble};
	const struct mms_initializer *both[] = {&vandal, find_initializer("naive")};
	struct mms_boot_config config = make_boot(both, 2);
	struct mms_boot_result *result;

	(void)state;
	config.boots = 2;
	config.crew.nr_threads = 1;
	config.memmap.backing = MMS_BACKING_FILE;
	config.memmap.file = "/tmp";
	result = run_boots(&config);
	for (size_t i = 0; i < result->rows_per_initializer; i++) {
		assert_false(result->rows[i].verified);
		assert_true(result->rows[i].failure.report.guards != 0);
		assert_right(&config, &result->rows[result->rows_per_initializer + i]);
	}
	mms_boot_free(result);
}

static void assert_refused(const struct mms_boot_config *config, int error, const char *part)
{
	struct mms_boot_result *untouched = (struct mms_boot_result *)1, *result = untouched;

	assert_int_equal(mms_boot_run(config, &result), error);
	assert_ptr_equal(result, untouched);
	if (!strstr(mms_last_error(), part))
		fail_msg("no \"%s\" in: %s", part, mms_last_error());
}

static void rounds_end_when_ratios_are_precise(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_boot_config config = make_boot(&naive, 1);

	(void)state;
	for (size_t i = 0; i < COUNT(precision_cases); i++) {
		struct mms_boot_result *result;

		config.precision = precision_cases[i].precision;
		config.boots = precision_cases[i].most;
		result = run_boots(&config);
		assert_true(result->ok);
		assert_int_equal(result->verified.nr_rounds, precision_cases[i].rounds);
		assert_int_equal(result->verified.rounds[2], precision_cases[i].rounds);
		assert_int_equal(result->rows[1].times[MMS_BOOT_USABLE].count,
		                 precision_cases[i].rounds);
		mms_boot_free(result);
	}
}

static void configs_without_sense_are_refused(void **state)
{
	static const struct mms_initializer whole = {.name = "whole", .init = faulty_lazy};
	static const unsigned int zero = 0;
	const struct mms_initializer *initializers[] = {find_initializer("naive"), &whole};
	struct mms_boot_config good = make_boot(initializers, 1), config;
	struct mms_geometry overlapping[] = {geometries[0], geometries[0]};
	char file[] = "/tmp/mms-boot-XXXXXX";

	(void)state;
	config = good;
	config.nr_devices = 0;
	assert_refused(&config, -EINVAL, "at least one of each");
	config = good;
	config.boots = 0;
	assert_refused(&config, -EINVAL, "at least one of each");
	config = good;
	config.nr_waits = 0;
	assert_refused(&config, -EINVAL, "at least one of each");
	config = good;
	config.async = MMS_NR_ASYNCS;
	assert_refused(&config, -EINVAL, "stage");
	config = good;
	config.nr_initializers = 2;
	assert_refused(&config, -EINVAL, "whole takes whole ranges only");
	config = good;
	config.crew.threads = &zero;
	config.crew.nr_threads = 1;
	assert_refused(&config, -EINVAL, "thread");

	/* The same file can't be the memory of several devices. */
	close(mkstemp(file));
	config = good;
	config.memmap.backing = MMS_BACKING_FILE;
	config.memmap.file = file;
	assert_refused(&config, -EINVAL, "of one device only, and there are 3");
	remove(file);

	/* Such devices can be made, but not bound at the same time. */
	config = good;
	config.geometries = overlapping;
	config.nr_devices = 2;
	config.boots = 1;
	{
		struct mms_boot_result *result = run_boots(&config);

		for (size_t i = 0; i < result->nr_rows; i++)
			assert_int_equal(result->rows[i].failure.error, -EBUSY);
		mms_boot_free(result);
	}
}

/* Each of them alone would. */
static void devices_have_to_fit_together(void **state)
{
	const struct mms_initializer *naive = find_initializer("naive");
	struct mms_geometry many[3];
	struct mms_boot_config config = make_boot(&naive, 1);
	uint64_t size = available_memory() / 5 * 2 / 64 * 4096 / GIB * GIB;

	(void)state;
	for (unsigned int i = 0; i < COUNT(many); i++)
		many[i] = geometry_at(MMS_MODE_FSDAX, MMS_MAP_MEM, 64 * GIB + i * size, size);
	config.geometries = many;
	config.memmap.backing = MMS_BACKING_4K;
	assert_refused(&config, -ENOMEM, "MiB of memory and there are");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_ways_to_bind_take_part),
		cmocka_unit_test(memory_is_that_of_all_devices),
		cmocka_unit_test(one_that_does_nothing_is_found_by_its_fault),
		cmocka_unit_test(what_is_wrong_in_one_device_is_found),
		cmocka_unit_test(damage_costs_nobody_else_anything),
		cmocka_unit_test(rounds_end_when_ratios_are_precise),
		cmocka_unit_test(configs_without_sense_are_refused),
		cmocka_unit_test(devices_have_to_fit_together),
	};

	return cmocka_run_group_tests_name("boot", tests, set_up, NULL);
}
