// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads that fault on a namespace of 4 GiB that is bound in the background and unbound, again and
 * again, by an initializer that yields inside chunks and counts how often it was where. Each fault
 * finds its struct pages as the oracle declares them, and what it leaves there stays.
 *
 * MMS_STRESS is how many binds there have to be: 200 for 1,000,000 faults, of which 100,000 begin
 * while initialization is active, and 10,000 each find nothing pending, help, and wait. If those
 * come too slowly there are more binds.
 */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define FAULTERS 8
#define WORKERS  2
#define PAGES    (4 * G / 4096)
#define BLOCK    MMS_PAGEBLOCK_NR_PAGES
#define BLOCKS   (PAGES / BLOCK)

/* What there has to be, for each bind that was asked for. */
#define BINDS_BY_DEFAULT 24
#define FAULTS_PER_BIND  5000
#define ACTIVE_PER_BIND  500
#define PATH_PER_BIND    50

struct counts {
	uint64_t faults, active, nothing_pending, helped, waited, canceled, deleted;
};

struct faulter {
	pthread_t thread;
	struct random_source random;
	uint64_t number;
	struct counts counts;
};

/* What became of an entry, by its first page, and in which bind. */
struct mark {
	uint32_t bind;
	bool mapped, in_file;
};

static struct mms_devices *devices;
static struct mms_device *device;
static uint64_t first_pfn;
static struct mark marks[PAGES]; /* each written by one faulter */
static uint32_t bind;            /* number; changes only while nobody has a reference */
static atomic_uint times[BLOCKS];
static atomic_bool stop;
static _Atomic(uint64_t) faults_of_bind, faults_wanted;
static _Atomic(uint64_t) mismatches, first_mismatch;

static int yield_and_count(const struct mms_job *job)
{
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += BLOCK) {
		struct mms_job part = *job;
		int err;

		part.start_pfn = pfn;
		part.end_pfn = pfn + BLOCK;
		err = naive->init(&part);
		if (err)
			return err;
		atomic_fetch_add(&times[(pfn - first_pfn) / BLOCK], 1);
		sched_yield();
	}
	return 0;
}

static const struct mms_initializer yielding = {
	.name = "yielding",
	.kernel_usable = true,
	.cuttable = true,
	.init = yield_and_count,
};

static void mismatch(uint64_t pfn)
{
	if (!atomic_fetch_add(&mismatches, 1))
		atomic_store(&first_mismatch, pfn);
}

static bool is_as_declared(const struct mms_oracle *oracle, uint64_t pfn,
                           const struct mms_page *page)
{
	unsigned char image[64];

	mms_oracle_page(oracle, pfn, image);
	return memcmp(page, image, sizeof(image)) == 0;
}

/* Blocks that are mapped as a whole; all others are page by page. */
static bool is_large(uint64_t pgoff)
{
	return pgoff / BLOCK % 8 == 7;
}

static void compare_found(void *context, uint64_t pfn, const struct mms_page *page)
{
	const struct mms_oracle oracle = mms_oracle_of(mms_device_memmap(device));
	uint64_t nr = is_large(pfn - first_pfn) ? BLOCK : 1;

	(void)context;
	for (uint64_t i = 0; i < nr; i++)
		if (!is_as_declared(&oracle, pfn + i, &page[i]))
			mismatch(pfn + i);
}

/* A page of this faulter: anywhere, or where workers may be right now, or another faulter. */
static uint64_t choose(struct faulter *faulter)
{
	static _Atomic(uint64_t) last;
	struct mms_background_progress progress;
	uint64_t pgoff = random_below(&faulter->random, PAGES);

	if (random_one_in(&faulter->random, 4))
		pgoff = (atomic_load(&last) + random_below(&faulter->random, BLOCK)) % PAGES;
	else if (random_one_in(&faulter->random, 4) && !mms_device_progress(device, &progress))
		pgoff = (progress.pages + pgoff % (2 * MMS_PAGES_PER_SECTION)) % PAGES;
	atomic_store(&last, pgoff);
	if (!is_large(pgoff))
		return pgoff / FAULTERS * FAULTERS + faulter->number;
	if (pgoff / BLOCK / 8 % FAULTERS == faulter->number)
		return pgoff / BLOCK * BLOCK;
	return PAGES;
}

