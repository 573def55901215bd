// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The store tracer where a function doesn't just return, and where it may not be traced. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cmocka.h>

#include <memmapsim/verify.h>

#include "skip.h"
#include "verify/traced.h"

static _Alignas(64) unsigned char array[64];

static const struct mms_watch watch = {(uintptr_t)array, (uintptr_t)(array + sizeof(array)),
                                       MMS_WATCH_ARRAY};

static int trace_within(unsigned int seconds, int (*run)(void *), struct mms_store_report *report)
{
	const struct mms_trace trace = {.watch = &watch, .nr_watch = 1, .seconds = seconds};
	int err = mms_trace_stores(run, array, &trace, report);

	if (err == -EPERM)
		skip_because("%s", mms_last_error());
	return err;
}

TRACED(nothing, "");
TRACED(returns_result, "mov $-5, %eax\n\tret");
static void tells_what_was_returned(void **state)
{
	struct mms_store_report report;

	(void)state;
	if (trace_within(0, returns_result, &report))
		fail_msg("%s", mms_last_error());
	assert_int_equal(report.result, -5);
}

TRACED(crashes, "movl $1, 0");
TRACED(crashes_repeatedly, "xor %edi, %edi\n\tmov $64, %ecx\n\trep stosb");
TRACED(is_illegal, "ud2");
TRACED(exits, "mov $231, %eax\n\tmov $7, %edi\n\tsyscall");
TRACED(loops, "1: jmp 1b");
TRACED(sleeps, "mov $34, %eax\n\tsyscall"); /* pause() */
TRACED(forks, "mov $57, %eax\n\tsyscall");
TRACED(gathers, "vpcmpeqd %ymm2, %ymm2, %ymm2\n\t"
                "vpxor %xmm1, %xmm1, %xmm1\n\t"
                "vpgatherqq %ymm2, (%rdi,%ymm1,8), %ymm0");

static void reports_what_cannot_be_traced(void **state)
{
	static const struct {
		int (*run)(void *);
		int err;
		const char *says;
	} cases[] = {
		{crashes, -EFAULT, "crashed"},
		{crashes_repeatedly, -EFAULT, "crashed"},
		{is_illegal, -EFAULT, "Illegal instruction"},
		{exits, -ECHILD, "status 7"},
		{loops, -ETIMEDOUT, "too long"},
		{sleeps, -ETIMEDOUT, "too long"},
		{forks, -EOPNOTSUPP, "starts a thread, a process"},
		{gathers, -EOPNOTSUPP, "vpgatherqq ymm0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mms_store_report report, before;

		memset(&report, 0x5a, sizeof(report));
		before = report;
		assert_int_equal(trace_within(1, cases[i].run, &report), cases[i].err);
		assert_memory_equal(&report, &before, sizeof(report));
		if (!strstr(mms_last_error(), cases[i].says))
			fail_msg("\"%s\" doesn't say \"%s\"", mms_last_error(), cases[i].says);
	}
}

static void refuses_what_is_no_array(void **state)
{
	const uintptr_t at = (uintptr_t)array;
	const struct mms_watch wrong[] = {
		{at, at, MMS_WATCH_ARRAY},          {at + 64, at, MMS_WATCH_ARRAY},
		{at + 8, at + 64, MMS_WATCH_ARRAY}, {at, at + 65, MMS_WATCH_ARRAY},
		{at, at, MMS_WATCH_PUBLISH},
	};
	struct mms_store_report report;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct mms_trace trace_wrong = {.watch = &wrong[i], .nr_watch = 1};

		assert_int_equal(mms_trace_stores(nothing, NULL, &trace_wrong, &report), -EINVAL);
		trace_wrong.nr_watch = 0;
		assert_int_equal(mms_trace_stores(nothing, NULL, &trace_wrong, &report), -EINVAL);
	}
}

/* A filter can't be taken back, so this is for a process of its own. */
static int trace_where_ptrace_is_forbidden(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_ptrace, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {sizeof(filter) / sizeof(*filter), filter};
	const struct mms_trace trace_nothing = {.watch = &watch, .nr_watch = 1};
	struct mms_store_report report;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		return 2;
	return mms_trace_stores(nothing, NULL, &trace_nothing, &report) != -EPERM ||
	       !strstr(mms_last_error(), "may not trace its child");
}

static void says_where_tracing_is_forbidden(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(trace_where_ptrace_is_forbidden());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 2)
		skip_because("seccomp filters can't be had here");
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_what_was_returned),
		cmocka_unit_test(reports_what_cannot_be_traced),
		cmocka_unit_test(refuses_what_is_no_array),
		cmocka_unit_test(says_where_tracing_is_forbidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
