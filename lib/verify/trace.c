// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The process side of the store tracer: a child that runs the function, stopped after every run of
 * instructions.
 */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "verify/trace.h"

#define DEFAULT_SECONDS 60

struct tracee {
	pid_t pid;
	bool ended;
	bool moved;                   /* regs.rip isn't where it stopped, but where it goes on */
	unsigned int followed;        /* jumps since it was resumed */
	struct user_regs_struct regs; /* where it stopped */
};

static _Noreturn void child(int (*run)(void *), void *context, unsigned int seconds)
{
	const struct itimerval limit = {.it_value.tv_sec = seconds};
	sigset_t signals;

	/* The alarm stops even a child that sleeps, and nothing else may come in between. */
	sigfillset(&signals);
	sigdelset(&signals, SIGALRM);
	sigprocmask(SIG_SETMASK, &signals, NULL);
	setitimer(ITIMER_REAL, &limit, NULL);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
		_exit(errno);
	raise(SIGSTOP);
	_exit(run(context));
}

static int wait_for(struct tracee *tracee, int *status)
{
	while (waitpid(tracee->pid, status, 0) < 0)
		if (errno != EINTR)
			return mms_fail(errno,
			                "the traced process can't be waited for: %s; SIGCHLD must "
			                "not be ignored",
			                strerror(errno));
	tracee->ended = WIFEXITED(*status) || WIFSIGNALED(*status);
	return 0;
}

/* Its first stop tells whether it may be traced. */
static int start(struct tracee *tracee)
{
	int status, err = wait_for(tracee, &status);

	if (err)
		return err;
	if (tracee->ended)
		return mms_fail(EPERM,
		                "this process may not trace its child (%s): another tracer has "
		                "it, kernel.yama.ptrace_scope is above 1, or a seccomp filter "
		                "forbids ptrace",
		                WIFEXITED(status) ? strerror(WEXITSTATUS(status))
		                                  : strsignal(WTERMSIG(status)));
	if (ptrace(PTRACE_SETOPTIONS, tracee->pid, NULL,
	           PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
	                   PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC) != 0)
		return mms_fail(errno, "the traced process can't be set up: %s", strerror(errno));
	return 0;
}

/* It started something that would go its own way. */
static int fail_event(struct tracee *tracee)
{
	unsigned long started = 0;

	if (ptrace(PTRACE_GETEVENTMSG, tracee->pid, NULL, &started) == 0 && started &&
	    (pid_t)started != tracee->pid) {
		kill((pid_t)started, SIGKILL);
		waitpid((pid_t)started, NULL, __WALL);
	}
	return mms_fail(EOPNOTSUPP,
	                "the traced function starts a thread, a process or a program; only its own "
	                "thread's stores can be followed");
}

static int fail_stop(struct tracee *tracee, int status)
{
	if (WIFEXITED(status))
		return mms_fail(ECHILD,
		                "the traced function ended its process with status %d; it must "
		                "return",
		                WEXITSTATUS(status));
	if (WIFSIGNALED(status))
		return mms_fail(EFAULT, "the traced function was killed: %s",
		                strsignal(WTERMSIG(status)));
	if (status >> 16)
		return fail_event(tracee);
	if (WSTOPSIG(status) == SIGALRM)
		return mms_fail(ETIMEDOUT,
		                "the traced function took too long; trace a smaller job or allow "
		                "more seconds");
	ptrace(PTRACE_GETREGS, tracee->pid, NULL, &tracee->regs);
	return mms_fail(EFAULT, "the traced function crashed at 0x%llx: %s", tracee->regs.rip,
	                strsignal(WSTOPSIG(status)));
}

/* Let it execute one instruction (PTRACE_SINGLESTEP), or all up to a breakpoint (PTRACE_CONT). */
static int resume(struct tracee *tracee, enum __ptrace_request request)
{
	int status;

	if (tracee->moved && ptrace(PTRACE_SETREGS, tracee->pid, NULL, &tracee->regs) != 0 &&
	    errno != ESRCH)
		return mms_fail(errno, "the traced process's registers can't be set: %s",
		                strerror(errno));
	tracee->moved = false;
	tracee->followed = 0;
	do {
		int err;

		/* ESRCH: it was killed, which waiting will tell. */
		if (ptrace(request, tracee->pid, NULL, NULL) != 0 && errno != ESRCH)
			return mms_fail(errno, "the traced process can't be resumed: %s",
			                strerror(errno));
		err = wait_for(tracee, &status);
		if (err)
			return err;
		/* Job control means this process as well, and stopped that is enough. */
	} while (WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP && !(status >> 16));

	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP || status >> 16)
		return fail_stop(tracee, status);
	if (ptrace(PTRACE_GETREGS, tracee->pid, NULL, &tracee->regs) != 0)
		return mms_fail(errno, "the traced process's registers can't be read: %s",
		                strerror(errno));
	return 0;
}

/* Let it go on at @address when it is resumed. */
static void move_to(struct tracee *tracee, uintptr_t address)
{
	tracee->regs.rip = address;
	tracee->moved = true;
}