static void count(struct counts *counts, unsigned int done, bool active)
{
	counts->faults++;
	counts->active += active;
	counts->nothing_pending += !done;
	counts->helped += !!(done & MMS_SYNC_HELPED);
	counts->waited += !!(done & MMS_SYNC_WAITED);
	atomic_fetch_add(&faults_of_bind, 1);
}

static bool is_active(void)
{
	return strcmp(mms_device_state_show(device), "active") == 0;
}

/* With a reference, so that the bind stays the same. */
static void fault_once(struct faulter *faulter, uint64_t pgoff)
{
	const struct mms_dax_entry entry = {
		.pgoff = pgoff,
		.order = is_large(pgoff) ? MMS_PAGEBLOCK_ORDER : 0,
		.mapping = MAPPING,
		.index = pgoff,
	};
	bool active = is_active();
	unsigned int done = 0;
	int err = mms_device_fault(device, &entry, MMS_DAX_FAULT_NEW, 1, &done);

	if (err == -ECANCELED || err == -ENODEV) {
		faulter->counts.canceled++;
		return;
	}
	if (err) {
		mismatch(first_pfn + pgoff);
		return;
	}
	count(&faulter->counts, done, active);
	marks[pgoff] = (struct mark){.bind = bind, .mapped = true, .in_file = true};
	/* An unbind may come between these. */
	if (!random_one_in(&faulter->random, 8) || mms_device_unmap(device, &entry, 1))
		return;
	marks[pgoff].mapped = false;
	if (mms_device_delete_entry(device, &entry))
		return;
	marks[pgoff].in_file = false;
	faulter->counts.deleted++;
}

static void *fault_all_the_time(void *argument)
{
	struct faulter *faulter = argument;

	while (!atomic_load(&stop)) {
		uint64_t pgoff = choose(faulter);

		if (pgoff == PAGES)
			continue;
		/* Those who go on when all is done and said would only keep the unbind waiting. */
		if ((!is_active() && atomic_load(&faults_of_bind) >= atomic_load(&faults_wanted)) ||
		    !mms_get_dev_pagemap(devices, first_pfn + pgoff)) {
			sched_yield();
			continue;
		}
		if (marks[pgoff].bind != bind)
			fault_once(faulter, pgoff);
		mms_put_dev_pagemap(device);
	}
	return NULL;
}

/* No chunk is initialized twice, and none is left out. */
static void check_times(bool canceled)
{
	for (uint64_t i = 0; i < BLOCKS; i++) {
		unsigned int count = atomic_exchange(&times[i], 0);

		if (count != 1 && !(canceled && !count))
			fail_msg("block %" PRIu64 " was initialized %u times", i, count);
	}
}

/* What faults left is still there. */
static void check_marked(uint64_t pgoff, const struct mms_page *page)
{
	const struct mark *mark = &marks[pgoff];

	if (page->mapping != (mark->in_file ? MAPPING : 0) || page->_refcount != mark->mapped)
		fail_msg("pfn 0x%" PRIx64 " lost what a fault left there", first_pfn + pgoff);
}

/* And all other pages are as declared. */
static void check_pages(bool all)
{
	const struct mms_oracle oracle = mms_oracle_of(mms_device_memmap(device));
	const struct mms_page *pages = mms_memmap_page(mms_device_memmap(device), first_pfn);

	for (uint64_t pgoff = 0; pgoff < PAGES; pgoff++) {
		if (marks[pgoff].bind == bind)
			check_marked(pgoff, &pages[pgoff]);
		else if (all && !is_large(pgoff) &&
		         !is_as_declared(&oracle, first_pfn + pgoff, &pages[pgoff]))
			fail_msg("pfn 0x%" PRIx64 " is not as declared", first_pfn + pgoff);
	}
}

