// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What initializing and freeing a page reads and writes, seen by the store tracer. */
#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "normal_result.h"

/* A zone of one chunk, in memory of its own, since the tracer takes its time. */
struct traced {
	struct mms_zone *zone;
	struct mms_memmap *map;
	struct mms_buddy *buddy;
	struct mms_job job;
	const struct mms_initializer *initializer;
	bool free;
};

static int traced_init(struct traced *traced, const struct mms_normal_config *config)
{
	static const struct mms_pfn_range memory = {0, MMS_MAX_ORDER_NR_PAGES};
	const struct mms_memblock memblock = {&memory, 1, NULL, 0};
	const struct mms_memmap_options options = {.backing = MMS_BACKING_4K};
	const struct mms_zone *zone = config->geometry->zone;
	struct mms_geometry geometry;
	int error = mms_zone_create(&memblock, zone->type, zone->nid, &traced->zone);

	if (error)
		return error;
	mms_geometry_from_zone(config->geometry->kernel, traced->zone, &geometry);
	error = mms_memmap_create(&geometry, &options, &traced->map);
	if (!error)
		error = mms_buddy_create(traced->map, &traced->buddy);
	if (!error)
		error = mms_job_create(traced->map, 0, &traced->job);
	traced->job.end_pfn = memory.end;
	traced->job.gates = config->gates;
	return error;
}

static void traced_finish(struct traced *traced)
{
	mms_buddy_destroy(traced->buddy);
	mms_memmap_destroy(traced->map);
	mms_zone_destroy(traced->zone);
}

/* In a child of this process: what it does to the memory is lost, so each trace finds it untouched.
 */
static int run(void *context)
{
	struct traced *traced = context;
	int error = mms_init_range(traced->initializer, &traced->job);

	if (!error && traced->free)
		mms_free_range(traced->buddy, &traced->job);
	return error;
}

static int trace(struct traced *traced, bool free, struct mms_store_report *report)
{
	struct mms_watch watch[2];
	const struct mms_trace options = {.watch = watch, .nr_watch = 2};

	mms_watch_memmap(traced->map, watch);
	traced->free = free;
	return mms_trace_stores(run, traced, &options, report);
}

static int trace_all(const struct mms_normal_config *config, struct traced *traced,
                     struct mms_normal_result *result,
                     void (*next)(void *context, const char *name), void *context)
{
	int error = 0;

	for (size_t i = 0; i < config->nr_initializers && !error; i++) {
		struct mms_normal_traffic *traffic = &result->traffic[i];

		traced->initializer = config->initializers[i];
		traffic->initializer = config->initializers[i];
		traffic->pages = traced->job.end_pfn - traced->job.start_pfn;
		next(context, traced->initializer->name);
		error = trace(traced, false, &traffic->init);
		if (!error)
			error = trace(traced, true, &traffic->both);
		if (!error && (traffic->init.result || traffic->both.result))
			error = mms_fail(EOPNOTSUPP, "%s returned %d in the tracer",
			                 traced->initializer->name,
			                 traffic->init.result ? traffic->init.result
			                                      : traffic->both.result);
	}
	return error;
}

int mms_normal_trace(const struct mms_normal_config *config, struct mms_normal_result *result,
                     void (*next)(void *context, const char *name), void *context)
{
	struct traced traced = {0};
	int error = traced_init(&traced, config);

	if (!error) {
		/* Not this function's first touch, nor the tracer's. */
		mms_memmap_dirty(traced.map, config->seed);
		mms_init_reserved(traced.map);
		error = trace_all(config, &traced, result, next, context);
	}
	traced_finish(&traced);
	if (error == -EPERM || error == -EOPNOTSUPP || error == -ETIMEDOUT) {
		snprintf(result->untraced, sizeof(result->untraced), "%s", mms_last_error());
		return 0;
	}
	if (!error)
		result->nr_traffic = config->nr_initializers;
	return error;
}
