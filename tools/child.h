/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A process for code that may crash, never end, leave or destroy what it finds: a child that is
 * watched, and whose memory can be looked at when it ends before its time.
 */
#ifndef TOOLS_CHILD_H
#define TOOLS_CHILD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* How a child ended. */
enum child_end {
	CHILD_RETURNED, /* from run() */
	CHILD_EXITED,
	CHILD_KILLED,    /* by a signal */
	CHILD_TIMED_OUT, /* and was ended for it */
};

struct child_report {
	enum child_end end;
	int value;         /* what run() returned; the exit status; the signal */
	uintptr_t address; /* whose access was the reason for the signal; 0: not known */
};

/*
 * What the child tells while it runs. It may be the beginning of more that is told, and lies in
 * memory from child_share(). A child whose memory this process may read has that memory for itself,
 * so that what it does to all that it shares with others leaves that alone; this process has what
 * it read last.
 */
struct child_watch {
	_Atomic unsigned int inside; /* threads that are in code that isn't trusted */
	_Atomic uint64_t entered_ns; /* when the last of them got there */
	_Atomic unsigned int stage;  /* CHILD_…, none of which a stray store leaves */
	_Atomic int value;
};

#define CHILD_RUNS         0xc0ffee42u
#define CHILD_HAS_RETURNED 0x5ca1ab1eu
#define CHILD_HAS_WRITTEN  0x0ddba11eu /* its results, too */

struct child {
	int (*run)(void *context);
	void *context;
	struct child_watch *watch;
	size_t watch_size;    /* with all else that is told */
	unsigned int seconds; /* that a stay in code that isn't trusted may take */
	/* Called, unless NULL, while the memory of a child that didn't return is still there. */
	void (*inspect)(void *context, pid_t pid);
};

/* Zeroed memory that children share with this process; NULL if there is none. Never freed. */
void *child_share(size_t size);

/* Before and after code that isn't trusted is called, by any thread of the child. */
void child_enter(struct child_watch *watch);
void child_leave(struct child_watch *watch);

/*
 * Run a function in a child. What it prints to stdout, and what it writes to outputs, appears when
 * it has returned, and only then. Processes that it leaves behind are ended. One who may not trace
 * children (mms_trace_stores() says when that is) can't inspect them either.
 * @return an enum status: STATUS_OK however the child ended
 */
int child_run(const struct child *child, struct child_report *report);

/* Copy @size bytes from the child's memory. @return whether they are there */
bool child_read(pid_t pid, uintptr_t address, void *to, size_t size);

#endif
