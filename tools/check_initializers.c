// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <string.h>

#include "check_initializers.h"
#include "command.h"
#include "init/init.h"
#include "show_page.h"

static int run(struct mms_memmap *map, const struct check_options *options, uint64_t seed,
               struct initializer_check *check)
{
	for (uint64_t round = 0; round < options->rounds; round++, seed++) {
		int error;

		mms_memmap_dirty(map, seed);
		error = mms_memmap_bind(map, check->initializer, options->run.gates);
		if (error)
			return command_fail(STATUS_FAILED, "%s", mms_last_error());
		mms_verify_memmap(map, &seed, &check->report);
		if (!mms_report_ok(&check->report))
			break;
	}
	return STATUS_OK;
}

int check_initializer(struct mms_memmap *map, const struct check_options *options, size_t index,
                      struct initializer_check *check)
{
	const struct mms_initializer *initializer = options->initializers.items[index];
	const struct mms_initializer *effective =
		mms_initializer_effective(initializer, options->run.gates);
	unsigned int missing = mms_initializer_missing_cpu(effective);

	*check = (struct initializer_check){
		.initializer = initializer,
		.ran = missing ? NULL : effective,
		.missing = missing,
	};
	if (missing)
		return STATUS_OK;
	return run(map, options, options->seed + index * options->rounds, check);
}

int check_initializers(struct mms_memmap *map, const struct check_options *options,
                       struct initializer_checks *checks)
{
	int status = STATUS_OK;

	checks->count = options->initializers.count;
	for (size_t i = 0; status == STATUS_OK && i < checks->count; i++)
		status = check_initializer(map, options, i, &checks->items[i]);
	return status;
}

bool initializer_checks_ok(const struct initializer_checks *checks)
{
	for (size_t i = 0; i < checks->count; i++)
		if (checks->items[i].ran && !mms_report_ok(&checks->items[i].report))
			return false;
	return true;
}

void show_report(FILE *stream, const struct mms_geometry *geometry, const struct mms_report *report)
{
	char text[256];

	mms_report_describe(report, text, sizeof(text));
	fprintf(stream, "  %s\n", text);
	if (report->mismatches)
		show_page_difference(stream, geometry, report->first_pfn, report->expected,
		                     report->found);
}

json_t *report_json(const struct mms_geometry *geometry, const struct mms_report *report)
{
	char text[256];

	mms_report_describe(report, text, sizeof(text));
	return json_pack(
		"{s:b, s:s, s:I, s:I, s:o?, s:I, s:I, s:I, s:I, s:b}", "verified",
		(int)mms_report_ok(report), "summary", text, "pages", (json_int_t)report->compared,
		"pages_wrong", (json_int_t)report->mismatches, "first_wrong",
		report->mismatches ? page_difference_json(geometry, report->first_pfn,
	                                                  report->expected, report->found)
				   : NULL,
		"never_written", (json_int_t)report->never_written, "never_written_touched",
		(json_int_t)report->touched, "pageblocks", (json_int_t)report->pageblocks,
		"pageblocks_wrong", (json_int_t)report->pageblock_mismatches, "guards_touched",
		report->guards != 0);
}

json_t *initializer_checks_json(const struct mms_geometry *geometry,
                                const struct initializer_checks *checks)
{
	json_t *list = json_array();

	for (size_t i = 0; i < checks->count; i++) {
		const struct initializer_check *check = &checks->items[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:s?, s:s?, s:b, s:o?}", "name", check->initializer->name,
		                  "ran", check->ran ? check->ran->name : NULL,
		                  "missing_cpu_feature", mms_cpu_feature_name(check->missing),
		                  "verified", check->ran && mms_report_ok(&check->report), "report",
		                  check->ran ? report_json(geometry, &check->report) : NULL));
	}
	return list;
}
