// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The life of workers: where and how they run, how they sleep, and what if they can't be started.
 */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

/* What an initializer sees of the thread that it runs on. */
static struct {
	pid_t thread;
	cpu_set_t cpus;
	int policy;
	sigset_t signals;
} seen;

static int look(const struct mms_job *job)
{
	(void)job;
	seen.thread = gettid();
	sched_getaffinity(0, sizeof(seen.cpus), &seen.cpus);
	seen.policy = sched_getscheduler(0);
	pthread_sigmask(SIG_SETMASK, NULL, &seen.signals);
	return 0;
}

static const struct mms_initializer looking = {.name = "looking", .cuttable = true, .init = look};

/* Run a single chunk on a pool of this machine, so that one worker fills in what is seen. */
static void look_at_a_worker(const struct mms_pool_options *options)
{
	struct mms_topology *topology = make_topology(NULL);
	struct mms_geometry geometry = fsdax_geometry(GIB, 4 * MIB);
	struct mms_placed_job job = planned_job(&geometry, MMS_NODE_ANY);
	struct mms_schedule *schedule;
	struct mms_memmap *map;
	struct mms_pool *pool;

	assert_success(mms_memmap_create(&geometry, NULL, &map));
	assert_success(mms_job_create(map, 0, &job.job));
	assert_success(mms_pool_create(topology, options, &pool));
	schedule = make_schedule(topology, options, job, MMS_SPLIT_CHUNKS);
	memset(&seen, 0, sizeof(seen));
	assert_success(mms_pool_run(pool, &looking, schedule));
	mms_schedule_destroy(schedule);
	mms_pool_destroy(pool);
	mms_memmap_destroy(map);
	mms_topology_destroy(topology);
}

static void workers_are_bound(void **state)
{
	struct mms_pool_options options = {.threads = 1, .node = MMS_NODE_ANY};
	struct mms_topology *topology = make_topology(NULL);
	unsigned int of_node;
	cpu_set_t ours;

	(void)state;
	assert_success(
		mms_topology_cores(topology, mms_topology_node_at(topology, 0)->number, &of_node));
	mms_topology_destroy(topology);
	assert_int_equal(sched_getaffinity(0, sizeof(ours), &ours), 0);

	look_at_a_worker(&options);
	assert_true(CPU_EQUAL(&seen.cpus, &ours));
	assert_int_not_equal(seen.thread, gettid());
	options.bind = MMS_BIND_CORE;
	look_at_a_worker(&options);
	assert_in_range(CPU_COUNT(&seen.cpus), 1, CPU_COUNT(&ours) / of_node);
	options.bind = MMS_BIND_NODE;
	look_at_a_worker(&options);
	assert_in_range(CPU_COUNT(&seen.cpus), of_node, CPU_COUNT(&ours));
}

static void workers_are_under_the_policy_asked_for(void **state)
{
	struct mms_pool_options options = unbound(1);

	(void)state;
	look_at_a_worker(&options);
	assert_int_equal(seen.policy, SCHED_BATCH);
	options.sched_other = true;
	look_at_a_worker(&options);
	assert_int_equal(seen.policy, SCHED_OTHER);
}

static void signals_are_for_other_threads(void **state)
{
	struct mms_pool_options options = unbound(1);
	sigset_t ours;

	(void)state;
	look_at_a_worker(&options);
	assert_true(sigismember(&seen.signals, SIGINT));
	assert_true(sigismember(&seen.signals, SIGALRM));
	assert_false(sigismember(&seen.signals, SIGSEGV));
	assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &ours), 0);
	assert_false(sigismember(&ours, SIGINT));
}

/* How many threads this process has, and how many of them don't sleep. */
static void count_threads(unsigned int *all, unsigned int *awake)
{
	DIR *directory = opendir("/proc/self/task");
	struct dirent *entry;

	assert_non_null(directory);
	*all = *awake = 0;
	while ((entry = readdir(directory))) {
		char path[300], state = '?';
		FILE *file;

		snprintf(path, sizeof(path), "/proc/self/task/%s/stat", entry->d_name);
		file = entry->d_name[0] == '.' ? NULL : fopen(path, "r");
		if (!file)
			continue;
		(*all)++;
		/* The name, in brackets, has none and no blanks. */
		if (fscanf(file, "%*d %*s %c", &state) != 1 || state != 'S')
			(*awake)++;
		fclose(file);
	}
	closedir(directory);
}

static unsigned int own_threads(void)
{
	unsigned int all, awake;

	count_threads(&all, &awake);
	return all;
}

/* Whether that many are left; those that were joined take a moment to go from /proc. */
static bool threads_left(unsigned int expected)
{
	for (int i = 0; i < 1000 && own_threads() != expected; i++)
		usleep(1000);
	return own_threads() == expected;
}

