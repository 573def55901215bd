// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What all experiments tell besides their results. */
#include <inttypes.h>

#include "bench.h"
#include "command.h"

void bench_warn_of_environment(const json_t *environment)
{
	const json_t *warnings = json_object_get(environment, "warnings");

	for (size_t i = 0; i < json_array_size(warnings); i++)
		command_warn("%s", json_string_value(json_array_get(warnings, i)));
}

void bench_warn_of_backing(const struct mms_memmap_info *info, uint64_t least_huge_bytes)
{
	const uint64_t huge_page = UINT64_C(2) << 20;

	if (info->backing == MMS_BACKING_THP &&
	    least_huge_bytes < (info->needed_bytes & ~(huge_page - 1)))
		command_warn("backing thp got no more than %" PRIu64 " of %" PRIu64
		             " MiB in huge pages; is /sys/kernel/mm/transparent_hugepage/enabled "
		             "set to never, or memory fragmented?",
		             least_huge_bytes >> 20, info->needed_bytes >> 20);
}

const char *bench_cpu(const json_t *environment)
{
	const json_t *cpu = json_object_get(environment, "cpu");
	const char *model = json_string_value(json_object_get(cpu, "model"));

	return model ? model : "unknown";
}
