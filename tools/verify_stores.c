// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim verify --stores: initializers under the store tracer, on small jobs. */
#include <inttypes.h>

#include "check_stores.h"
#include "command.h"
#include "geometry_json.h"
#include "verify.h"

/* 128 MiB; it takes a good microsecond per instruction. */
#define MAX_PAGES    32768
#define MIB          (UINT64_C(1) << 20)
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Releases that differ in what drains are for: when pageblocks are marked, and heads prepared. */
static const char *const kernels[] = {"v6.12", "v7.1", "v7.2"};

/* Four compounds or pageblocks each; the last shares its tails. */
static const struct {
	enum mms_mode mode;
	enum mms_map map;
	uint64_t size;
} jobs[NR_STORES_JOBS] = {
	{MMS_MODE_FSDAX, MMS_MAP_DEV, 10 * MIB},
	{MMS_MODE_DEVDAX, MMS_MAP_DEV, 10 * MIB},
	{MMS_MODE_DEVDAX, MMS_MAP_MEM, 10 * MIB},
};

int stores_job_geometry(size_t job, const struct mms_kernel *kernel, struct mms_geometry *geometry)
{
	struct geometry_options options;
	struct mms_namespace ns;

	geometry_options_init(&options, presets[0].name);
	ns = options.ns;
	ns.mode = jobs[job].mode;
	ns.map = jobs[job].map;
	ns.size = jobs[job].size;
	return mms_geometry_from_namespace(kernel, &ns, geometry);
}

static void print_heading(void)
{
	printf("  %-20s %-8s per page:%31s in all:\n", "", "", "");
	printf("  %-20s %-8s %12s %8s %9s %7s %10s %7s\n", "initializer", "drained", "instructions",
	       "stores", "written B", "read B", "rewritten", "drains");
}

static void print_check(const struct mms_memmap *map, const struct stores_check *check)
{
	const struct mms_store_report *report = &check->report;
	const char *name = check->initializer->name;
	/* A line is a struct page. */
	double pages = report->lines_written ? (double)report->lines_written : 1;

	if (!check->ran) {
		printf("  %-20s not run: this CPU has no %s\n", name,
		       mms_cpu_feature_name(check->missing));
		return;
	}
	if (*check->failure.sentence) {
		printf("  %-20s FAILED\n    it %s\n", name, check->failure.sentence);
		return;
	}
	printf("  %-20s %-8s %12.2f %8.2f %9.2f %7.2f %10" PRIu64 " %7" PRIu64 "%s%s\n", name,
	       stores_check_ok(check) ? "yes" : "NO", (double)report->instructions / pages,
	       (double)report->stores / pages, (double)report->bytes_written / pages,
	       (double)report->bytes_read / pages, report->lines_rewritten, report->drains,
	       check->ran == check->initializer ? "" : "  fell back to ",
	       check->ran == check->initializer ? "" : check->ran->name);
	show_missing_drains(stdout, map, check);
}

static int verify_on(struct mms_memmap *map, const struct check_options *options, json_t *list)
{
	const struct stores_options stores = {
		.gates = options->run.gates,
		.seed = options->seed,
		.seconds = run_time_limit(&options->run, mms_memmap_geometry(map)),
		.trace_seconds = options->run.seconds,
	};
	int status = STATUS_OK;

	print_heading();
	for (size_t i = 0; i < options->initializers.count; i++) {
		struct stores_check check;
		int result = check_stores(map, options->initializers.items[i], &stores, &check);

		if (result)
			return result;
		print_check(map, &check);
		json_array_append_new(list, stores_check_json(map, &check));
		if (!stores_check_ok(&check))
			status = STATUS_FAILED;
		fflush(stdout);
	}
	return status;
}

static int verify_job(struct geometry_options *geometry_options,
                      const struct check_options *options, json_t *results)
{
	struct mms_memmap_options memmap_options = options->run.memmap;
	struct mms_geometry geometry;
	struct mms_memmap *map;
	json_t *list;
	int error, status = geometry_options_resolve(geometry_options, &geometry);

	if (status)
		return status;
	if (geometry.nr_initialised > MAX_PAGES)
		return command_fail(STATUS_USAGE,
		                    "%" PRIu64
		                    " pages are too many to be stepped through; choose a "
		                    "geometry of at most %d",
		                    geometry.nr_initialised, MAX_PAGES);
	/* The traced child copies what it writes; of hugepages there may be none left for that. */
	if (memmap_options.backing == MMS_BACKING_AUTO)
		memmap_options.backing = MMS_BACKING_4K;
	error = mms_memmap_create(&geometry, &memmap_options, &map);
	if (error)
		return command_fail_memmap(error);
	if (json_array_size(results))
		putchar('\n');
	geometry_options_print(geometry_options, &geometry, stdout);
	list = json_array();
	status = verify_on(map, options, list);
	mms_memmap_destroy(map);
	json_array_append_new(
		results, json_pack("{s:o, s:o, s:o}", "kernel", mms_kernel_json(geometry.kernel),
	                           "geometry", mms_geometry_json(&geometry), "initializers", list));
	return status;
}

/* All small jobs of one kernel; @status is what those of other kernels came to. */
static int verify_kernel(const struct geometry_options *given, const struct mms_kernel *kernel,
                         const struct check_options *options, json_t *results, int status)
{
	for (size_t i = 0; status <= STATUS_FAILED && i < COUNT(jobs); i++) {
		struct geometry_options geometry = *given;
		int result;

		geometry.kernel = kernel;
		geometry.preset = NULL;
		geometry.ns.mode = jobs[i].mode;
		geometry.ns.map = jobs[i].map;
		geometry.ns.size = jobs[i].size;
		result = verify_job(&geometry, options, results);
		if (result)
			status = result;
	}
	return status;
}

static int verify_all(struct geometry_options *geometry, const struct check_options *options,
                      json_t *results)
{
	int status = STATUS_OK;

	if (geometry_options_shaped(geometry))
		return verify_job(geometry, options, results);
	if (geometry->kernel_known)
		return verify_kernel(geometry, geometry->kernel, options, results, status);
	for (size_t i = 0; i < COUNT(kernels); i++) {
		const struct mms_kernel *kernel;
		int error = mms_kernel_find(kernels[i], &kernel);

		if (error)
			return command_fail_library(error);
		status = verify_kernel(geometry, kernel, options, results, status);
	}
	return status;
}

int verify_stores(struct geometry_options *geometry, const struct check_options *options,
                  json_t *results)
{
	int status = verify_all(geometry, options, results);

	if (status <= STATUS_FAILED)
		puts("\n  per page: of those initialized; a struct page is one line of 64 bytes\n"
		     "  rewritten: pages that were written again after another was\n"
		     "  drains: instructions that found something to drain");
	return status;
}
