// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "command.h"
#include "orphans.h"
#include "output.h"

#define NS_PER_S UINT64_C(1000000000)

void *child_share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

void child_enter(struct child_watch *watch)
{
	atomic_store(&watch->entered_ns, mms_now());
	atomic_fetch_add(&watch->inside, 1);
}

void child_leave(struct child_watch *watch)
{
	atomic_fetch_sub(&watch->inside, 1);
}

bool child_read(pid_t pid, uintptr_t address, void *to, size_t size)
{
	const struct iovec local = {.iov_base = to, .iov_len = size};
	const struct iovec remote = {.iov_base = (void *)address, .iov_len = size};

	return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)size;
}

/*
 * Run the function with a stdout that is memory. However large it gets and whoever flushes it,
 * warnings or exit(), nothing gets out before the function has returned.
 */
static int run_held(const struct child *child, char **text, size_t *size)
{
	FILE *standard = stdout, *held = open_memstream(text, size);
	int value;

	if (!held)
		return command_fail(STATUS_RESOURCE, "no memory for what a child process prints");
	stdout = held;
	value = child->run(child->context);
	stdout = standard;
	if (fclose(held) == 0)
		return value;
	*size = 0;
	return command_fail(STATUS_RESOURCE, "no memory for what a child process prints");
}

static void begin_to_tell(const struct child *child)
{
	memset(child->watch, 0, child->watch_size);
	atomic_store(&child->watch->stage, CHILD_RUNS);
}

/* From here on nobody else can write to what is told. */
static void keep_to_oneself(const struct child *child)
{
	mmap(child->watch, child->watch_size, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	begin_to_tell(child);
}

/* Wait until the parent watches. @return whether it can read this process's memory */
static bool wait_for_parent(int go)
{
	ssize_t got;
	bool traced;

	do
		got = read(go, &traced, sizeof(traced));
	while (got < 0 && errno == EINTR);
	close(go);
	if (got != sizeof(traced))
		_exit(0); /* it is no longer there */
	return traced;
}

static int write_results(const char *text, size_t size)
{
	int status;

	if (size)
		fwrite(text, 1, size, stdout);
	status = command_flush_stdout();
	return status ? status : output_release();
}

static _Noreturn void be_child(const struct child *child, pid_t parent, int go,
                               const sigset_t *signals)
{
	size_t size = 0;
	char *text = NULL;
	int value, written;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	sigprocmask(SIG_SETMASK, signals, NULL);
	if (wait_for_parent(go))
		keep_to_oneself(child);
	output_hold();
	value = run_held(child, &text, &size);
	/* What comes from here on is not undone by anyone. */
	atomic_store(&child->watch->stage, CHILD_HAS_RETURNED);
	written = write_results(text, size);
	free(text);
	atomic_store(&child->watch->value, written ? written : value);
	atomic_store(&child->watch->stage, CHILD_HAS_WRITTEN);
	_exit(0);
}

/* Signals that say that something went wrong in the process, not that someone wants it to end. */
static bool is_fault(int signal)
{
	switch (signal) {
	case SIGSEGV:
	case SIGBUS:
	case SIGILL:
	case SIGFPE:
	case SIGABRT:
	case SIGSYS:
	case SIGTRAP:
		return true;
	default:
		return false;
	}
}

/* A child as it is seen from here. */
struct watched {
	const struct child *child;
	pid_t pid;
	bool traced;                /* its memory can be read */
	bool stopped;               /* by job control, so that no time passes for it */
	uint64_t gone_on_ns;        /* after that; 0: it never was */
	struct child_report *fault; /* that it was told of last */
};

/* Read what it tells. */
static void look(const struct watched *watched)
{
	const struct child *child = watched->child;

	if (watched->traced)
		child_read(watched->pid, (uintptr_t)child->watch, child->watch, child->watch_size);
}

static bool has_returned(const struct child *child)
{
	unsigned int stage = atomic_load(&child->watch->stage);

	return stage == CHILD_HAS_RETURNED || stage == CHILD_HAS_WRITTEN;
}

/* How long the child may be left alone, in ns; 0: too long already. */
static uint64_t patience(const struct watched *watched)
{
	const struct child_watch *watch = watched->child->watch;
	uint64_t limit = watched->child->seconds * NS_PER_S, since, now = mms_now();

	look(watched);
	/* Who has written over what both share may never end, and would seem to be nowhere. */
	if (!watched->traced && !has_returned(watched->child) &&
	    atomic_load(&watch->stage) != CHILD_RUNS)
		return 0;
	since = atomic_load(&watch->entered_ns);
	if (since < watched->gone_on_ns)
		since = watched->gone_on_ns;
	/* Another thread may get there at any time, after the clock was read, too. */
	if (!atomic_load(&watch->inside) || since >= now)
		return limit;
	return now - since < limit ? limit - (now - since) : 0;
}

/* Wait until something happens to the child. @return false when it took too long */
static bool wait_for(const struct watched *watched, int *status)
{
	sigset_t child_signal;

	sigemptyset(&child_signal);
	sigaddset(&child_signal, SIGCHLD);
	for (;;) {
		pid_t got = waitpid(watched->pid, status, WNOHANG);
		uint64_t ns = patience(watched);
		const struct timespec timeout = {
			.tv_sec = (time_t)(ns / NS_PER_S),
			.tv_nsec = (long)(ns % NS_PER_S),
		};

		if (got == watched->pid)
			return true;
		if (!ns && !watched->stopped)
			return false;
		sigtimedwait(&child_signal, NULL, ns ? &timeout : NULL);
	}
}

/* Let a child that stopped go on, having looked at why. */
static void handle_stop(struct watched *watched, int status)
{
	const struct child *child = watched->child;
	int signal = WSTOPSIG(status), event = status >> 16;
	pid_t pid = watched->pid;
	siginfo_t info;

	watched->stopped = event == PTRACE_EVENT_STOP && signal != SIGTRAP;
	if (watched->stopped) {
		ptrace(PTRACE_LISTEN, pid, NULL, NULL); /* by job control, until SIGCONT */
		return;
	}
	if (event == PTRACE_EVENT_STOP) /* gone on; how long it was stopped doesn't count */
		watched->gone_on_ns = mms_now();
	if (event == PTRACE_EVENT_EXIT)
		look(watched);
	if (event == PTRACE_EVENT_EXIT && child->inspect && !has_returned(child))
		child->inspect(child->context, pid);
	if (event)
		signal = 0;
	if (is_fault(signal) && ptrace(PTRACE_GETSIGINFO, pid, NULL, &info) == 0) {
		watched->fault->end = CHILD_KILLED;
		watched->fault->value = signal;
		watched->fault->address =
			(signal == SIGSEGV || signal == SIGBUS) && info.si_code > 0
				? (uintptr_t)info.si_addr
				: 0;
	}
	ptrace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)signal);
}

