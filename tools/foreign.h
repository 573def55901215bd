/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Initializers from plug-ins. This process never loads one: it knows what a child found out about
 * it, and whatever runs it does so in a child that can be spared. One that crashes, leaves or never
 * ends has failed, and the others go on.
 */
#ifndef TOOLS_FOREIGN_H
#define TOOLS_FOREIGN_H

#include <jansson.h>

#include <memmapsim/memmapsim.h>

#include "options.h"

/* Why a plug-in failed. */
struct foreign_failure {
	char sentence[400]; /* without its name; "": it didn't */
	int signal;         /* that killed it, or 0 */
	bool has_pfn;
	uint64_t pfn; /* that it reached: the one whose access was a fault, or the first wrong */
};

/* "./my.so" or "./my.so:fast": a word that has a "/" in it names initializers of a plug-in. */
bool foreign_is_path(const char *word);

/* Of "PATH:NAME", unless there is a file that is called so, the name; and the path ends there. */
const char *foreign_split_name(char *path);

/*
 * Add what @word names to @list. The plug-in is loaded by a child to find out what it has.
 * @return an enum status; what is wrong with it is printed
 */
int foreign_take(const char *word, struct initializer_list *list);

/* The path of the plug-in that @initializer is from; NULL: it isn't from any. */
const char *foreign_path(const struct mms_initializer *initializer);

/*
 * The kernel that plug-ins of @list say their pages are of, into @kernel, which is left alone if
 * none says so.
 * @return an enum status; two that say different things are refused
 */
int foreign_kernel(const struct initializer_list *list, const struct mms_kernel **kernel);

/* Whether any of @list is from a plug-in. */
bool foreign_is_any(const struct initializer_list *list);

/* In a child that runs foreign_run()'s body: the initializer itself, without the watch on it. */
const struct mms_initializer *foreign_itself(const struct mms_initializer *initializer);

/* The jobs that initializers may get. */
struct foreign_jobs {
	const struct mms_geometry *geometries; /* how far one came is only looked up in these */
	size_t nr_geometries;
	unsigned int seconds; /* that an initializer may take for one */
};

/*
 * Run @body(@context) in a child that has loaded the plug-ins of @list.
 * @culprit: NULL, or the initializer whose failure ended it: see @failure
 * @return what body() returned; STATUS_FAILED if there is a culprit
 */
int foreign_run(const struct initializer_list *list, const struct foreign_jobs *jobs,
                int (*body)(void *context), void *context, struct foreign_failure *failure,
                const struct mms_initializer **culprit);

/* What the library's last sentence says of @initializer, into @failure. */
void foreign_failure_of_library(const struct mms_initializer *initializer,
                                struct foreign_failure *failure);

/* For programs: {"reason", "signal", "pfn"}, or null if it didn't fail. */
json_t *foreign_failure_json(const struct foreign_failure *failure);

#endif
