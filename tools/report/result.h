/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Results that an experiment wrote, as reports need them. */
#ifndef TOOLS_REPORT_RESULT_H
#define TOOLS_REPORT_RESULT_H

#include "view.h"

struct result {
	const char *path;
	json_t *json; /* of its own: values were added */
	const struct view *view;
};

/*
 * Read a result. It gets "derived" members: what sentences say of it that isn't in it as such.
 * @return an enum status; what is wrong is printed
 */
int result_read(const char *path, struct result *result);
void result_free(struct result *result);

/*
 * Leave only the initializers of @names, "naive,auto", or all if that is NULL, and add what depends
 * on which those are.
 * @return an enum status; one that no result has is a STATUS_USAGE
 */
int results_select(struct result *results, size_t count, const char *names);

#endif
