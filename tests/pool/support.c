// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <hwloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "support.h"

struct mms_topology *make_topology(const char *description)
{
	struct mms_topology *topology;

	assert_success(mms_topology_create(description, NULL, &topology));
	return topology;
}

struct mms_pool_options unbound(unsigned int threads)
{
	return (struct mms_pool_options){.threads = threads, .node = MMS_NODE_ANY};
}

static struct mms_geometry geometry_of(enum mms_mode mode, uint64_t start, uint64_t size,
                                       uint64_t align)
{
	struct mms_namespace ns = {
		.mode = mode,
		.map = MMS_MAP_MEM,
		.align = align,
		.start = start,
		.size = size,
	};
	struct mms_geometry geometry;

	assert_success(mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry));
	return geometry;
}

struct mms_geometry fsdax_geometry(uint64_t start, uint64_t size)
{
	return geometry_of(MMS_MODE_FSDAX, start, size, 2 * MIB);
}

struct mms_geometry devdax_geometry(uint64_t start, uint64_t size, uint64_t align)
{
	return geometry_of(MMS_MODE_DEVDAX, start, size, align);
}

struct mms_placed_job planned_job(const struct mms_geometry *geometry, int node)
{
	struct mms_pfn_range pfns = mms_geometry_device_pfns(geometry, 0);

	return (struct mms_placed_job){
		.job = {.geometry = geometry, .start_pfn = pfns.start, .end_pfn = pfns.end},
		.node = node,
	};
}

struct mms_schedule *make_schedule(const struct mms_topology *topology,
                                   const struct mms_pool_options *options,
                                   struct mms_placed_job job, enum mms_split split)
{
	struct mms_schedule *schedule;

	assert_success(mms_schedule_create(topology, options, &job, 1, split, &schedule));
	return schedule;
}

static void add_distances(hwloc_topology_t topology, const uint64_t *distances)
{
	unsigned int nr = (unsigned int)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE);
	hwloc_obj_t nodes[16];
	hwloc_uint64_t values[16 * 16];
	hwloc_distances_add_handle_t handle;

	assert_true(nr <= 16);
	for (unsigned int i = 0; i < nr; i++)
		nodes[i] = hwloc_get_obj_by_type(topology, HWLOC_OBJ_NUMANODE, i);
	for (unsigned int i = 0; i < nr * nr; i++)
		values[i] = distances[i];
	handle = hwloc_distances_add_create(
		topology, NULL, HWLOC_DISTANCES_KIND_FROM_USER | HWLOC_DISTANCES_KIND_MEANS_LATENCY,
		0);
	assert_non_null(handle);
	assert_int_equal(hwloc_distances_add_values(topology, handle, nr, nodes, values, 0), 0);
	assert_int_equal(hwloc_distances_add_commit(topology, handle, 0), 0);
}

char *make_xml(const char *synthetic, const char *cpus, const uint64_t *distances)
{
	const char *directory = getenv("TMPDIR");
	hwloc_bitmap_t left = hwloc_bitmap_alloc();
	hwloc_topology_t topology;
	char *name;
	int fd;

	assert_true(asprintf(&name, "%s/memmapsim-XXXXXX.xml", directory ? directory : "/tmp") > 0);
	fd = mkstemps(name, 4);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(hwloc_topology_init(&topology), 0);
	assert_int_equal(hwloc_topology_set_synthetic(topology, synthetic), 0);
	assert_int_equal(hwloc_topology_load(topology), 0);
	hwloc_bitmap_list_sscanf(left, cpus);
	assert_int_equal(hwloc_topology_restrict(topology, left, 0), 0);
	if (distances)
		add_distances(topology, distances);
	assert_int_equal(hwloc_topology_export_xml(topology, name, 0), 0);
	hwloc_topology_destroy(topology);
	hwloc_bitmap_free(left);
	return name;
}

void remove_file(char *name)
{
	unlink(name);
	free(name);
}
