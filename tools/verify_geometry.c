// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <inttypes.h>

#include "command.h"
#include "geometry_json.h"
#include "verify.h"

static void print_check(const struct mms_geometry *geometry, const struct initializer_check *check)
{
	const char *name = check->initializer->name;

	if (!check->ran) {
		printf("  %-20s not run: this CPU has no %s\n", name,
		       mms_cpu_feature_name(check->missing));
		return;
	}
	printf("  %-20s %s", name, initializer_check_word(check));
	if (!*check->failure.sentence)
		printf(", %" PRIu64 " pages and %" PRIu64 " pageblocks compared",
		       check->report.compared, check->report.pageblocks);
	if (check->ran != check->initializer)
		printf("; fell back to %s", check->ran->name);
	putchar('\n');
	if (!initializer_check_ok(check))
		show_check(stdout, geometry, check);
}

int verify_geometry(struct geometry_options *options, const struct check_options *check,
                    json_t *results)
{
	struct initializer_checks checks = {0};
	struct mms_geometry geometry;
	struct mms_memmap *map;
	int error, status = geometry_options_resolve(options, &geometry);

	if (status)
		return status;
	warn_of_long_work(&geometry, 1);
	error = mms_memmap_create(&geometry, &check->run.memmap, &map);
	if (error)
		return command_fail_memmap(error);
	geometry_options_print(options, &geometry, stdout);
	while (status == STATUS_OK && checks.count < check->initializers.count) {
		struct initializer_check *next = &checks.items[checks.count];

		fflush(stdout);
		status = check_initializer(&geometry, &map, check, checks.count++, next);
		if (status == STATUS_OK)
			print_check(&geometry, next);
	}
	mms_memmap_destroy(map);
	if (status)
		return status;
	json_array_append_new(results,
	                      json_pack("{s:s?, s:o, s:o, s:o}", "preset",
	                                options->preset ? options->preset->name : NULL, "kernel",
	                                mms_kernel_json(geometry.kernel), "geometry",
	                                mms_geometry_json(&geometry), "initializers",
	                                initializer_checks_json(&geometry, &checks)));
	return initializer_checks_ok(&checks) ? STATUS_OK : STATUS_FAILED;
}