static void bind_once(struct mms_pool *pool, struct random_source *random)
{
	bool cancel = random_one_in(random, 4);
	/* There is nothing to cancel when all is done. The others make up for it. */
	uint64_t wanted =
		random_below(random, FAULTS_PER_BIND / 10) + (cancel ? 0 : FAULTS_PER_BIND * 3 / 2);

	bind++;
	atomic_store(&faults_wanted, wanted);
	atomic_store(&faults_of_bind, 0);
	bind_in_background(device, pool, &yielding, (enum mms_wait)(bind % MMS_NR_WAITS));
	while (atomic_load(&faults_of_bind) < wanted)
		sched_yield();
	assert_int_equal(mms_device_unbind(device, cancel ? MMS_UNBIND_CANCEL : MMS_UNBIND_WAIT),
	                 0);
	check_times(cancel);
	check_pages(!cancel && bind % 16 == 0);
}

static struct counts sum(const struct faulter *faulters)
{
	struct counts all = {0};

	for (unsigned int i = 0; i < FAULTERS; i++) {
		const struct counts *counts = &faulters[i].counts;

		all.faults += counts->faults;
		all.active += counts->active;
		all.nothing_pending += counts->nothing_pending;
		all.helped += counts->helped;
		all.waited += counts->waited;
		all.canceled += counts->canceled;
		all.deleted += counts->deleted;
	}
	return all;
}

static bool enough(const struct counts *counts, uint64_t binds)
{
	return counts->faults >= FAULTS_PER_BIND * binds &&
	       counts->active >= ACTIVE_PER_BIND * binds && 10 * counts->active >= counts->faults &&
	       counts->nothing_pending >= PATH_PER_BIND * binds &&
	       counts->helped >= PATH_PER_BIND * binds && counts->waited >= PATH_PER_BIND * binds;
}

static uint64_t binds_wanted(void)
{
	const char *text = getenv("MMS_STRESS");

	return text ? strtoull(text, NULL, 10) : BINDS_BY_DEFAULT;
}

static struct faulter faulters[FAULTERS];

static void start_faulters(uint64_t seed)
{
	atomic_store(&stop, false);
	for (unsigned int i = 0; i < FAULTERS; i++) {
		faulters[i].number = i;
		faulters[i].random = random_source(seed + i);
		assert_int_equal(
			pthread_create(&faulters[i].thread, NULL, fault_all_the_time, &faulters[i]),
			0);
	}
}

static void stop_faulters(void)
{
	atomic_store(&stop, true);
	for (unsigned int i = 0; i < FAULTERS; i++)
		pthread_join(faulters[i].thread, NULL);
}

static void test_faults_while_binds_come_and_go(void **state)
{
	const struct mms_device_options options = {.fault_found = compare_found};
	const struct mms_namespace ns = {.mode = MMS_MODE_RAW, .align = 2 * M, .size = 4 * G};
	struct mms_pool *pool = make_pool(WORKERS);
	struct random_source random = random_source(random_first_seed());
	uint64_t wanted = binds_wanted();
	struct counts counts = {0};

	(void)state;
	assert_int_equal(mms_devices_create(&devices), 0);
	device = make_device(devices, NULL, &ns, &options);
	first_pfn = data_pfn(device, 0);
	/* The faulters' counts are read when they stand still, so they are started anew. */
	for (uint64_t round = 1; round <= 10 && !(enough(&counts, wanted) && bind >= wanted);
	     round++) {
		start_faulters(random_u64(&random));
		do
			bind_once(pool, &random);
		while (bind < wanted * round && !atomic_load(&mismatches));
		stop_faulters();
		counts = sum(faulters);
	}
	print_message("# %" PRIu32 " binds, %" PRIu64 " faults, %" PRIu64
	              " begun while active; nothing pending %" PRIu64 ", helped %" PRIu64
	              ", waited %" PRIu64 "; canceled %" PRIu64 ", deleted %" PRIu64
	              "; mismatches %" PRIu64 "\n",
	              bind, counts.faults, counts.active, counts.nothing_pending, counts.helped,
	              counts.waited, counts.canceled, counts.deleted, atomic_load(&mismatches));
	if (atomic_load(&mismatches))
		fail_msg("pfn 0x%" PRIx64 " was wrong", atomic_load(&first_mismatch));
	assert_true(enough(&counts, wanted));
	mms_device_destroy(device);
	mms_devices_destroy(devices);
	mms_pool_destroy(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults_while_binds_come_and_go),
	};

	return cmocka_run_group_tests_name("stress of devices", tests, NULL, NULL);
}
