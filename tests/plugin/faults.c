// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Plug-ins with one fault each, but the first, which has none. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memmapsim/plugin.h>

static int fine(const struct mms_plugin_job *job)
{
	uint64_t step = UINT64_C(1) << job->pgmap->vmemmap_shift;

	for (uint64_t head = job->start_pfn; head < job->end_pfn; head += step) {
		job->init_page(job, head);
		if (step == 1)
			continue;
		for (uint64_t i = 1; i < job->compound_nr_pages(job, head); i++)
			job->init_tail(job, head, head + i);
		job->finish_compound(job, head);
	}
	return 0;
}

/* All but the last pageblock's worth, so that it can be seen how far one came. */
static void do_most(const struct mms_plugin_job *job)
{
	struct mms_plugin_job part = *job;

	part.end_pfn -= 512;
	fine(&part);
}

static int most(const struct mms_plugin_job *job)
{
	do_most(job);
	return 0;
}

static int nothing(const struct mms_plugin_job *job)
{
	(void)job;
	return 0;
}

static int fails(const struct mms_plugin_job *job)
{
	do_most(job);
	return -EIO;
}

static int crashes(const struct mms_plugin_job *job)
{
	do_most(job);
	raise(SIGSEGV);
	return 0;
}

static int loops(const struct mms_plugin_job *job)
{
	do_most(job);
	for (;;)
		__asm__ volatile("pause");
	return 0;
}

static int sleeps(const struct mms_plugin_job *job)
{
	do_most(job);
	for (;;)
		pause();
	return 0;
}

static int exits(const struct mms_plugin_job *job)
{
	do_most(job);
	exit(0);
}

static int exits_at_once(const struct mms_plugin_job *job)
{
	do_most(job);
	_exit(7);
}

static int aborts(const struct mms_plugin_job *job)
{
	do_most(job);
	abort();
}

static int is_killed(const struct mms_plugin_job *job)
{
	do_most(job);
	kill(getpid(), SIGKILL);
	return 0;
}

static int goes_beyond(const struct mms_plugin_job *job)
{
	fine(job);
	mms_plugin_page(job, job->end_pfn)->flags = 0;
	return 0;
}

static int goes_before(const struct mms_plugin_job *job)
{
	uint64_t before = (job->pgmap->ranges[0].start >> MMS_PAGE_SHIFT) - 1;

	fine(job);
	mms_plugin_page(job, before)->flags = 0;
	return 0;
}

static int frees(const struct mms_plugin_job *job)
{
	void *volatile ours = (char *)job->pgmap + 16;

	fine(job);
	free(ours);
	return 0;
}

static int unmaps(const struct mms_plugin_job *job)
{
	fine(job);
	munmap(mms_plugin_page(job, job->start_pfn), (job->end_pfn - job->start_pfn) * 64);
	return 0;
}

/* Right when it is verified, which is the only time that memory is fresh. */
static int crashes_later(const struct mms_plugin_job *job)
{
	static int calls;

	if (++calls > 2)
		raise(SIGSEGV);
	return fine(job);
}

/* Right in the namespace that it saw first. */
static int crashes_elsewhere(const struct mms_plugin_job *job)
{
	static uint64_t home;

	home = home ? home : job->pgmap->ranges[0].start;
	if (job->pgmap->ranges[0].start == home)
		return fine(job);
	do_most(job);
	raise(SIGSEGV);
	return 0;
}

/* More than a stream's usual buffer, and it ends its process when all that is timed is printed. */
static int jobs_of_talker;

static int talks(const struct mms_plugin_job *job)
{
	jobs_of_talker++;
	printf("talk%8192s\n", "");
	fflush(stdout);
	return fine(job);
}

static void crash_late(void)
{
	if (jobs_of_talker > 2)
		raise(SIGILL);
}

/* Stopped for longer than it may take. */
static int rests(const struct mms_plugin_job *job)
{
	pid_t pid = fork();

	if (pid == 0) {
		sleep(2);
		kill(getppid(), SIGCONT);
		_exit(0);
	}
	raise(SIGSTOP);
	waitpid(pid, NULL, 0);
	return fine(job);
}

/* Right, but there are processes that outlive it, one of them in a session of its own. */
static int leaves_processes(const struct mms_plugin_job *job)
{
	if (fork() == 0) {
		setsid();
		(void)!fork();
		alarm(120); /* if nobody ends them */
		for (;;)
			pause();
	}
	return fine(job);
}

static int fail_setup(void)
{
	return -EBUSY;
}

static int crash_in_setup(void)
{
	raise(SIGFPE);
	return 0;
}

static void crash_in_teardown(void)
{
	raise(SIGILL);
}

/* Whose pages they make, if this is compiled to say so. */
#ifdef KERNEL
MMS_PLUGIN_KERNEL(KERNEL);
#endif

/* clang-format off */
MMS_PLUGINS(
	{.name = "fine", .flags = MMS_PLUGIN_CUTTABLE, .init = fine},
	{.name = "most", .init = most},
	{.name = "nothing", .init = nothing},
	{.name = "fails", .init = fails},
	{.name = "crashes", .init = crashes},
	{.name = "loops", .init = loops},
	{.name = "sleeps", .init = sleeps},
	{.name = "exits", .init = exits},
	{.name = "exits-at-once", .init = exits_at_once},
	{.name = "aborts", .init = aborts},
	{.name = "is-killed", .init = is_killed},
	{.name = "goes-beyond", .init = goes_beyond},
	{.name = "goes-before", .init = goes_before},
	{.name = "frees", .init = frees},
	{.name = "unmaps", .init = unmaps},
	{.name = "crashes-later", .init = crashes_later},
	{.name = "crashes-elsewhere", .flags = MMS_PLUGIN_CUTTABLE, .init = crashes_elsewhere},
	{.name = "busy", .init = fine, .setup = fail_setup},
	{.name = "hasty", .init = fine, .setup = crash_in_setup},
	{.name = "clumsy", .init = fine, .teardown = crash_in_teardown},
	{.name = "talks", .init = talks, .teardown = crash_late},
	{.name = "rests", .init = rests},
	{.name = "leaves-processes", .init = leaves_processes});
/* clang-format on */
