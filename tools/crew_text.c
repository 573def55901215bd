// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "command.h"
#include "crew_text.h"
#include "options.h"

void crew_print(FILE *stream, const struct mms_crew_config *config)
{
	static const char *const bound[MMS_NR_BINDS] = {
		[MMS_BIND_NONE] = "not bound",
		[MMS_BIND_CORE] = "bound to a core each",
		[MMS_BIND_NODE] = "bound to the cores of a node each",
	};
	char numbers[8 * MAX_THREAD_NUMBERS] = "", node[32] = "";
	size_t length = 0;

	for (size_t i = 0; i < config->nr_threads; i++)
		length += (size_t)snprintf(numbers + length, sizeof(numbers) - length, "%s%u",
		                           i ? ", " : "", config->threads[i]);
	if (config->node != MMS_NODE_ANY)
		snprintf(node, sizeof(node), ", near node %d", config->node);
	print_fact(stream, "threads", "%s, %s%s%s%s; work is split in %s", numbers,
	           bound[config->bind], node, config->cpus ? ", on CPUs " : "",
	           config->cpus ? config->cpus : "", mms_split_names[config->split]);
}

void way_print(FILE *stream, const struct mms_way *way)
{
	fprintf(stream, "  %-17s", mms_way_name(way));
	if (way->threads)
		fprintf(stream, "%8u", way->threads);
	else
		fprintf(stream, "%8s", "-");
}
