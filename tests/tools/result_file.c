// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "result_file.h"
#include "run.h"

#define RESULTS TEST_DATA "/results/"

json_t *load_result(const char *name)
{
	char path[512];
	json_t *json;

	snprintf(path, sizeof(path), RESULTS "%s", name);
	json = json_load_file(path, 0, NULL);
	assert_non_null(json);
	return json;
}

void save_result(json_t *json, const char *name)
{
	assert_int_equal(json_dump_file(json, scratch(name), JSON_INDENT(1)), 0);
	json_decref(json);
}

json_t *row_at(const json_t *result, size_t index)
{
	return json_array_get(json_object_get(result, "results"), index);
}

void set_samples(json_t *result, size_t row, double ns)
{
	json_t *samples = json_array();

	for (int i = 0; i < 40; i++)
		json_array_append_new(samples,
		                      json_integer((json_int_t)(ns * (1 + 1e-4 * (i % 7)))));
	json_object_set(json_object_get(row_at(result, row), "first_bind"), "samples_ns", samples);
	json_object_set_new(json_object_get(row_at(result, row), "rebind"), "samples_ns", samples);
}

void make_result(const char *name, double ns)
{
	json_t *result = load_result("rebind.json");

	set_samples(result, 0, ns);
	set_samples(result, 1, 2 * ns);
	save_result(result, name);
}

void make_wrong(json_t *result, size_t row)
{
	json_t *wrong = row_at(result, row);

	json_object_set_new(wrong, "verified", json_false());
	json_object_set_new(json_object_get(wrong, "first_bind"), "samples_ns", json_null());
	json_object_set_new(json_object_get(wrong, "rebind"), "samples_ns", json_null());
	json_object_set_new(result, "ok", json_false());
}
