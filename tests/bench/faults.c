// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which pages fault, what a fault finds, and how much time others stole meanwhile. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faults.h"
#include "random_geometry.h"
#include "steal.h"
#include "support.h"

/* Two ranges of 4 MiB with a gap between them. */
static struct mms_geometry two_ranges(void)
{
	static const struct mms_range ranges[] = {
		{1024 * GIB, 1024 * GIB + 4 * MIB - 1},
		{1025 * GIB, 1025 * GIB + 4 * MIB - 1},
	};
	struct mms_geometry geometry;

	assert_int_equal(mms_geometry_from_ranges(mms_kernel_default(), MMS_MEMORY_DEVICE_FS_DAX, 0,
	                                          ranges, 2, 0, &geometry),
	                 0);
	return geometry;
}

static void sequential_faults_visit_all_pages_in_turn(void **state)
{
	struct mms_geometry geometry = two_ranges();
	struct mms_fault_stream stream;

	(void)state;
	mms_fault_stream_init(&stream, &geometry, true, 1);
	assert_int_equal(stream.nr_pages, 2048);
	for (unsigned int round = 0; round < 2; round++)
		for (unsigned int range = 0; range < 2; range++) {
			struct mms_pfn_range pfns = mms_geometry_device_pfns(&geometry, range);

			for (uint64_t pfn = pfns.start; pfn < pfns.end; pfn++)
				assert_int_equal(mms_fault_stream_next(&stream), pfn);
		}
}

static void random_faults_hit_device_pages_everywhere(void **state)
{
	struct mms_geometry geometry = make_geometry("v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV, 66 * MIB);
	struct mms_pfn_range pfns = mms_geometry_device_pfns(&geometry, 0);
	struct mms_fault_stream stream, same;
	unsigned int quarters[4] = {0};

	(void)state;
	mms_fault_stream_init(&stream, &geometry, false, 5);
	mms_fault_stream_init(&same, &geometry, false, 5);
	for (unsigned int i = 0; i < 1000; i++) {
		uint64_t pfn = mms_fault_stream_next(&stream);

		assert_in_range(pfn, pfns.start, pfns.end - 1);
		assert_int_equal(mms_fault_stream_next(&same), pfn);
		quarters[(pfn - pfns.start) * 4 / (pfns.end - pfns.start)]++;
	}
	for (unsigned int i = 0; i < 4; i++)
		assert_in_range(quarters[i], 150, 350);
}

/* On any geometry, also where the page of a shared tail lies elsewhere. */
static void faults_find_what_a_bind_left(void **state)
{
	uint64_t seed = random_first_seed();

	(void)state;
	for (unsigned int i = 0; i < 20; i++) {
		struct random_source random = random_source(seed + i);
		struct random_geometry made;
		struct mms_fault_stream stream;
		struct mms_memmap *map;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		assert_int_equal(mms_memmap_create(&made.geometry, NULL, &map), 0);
		mms_memmap_dirty(map, seed);
		assert_int_equal(mms_memmap_bind(map, find_initializer("naive"), 0), 0);
		mms_fault_stream_init(&stream, &made.geometry, false, random.seed);
		for (unsigned int j = 0; j < 100; j++) {
			struct mms_fault fault = {.pfn = mms_fault_stream_next(&stream)};
			struct mms_report report;

			assert_int_equal(mms_fault_take(NULL, map, &fault), 0);
			assert_int_equal(fault.waiting, 0);
			mms_fault_verify(map, &fault, &report);
			assert_int_equal(report.mismatches, 0);
			fault.page[63] ^= 1;
			mms_fault_verify(map, &fault, &report);
			assert_int_equal(report.mismatches, report.compared);
		}
		mms_memmap_destroy(map);
	}
}

static void write_stat(const char *line)
{
	FILE *file = fopen("root/proc/stat", "w");

	assert_non_null(file);
	fprintf(file, "%s\nintr 1\n", line);
	fclose(file);
}

static void stolen_time_is_the_eighth_number(void **state)
{
	uint64_t ns = 77, tick = 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK);
	char folder[] = "/tmp/mms-steal-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_false(mms_steal_read("root", &ns));
	assert_int_equal(mkdir("root", 0700), 0);
	assert_int_equal(mkdir("root/proc", 0700), 0);
	write_stat("cpu  1 2 3 4 5 6 7");
	assert_false(mms_steal_read("root", &ns));
	write_stat("cpu0 1 2 3 4 5 6 7 8 9 10");
	assert_false(mms_steal_read("root", &ns));
	assert_int_equal(ns, 77);
	write_stat("cpu  1 2 3 4 5 6 7 8 9 10");
	assert_true(mms_steal_read("root", &ns));
	assert_int_equal(ns, 8 * tick);
	assert_int_equal(remove("root/proc/stat"), 0);
	assert_int_equal(rmdir("root/proc"), 0);
	assert_int_equal(rmdir("root"), 0);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequential_faults_visit_all_pages_in_turn),
		cmocka_unit_test(random_faults_hit_device_pages_everywhere),
		cmocka_unit_test(faults_find_what_a_bind_left),
		cmocka_unit_test(stolen_time_is_the_eighth_number),
	};

	return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