static void idle_workers_sleep(void **state)
{
	struct mms_topology *topology = make_topology("core:8 pu:1");
	struct mms_pool_options options = unbound(8);
	unsigned int before = own_threads(), all, awake;
	struct mms_pool *pool;

	(void)state;
	assert_success(mms_pool_create(topology, &options, &pool));
	for (int i = 0; i < 1000; i++) {
		count_threads(&all, &awake);
		if (awake == 1) /* the one that looks */
			break;
		usleep(1000);
	}
	assert_int_equal(awake, 1);
	assert_int_equal(all, before + 8);
	mms_pool_destroy(pool);
	assert_true(threads_left(before));
	mms_topology_destroy(topology);
}

static void planning_starts_no_thread(void **state)
{
	unsigned int before = own_threads();
	struct mms_topology *topology = make_topology("numa:8 core:28 pu:1");
	struct mms_pool_options options = unbound(224);
	struct mms_geometry geometry = fsdax_geometry(GIB, 100 * GIB);
	struct mms_schedule *schedule =
		make_schedule(topology, &options, planned_job(&geometry, 0), MMS_SPLIT_CHUNKS);

	(void)state;
	assert_int_equal(own_threads(), before);
	mms_schedule_destroy(schedule);
	mms_topology_destroy(topology);
}

static void nonsense_is_refused(void **state)
{
	struct mms_topology *topology = make_topology("numa:2 core:2 pu:1");
	struct mms_pool_options options = unbound(0);
	unsigned int before = own_threads();
	struct mms_pool *pool = NULL;

	(void)state;
	assert_refused(mms_pool_create(topology, &options, &pool), EINVAL, "0 threads");
	options = unbound(2);
	options.node = 9;
	assert_refused(mms_pool_create(topology, &options, &pool), EINVAL, "no NUMA node 9");
	options = unbound(2);
	options.bind = MMS_BIND_CORE;
	assert_refused(mms_pool_create(topology, &options, &pool), EINVAL, "isn't this machine's");
	options.bind = (enum mms_bind)3;
	assert_refused(mms_pool_create(topology, &options, &pool), EINVAL, "3 is no way to bind");
	assert_null(pool);
	assert_true(threads_left(before));
	mms_pool_destroy(NULL);
	mms_topology_destroy(topology);
}

/* Processes and threads of a user. */
static unsigned int threads_of(uid_t user)
{
	DIR *directory = opendir("/proc");
	struct dirent *entry;
	unsigned int nr = 0;

	while ((entry = readdir(directory))) {
		char path[300], line[128];
		unsigned int threads = 0, owner = 0;
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%s/status", entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		while (fgets(line, sizeof(line), file)) {
			sscanf(line, "Uid: %u", &owner);
			sscanf(line, "Threads: %u", &threads);
		}
		fclose(file);
		nr += owner == user ? threads : 0;
	}
	closedir(directory);
	return nr;
}

/* run_out_of_threads() can't, here. */
#define CANNOT 77

/*
 * As a user who may have three more threads, ask for 64. Root may have any number, so it becomes
 * somebody whom nobody knows.
 * @return what is wrong, for the exit status; 0: nothing
 */
static int run_out_of_threads(void)
{
	struct mms_topology *topology = make_topology("core:4 pu:1");
	struct mms_pool_options options = unbound(64);
	struct mms_pool *pool = NULL;
	struct rlimit limit;
	unsigned int before;

	if (geteuid() == 0 && setresuid(54321, 54321, 54321))
		return CANNOT;
	before = own_threads();
	if (getrlimit(RLIMIT_NPROC, &limit))
		return 2;
	limit.rlim_cur = threads_of(geteuid()) + 3;
	if (setrlimit(RLIMIT_NPROC, &limit))
		return 3;
	if (mms_pool_create(topology, &options, &pool) != -EAGAIN)
		return 4;
	if (!strstr(mms_last_error(), "of 64 can't be started") || pool)
		return 5;
	if (!threads_left(before))
		return 6;
	limit.rlim_cur = limit.rlim_max;
	options.threads = 2;
	if (setrlimit(RLIMIT_NPROC, &limit) || mms_pool_create(topology, &options, &pool))
		return 7;
	mms_pool_destroy(pool);
	mms_topology_destroy(topology);
	return 0;
}

static void thread_that_cannot_be_started(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	assert_true(child >= 0);
	if (child == 0)
		_exit(run_out_of_threads());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == CANNOT)
		skip_because("root may start any number of threads and can't become anybody else");
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_are_bound),
		cmocka_unit_test(workers_are_under_the_policy_asked_for),
		cmocka_unit_test(signals_are_for_other_threads),
		cmocka_unit_test(idle_workers_sleep),
		cmocka_unit_test(planning_starts_no_thread),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(thread_that_cannot_be_started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
