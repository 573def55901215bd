// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What tasks may rely on: turns, cancelling, and being left alone after a wait. */
#include <limits.h>
#include <stdatomic.h>

#include "pool/task.h"
#include "support.h"

/* Has @left steps to be begun. */
struct steps {
	struct mms_task task;
	atomic_long left;
	atomic_long done;
};

static bool has_work(const struct mms_task *task, const struct mms_worker *worker)
{
	(void)worker;
	return atomic_load(&((const struct steps *)task)->left) > 0;
}

static bool step(struct mms_task *task, const struct mms_worker *worker)
{
	struct steps *steps = (struct steps *)task;

	(void)worker;
	if (atomic_fetch_sub(&steps->left, 1) <= 0)
		return false;
	atomic_fetch_add(&steps->done, 1);
	return true;
}

static struct mms_pool *make_pool(unsigned int threads)
{
	struct mms_topology *topology = make_topology("core:4 pu:1");
	struct mms_pool_options options = unbound(threads);
	struct mms_pool *pool;

	assert_success(mms_pool_create(topology, &options, &pool));
	mms_topology_destroy(topology); /* pools don't need it any more */
	return pool;
}

static void start(struct mms_pool *pool, struct steps *steps, long nr)
{
	*steps = (struct steps){.task = {.has_work = has_work, .step = step}, .left = nr};
	mms_pool_start(pool, &steps->task);
}

static void no_task_waits_for_another(void **state)
{
	struct mms_pool *pool = make_pool(1);
	struct steps endless, before, after;

	(void)state;
	start(pool, &before, 1000);
	start(pool, &endless, LONG_MAX);
	start(pool, &after, 1000);
	mms_pool_wait(pool, &after.task);
	mms_pool_wait(pool, &before.task);
	assert_int_equal(before.done, 1000);
	assert_int_equal(after.done, 1000);
	assert_true(has_work(&endless.task, NULL));
	atomic_store(&endless.left, 0);
	mms_pool_wait(pool, &endless.task);
	mms_pool_destroy(pool);
}

static void cancelled_tasks_are_left_alone(void **state)
{
	struct mms_pool *pool = make_pool(4);

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct steps steps;
		long done;

		start(pool, &steps, LONG_MAX);
		if (i % 2)
			while (!atomic_load(&steps.done))
				;
		atomic_store(&steps.left, 0);
		mms_pool_wait(pool, &steps.task);
		done = steps.done;
		memset(&steps, 0xff, sizeof(steps));
		if (i % 2)
			assert_true(done > 0);
	}
	mms_pool_destroy(pool);
}

static void finished_tasks_may_be_waited_for_late(void **state)
{
	struct mms_pool *pool = make_pool(2);
	struct steps first, second;

	(void)state;
	start(pool, &first, 10);
	while (atomic_load(&first.done) < 10)
		;
	start(pool, &second, 10);
	mms_pool_wait(pool, &second.task);
	mms_pool_wait(pool, &first.task);
	assert_int_equal(first.done, 10);
	assert_int_equal(second.done, 10);
	mms_pool_destroy(pool);
}

static void many_tasks_are_all_done(void **state)
{
	enum { NR = 64 };
	struct mms_pool *pool = make_pool(4);
	struct steps steps[NR];

	(void)state;
	for (int i = 0; i < NR; i++)
		start(pool, &steps[i], i * 10);
	for (int i = NR - 1; i >= 0; i--) {
		mms_pool_wait(pool, &steps[i].task);
		assert_int_equal(steps[i].done, i * 10);
	}
	mms_pool_destroy(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_task_waits_for_another),
		cmocka_unit_test(cancelled_tasks_are_left_alone),
		cmocka_unit_test(finished_tasks_may_be_waited_for_late),
		cmocka_unit_test(many_tasks_are_all_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
