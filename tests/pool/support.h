/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the tests of the pool layer share; it comes with all that cmocka needs. */
#ifndef TESTS_POOL_SUPPORT_H
#define TESTS_POOL_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <memmapsim/memmapsim.h>

#include "random_geometry.h"
#include "skip.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * 1024)
#define GIB (MIB * 1024)

#define assert_success(call)                                                                       \
	do {                                                                                       \
		if ((call) != 0)                                                                   \
			fail_msg("%s: %s", #call, mms_last_error());                               \
	} while (0)

/* That a call gives this error, and that mms_last_error() has this text in it. */
#define assert_refused(call, error, text)                                                          \
	do {                                                                                       \
		assert_int_equal(call, -(error));                                                  \
		if (!strstr(mms_last_error(), text))                                               \
			fail_msg("no \"%s\" in: %s", text, mms_last_error());                      \
	} while (0)

struct mms_topology *make_topology(const char *description);

/* Workers anywhere, bound to nothing. */
struct mms_pool_options unbound(unsigned int threads);

/* fsdax, or devdax in compounds of @align bytes, with the memmap in RAM, for the default kernel. */
struct mms_geometry fsdax_geometry(uint64_t start, uint64_t size);
struct mms_geometry devdax_geometry(uint64_t start, uint64_t size, uint64_t align);

/* The job of a geometry's first range, on memory that isn't there. */
struct mms_placed_job planned_job(const struct mms_geometry *geometry, int node);

/* A schedule of one job. */
struct mms_schedule *make_schedule(const struct mms_topology *topology,
                                   const struct mms_pool_options *options,
                                   struct mms_placed_job job, enum mms_split split);

/*
 * A topology as a file would have it, of @synthetic without the CPUs that are not in @cpus.
 * @distances (or NULL) is a matrix of latencies between the nodes. The file is in $TMPDIR;
 * remove_file() removes it and frees the name.
 */
char *make_xml(const char *synthetic, const char *cpus, const uint64_t *distances);
void remove_file(char *name);

#endif
