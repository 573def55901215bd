// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Nodes and cores of machines that are described, recorded, or this one. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

static unsigned int cores_of(const struct mms_topology *topology, int node)
{
	unsigned int cores;

	assert_success(mms_topology_cores(topology, node, &cores));
	return cores;
}

static void eight_sockets(void **state)
{
	struct mms_topology *topology = make_topology("numa:8 core:28 pu:1");

	(void)state;
	assert_int_equal(mms_topology_node_count(topology), 8);
	for (int i = 0; i < 8; i++) {
		const struct mms_node *node = mms_topology_node_at(topology, (size_t)i);

		assert_int_equal(node->number, i);
		assert_int_equal(node->nr_cores, 28);
		assert_int_equal(node->nearest, i);
		assert_int_equal(cores_of(topology, i), 28);
	}
	assert_null(mms_topology_node_at(topology, 8));
	assert_int_equal(cores_of(topology, MMS_NODE_ANY), 8 * 28);
	mms_topology_destroy(topology);
}

static void one_core(void **state)
{
	struct mms_topology *topology = make_topology("core:1 pu:1");

	(void)state;
	assert_int_equal(mms_topology_node_count(topology), 1);
	assert_int_equal(cores_of(topology, MMS_NODE_ANY), 1);
	mms_topology_destroy(topology);
}

static void threads_of_a_core_are_one(void **state)
{
	struct mms_topology *topology = make_topology("numa:2 core:3 pu:2");

	(void)state;
	assert_int_equal(cores_of(topology, 1), 3);
	mms_topology_destroy(topology);
}

static void cpus_stand_in_for_unknown_cores(void **state)
{
	struct mms_topology *topology = make_topology("numa:2 pu:4");

	(void)state;
	assert_int_equal(cores_of(topology, 0), 4);
	assert_int_equal(cores_of(topology, MMS_NODE_ANY), 8);
	mms_topology_destroy(topology);
}

/* RAM, and slower or faster memory beside it: two nodes that are local to the same CPUs. */
static void memory_beside_memory_has_no_cores(void **state)
{
	struct mms_topology *topology = make_topology("pack:2 [numa] [numa] core:4 pu:1");

	(void)state;
	assert_int_equal(mms_topology_node_count(topology), 4);
	for (int i = 0; i < 4; i++) {
		const struct mms_node *node = mms_topology_node_at(topology, (size_t)i);

		assert_int_equal(node->nr_cores, i % 2 ? 0 : 4);
		assert_int_equal(node->nearest, i - i % 2);
		assert_int_equal(cores_of(topology, i), 4);
	}
	assert_int_equal(cores_of(topology, MMS_NODE_ANY), 8);
	mms_topology_destroy(topology);
}

static void unequal_nodes_from_a_file(void **state)
{
	char *xml = make_xml("numa:3 core:4 pu:1", "0-4", NULL);
	struct mms_topology *topology = make_topology(xml);

	(void)state;
	assert_int_equal(mms_topology_node_count(topology), 3);
	assert_int_equal(mms_topology_node_at(topology, 0)->nr_cores, 4);
	assert_int_equal(mms_topology_node_at(topology, 1)->nr_cores, 1);
	assert_int_equal(mms_topology_node_at(topology, 2)->nr_cores, 0);
	/* Nothing is known of what is near, so any will do. */
	assert_int_equal(mms_topology_node_at(topology, 2)->nearest, 0);
	mms_topology_destroy(topology);
	remove_file(xml);
}

static void memory_without_cpus_goes_to_the_nearest(void **state)
{
	/* Node 0 has no CPUs either; of 1 and 2, node 3 is nearer to 2, and node 0 to 1. */
	static const uint64_t distances[] = {
		10, 17, 28, 28, /* */
		17, 10, 21, 28, /* */
		28, 21, 10, 17, /* */
		28, 28, 17, 10,
	};
	char *xml = make_xml("numa:4 core:2 pu:1", "2-5", distances);
	struct mms_topology *topology = make_topology(xml);

	(void)state;
	assert_int_equal(mms_topology_node_at(topology, 0)->nearest, 1);
	assert_int_equal(mms_topology_node_at(topology, 1)->nearest, 1);
	assert_int_equal(mms_topology_node_at(topology, 2)->nearest, 2);
	assert_int_equal(mms_topology_node_at(topology, 3)->nearest, 2);
	assert_int_equal(cores_of(topology, 3), 2);
	mms_topology_destroy(topology);
	remove_file(xml);
}

static void some_cpus_only(void **state)
{
	struct mms_topology *topology;

	(void)state;
	assert_success(mms_topology_create("numa:2 core:4 pu:1", "0-1,7", &topology));
	assert_int_equal(cores_of(topology, 0), 2);
	assert_int_equal(cores_of(topology, 1), 1);
	mms_topology_destroy(topology);
}

