// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Going through a schedule in the mind: pages take time, and nothing else does. */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "pool/schedule.h"

/* A worker, and how many pages it has taken so far. */
struct load {
	uint64_t pages;
	unsigned int worker;
};

static bool less(const struct load *a, const struct load *b)
{
	return a->pages != b->pages ? a->pages < b->pages : a->worker < b->worker;
}

/* Put the first of a heap's @nr loads, which has grown, where it belongs. */
static void sift_down(struct load *heap, unsigned int nr)
{
	struct load moved = heap[0];
	unsigned int at = 0, child;

	while ((child = 2 * at + 1) < nr) {
		if (child + 1 < nr && less(&heap[child + 1], &heap[child]))
			child++;
		if (!less(&heap[child], &moved))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moved;
}

/* Take chunks for a worker. @return how many; from @first on */
static size_t take(const struct mms_schedule *schedule, const struct mms_worker *worker,
                   size_t *next, size_t *first)
{
	size_t nr = 0;
	unsigned int queue;

	for (unsigned int turn = 0; !nr && mms_schedule_queue(schedule, worker, turn, &queue);
	     turn++) {
		nr = mms_schedule_batch(schedule, queue, next[queue]);
		*first = next[queue];
		next[queue] += nr;
	}
	return nr;
}

int mms_schedule_expect(const struct mms_schedule *schedule, unsigned int *takers)
{
	struct load *heap = calloc(schedule->nr_workers, sizeof(*heap));
	size_t *next = calloc(schedule->nr_queues, sizeof(*next));
	unsigned int nr = schedule->nr_workers;

	if (!heap || !next) {
		free(heap);
		free(next);
		return mms_fail(ENOMEM, "no memory to go through a schedule");
	}
	for (unsigned int i = 0; i < nr; i++)
		heap[i].worker = i; /* a heap already: nobody has taken anything */
	for (unsigned int i = 0; i < schedule->nr_queues; i++)
		next[i] = schedule->queues[i].first;
	while (nr) {
		unsigned int worker = heap[0].worker;
		size_t first, taken = take(schedule, &schedule->workers[worker], next, &first);

		for (size_t i = first; i < first + taken; i++) {
			takers[i] = worker;
			heap[0].pages += schedule->chunks[i].nr_pages;
		}
		if (!taken)
			heap[0] = heap[--nr];
		sift_down(heap, nr);
	}
	free(heap);
	free(next);
	return 0;
}
