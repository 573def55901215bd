/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Ways to bind, which experiments compare for each initializer: by the caller alone; by each crew,
 * while the caller waits; and in the background of each crew, by each policy.
 */
#ifndef BENCH_WAY_H
#define BENCH_WAY_H

#include <jansson.h>

#include "crew.h"

struct mms_way {
	enum mms_bind_by by;
	unsigned int threads; /* 0: the caller's own */
	enum mms_wait wait;   /* in the background */
};

/* Which ways there are, from what an experiment's config has. */
struct mms_ways {
	const struct mms_crew_config *crew; /* at least one */
	const enum mms_wait *waits;         /* policies, all different, at least one */
	size_t nr_waits;
};

/* How many there are. */
size_t mms_ways_count(const struct mms_ways *ways);

/* Number @index of them: first the caller's, then by number of threads. */
struct mms_way mms_way_at(const struct mms_ways *ways, size_t index);

/*
 * Whether @nr_initializers can go all these ways.
 * @return 0; -EINVAL: one that takes whole ranges only, or there is nothing to compare;
 *         -EOPNOTSUPP: a CPU feature is missing
 */
int mms_ways_check(const struct mms_ways *ways, const struct mms_initializer *const *initializers,
                   size_t nr_initializers, unsigned int gates);

/* "direct", "pool", "background item", …; static storage. */
const char *mms_way_name(const struct mms_way *way);

/* "naive (background item, 2 threads)" into @text. */
void mms_way_describe(const struct mms_way *way, const struct mms_initializer *initializer,
                      char *text, size_t size);

/* by ("direct", "pool", "background"), threads, policy; a new reference */
json_t *mms_way_json(const struct mms_way *way);

/* The names of policies as a list; a new reference. */
json_t *mms_ways_policies_json(const struct mms_ways *ways);

#endif
