/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Running initializers on dirty memory and holding what they leave against the oracle. */
#ifndef TOOLS_CHECK_INITIALIZERS_H
#define TOOLS_CHECK_INITIALIZERS_H

#include <stdio.h>

#include <jansson.h>

#include <memmapsim/memmapsim.h>

#include "foreign.h"
#include "options.h"

/* How they get to run. */
struct check_options {
	struct initializer_list initializers;
	struct run_options run;
	uint64_t rounds; /* binds of each */
	uint64_t seed;   /* of the dirt; each bind finds another */
	bool brief;      /* say nothing of captures that hold */
};

/* How an initializer fared. */
struct initializer_check {
	const struct mms_initializer *initializer;
	const struct mms_initializer *ran; /* it, or what the gates made of it; NULL: not run */
	unsigned int missing;              /* the CPU feature because of which it was not run */
	struct mms_report report;          /* of the first bind that was wrong, else of the last */
	struct foreign_failure failure;    /* of a plug-in, which then has no report */
};

struct initializer_checks {
	size_t count;
	struct initializer_check items[MAX_INITIALIZERS];
};

/*
 * Bind a memmap of @geometry with initializer @index of the options. One that is wrong fails no
 * call: see initializer_check_ok(). A plug-in does it in a child, on memory of its own.
 * @map: for the others; made if it is NULL, and given back before a child is started
 * @return an enum status; what is missing is printed
 */
int check_initializer(const struct mms_geometry *geometry, struct mms_memmap **map,
                      const struct check_options *options, size_t index,
                      struct initializer_check *check);

/* The same with all of them. */
int check_initializers(const struct mms_geometry *geometry, struct mms_memmap **map,
                       const struct check_options *options, struct initializer_checks *checks);

/* Whether it was right, if it ran. */
bool initializer_check_ok(const struct initializer_check *check);

/* Whether all that ran were right. */
bool initializer_checks_ok(const struct initializer_checks *checks);

/* How @check came out: "verified", "WRONG" or "FAILED". */
const char *initializer_check_word(const struct initializer_check *check);

/* What is wrong in @check, with both pages. */
void show_check(FILE *stream, const struct mms_geometry *geometry,
                const struct initializer_check *check);

/* What is wrong in @report, with both pages. */
void show_report(FILE *stream, const struct mms_geometry *geometry,
                 const struct mms_report *report);

/* For programs: what was compared and how it went. NULL: out of memory */
json_t *report_json(const struct mms_geometry *geometry, const struct mms_report *report);
json_t *initializer_checks_json(const struct mms_geometry *geometry,
                                const struct initializer_checks *checks);

#endif