/* It is over; the last fault that it was told of a handler may have made an exit of. */
static struct child_report conclude(const struct watched *watched, int status)
{
	const struct child_watch *watch = watched->child->watch;

	if (atomic_load(&watch->stage) == CHILD_HAS_WRITTEN)
		return (struct child_report){CHILD_RETURNED, atomic_load(&watch->value), 0};
	/* Nobody reads it any more, which is this process's affair as much as it was the child's.
	 */
	if (has_returned(watched->child) && WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE)
		raise(SIGPIPE);
	if (has_returned(watched->child))
		return (struct child_report){
			CHILD_RETURNED,
			command_fail(STATUS_RESOURCE, "results are not complete: a child process "
		                                      "ended while it wrote them"),
			0};
	if (watched->fault->end == CHILD_KILLED)
		return *watched->fault;
	if (WIFSIGNALED(status))
		return (struct child_report){CHILD_KILLED, WTERMSIG(status), 0};
	return (struct child_report){CHILD_EXITED, WEXITSTATUS(status), 0};
}

static void watch(struct watched *watched, struct child_report *report)
{
	const struct child *child = watched->child;
	struct child_report fault = {0};
	pid_t pid = watched->pid;
	int status;

	watched->fault = &fault;
	while (wait_for(watched, &status)) {
		if (!WIFSTOPPED(status)) {
			*report = conclude(watched, status);
			return;
		}
		handle_stop(watched, status);
	}
	if (child->inspect)
		child->inspect(child->context, pid);
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) >= 0 && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, pid, NULL, NULL);
	*report = (struct child_report){.end = CHILD_TIMED_OUT};
}

/* Trace a child that waits for this, and let it go. */
static void start_watching(struct watched *watched, int go)
{
	const struct child *child = watched->child;

	watched->traced =
		ptrace(PTRACE_SEIZE, watched->pid, NULL,
	               (void *)(PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL)) == 0 &&
		child_read(watched->pid, (uintptr_t)child->watch, child->watch, child->watch_size);
	/* A child that is gone by now ends like any other. */
	(void)!write(go, &watched->traced, sizeof(watched->traced));
	close(go);
}

int child_run(const struct child *child, struct child_report *report)
{
	struct watched watched = {.child = child};
	pid_t parent = getpid();
	sigset_t child_signal, before;
	struct orphans orphans;
	int go[2];

	if (pipe(go) != 0)
		return command_fail(STATUS_RESOURCE, "no pipe to a child process: %s",
		                    strerror(errno));
	fflush(NULL);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&child_signal);
	sigaddset(&child_signal, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_signal, &before);
	begin_to_tell(child);
	orphans_take(&orphans);
	watched.pid = fork();
	if (watched.pid == 0) {
		close(go[1]);
		be_child(child, parent, go[0], &before);
	}
	if (watched.pid > 0) {
		start_watching(&watched, go[1]);
		watch(&watched, report);
	} else {
		command_fail(STATUS_RESOURCE, "no child process: %s", strerror(errno));
		close(go[1]);
	}
	orphans_end(&orphans);
	close(go[0]); /* only now, so that nobody writes to a pipe without a reader */
	sigprocmask(SIG_SETMASK, &before, NULL);
	return watched.pid > 0 ? STATUS_OK : STATUS_RESOURCE;
}
