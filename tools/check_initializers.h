/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Running initializers on dirty memory and holding what they leave against the oracle. */
#ifndef TOOLS_CHECK_INITIALIZERS_H
#define TOOLS_CHECK_INITIALIZERS_H

#include <stdio.h>

#include <jansson.h>

#include <memmapsim/memmapsim.h>

#include "options.h"

/* How they get to run. */
struct check_options {
	struct initializer_list initializers;
	struct run_options run;
	uint64_t rounds; /* binds of each */
	uint64_t seed;   /* of the dirt; each bind finds another */
};

/* How an initializer fared. */
struct initializer_check {
	const struct mms_initializer *initializer;
	const struct mms_initializer *ran; /* it, or what the gates made of it; NULL: not run */
	unsigned int missing;              /* the CPU feature because of which it was not run */
	struct mms_report report;          /* of the first bind that was wrong, else of the last */
};

struct initializer_checks {
	size_t count;
	struct initializer_check items[MAX_INITIALIZERS];
};

/*
 * Bind @map with initializer @index of the options. One that is wrong fails no call: see
 * initializer_checks_ok().
 * @return an enum status; what is missing is printed
 */
int check_initializer(struct mms_memmap *map, const struct check_options *options, size_t index,
                      struct initializer_check *check);

/* The same with all of them. */
int check_initializers(struct mms_memmap *map, const struct check_options *options,
                       struct initializer_checks *checks);

/* Whether all that ran were right. */
bool initializer_checks_ok(const struct initializer_checks *checks);

/* What is wrong in @report, with both pages. */
void show_report(FILE *stream, const struct mms_geometry *geometry,
                 const struct mms_report *report);

/* For programs: what was compared and how it went. NULL: out of memory */
json_t *report_json(const struct mms_geometry *geometry, const struct mms_report *report);
json_t *initializer_checks_json(const struct mms_geometry *geometry,
                                const struct initializer_checks *checks);

#endif