static void unknown_cpus_are_refused(void **state)
{
	static const char *const wrong[] = {"",    ",",   "0,",   "a",  "-1", "1-",   "3-1",
	                                    "0 1", "0x1", "0--1", " 0", "0;", "0-1-2"};
	struct mms_topology *topology;

	(void)state;
	assert_refused(mms_topology_create("core:8 pu:1", "4-8", &topology), EINVAL, "0-7");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_refused(mms_topology_create("core:8 pu:1", wrong[i], &topology), EINVAL,
		               "no list of CPUs");
}

static void unknown_nodes_are_refused(void **state)
{
	struct mms_topology *topology = make_topology("numa:2 core:4 pu:1");
	unsigned int cores = 77;

	(void)state;
	assert_refused(mms_topology_cores(topology, 2, &cores), EINVAL, "there are 0, 1");
	assert_refused(mms_topology_cores(topology, -2, &cores), EINVAL, "NUMA node -2");
	assert_int_equal(cores, 77);
	mms_topology_destroy(topology);
}

static void bad_descriptions_are_refused(void **state)
{
	static const char *const wrong[] = {
		"", "nonsense", "numa:2", "numa:0 pu:1", "pu:1 core:2", "numa:8core:28"};
	struct mms_topology *topology = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_refused(mms_topology_create(wrong[i], NULL, &topology), EINVAL, wrong[i]);
	assert_refused(mms_topology_create("numa:1000 core:1000 pu:1", NULL, &topology), EINVAL,
	               "more CPUs");
	assert_refused(mms_topology_create("pu:99999999999999999999999", NULL, &topology), EINVAL,
	               "more CPUs");
	assert_null(topology);
}

static void sizes_in_descriptions_are_no_cpus(void **state)
{
	mms_topology_destroy(make_topology("numa:2(memory=999999999999) l3:1 core:2 pu:1"));
	(void)state;
}

static void pipes_are_refused(void **state)
{
	char *name = make_xml("numa:2 core:2 pu:1", "0-3", NULL);
	struct mms_topology *topology;

	(void)state;
	assert_int_equal(unlink(name), 0);
	assert_int_equal(mkfifo(name, 0600), 0);
	assert_refused(mms_topology_create(name, NULL, &topology), EINVAL, name);
	remove_file(name);
}

static void bad_files_are_refused(void **state)
{
	char *xml = make_xml("numa:2 core:2 pu:1", "0-3", NULL);
	struct mms_topology *topology = NULL;
	FILE *file;

	(void)state;
	assert_refused(mms_topology_create("/no/such/file.xml", NULL, &topology), ENOENT,
	               "/no/such/file.xml");
	assert_refused(mms_topology_create("./nothing", NULL, &topology), ENOENT, "./nothing");
	assert_refused(mms_topology_create("/", NULL, &topology), EINVAL, "topology");
	assert_int_equal(truncate(xml, 400), 0);
	assert_refused(mms_topology_create(xml, NULL, &topology), EINVAL, xml);
	file = fopen(xml, "w");
	assert_non_null(file);
	fputs("no XML at all\n", file);
	fclose(file);
	assert_refused(mms_topology_create(xml, NULL, &topology), EINVAL, xml);
	assert_null(topology);
	remove_file(xml);
}

static void this_machine_as_far_as_allowed(void **state)
{
	struct mms_topology *topology = make_topology(NULL);
	unsigned int all = cores_of(topology, MMS_NODE_ANY), of_one;
	cpu_set_t before, one;
	char first[16];

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	assert_in_range(all, 1, (unsigned int)CPU_COUNT(&before));
	mms_topology_destroy(topology);

	CPU_ZERO(&one);
	for (int cpu = 0; !CPU_COUNT(&one); cpu++) {
		if (CPU_ISSET(cpu, &before))
			CPU_SET(cpu, &one);
		snprintf(first, sizeof(first), "%d", cpu);
	}
	assert_success(mms_topology_create(NULL, first, &topology));
	assert_int_equal(cores_of(topology, MMS_NODE_ANY), 1);
	mms_topology_destroy(topology);

	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	topology = make_topology(NULL);
	of_one = cores_of(topology, MMS_NODE_ANY);
	mms_topology_destroy(topology);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	assert_int_equal(of_one, 1);
}

static void destroying_nothing(void **state)
{
	(void)state;
	mms_topology_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eight_sockets),
		cmocka_unit_test(one_core),
		cmocka_unit_test(threads_of_a_core_are_one),
		cmocka_unit_test(cpus_stand_in_for_unknown_cores),
		cmocka_unit_test(memory_beside_memory_has_no_cores),
		cmocka_unit_test(unequal_nodes_from_a_file),
		cmocka_unit_test(memory_without_cpus_goes_to_the_nearest),
		cmocka_unit_test(some_cpus_only),
		cmocka_unit_test(unknown_cpus_are_refused),
		cmocka_unit_test(unknown_nodes_are_refused),
		cmocka_unit_test(bad_descriptions_are_refused),
		cmocka_unit_test(sizes_in_descriptions_are_no_cpus),
		cmocka_unit_test(pipes_are_refused),
		cmocka_unit_test(bad_files_are_refused),
		cmocka_unit_test(this_machine_as_far_as_allowed),
		cmocka_unit_test(destroying_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
