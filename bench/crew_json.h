/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Threads as JSON, the same in the results of all experiments. */
#ifndef BENCH_CREW_JSON_H
#define BENCH_CREW_JSON_H

#include <jansson.h>

#include "crew.h"

/*
 * threads[]; split, bind, node, cpus: null if nothing was said, and all of them without threads.
 * @return a new reference
 */
json_t *mms_crew_config_json(const struct mms_crew_config *config);

#endif
