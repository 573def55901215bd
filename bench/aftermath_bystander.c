// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Who has nothing to do with struct pages, but has its working set in the caches. It reads each
 * line of it once per pass, at random, so that no prefetcher hides what is missing.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <emmintrin.h>

#include "aftermath_bench.h"
#include "clock.h"
#include "error.h"
#include "permutation.h"

#define LINE_BYTES     64
#define HUGE_PAGE      ((size_t)2 << 20)
#define WARMING_PASSES 3
#define LINES_AT_ONCE  256 /* between two looks at whether the init is over */

struct line {
	_Alignas(LINE_BYTES) uint64_t word;
};

/* How far a turn of the thread on the other core is. */
enum phase { REQUESTED, WARM, GO, STOP, DONE };

struct mms_bystander {
	struct line *lines;
	size_t bytes; /* of all lines */
	uint64_t seed;

	bool has_thread;
	pthread_t thread;
	const struct mms_topology *topology;
	hwloc_const_cpuset_t cpus;
	sem_t wake;
	bool over;
	int bind_error;                        /* why the thread isn't on the other core */
	const struct mms_aftermath_step *step; /* of this turn */
	struct mms_measure measures[MMS_AFTERMATH_MAX_MEASURES];
	_Alignas(LINE_BYTES) _Atomic(enum phase) phase;
};

static uint64_t nr_lines(const struct mms_aftermath_step *step)
{
	return step->bytes / LINE_BYTES;
}

/* Read @count lines of the set that @permutation is of, from the @first on. */
static void read_lines(const struct mms_bystander *bystander,
                       const struct mms_permutation *permutation, uint64_t first, uint64_t count)
{
	for (uint64_t i = first; i < first + count; i++)
		(void)MMS_READ_ONCE(bystander->lines[mms_permute(permutation, i)].word);
}

static void pass(const struct mms_bystander *bystander, const struct mms_aftermath_step *step)
{
	struct mms_permutation permutation = mms_permutation(nr_lines(step), bystander->seed);

	read_lines(bystander, &permutation, 0, nr_lines(step));
}

static void warm(const struct mms_bystander *bystander, const struct mms_aftermath_step *step)
{
	for (unsigned int i = 0; i < WARMING_PASSES; i++)
		pass(bystander, step);
}

static void time_two_passes(const struct mms_bystander *bystander,
                            const struct mms_aftermath_step *step, struct mms_stopwatch *watch,
                            struct mms_measure *measures)
{
	for (unsigned int i = 0; i < MMS_AFTERMATH_MAX_MEASURES; i++) {
		mms_stopwatch_start(watch);
		pass(bystander, step);
		measures[i] = mms_stopwatch_stop(watch);
	}
}

/* Go on until the init is over; what is told is a whole pass at that pace. */
static void time_until_stopped(const struct mms_bystander *bystander,
                               const struct mms_aftermath_step *step, struct mms_stopwatch *watch,
                               struct mms_measure *measure)
{
	uint64_t lines = nr_lines(step), at = 0, done = 0;
	struct mms_permutation permutation = mms_permutation(lines, bystander->seed);

	mms_stopwatch_start(watch);
	do {
		uint64_t count = lines - at < LINES_AT_ONCE ? lines - at : LINES_AT_ONCE;

		read_lines(bystander, &permutation, at, count);
		done += count;
		at = (at + count) % lines;
	} while (atomic_load(&bystander->phase) == GO);
	*measure = mms_stopwatch_stop(watch);
	measure->ns = (uint64_t)((double)measure->ns * (double)lines / (double)done);
	measure->misses = (uint64_t)((double)measure->misses * (double)lines / (double)done);
}

static void *stand_by(void *argument)
{
	struct mms_bystander *bystander = argument;
	struct mms_stopwatch watch;

	bystander->bind_error = mms_place_bind(bystander->topology, bystander->cpus, NULL);
	atomic_store(&bystander->phase, DONE);
	mms_stopwatch_init(&watch);
	while (true) {
		while (sem_wait(&bystander->wake))
			;
		if (bystander->over)
			break;
		warm(bystander, bystander->step);
		atomic_store(&bystander->phase, WARM);
		/* Spinning touches nothing else, and keeps the core from falling asleep. */
		while (atomic_load(&bystander->phase) == WARM)
			_mm_pause();
		if (bystander->step->where == MMS_AFTERMATH_OTHER_CORE_DURING)
			time_until_stopped(bystander, bystander->step, &watch, bystander->measures);
		else
			time_two_passes(bystander, bystander->step, &watch, bystander->measures);
		atomic_store(&bystander->phase, DONE);
	}
	mms_stopwatch_finish(&watch);
	return NULL;
}

static void wait_until(const struct mms_bystander *bystander, enum phase phase)
{
	while (atomic_load(&bystander->phase) != phase)
		sched_yield();
}

static int start_thread(const struct mms_aftermath_bench *bench, struct mms_bystander *bystander)
{
	int err;

	bystander->topology = bench->topology;
	bystander->cpus = bench->places.other.cpus;
	sem_init(&bystander->wake, 0, 0);
	err = pthread_create(&bystander->thread, NULL, stand_by, bystander);
	if (err) {
		sem_destroy(&bystander->wake);
		return mms_fail(err, "a thread for the other core can't be started: %s",
		                strerror(err));
	}
	bystander->has_thread = true;
	wait_until(bystander, DONE);
	if (bystander->bind_error)
		return mms_fail(-bystander->bind_error, "no thread can be bound to CPU %u: %s",
		                bench->places.other.cpu, strerror(-bystander->bind_error));
	return 0;
}

