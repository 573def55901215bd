// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Captures that are missing, truncated, corrupt or lying are refused, and nothing is done. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture.h"
#include "capture_check.h"
#include "command.h"
#include "edited_capture.h"
#include "random_geometry.h"
#include "run.h"
#include "skip.h"

#define ROUNDS       1000
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* A small capture, of 16 MiB. */
static struct edited_capture small_capture(const char *name)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_DEVDAX,
		.map = MMS_MAP_DEV,
		.align = UINT64_C(2) << 20,
		.start = UINT64_C(4) << 30,
		.size = UINT64_C(16) << 20,
	};
	struct mms_geometry geometry;
	struct edited_capture capture;

	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry), 0);
	capture = edited_capture_make(&ns, &geometry);
	edited_capture_describe_pages(&capture, name);
	return capture;
}

static void bad_values(void **state)
{
	static const struct {
		const char *path, *text; /* NULL: the key is removed */
		const char *message;
	} cases[] = {
		{"format", NULL, "bad.json: format is missing"},
		{"format", "2", "this program reads format 1"},
		{"format", "\"1\"", "format must be a whole number"},
		{"kernel", "[]", "kernel must be an object"},
		{"kernel.model", NULL, "kernel.model is missing"},
		{"kernel.model", "\"v7.22\"", "did you mean \"v7.2\"?"},
		{"kernel.release", "7", "kernel.release must be a string"},
		{"kernel.release", "\"\\u001b[2J\"", "must be printable ASCII"},
		{"namespace", NULL, "namespace is missing"},
		{"namespace.mode", "\"sector\"",
	         "namespace.mode is not known: there is no value \"sector\""},
		{"namespace.mode", "null", "namespace.mode must be a string"},
		{"namespace.mode", "\"fsdax\\u0000\"", "no JSON"},
		{"namespace.map", "\"ram\"", "there is no value \"ram\"; there are dev, mem"},
		{"namespace.map", NULL, "namespace.map is missing"},
		{"namespace.align", "65536", "65536"},
		{"namespace.align", "2097152.0", "namespace.align must be a whole number"},
		{"namespace.resource", "4294967296", "namespace.resource must be a string"},
		{"namespace.resource", "\"4294967296\"", "must be an address such as"},
		{"namespace.resource", "\"0x\"", "must be an address such as"},
		{"namespace.resource", "\"0x1ffffffffffffffff\"", "must be an address such as"},
		{"namespace.resource", "\"0x100000800\"", "multiple of 4K"},
		{"namespace.resource", "\"0xffffffffff000000\"", "below 2^52"},
		{"namespace.size", "0", "namespace.size must be a whole number"},
		{"namespace.size", "-4096", "namespace.size must be a whole number"},
		{"namespace.nid", "1024", "from 0 to 1023"},
		{"namespace.early_section", "0", "must be true or false"},
		{"namespace.early_section", NULL, "early_section is missing"},
		{"vmemmap_base", "\"ffffea0000000000\"", "vmemmap_base must be an address"},
		{"zone", "8", "zone must be a whole number from 0 to 7"},
		{"pgmap.address", NULL, "pgmap.address is missing"},
		{"pgmap.type", "\"MEMORY_DEVICE_FSDAX\"", "did you mean \"MEMORY_DEVICE_FS_DAX\""},
		{"pgmap.flags", "-1", "pgmap.flags must be"},
		{"pgmap.vmemmap_shift", "true", "pgmap.vmemmap_shift must be"},
		{"pgmap.range", "null", "pgmap.range must be an object"},
		{"pgmap.range.end", "\"0xffffffff\"", "pgmap.range must ascend"},
		{"pgmap.range.end", "\"0x10000000000000\"", "must ascend and end below 2^52"},
		{"pgmap.altmap", "null", "pgmap.altmap contradicts"},
		{"pgmap.flags", "0", "pgmap.altmap contradicts"},
		{"pgmap.altmap", "7", "pgmap.altmap must be an object"},
		{"pgmap.altmap.alloc", NULL, "pgmap.altmap.alloc is missing"},
		{"initialised_pages", "\"4096\"", "initialised_pages must be"},
		{"never_written", "null", "never_written must be a list"},
		{"never_written", "[0,1]", "must be a list of pairs"},
		{"never_written", "[[0]]", "must be a list of pairs"},
		{"never_written", "[[0,4096]]", "up to 4095"},
		{"never_written", "[[1,0]]", "in ascending order"},
		{"never_written", "[[2,3],[3,4]]", "element 1 isn't so"},
		{"pageblock_migratetype", "[]", "add up to the namespace's 8 pageblocks"},
		{"pageblock_migratetype", "[[1,7]]", "add up to the namespace's 8 pageblocks"},
		{"pageblock_migratetype", "[[1,8],[1,1]]", "add up"},
		{"pageblock_migratetype", "[[0,0],[1,8]]", "in runs of one or more"},
		{"pageblock_migratetype", "[[1,-8]]", "must be a list of pairs"},
		{"pages.start_pfn", "1048575", "must lie in the namespace"},
		{"pages.start_pfn", "1048577", "must lie in the namespace"},
		{"pages.count", "4097", "must lie in the namespace"},
		{"pages.count", "4095", "holds more than the 4095 pages"},
		{"pages.count", "0", "pages.count must be"},
		{"pages.count", "67108865", "pages.count must be"},
		{"pages.sha256", "\"00\"", "64 hexadecimal digits"},
		{"pages.sha256",
	         "\"0000000000000000000000000000000000000000000000000000000000000000\"",
	         "doesn't have the sha256"},
		{"pages.file", "\"missing.zst\"", "missing.zst can't be read: No such file"},
		{"pages.file", "\"\"", "must be the name of a file in the same folder"},
		{"pages.file", "\"..\"", "must be the name of a file in the same folder"},
		{"pages.file", "\"../bad.pages.zst\"", "in the same folder"},
		{"pages.file", "\"/etc/passwd\"", "in the same folder"},
		{"pages.file", "\"bad.json\"", "bad.json is corrupt"},
		{"pages.file", "\"folder\"", "folder is no regular file"},
		{"pages.file", "\"fifo\"", "fifo is no regular file"},
	};

	(void)state;
	run_expecting(0, "mkdir folder; mkfifo fifo");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct edited_capture capture = small_capture("bad");

		edited_capture_set(&capture, cases[i].path, cases[i].text);
		edited_capture_save(&capture, "bad");
		run_refused(2, cases[i].message, "memmapsim verify --capture bad.json");
		edited_capture_free(&capture);
	}
}