/* Let it run to @address with a breakpoint instruction there, in its own copy of the code. */
static int run_to(struct tracee *tracee, uintptr_t address)
{
	const unsigned char breakpoint = 0xcc;
	uintptr_t word_address = address & -sizeof(long);
	long original, patched;
	int err;

	errno = 0;
	original = patched = ptrace(PTRACE_PEEKTEXT, tracee->pid, word_address, NULL);
	if (errno)
		return mms_fail(errno, "the code at 0x%" PRIxPTR " can't be read: %s", address,
		                strerror(errno));
	memcpy((char *)&patched + (address - word_address), &breakpoint, sizeof(breakpoint));
	if (ptrace(PTRACE_POKETEXT, tracee->pid, word_address, patched) != 0)
		return mms_fail(errno, "there can be no breakpoint at 0x%" PRIxPTR ": %s", address,
		                strerror(errno));
	err = resume(tracee, PTRACE_CONT);
	if (err)
		return err;
	if (tracee->regs.rip != address + sizeof(breakpoint))
		return mms_fail(EFAULT, "the traced function trapped at 0x%llx", tracee->regs.rip);
	if (ptrace(PTRACE_POKETEXT, tracee->pid, word_address, original) != 0)
		return mms_fail(errno, "the breakpoint at 0x%" PRIxPTR " can't be removed: %s",
		                address, strerror(errno));
	move_to(tracee, address);
	return 0;
}

/*
 * Execute one instruction, or all rounds of a repeated one, which stepping alone would stop after
 * each: how often it repeated is what it took from rcx.
 */
static int step(struct tracee *tracee, const struct mms_trace_lines *lines,
                const struct mms_trace_instruction *instruction, struct mms_touched *touched)
{
	const struct user_regs_struct before = tracee->regs;
	const unsigned long long direction_flag = 1 << 10;
	int err;

	if (instruction->beyond)
		return mms_fail(EOPNOTSUPP, "%s can't be followed: %s", instruction->code.text,
		                instruction->beyond);
	mms_trace_locate(instruction, &before, touched);
	for (unsigned int i = 0; i < instruction->nr_accesses; i++) {
		const struct mms_trace_access *access = &instruction->accesses[i];

		if (access->mask != MMS_MASK_NONE &&
		    mms_trace_lines_watch(lines, touched[i].start, access->size)) {
			err = mms_trace_mask(tracee->pid, access, &touched[i].bytes);
			if (err)
				return err;
		}
	}
	if (!instruction->repeats)
		return resume(tracee, PTRACE_SINGLESTEP);

	err = run_to(tracee, instruction->code.address + instruction->length);
	if (err)
		return err;
	for (unsigned int i = 0; i < instruction->nr_accesses; i++) {
		touched[i].size *= before.rcx - tracee->regs.rcx;
		if (before.eflags & direction_flag && touched[i].size)
			touched[i].start -= touched[i].size - instruction->accesses[i].size;
	}
	return 0;
}

/* Execute what comes next: a jump, a run of instructions, or one by itself. */
static int execute(struct tracee *tracee, struct mms_trace_code *code,
                   struct mms_trace_lines *lines)
{
	struct mms_touched touched[2];
	struct mms_trace_run run;
	uintptr_t next;
	uint32_t index;
	int err = mms_trace_decode(code, tracee->pid, tracee->regs.rip, &index);

	if (err)
		return err;
	/* A loop of jumps alone has to be executed, too, or its time would never be up. */
	if (tracee->followed < MMS_LONGEST_RUN &&
	    mms_trace_follow(&code->instructions[index], tracee->regs.eflags, &next)) {
		tracee->followed++;
		move_to(tracee, next);
		mms_trace_lines_execute(lines, index, touched);
		return 0;
	}
	mms_trace_gather(code, tracee->pid, &tracee->regs, &run);
	err = run.nr ? run_to(tracee, run.end)
	             : step(tracee, lines, &code->instructions[index], touched);
	if (err)
		return err;
	for (unsigned int i = 0; i < run.nr; i++)
		mms_trace_lines_execute(lines, run.steps[i].index, run.steps[i].touched);
	if (!run.nr)
		mms_trace_lines_execute(lines, index, touched);
	return 0;
}

static int trace_function(struct tracee *tracee, int (*run)(void *), struct mms_trace_code *code,
                          struct mms_trace_lines *lines)
{
	uintptr_t back;
	int err = run_to(tracee, (uintptr_t)run);

	if (err)
		return err;
	back = (uintptr_t)ptrace(PTRACE_PEEKDATA, tracee->pid, tracee->regs.rsp, NULL);
	while (tracee->regs.rip != back) {
		err = execute(tracee, code, lines);
		if (err)
			return err;
	}
	mms_trace_lines_return(lines, (int)tracee->regs.rax);
	return 0;
}

static int trace_child(int (*run)(void *), void *context, unsigned int seconds,
                       struct mms_trace_code *code, struct mms_trace_lines *lines)
{
	struct tracee tracee = {.pid = fork()};
	int err;

	if (tracee.pid < 0)
		return mms_fail(errno, "no process for the traced function: %s", strerror(errno));
	if (tracee.pid == 0)
		child(run, context, seconds);

	err = start(&tracee);
	if (!err)
		err = trace_function(&tracee, run, code, lines);
	if (!tracee.ended) {
		kill(tracee.pid, SIGKILL);
		while (waitpid(tracee.pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return err;
}

int mms_trace_stores(int (*run)(void *context), void *context, const struct mms_trace *trace,
                     struct mms_store_report *report)
{
	struct mms_trace_code code = {0};
	struct mms_trace_lines lines;
	cpu_set_t cpus, one;
	bool bound = false;
	int err = mms_trace_lines_init(&lines, trace, &code);

	if (!err) {
		/* On one CPU, a step takes a third of the time that waking another takes. */
		CPU_ZERO(&one);
		CPU_SET((size_t)sched_getcpu(), &one);
		bound = sched_getaffinity(0, sizeof(cpus), &cpus) == 0 &&
		        sched_setaffinity(0, sizeof(one), &one) == 0;
		err = trace_child(run, context, trace->seconds ? trace->seconds : DEFAULT_SECONDS,
		                  &code, &lines);
	}
	if (bound)
		sched_setaffinity(0, sizeof(cpus), &cpus);
	if (!err)
		*report = lines.report;
	mms_trace_lines_finish(&lines);
	mms_trace_code_finish(&code);
	return err;
}