static size_t largest_set(const struct mms_aftermath_result *result)
{
	size_t largest = HUGE_PAGE;

	for (size_t i = 0; i < result->nr_steps; i++)
		if (result->steps[i].bytes > largest)
			largest = result->steps[i].bytes;
	return (largest + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

int mms_bystander_create(const struct mms_aftermath_bench *bench, struct mms_bystander **out)
{
	struct mms_bystander *bystander = aligned_alloc(LINE_BYTES, sizeof(*bystander));
	size_t bytes = largest_set(bench->result);
	int err = 0;

	if (!bystander)
		return mms_fail(ENOMEM, "out of memory for a bystander");
	*bystander = (struct mms_bystander){.bytes = bytes, .seed = bench->config->seed};
	bystander->lines = aligned_alloc(HUGE_PAGE, bytes);
	if (!bystander->lines) {
		free(bystander);
		return mms_fail(ENOMEM, "out of memory for a working set of %zu bytes", bytes);
	}
	madvise(bystander->lines, bytes, MADV_HUGEPAGE);
	memset(bystander->lines, 1, bytes);
	if (bench->places.has_other)
		err = start_thread(bench, bystander);
	if (err)
		mms_bystander_destroy(bystander);
	else
		*out = bystander;
	return err;
}

void mms_bystander_destroy(struct mms_bystander *bystander)
{
	if (!bystander)
		return;
	if (bystander->has_thread) {
		bystander->over = true;
		sem_post(&bystander->wake);
		pthread_join(bystander->thread, NULL);
		sem_destroy(&bystander->wake);
	}
	free(bystander->lines);
	free(bystander);
}

static const struct kind {
	enum mms_aftermath_where where;
	const char *place;
	const char *times[MMS_AFTERMATH_MAX_MEASURES];
} kinds[] = {
	{MMS_AFTERMATH_HERE, "same core", {"1st pass", "2nd pass"}},
	{MMS_AFTERMATH_OTHER_CORE, "other core", {"1st pass", "2nd pass"}},
	{MMS_AFTERMATH_OTHER_CORE_DURING, "other core", {"meanwhile"}},
};

static void add_set(struct mms_aftermath_result *result, const struct kind *kind, const char *name,
                    uint64_t bytes)
{
	struct mms_aftermath_step step = {
		.part = MMS_AFTERMATH_BYSTANDER,
		.unit = "line",
		.units = bytes / LINE_BYTES,
		.bytes = bytes,
		.where = kind->where,
	};

	for (unsigned int i = 0; i < MMS_AFTERMATH_MAX_MEASURES && kind->times[i]; i++) {
		step.follows = i > 0;
		mms_aftermath_add(result, step, "%s, %s, %s", kind->place, name, kind->times[i]);
	}
}

static void add_steps(const struct mms_aftermath_bench *bench, struct mms_aftermath_result *result)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (kinds[i].where != MMS_AFTERMATH_HERE && !bench->places.has_other)
			continue;
		add_set(result, &kinds[i], "L2/2", result->l2_bytes / 2);
		add_set(result, &kinds[i], "L2", result->l2_bytes);
		add_set(result, &kinds[i], "LLC/2", result->last_level_bytes / 2);
		add_set(result, &kinds[i], "2 LLC", result->last_level_bytes * 2);
	}
}

/*
 * Without an init, the time of one passes: so what else happens on the machine meanwhile,
 * interrupts for one, is the same with and without.
 */
static int init_or_wait(struct mms_aftermath_bench *bench, struct mms_aftermath_row *row)
{
	uint64_t start = mms_now();

	if (row->initializer)
		return mms_aftermath_init(bench, row);
	while (mms_now() - start < bench->init_ns)
		_mm_pause();
	return 0;
}

static int take_with_thread(struct mms_aftermath_bench *bench, struct mms_aftermath_row *row,
                            const struct mms_aftermath_step *step, struct mms_measure *measures)
{
	struct mms_bystander *bystander = bench->bystander;
	bool during = step->where == MMS_AFTERMATH_OTHER_CORE_DURING;
	int error;

	bystander->step = step;
	atomic_store(&bystander->phase, REQUESTED);
	sem_post(&bystander->wake);
	wait_until(bystander, WARM);
	if (during) {
		atomic_store(&bystander->phase, GO);
		error = init_or_wait(bench, row);
		atomic_store(&bystander->phase, STOP);
	} else {
		error = init_or_wait(bench, row);
		atomic_store(&bystander->phase, GO);
	}
	wait_until(bystander, DONE);
	memcpy(measures, bystander->measures, sizeof(bystander->measures));
	return error;
}

static int take(struct mms_aftermath_bench *bench, struct mms_aftermath_row *row,
                const struct mms_aftermath_step *step, struct mms_measure *measures)
{
	int error;

	if (step->where != MMS_AFTERMATH_HERE)
		return take_with_thread(bench, row, step, measures);
	warm(bench->bystander, step);
	error = init_or_wait(bench, row);
	if (!error)
		time_two_passes(bench->bystander, step, &bench->watch, measures);
	return error;
}

const struct mms_aftermath_ops mms_aftermath_bystander = {.add_steps = add_steps, .take = take};
