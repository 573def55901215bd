// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "support.h"

#include <inttypes.h>
#include <sched.h>
#include <string.h>

#include "background/background.h"

const char *const wait_names[MMS_NR_WAITS] = {"item", "help", "chunk"};

struct mms_pool *make_pool(unsigned int threads)
{
	const struct mms_pool_options options = {
		.threads = threads,
		.node = MMS_NODE_ANY,
		.bind = MMS_BIND_NONE,
	};
	struct mms_topology *topology;
	struct mms_pool *pool;

	assert_int_equal(mms_topology_create(NULL, NULL, &topology), 0);
	assert_int_equal(mms_pool_create(topology, &options, &pool), 0);
	mms_topology_destroy(topology);
	return pool;
}

void make_geometry(unsigned int sections, struct mms_geometry *geometry)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_RAW,
		.align = 2 << 20,
		.start = UINT64_C(64) << 30,
		.size = (uint64_t)sections << MMS_SECTION_SHIFT,
	};

	assert_int_equal(mms_geometry_from_namespace(mms_kernel_default(), &ns, geometry), 0);
}

struct mms_pool *two_workers;
struct mms_geometry eight_sections;

int start_two_workers(void **state)
{
	(void)state;
	two_workers = make_pool(2);
	make_geometry(8, &eight_sections);
	return 0;
}

int end_two_workers(void **state)
{
	(void)state;
	held_release();
	mms_pool_destroy(two_workers);
	return 0;
}

void dirty_memmap(struct mms_memmap *map)
{
	mms_memmap_dirty(map, DIRTY_SEED);
	mms_memmap_reset_pageblocks(map);
}

struct mms_memmap *make_memmap(const struct mms_geometry *geometry)
{
	struct mms_memmap *map;

	assert_int_equal(mms_memmap_create(geometry, NULL, &map), 0);
	dirty_memmap(map);
	return map;
}

struct mms_background *start(struct mms_pool *pool, const struct mms_initializer *initializer,
                             struct mms_memmap *map, enum mms_wait wait)
{
	const struct mms_background_options options = {
		.wait = wait,
		.async = MMS_ASYNC_ALL,
		.node = MMS_NODE_ANY,
	};
	struct mms_background *background;

	assert_int_equal(mms_background_start(pool, initializer, map, &options, &background), 0);
	return background;
}

uint64_t chunk_pfn(const struct mms_background *background, size_t index)
{
	struct mms_job job;

	assert_true(index < background->cut.nr_chunks);
	mms_cut_job(&background->cut, index, &job);
	return job.start_pfn;
}

int sync_chunk(struct mms_background *background, size_t index, unsigned int *done)
{
	uint64_t pfn = chunk_pfn(background, index);

	return mms_background_sync(background, pfn, pfn + 1, done);
}

/* Word by word, because ThreadSanitizer doesn't see a memcmp() that compilers do in place. */
static bool is_equal(const struct mms_page *page, const uint64_t *image)
{
	const uint64_t *words = (const uint64_t *)page;

	for (unsigned int i = 0; i < sizeof(*page) / sizeof(*words); i++)
		if (words[i] != image[i])
			return false;
	return true;
}

bool pfn_is_right(const struct mms_memmap *map, uint64_t pfn)
{
	const struct mms_oracle oracle = mms_oracle_of(map);
	uint64_t image[8];
	enum mms_page_kind kind = mms_oracle_page(&oracle, pfn, image);

	if (kind == MMS_PAGE_OUTSIDE)
		return true;
	if (kind != MMS_PAGE_NEVER_WRITTEN && !is_equal(mms_memmap_page(map, pfn), image))
		return false;
	return mms_get_pageblock_migratetype(mms_memmap_pageblocks((struct mms_memmap *)map),
	                                     pfn) == mms_oracle_pageblock(&oracle, pfn);
}

void assert_memmap_right(const struct mms_memmap *map)
{
	const uint64_t seed = DIRTY_SEED;
	struct mms_report report;
	char text[1024];

	mms_verify_memmap(map, &seed, &report);
	mms_report_describe(&report, text, sizeof(text));
	if (!mms_report_ok(&report))
		fail_msg("%s", text);
}

static void *sync_range(void *argument)
{
	struct sleeper *sleeper = argument;

	sleeper->err = mms_background_sync(sleeper->background, sleeper->start, sleeper->end,
	                                   &sleeper->done);
	if (sleeper->err)
		strncpy(sleeper->sentence, mms_last_error(), sizeof(sleeper->sentence) - 1);
	atomic_store(&sleeper->returned, true);
	return NULL;
}

void put_to_sleep(struct sleeper *sleeper, uint64_t pfn)
{
	const struct mms_background *background = sleeper->background;
	size_t chunk = mms_cut_chunks(&background->cut, pfn, pfn + 1).first;

	assert_int_equal(pthread_create(&sleeper->thread, NULL, sync_range, sleeper), 0);
	while (!(atomic_load(&background->states[chunk]) & MMS_CHUNK_WAITED) &&
	       !atomic_load(&sleeper->returned))
		sched_yield();
	assert_false(atomic_load(&sleeper->returned));
}

void await_sleeper(struct sleeper *sleeper)
{
	pthread_join(sleeper->thread, NULL);
}

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uintptr_t vmemmap;
	uint64_t start_pfn, end_pfn; /* that are held */
	uint64_t fail_pfn;
	int fail_error;
	unsigned int waiting;
} held = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static int held_init(const struct mms_job *job)
{
	const struct mms_initializer *naive;
	int err = 0;

	pthread_mutex_lock(&held.lock);
	held.waiting++;
	while (job->vmemmap == held.vmemmap && job->end_pfn > held.start_pfn &&
	       job->start_pfn < held.end_pfn) {
		pthread_cond_broadcast(&held.changed);
		pthread_cond_wait(&held.changed, &held.lock);
	}
	held.waiting--;
	if (job->start_pfn <= held.fail_pfn && held.fail_pfn < job->end_pfn)
		err = held.fail_error;
	pthread_mutex_unlock(&held.lock);
	if (!err)
		err = mms_initializer_find("naive", &naive);
	return err ? err : naive->init(job);
}

const struct mms_initializer held_initializer = {
	.name = "held",
	.description = "naive, when tests let it",
	.kernel_usable = true,
	.cuttable = true,
	.init = held_init,
};

void held_hold(uintptr_t vmemmap, uint64_t start_pfn, uint64_t end_pfn)
{
	pthread_mutex_lock(&held.lock);
	held.vmemmap = vmemmap;
	held.start_pfn = start_pfn;
	held.end_pfn = end_pfn;
	pthread_cond_broadcast(&held.changed);
	pthread_mutex_unlock(&held.lock);
}

void held_await(unsigned int count)
{
	pthread_mutex_lock(&held.lock);
	while (held.waiting < count)
		pthread_cond_wait(&held.changed, &held.lock);
	pthread_mutex_unlock(&held.lock);
}

void held_release(void)
{
	pthread_mutex_lock(&held.lock);
	held.start_pfn = held.end_pfn = 0;
	pthread_cond_broadcast(&held.changed);
	pthread_mutex_unlock(&held.lock);
}

void held_fail(uint64_t pfn, int error)
{
	pthread_mutex_lock(&held.lock);
	held.fail_pfn = pfn;
	held.fail_error = error;
	pthread_mutex_unlock(&held.lock);
}
