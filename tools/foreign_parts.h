/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the files about plug-ins share: who they are (foreign.c), running them (foreign_run.c), and
 * what to say when that goes wrong (foreign_failure.c).
 */
#ifndef TOOLS_FOREIGN_PARTS_H
#define TOOLS_FOREIGN_PARTS_H

#include <limits.h>

#include "child.h"
#include "foreign.h"

#define MAX_NAME        33
#define MAX_DESCRIPTION 200
#define MAX_KERNEL_TEXT 32768

/* An initializer of a plug-in. */
struct foreign {
	struct mms_initializer initializer; /* what is known of it, and foreign_init() */
	char path[PATH_MAX], name[MAX_NAME], description[MAX_DESCRIPTION];
	size_t number;                   /* from 1 on, of those that are known; 0: not yet */
	size_t index;                    /* in its file */
	const struct mms_kernel *kernel; /* whose pages it makes; NULL: it doesn't say */
	/* In a child that has loaded it: */
	struct mms_plugin_file *file;
	const struct mms_initializer *real;
};

/* NULL: @initializer is from no plug-in. */
struct foreign *foreign_find(const struct mms_initializer *initializer);

/* NULL: none has this number. */
const struct foreign *foreign_numbered(size_t number);

/* What a child is at. */
enum foreign_stage { STAGE_NONE, STAGE_LOAD, STAGE_SETUP, STAGE_INIT, STAGE_TEARDOWN, NR_STAGES };

/*
 * What a child tells. Its threads may write it at once, and a plug-in that goes astray may write
 * anything; so there is nothing in it that is followed or taken for an index before it was checked.
 */
struct foreign_turn {
	struct child_watch watch;
	_Atomic enum foreign_stage stage;
	_Atomic size_t who; /* number of what runs, or ran last; 0: none did */
	/* Its job; addresses are the child's, and mean nothing here. */
	_Atomic uintptr_t geometry, vmemmap;
	_Atomic uint64_t start_pfn, end_pfn;
	/* The child says that it could not load or set up a plug-in: a negative errno, and why. */
	int error;
	char sentence[400];
};

/* The one there is, zeroed; NULL and a sentence if there is no memory for it. */
struct foreign_turn *foreign_turn_begin(void);

/* In the child, before and after code of a plug-in. */
void foreign_enter(const struct foreign *foreign, enum foreign_stage stage);
void foreign_leave(void);

/* In the child: remember @error, and a sentence on it. @return STATUS_FAILED */
int foreign_fail(int error, const char *sentence);

/* The init function of all foreign initializers. */
int foreign_init(const struct mms_job *job);

/* What was found in the memory of a child that ended during a job. */
struct foreign_remains {
	bool known;
	uint64_t right_to; /* first pfn of the job whose page isn't right; its end if all are */
};

/* "was killed by SIGSEGV", into @text. */
void foreign_describe_end(const struct child_report *report, unsigned int seconds, char *text,
                          size_t size);

/*
 * The library's last sentence without the initializer's name or the plug-in's path, if it begins
 * with one.
 */
const char *foreign_predicate(const char *path, const char *name);

/* What a child's end says of the plug-in whose turn it was. */
void foreign_describe(const struct child_report *report, const struct foreign_turn *turn,
                      const struct foreign_remains *remains, unsigned int seconds,
                      struct foreign_failure *failure);

#endif
