/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A bind in many small jobs, looked at on the way. */
#ifndef TESTS_INIT_PARTS_H
#define TESTS_INIT_PARTS_H

#include <memmapsim/memmapsim.h>

#include "random_geometry.h"

/*
 * Dirty @map, of geometry @made, bind it by @initializer in parts of random size and order, and
 * altmap pages somewhere in between. Fails the test if a page, or the type of a pageblock, changes
 * before its turn, or isn't as the oracle says in the end.
 */
void bind_in_parts(struct random_source *random, const struct random_geometry *made,
                   struct mms_memmap *map, const struct mms_initializer *initializer);

#endif
