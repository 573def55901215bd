// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim verify --stores. What the tracer itself finds is tested where it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "check_stores.h"
#include "command.h"
#include "run.h"
#include "skip.h"

/* As run_expecting(), but where nothing may be traced there is nothing to test. */
static struct result trace_expecting(int status, const char *arguments)
{
	struct result result = run("memmapsim verify --stores %s", arguments);

	if (strstr(result.err, "may not trace its child"))
		skip_because("%s", "a process may not trace its child here");
	if (result.status != status)
		fail_msg("status %d: %s", result.status, result.err);
	return result;
}

static void initializers_are_listed_for_each_job(void **state)
{
	struct result result = trace_expecting(0, "--kernel v7.1 -i template-movnti,stream-movnti");
	unsigned int rows = 0;

	(void)state;
	assert_contains(result.out, "v7.1 (");
	assert_contains(result.out, "fsdax, map=dev");
	assert_contains(result.out, "devdax, map=dev");
	assert_contains(result.out, "tails shared");
	assert_null(strstr(result.out, "v7.2 ("));
	assert_contains(result.out, "\n\nkernel ");
	for (const char *row = result.out; (row = strstr(row, "  stream-movnti ")); row++)
		rows++;
	assert_int_equal(rows, 3);
	assert_null(strstr(result.out, " NO "));
}

static void geometry_can_be_chosen(void **state)
{
	json_t *json, *job, *check;

	(void)state;
	trace_expecting(0, "-i stream-movnti --mode devdax --align 2M --size 6M "
	                   "--kernel v6.18 --json stores.json");
	json = json_load_file(scratch("stores.json"), 0, NULL);
	assert_non_null(json);
	assert_int_equal(json_array_size(json_object_get(json, "stores")), 1);
	job = json_array_get(json_object_get(json, "stores"), 0);
	check = json_array_get(json_object_get(job, "initializers"), 0);
	assert_string_equal(json_string_value(json_object_get(check, "name")), "stream-movnti");
	assert_true(json_is_true(json_object_get(check, "drained")));
	assert_int_equal(json_array_size(json_object_get(check, "missing_drains")), 0);
	assert_int_equal(json_integer_value(json_object_get(check, "bytes_read")), 0);
	assert_int_equal(json_integer_value(json_object_get(check, "bytes_nontemporal")),
	                 json_integer_value(json_object_get(check, "bytes_written")));
	json_decref(json);
}

static void gates_make_templates_fall_back(void **state)
{
	struct result result =
		trace_expecting(0, "-i template-movnti --mode fsdax --size 6M --trace-page-ref");

	(void)state;
	assert_contains(result.out, "fell back to naive");
}

static void what_cannot_be_is_refused(void **state)
{
	(void)state;
	run_refused(2, "leave one of them out", "memmapsim verify --stores --capture x.json");
	run_refused(2, "too many to be stepped through",
	            "memmapsim verify --stores --preset fsdax-1g");
	run_refused(2, "unknown", "memmapsim verify --stores -i unknown");
	run_refused(2, "leave --rounds out", "memmapsim verify --stores --rounds 2");
	run_refused(3, "can't create file",
	            "memmapsim verify --stores --size 64M --backing file:missing/new");
}

static int stream_a_page(const struct mms_job *job)
{
	uint64_t *words = (uint64_t *)mms_job_page(job, job->start_pfn + 2);

	__asm__ volatile("movnti %1, %0" : "=m"(words[1]) : "r"(job->start_pfn) : "memory");
	return 0;
}

static void missing_drain_is_named(void **state)
{
	const struct stores_options stores = {.seed = 1};
	const struct mms_initializer initializer = {.name = "leaky", .init = stream_a_page};
	const struct mms_memmap_options options = {.backing = MMS_BACKING_4K};
	struct geometry_options geometry_options;
	struct mms_geometry geometry;
	struct stores_check check;
	struct mms_memmap *map;
	char text[2048] = "";
	json_t *json;
	FILE *stream;
	int status;

	(void)state;
	geometry_options_init(&geometry_options, "fsdax-1g");
	geometry_options.ns.size = UINT64_C(4) << 20;
	assert_int_equal(mms_kernel_find("v7.1", &geometry_options.kernel), 0);
	assert_int_equal(geometry_options_resolve(&geometry_options, &geometry), STATUS_OK);
	assert_int_equal(mms_memmap_create(&geometry, &options, &map), 0);
	status = check_stores(map, &initializer, &stores, &check);
	if (status == STATUS_RESOURCE) {
		mms_memmap_destroy(map);
		skip_because("%s", mms_last_error());
	}
	assert_int_equal(status, STATUS_OK);
	assert_false(stores_check_ok(&check));
	assert_int_equal(check.drains[MMS_DRAIN_BEFORE_RETURN].times, 1);
	assert_int_equal(check.report.bytes_written, 8);

	stream = fmemopen(text, sizeof(text), "w");
	show_missing_drains(stream, map, &check);
	fclose(stream);
	assert_contains(text, "no drain before return, found once, at pfn 0x10000202");
	assert_contains(text, "streamed by movnti");

	json = stores_check_json(map, &check);
	assert_true(json_is_false(json_object_get(json, "drained")));
	assert_string_equal(
		json_string_value(json_object_get(
			json_array_get(json_object_get(json, "missing_drains"), 0), "drain")),
		"before return");
	json_decref(json);
	mms_memmap_destroy(map);
}

/* check_stores() calls it once as it is, and then under the tracer. */
static int end_when_traced(const struct mms_job *job)
{
	static unsigned int calls;

	(void)job;
	if (++calls == 2)
		_exit(0);
	return 0;
}

static void an_initializer_that_ends_its_process_has_failed(void **state)
{
	const struct stores_options stores = {.seed = 1};
	const struct mms_initializer initializer = {.name = "quitter", .init = end_when_traced};
	const struct mms_memmap_options options = {.backing = MMS_BACKING_4K};
	struct geometry_options geometry_options;
	struct mms_geometry geometry;
	struct stores_check check;
	struct mms_memmap *map;
	int status;

	(void)state;
	geometry_options_init(&geometry_options, "fsdax-1g");
	assert_int_equal(geometry_options_resolve(&geometry_options, &geometry), STATUS_OK);
	assert_int_equal(mms_memmap_create(&geometry, &options, &map), 0);
	status = check_stores(map, &initializer, &stores, &check);
	mms_memmap_destroy(map);
	if (status == STATUS_RESOURCE)
		skip_because("%s", mms_last_error());
	assert_int_equal(status, STATUS_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(initializers_are_listed_for_each_job),
		cmocka_unit_test(geometry_can_be_chosen),
		cmocka_unit_test(gates_make_templates_fall_back),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(missing_drain_is_named),
		cmocka_unit_test(an_initializer_that_ends_its_process_has_failed),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
