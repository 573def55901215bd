/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Running an initializer under the store tracer. */
#ifndef TOOLS_CHECK_STORES_H
#define TOOLS_CHECK_STORES_H

#include <stdio.h>

#include <jansson.h>

#include <memmapsim/memmapsim.h>

#include "foreign.h"
#include "options.h"

/* A drain that is missing. */
struct missing_drain {
	uint64_t times;                 /* 0: it isn't missing */
	struct mms_store_finding first; /* what shows it */
};

/* What the tracer found of one initializer. */
struct stores_check {
	const struct mms_initializer *initializer;
	const struct mms_initializer *ran; /* it, or what the gates made of it; NULL: not run */
	unsigned int missing;              /* the CPU feature because of which it was not run */
	struct mms_store_report report;
	struct missing_drain drains[MMS_NR_DRAINS];
	struct foreign_failure failure; /* of a plug-in, whose report is then not complete */
};

/* How initializers are traced. */
struct stores_options {
	unsigned int gates;
	uint64_t seed;              /* of the dirt before */
	unsigned int seconds;       /* that a plug-in may take when it isn't traced … */
	unsigned int trace_seconds; /* … and any when it is; 0: the tracer's own limit */
};

/*
 * Initialize all ranges of @map under the tracer.
 * @return an enum status; a missing drain is none, but what is in @check
 */
int check_stores(struct mms_memmap *map, const struct mms_initializer *initializer,
                 const struct stores_options *options, struct stores_check *check);

/* Whether nothing is missing. */
bool stores_check_ok(const struct stores_check *check);

/* Which drains are missing and what shows it, for people; prints nothing if none are. */
void show_missing_drains(FILE *stream, const struct mms_memmap *map,
                         const struct stores_check *check);

/* For programs: all that was found. NULL: out of memory */
json_t *stores_check_json(const struct mms_memmap *map, const struct stores_check *check);

#endif
