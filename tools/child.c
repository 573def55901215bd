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

static _Noreturn void be_child(const struct child *child, pid_t parent, int go,
                               const sigset_t *signals)
{
	size_t size = 0;
	char *text = NULL, byte;
	int value, flushed;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	sigprocmask(SIG_SETMASK, signals, NULL);
	while (read(go, &byte, 1) < 0 && errno == EINTR)
		;
	close(go);
	value = run_held(child, &text, &size);
	/* What comes from here on is not undone by anyone. */
	atomic_store(&child->watch->value, value);
	atomic_store(&child->watch->returned, CHILD_HAS_RETURNED);
	if (size)
		fwrite(text, 1, size, stdout);
	free(text);
	flushed = command_flush_stdout();
	if (flushed)
		atomic_store(&child->watch->value, flushed);
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

/* How long the child may be left alone, in ns; 0: too long already. */
static uint64_t patience(const struct child *child)
{
	uint64_t limit = child->seconds * NS_PER_S;
	uint64_t entered = atomic_load(&child->watch->entered_ns), now = mms_now();

	/* Another thread may get there at any time, after the clock was read, too. */
	if (!atomic_load(&child->watch->inside) || entered >= now)
		return limit;
	return now - entered < limit ? limit - (now - entered) : 0;
}

/*
 * Wait until something happens to the child.
 * @stopped: by job control, so that no time passes for it
 * @return false when it took too long
 */
static bool wait_for(const struct child *child, pid_t pid, bool stopped, int *status)
{
	sigset_t child_signal;

	sigemptyset(&child_signal);
	sigaddset(&child_signal, SIGCHLD);
	for (;;) {
		pid_t got = waitpid(pid, status, WNOHANG);
		uint64_t ns = patience(child);
		const struct timespec timeout = {
			.tv_sec = (time_t)(ns / NS_PER_S),
			.tv_nsec = (long)(ns % NS_PER_S),
		};

		if (got == pid)
			return true;
		if (!ns && !stopped)
			return false;
		sigtimedwait(&child_signal, NULL, ns ? &timeout : NULL);
	}
}

static bool has_returned(const struct child *child)
{
	return atomic_load(&child->watch->returned) == CHILD_HAS_RETURNED;
}

/* Let a child that stopped go on, having looked at why. @return whether it stays stopped */
static bool handle_stop(const struct child *child, pid_t pid, int status,
                        struct child_report *fault)
{
	int signal = WSTOPSIG(status), event = status >> 16;
	siginfo_t info;

	if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
		ptrace(PTRACE_LISTEN, pid, NULL, NULL); /* stopped by job control, until SIGCONT */
		return true;
	}
	if (event == PTRACE_EVENT_STOP) /* gone on; how long it was stopped doesn't count */
		atomic_store(&child->watch->entered_ns, mms_now());
	if (event == PTRACE_EVENT_EXIT && child->inspect && !has_returned(child))
		child->inspect(child->context, pid);
	if (event)
		signal = 0;
	if (is_fault(signal) && ptrace(PTRACE_GETSIGINFO, pid, NULL, &info) == 0) {
		fault->end = CHILD_KILLED;
		fault->value = signal;
		fault->address = (signal == SIGSEGV || signal == SIGBUS) && info.si_code > 0
		                         ? (uintptr_t)info.si_addr
		                         : 0;
	}
	ptrace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)signal);
	return false;
}

/* It is over; @fault is what it was told last, which a handler may have made an exit of. */
static struct child_report conclude(const struct child *child, int status,
                                    const struct child_report *fault)
{
	if (has_returned(child))
		return (struct child_report){CHILD_RETURNED, atomic_load(&child->watch->value), 0};
	if (fault->end == CHILD_KILLED)
		return *fault;
	if (WIFSIGNALED(status))
		return (struct child_report){CHILD_KILLED, WTERMSIG(status), 0};
	return (struct child_report){CHILD_EXITED, WEXITSTATUS(status), 0};
}

static void watch(const struct child *child, pid_t pid, struct child_report *report)
{
	struct child_report fault = {0};
	bool stopped = false;
	int status;

	while (wait_for(child, pid, stopped, &status)) {
		if (!WIFSTOPPED(status)) {
			*report = conclude(child, status, &fault);
			return;
		}
		stopped = handle_stop(child, pid, status, &fault);
	}
	if (child->inspect)
		child->inspect(child->context, pid);
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) >= 0 && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, pid, NULL, NULL);
	*report = (struct child_report){.end = CHILD_TIMED_OUT};
}

int child_run(const struct child *child, struct child_report *report)
{
	pid_t parent = getpid(), pid;
	sigset_t child_signal, before;
	int go[2];

	if (pipe(go) != 0)
		return command_fail(STATUS_RESOURCE, "no pipe to a child process: %s",
		                    strerror(errno));
	fflush(NULL);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&child_signal);
	sigaddset(&child_signal, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_signal, &before);
	atomic_store(&child->watch->inside, 0);
	atomic_store(&child->watch->returned, 0);
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		be_child(child, parent, go[0], &before);
	}
	if (pid > 0) {
		ptrace(PTRACE_SEIZE, pid, NULL, (void *)(PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL));
		close(go[1]); /* now it runs */
		watch(child, pid, report);
	} else {
		command_fail(STATUS_RESOURCE, "no child process: %s", strerror(errno));
		close(go[1]);
	}
	close(go[0]);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid > 0 ? STATUS_OK : STATUS_RESOURCE;
}
