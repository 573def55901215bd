// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "crew.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"

const char *const mms_wait_names[MMS_NR_WAITS] = {
	[MMS_WAIT_ITEM] = "item",
	[MMS_WAIT_HELP] = "help",
	[MMS_WAIT_CHUNK] = "chunk",
};

const char *const mms_async_names[MMS_NR_ASYNCS] = {
	[MMS_ASYNC_PAGES] = "pages",
	[MMS_ASYNC_ALL] = "all",
};

const char *const mms_split_names[MMS_NR_SPLITS] = {
	[MMS_SPLIT_CHUNKS] = "chunks",
	[MMS_SPLIT_SHARES] = "shares",
};

const char *const mms_bind_names[MMS_NR_BINDS] = {
	[MMS_BIND_NONE] = "none",
	[MMS_BIND_CORE] = "core",
	[MMS_BIND_NODE] = "node",
};

static int start(const struct mms_crew_config *config, struct mms_crews *crews)
{
	for (; crews->count < config->nr_threads; crews->count++) {
		struct mms_crew *crew = &crews->items[crews->count];
		unsigned int threads = config->threads[crews->count];
		int error;

		if (mms_crews_find(crews, threads))
			return mms_fail(EINVAL, "%u threads are asked for twice", threads);
		crew->options = (struct mms_pool_options){
			.threads = threads,
			.node = config->node,
			.bind = config->bind,
		};
		error = mms_pool_create(crews->topology, &crew->options, &crew->pool);
		if (error)
			return error;
	}
	return 0;
}

int mms_crews_init(const struct mms_crew_config *config, struct mms_crews *crews)
{
	struct mms_crews made = {.split = config->split};
	int error;

	if (!config->nr_threads) {
		*crews = made;
		return 0;
	}
	if ((unsigned int)config->split >= MMS_NR_SPLITS)
		return mms_fail(EINVAL, "%d is no way to split work", (int)config->split);
	made.items = calloc(config->nr_threads, sizeof(*made.items));
	if (!made.items)
		return mms_fail(ENOMEM, "out of memory for %zu pools", config->nr_threads);
	error = mms_topology_create(NULL, config->cpus, &made.topology);
	if (!error)
		error = start(config, &made);
	if (error)
		mms_crews_finish(&made);
	else
		*crews = made;
	return error;
}

const struct mms_crew *mms_crews_find(const struct mms_crews *crews, unsigned int threads)
{
	for (size_t i = 0; i < crews->count; i++)
		if (crews->items[i].options.threads == threads)
			return &crews->items[i];
	return NULL;
}

void mms_crews_finish(struct mms_crews *crews)
{
	for (size_t i = 0; i < crews->count; i++)
		mms_pool_destroy(crews->items[i].pool);
	free(crews->items);
	mms_topology_destroy(crews->topology);
	*crews = (struct mms_crews){0};
}

int mms_crew_schedule(const struct mms_crews *crews, const struct mms_crew *crew,
                      const struct mms_job *jobs, unsigned int nr_jobs,
                      struct mms_schedule **schedule)
{
	struct mms_placed_job *placed = calloc(nr_jobs, sizeof(*placed));
	int error;

	if (!placed)
		return mms_fail(ENOMEM, "out of memory for %u jobs", nr_jobs);
	for (unsigned int i = 0; i < nr_jobs; i++)
		placed[i] = (struct mms_placed_job){jobs[i], crew->options.node};
	error = mms_schedule_create(crews->topology, &crew->options, placed, nr_jobs, crews->split,
	                            schedule);
	free(placed);
	return error;
}
