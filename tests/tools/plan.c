// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <hwloc.h>
#include <jansson.h>

#include "run.h"

#define EIGHT_SOCKETS "--topology 'numa:8 core:28 pu:1'"

/* How often @part is in @text, where any number of blanks is one. */
static unsigned int count(const char *text, const char *part)
{
	char squeezed[64 * 1024];
	unsigned int nr = 0;
	size_t length = 0;

	for (; *text && length + 1 < sizeof(squeezed); text++)
		if (*text != ' ' || !length || squeezed[length - 1] != ' ')
			squeezed[length++] = *text;
	squeezed[length] = '\0';
	for (const char *at = squeezed; (at = strstr(at, part)); at++)
		nr++;
	return nr;
}

static void eight_sockets_are_balanced_within_a_chunk(void **state)
{
	struct result result =
		run_expecting(0, "memmapsim plan " EIGHT_SOCKETS " --namespaces 48x128G");
	double nodes = 99, threads = 99;

	(void)state;
	assert_contains(result.out, "48 like this");
	assert_int_equal(count(result.out, " 28 28 6048 198177792 12095.8 MiB 6048 0\n"), 8);
	assert_int_equal(sscanf(strstr(result.out, "nodes take"),
	                        "nodes take %*u to %*u pages, %lf chunks apart threads take %*u "
	                        "to %*u pages, %lf",
	                        &nodes, &threads),
	                 2);
	assert_true(nodes <= 1 && threads <= 1);
	assert_contains(result.out, "128 GiB at 0x10000000000");
}

/* A namespace without info block, so that all borders are round. */
static void shares_have_their_pfns(void **state)
{
	struct result result = run_expecting(
		0, "memmapsim plan --topology 'core:4 pu:1' --mode raw --size 1G --split shares");

	(void)state;
	assert_contains(result.out, "0x10000000-0x1000ffff\n");
	assert_contains(result.out, "0x10010000-0x1001ffff\n");
	assert_contains(result.out, "0x10020000-0x1002ffff\n");
	assert_contains(result.out, "0x10030000-0x1003ffff\n");
	assert_contains(result.out, "threads take 65536 to 65536 pages, 0.00 chunks apart,\n");
}

static void all_ranges_are_shown_if_asked_for(void **state)
{
	const char *options = "--topology 'core:2 pu:1' --namespaces 3x256M --mode raw";
	struct result result = run_expecting(0, "memmapsim plan %s", options);

	(void)state;
	assert_contains(result.out, "0x10000000-0x10007fff and 2 more\n");
	assert_null(strstr(result.out, "0x10088000"));
	result = run_expecting(0, "memmapsim plan %s --ranges", options);
	/* Each namespace begins at a border of 1 GiB. */
	assert_contains(result.out, " 0x10000000-0x10007fff\n");
	assert_contains(result.out, " 0x10048000-0x1004ffff\n");
	assert_contains(result.out, " 0x10088000-0x1008ffff\n");
}

static void memmaps_lie_where_they_are_told_to(void **state)
{
	struct result result = run_expecting(
		0, "memmapsim plan --topology 'numa:3 core:2 pu:1' --namespaces 4x1G --mode raw "
		   "--node 2,0");

	(void)state;
	/* 4 namespaces of 8 sections; what one node has more than its share, others help with. */
	assert_int_equal(count(result.out, " 2 2 16 524288 "), 2);
	assert_int_equal(count(result.out, "\n 1 2 2 0 0 0.0 MiB 11 11\n"), 1);
	/* A single node has its own cores only. */
	result = run_expecting(0, "memmapsim plan --topology 'numa:3 core:2 pu:1' --node 1");
	assert_contains(result.out, "threads     2\n");
	assert_int_equal(count(result.out, "\n 0 2 0 0 0 0.0 MiB 0 0\n"), 1);
}

static void nodes_without_cpus_have_no_threads(void **state)
{
	struct result result = run_expecting(
		0, "memmapsim plan --topology 'pack:2 [numa] [numa] core:4 pu:1' --node 3 --size "
		   "1G");

	(void)state;
	assert_contains(result.out, "threads     4\n");
	assert_int_equal(count(result.out, "\n 2 4 4 0 0 "), 1);
	assert_int_equal(count(result.out, "\n 3 0 0 8 "), 1);
}

static void machines_come_from_files(void **state)
{
	hwloc_topology_t topology;
	struct result result;

	(void)state;
	assert_int_equal(hwloc_topology_init(&topology), 0);
	assert_int_equal(hwloc_topology_set_synthetic(topology, "numa:2 core:3 pu:1"), 0);
	assert_int_equal(hwloc_topology_load(topology), 0);
	assert_int_equal(hwloc_topology_export_xml(topology, scratch("two.xml"), 0), 0);
	hwloc_topology_destroy(topology);
	result = run_expecting(0, "memmapsim plan --topology two.xml");
	assert_contains(result.out, "two.xml: NUMA nodes: 2, cores: 6\n");
	result = run_expecting(0, "memmapsim plan --topology two.xml --cpus 1,3-4");
	assert_contains(result.out, "threads     3\n");
}

