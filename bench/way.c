// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "way.h"

#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "init/init.h"
#include "json_values.h"

/* Of each crew: its pool, and its background by each policy. */
static size_t per_crew(const struct mms_ways *ways)
{
	return 1 + ways->nr_waits;
}

size_t mms_ways_count(const struct mms_ways *ways)
{
	return 1 + ways->crew->nr_threads * per_crew(ways);
}

struct mms_way mms_way_at(const struct mms_ways *ways, size_t index)
{
	struct mms_way way = {.by = MMS_BIND_BY_CALLER};
	size_t in_crew;

	if (!index)
		return way;
	in_crew = (index - 1) % per_crew(ways);
	way.by = in_crew ? MMS_BIND_BY_BACKGROUND : MMS_BIND_BY_POOL;
	way.threads = ways->crew->threads[(index - 1) / per_crew(ways)];
	if (in_crew)
		way.wait = ways->waits[in_crew - 1];
	return way;
}

int mms_ways_check(const struct mms_ways *ways, const struct mms_initializer *const *initializers,
                   size_t nr_initializers, unsigned int gates)
{
	if (!nr_initializers || !ways->crew->nr_threads || !ways->nr_waits)
		return mms_fail(EINVAL,
		                "%zu initializers, %zu numbers of threads and %zu policies are "
		                "named; at least one of each is needed",
		                nr_initializers, ways->crew->nr_threads, ways->nr_waits);
	for (size_t i = 0; i < nr_initializers; i++) {
		const struct mms_initializer *effective =
			mms_initializer_effective(initializers[i], gates);
		int error;

		if (!effective->cuttable)
			return mms_fail(EINVAL,
			                "%s takes whole ranges only, and so can't work in the "
			                "background",
			                effective->name);
		error = mms_initializer_check_cpu(effective);
		if (error)
			return error;
	}
	return 0;
}

const char *mms_way_name(const struct mms_way *way)
{
	static const char *const names[MMS_NR_WAITS] = {
		[MMS_WAIT_ITEM] = "background item",
		[MMS_WAIT_HELP] = "background help",
		[MMS_WAIT_CHUNK] = "background chunk",
	};

	switch (way->by) {
	case MMS_BIND_BY_CALLER:
		return "direct";
	case MMS_BIND_BY_POOL:
		return "pool";
	default:
		return names[way->wait];
	}
}

void mms_way_describe(const struct mms_way *way, const struct mms_initializer *initializer,
                      char *text, size_t size)
{
	char threads[32] = "";

	if (way->threads)
		snprintf(threads, sizeof(threads), ", %u thread%s", way->threads,
		         way->threads > 1 ? "s" : "");
	snprintf(text, size, "%s (%s%s)", initializer->name, mms_way_name(way), threads);
}

json_t *mms_way_json(const struct mms_way *way)
{
	static const char *const by[MMS_NR_BIND_BYS] = {
		[MMS_BIND_BY_CALLER] = "direct",
		[MMS_BIND_BY_POOL] = "pool",
		[MMS_BIND_BY_BACKGROUND] = "background",
	};
	bool background = way->by == MMS_BIND_BY_BACKGROUND;

	return json_pack("{s:s, s:o, s:o}", "by", by[way->by], "threads",
	                 way->threads ? mms_json_number(way->threads) : json_null(), "policy",
	                 mms_json_text(background ? mms_wait_names[way->wait] : NULL));
}

json_t *mms_ways_policies_json(const struct mms_ways *ways)
{
	json_t *policies = json_array();

	for (size_t i = 0; i < ways->nr_waits; i++)
		json_array_append_new(policies, json_string(mms_wait_names[ways->waits[i]]));
	return policies;
}
