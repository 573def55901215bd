// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "crew_json.h"

#include "json_values.h"

json_t *mms_crew_config_json(const struct mms_crew_config *config)
{
	bool any = config->nr_threads > 0;
	json_t *threads = json_array();

	for (size_t i = 0; i < config->nr_threads; i++)
		json_array_append_new(threads, mms_json_number(config->threads[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "threads", threads, "split",
	                 mms_json_text(any ? mms_split_names[config->split] : NULL), "bind",
	                 mms_json_text(any ? mms_bind_names[config->bind] : NULL), "node",
	                 any && config->node != MMS_NODE_ANY ? json_integer(config->node)
	                                                     : json_null(),
	                 "cpus", mms_json_text(any ? config->cpus : NULL));
}