static void this_machine_is_the_default(void **state)
{
	struct result result = run_expecting(0, "memmapsim plan --threads 5 --preset devdax-1g");

	(void)state;
	assert_contains(result.out, "this machine: NUMA nodes: ");
	assert_contains(result.out, "threads     5\n");
}

/* The pfns of all threads, put together, are those of the namespaces, each once. */
static void json_has_all_of_it(void **state)
{
	uint64_t pages = 0;
	json_t *json, *workers, *nodes;

	(void)state;
	run_expecting(0, "memmapsim plan --topology 'numa:2 core:2 pu:1' --namespaces 3x1G --json "
	                 "plan.json");
	json = json_load_file(scratch("plan.json"), 0, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "command")), "plan");
	assert_int_equal(json_integer_value(json_object_get(json, "threads")), 4);
	assert_int_equal(json_array_size(json_object_get(json, "geometries")), 3);
	workers = json_object_get(json, "workers");
	assert_int_equal(json_array_size(workers), 4);
	for (size_t i = 0; i < 4; i++) {
		const json_t *worker = json_array_get(workers, i);
		const json_t *pfns = json_object_get(worker, "pfns");
		uint64_t taken = 0;

		for (size_t j = 0; j < json_array_size(pfns); j++)
			taken += (uint64_t)(json_integer_value(
						    json_array_get(json_array_get(pfns, j), 1)) -
			                    json_integer_value(
						    json_array_get(json_array_get(pfns, j), 0)));
		assert_int_equal(taken, json_integer_value(json_object_get(worker, "pages")));
		pages += taken;
	}
	assert_int_equal(pages, 3 * 257536);
	nodes = json_object_get(json, "nodes");
	assert_int_equal(json_array_size(nodes), 2);
	/* Two namespaces lie on the first node, so the other one's threads help. */
	assert_int_equal(
		json_integer_value(json_object_get(json_array_get(nodes, 0), "pages_there")),
		2 * 257536);
	assert_true(json_integer_value(
			    json_object_get(json_array_get(nodes, 1), "chunks_of_others")) > 0);
	assert_true(json_number_value(json_object_get(
			    json_object_get(json_object_get(json, "balance"), "nodes"),
			    "chunks_apart")) <= 1);
	json_decref(json);
	run_refused(3, "nowhere/plan.json", "memmapsim plan --json nowhere/plan.json");
}

static void nonsense_is_refused(void **state)
{
	static const char *const rows[] = {
		"8",     "x12G",  "0x12G",   "8x",      "8x0",
		"8x12Q", "-1x1G", "9999x1G", "8 x 12G", "99999999999999999999x1G"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		run_refused(2, "--namespaces", "memmapsim plan --namespaces '%s'", rows[i]);
	run_refused(2, "leave --preset", "memmapsim plan --namespaces 2x1G --preset fsdax-1g");
	run_refused(2, "leave --preset", "memmapsim plan --size 2G --namespaces 2x1G");
	run_refused(2, "physical address space", "memmapsim plan --namespaces 4096x1T");
	run_refused(2, "not understood", "memmapsim plan --topology 'numa:8 core'");
	run_refused(2, "more CPUs", "memmapsim plan --topology 'numa:1000 core:1000 pu:1'");
	run_refused(2, "none.xml", "memmapsim plan --topology none.xml");
	run_refused(2, "no NUMA node 8", "memmapsim plan " EIGHT_SOCKETS " --node 8");
	run_refused(2, "no NUMA node 9", "memmapsim plan " EIGHT_SOCKETS " --node 1,9");
	run_refused(2, "--node", "memmapsim plan " EIGHT_SOCKETS " --node 1,");
	run_refused(2, "CPUs 224 are not all there", "memmapsim plan " EIGHT_SOCKETS " --cpus 224");
	run_refused(2, "--threads 0", "memmapsim plan --threads 0");
	run_refused(2, "--threads 16385", "memmapsim plan --threads 16385");
	run_refused(2, "did you mean \"shares\"?", "memmapsim plan --split share");
	run_refused(2, "single size", "memmapsim plan --size 1G,2G");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eight_sockets_are_balanced_within_a_chunk),
		cmocka_unit_test(shares_have_their_pfns),
		cmocka_unit_test(all_ranges_are_shown_if_asked_for),
		cmocka_unit_test(memmaps_lie_where_they_are_told_to),
		cmocka_unit_test(nodes_without_cpus_have_no_threads),
		cmocka_unit_test(machines_come_from_files),
		cmocka_unit_test(this_machine_is_the_default),
		cmocka_unit_test(json_has_all_of_it),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