static void bad_files(void **state)
{
	static const struct {
		const char *command; /* does it to a good one */
		const char *message;
	} cases[] = {
		{"rm bad.json", "bad.json can't be read: No such file"},
		{"rm bad.json; mkdir bad.json", "bad.json is no regular file"},
		{"rm bad.json; mkfifo bad.json", "bad.json is no regular file"},
		{": >bad.json", "bad.json is no JSON"},
		{"echo '[]' >bad.json", "must hold a JSON object"},
		{"head -c 700 bad.json >x; mv x bad.json", "bad.json is no JSON"},
		{"echo '{}' >>bad.json", "bad.json is no JSON"},
		{"sed -i 's/\"format\": 1,/&&/' bad.json", "bad.json is no JSON"},
		{"sed -i 's/\"size\": /&99999999999/' bad.json", "bad.json is no JSON"},
		{"rm bad.pages.zst", "bad.pages.zst can't be read: No such file"},
		{": >bad.pages.zst", "bad.pages.zst is truncated"},
		{"head -c 20 bad.pages.zst >x; mv x bad.pages.zst", "bad.pages.zst is truncated"},
		{"head -c -1 bad.pages.zst >x; mv x bad.pages.zst", "bad.pages.zst is truncated"},
		{"echo >>bad.pages.zst", "bad.pages.zst is corrupt"},
		{"echo rubbish >>bad.pages.zst", "bad.pages.zst is corrupt"},
		{"echo rubbish >bad.pages.zst", "bad.pages.zst is corrupt"},
		{"cat bad.pages.zst bad.pages.zst >x; mv x bad.pages.zst", "holds more than"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct edited_capture capture = small_capture("bad");

		edited_capture_save(&capture, "bad");
		run_expecting(0, "memmapsim verify --capture bad.json");
		run_expecting(0, "%s", cases[i].command);
		run_refused(2, cases[i].message, "memmapsim verify --capture bad.json");
		run_expecting(0, "rm -rf bad.*");
		edited_capture_free(&capture);
	}
}

/* Permission is a resource that is missing, whichever of the files it is for. */
static void files_of_others(void **state)
{
	static const char *const files[] = {"bad.json", "bad.pages.zst"};

	(void)state;
	if (geteuid() == 0)
		skip_because("root may read any file");
	for (size_t i = 0; i < COUNT(files); i++) {
		struct edited_capture capture = small_capture("bad");

		edited_capture_save(&capture, "bad");
		run_expecting(0, "chmod a-r %s", files[i]);
		run_refused(3, "can't be read: Permission denied",
		            "memmapsim verify --capture bad.json");
		run_expecting(0, "rm bad.*");
		edited_capture_free(&capture);
	}
}

/* Captures in different folders may have the same name. */
static void the_file_is_named_with_its_folder(void **state)
{
	struct edited_capture capture = small_capture("bad");

	(void)state;
	edited_capture_set(&capture, "namespace.align", "3");
	edited_capture_save(&capture, "bad");
	run_expecting(0, "mkdir there; mv bad.* there");
	run_refused(2, "memmapsim: there/bad.json: namespace: ",
	            "memmapsim verify --capture there/bad.json");
	run_expecting(0, "rm -r there");
	edited_capture_free(&capture);
}

/* Pages that say nothing may not be changed either. */
static void changed_where_nothing_is_declared(void **state)
{
	struct edited_capture capture = small_capture("stale");

	(void)state;
	capture.pages[1].flags ^= 1;
	edited_capture_save(&capture, "stale");
	run_refused(2, "doesn't have the sha256", "memmapsim verify --capture stale.json");
	edited_capture_free(&capture);
}

static void lies_about_sections(void **state)
{
	struct edited_capture capture = edited_capture_load("7.2-fsdax_dev");

	(void)state;
	edited_capture_describe_pages(&capture, "lie");
	edited_capture_set(&capture, "namespace.early_section", "true");
	edited_capture_save(&capture, "lie");
	run_refused(2, "namespace.early_section can't be true",
	            "memmapsim verify --capture lie.json");
	edited_capture_free(&capture);
}

/* One bad capture among good ones: nothing is done, and no result is written. */
static void nothing_is_done(void **state)
{
	struct edited_capture capture = small_capture("good");

	(void)state;
	edited_capture_save(&capture, "good");
	run_refused(2, "missing.json",
	            "memmapsim verify --json result.json --capture good.json missing.json");
	run_expecting(1, "test -e result.json");
	edited_capture_free(&capture);
}

static void usage(void **state)
{
	(void)state;
	run_refused(2, "write --capture good.json", "memmapsim verify good.json");
	run_refused(2, "leave --capture", "memmapsim verify --capture good.json --size 1G");
	run_refused(2, "leave --capture", "memmapsim verify --capture good.json -k v7.2");
	run_refused(2, "no initializer", "memmapsim verify --capture good.json -i frobnicate");
}

/* Change some bits of @data, or cut it. @return its new size */
static size_t damage(struct random_source *random, char *data, size_t size)
{
	if (random_one_in(random, 4))
		return (size_t)random_below(random, size);
	for (uint64_t i = 1 + random_below(random, 3); i; i--)
		data[random_below(random, size)] ^= (char)(1 << random_below(random, 8));
	return size;
}

/* Write a copy of the scratch file @name as @copy, damaged if @random is not NULL. */
static void copy(const char *name, const char *copy_name, struct random_source *random)
{
	char data[1 << 14];
	FILE *file = fopen(scratch(name), "r");
	size_t size;

	assert_non_null(file);
	size = fread(data, 1, sizeof(data), file);
	assert_in_range(size, 1, sizeof(data) - 1);
	fclose(file);
	if (random)
		size = damage(random, data, size);
	file = fopen(scratch(copy_name), "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	fclose(file);
}

/* All that verify does with a capture's files, without caring for its verdict. */
static int read_all(const char *path)
{
	struct capture_differences differences;
	struct mms_geometry geometry;
	struct capture capture;
	bool sha256_holds;
	void *pages;
	int status = capture_open(path, &capture);

	if (status)
		return status;
	status = capture_geometry(&capture, &geometry);
	if (status == STATUS_OK)
		capture_compare(&capture, &geometry, &differences);
	if (status == STATUS_OK)
		status = capture_read_pages(&capture, &pages, &sha256_holds);
	if (status == STATUS_OK)
		free(pages);
	capture_close(&capture);
	return status;
}

/* Whatever is in the files, they are read or refused; sanitizers see to it that nothing else is. */
static void damaged_files(void **state)
{
	struct edited_capture capture = small_capture("damaged");
	uint64_t seed = random_first_seed();
	unsigned int read = 0;

	(void)state;
	edited_capture_save(&capture, "whole");
	edited_capture_free(&capture);
	assert_non_null(freopen("/dev/null", "w", stderr));
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct random_source random = random_source(seed + round);
		bool in_json = random_one_in(&random, 2);
		int status;

		copy("whole.json", "damaged.json", in_json ? &random : NULL);
		copy("whole.pages.zst", "damaged.pages.zst", in_json ? NULL : &random);
		status = read_all(scratch("damaged.json"));
		if (status != STATUS_OK && status != STATUS_USAGE)
			fail_msg("status %d; repeat with MMS_TEST_SEED=%" PRIu64, status,
			         random.seed);
		read += status == STATUS_OK;
	}
	/* Not all were refused or all read, or nothing was tested. */
	assert_in_range(read, ROUNDS / 100, ROUNDS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_values),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(files_of_others),
		cmocka_unit_test(the_file_is_named_with_its_folder),
		cmocka_unit_test(changed_where_nothing_is_declared),
		cmocka_unit_test(lies_about_sections),
		cmocka_unit_test(nothing_is_done),
		cmocka_unit_test(usage),
		cmocka_unit_test(damaged_files),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
