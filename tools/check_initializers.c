// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <string.h>
#include <sys/mman.h>

#include "check_initializers.h"
#include "child.h"
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
		if (error && foreign_path(check->initializer)) {
			foreign_failure_of_library(check->initializer, &check->failure);
			break;
		}
		if (error)
			return command_fail(STATUS_FAILED, "%s", mms_last_error());
		mms_verify_memmap(map, &seed, &check->report);
		if (!mms_report_ok(&check->report))
			break;
	}
	return STATUS_OK;
}

/* The check of a plug-in, in memory that a child shares. */
struct foreign_check {
	const struct mms_geometry *geometry;
	const struct check_options *options;
	uint64_t seed;
	struct initializer_check check;
};

static int run_in_child(void *context)
{
	struct foreign_check *foreign = context;
	/* Of one's own, while code runs that may write to all that is shared. */
	struct foreign_check own = *foreign;
	struct mms_memmap *map;
	int status, error = mms_memmap_create(own.geometry, &own.options->run.memmap, &map);

	if (error)
		return command_fail_memmap(error);
	status = run(map, own.options, own.seed, &own.check);
	*foreign = own;
	return status;
}

static int run_foreign(const struct mms_geometry *geometry, const struct check_options *options,
                       uint64_t seed, struct initializer_check *check)
{
	const struct initializer_list list = {.count = 1, .items = {check->initializer}};
	struct foreign_check *shared = child_share(sizeof(*shared));
	const struct foreign_jobs jobs = {geometry, 1, run_time_limit(&options->run, geometry)};
	const struct mms_initializer *culprit;
	struct foreign_failure failure;
	int status;

	if (!shared)
		return command_fail(STATUS_RESOURCE, "no memory to share with a child process");
	*shared = (struct foreign_check){geometry, options, seed, *check};
	status = foreign_run(&list, &jobs, run_in_child, shared, &failure, &culprit);
	if (culprit) {
		check->failure = failure;
	} else if (status == STATUS_OK) {
		check->report = shared->check.report;
		check->failure = shared->check.failure;
	}
	munmap(shared, sizeof(*shared));
	return culprit ? STATUS_OK : status;
}

int check_initializer(const struct mms_geometry *geometry, struct mms_memmap **map,
                      const struct check_options *options, size_t index,
                      struct initializer_check *check)
{
	const struct mms_initializer *initializer = options->initializers.items[index];
	const struct mms_initializer *effective =
		mms_initializer_effective(initializer, options->run.gates);
	unsigned int missing = mms_initializer_missing_cpu(effective);
	uint64_t seed = options->seed + index * options->rounds;
	int error = 0;

	*check = (struct initializer_check){
		.initializer = initializer,
		.ran = missing ? NULL : effective,
		.missing = missing,
	};
	if (missing)
		return STATUS_OK;
	if (foreign_path(effective)) {
		mms_memmap_destroy(*map);
		*map = NULL;
		return run_foreign(geometry, options, seed, check);
	}
	if (!*map)
		error = mms_memmap_create(geometry, &options->run.memmap, map);
	return error ? command_fail_memmap(error) : run(*map, options, seed, check);
}

int check_initializers(const struct mms_geometry *geometry, struct mms_memmap **map,
                       const struct check_options *options, struct initializer_checks *checks)
{
	int status = STATUS_OK;

	checks->count = options->initializers.count;
	for (size_t i = 0; status == STATUS_OK && i < checks->count; i++)
		status = check_initializer(geometry, map, options, i, &checks->items[i]);
	return status;
}

bool initializer_check_ok(const struct initializer_check *check)
{
	return !check->ran || (!*check->failure.sentence && mms_report_ok(&check->report));
}

bool initializer_checks_ok(const struct initializer_checks *checks)
{
	for (size_t i = 0; i < checks->count; i++)
		if (!initializer_check_ok(&checks->items[i]))
			return false;
	return true;
}

const char *initializer_check_word(const struct initializer_check *check)
{
	if (*check->failure.sentence)
		return "FAILED";
	return initializer_check_ok(check) ? "verified" : "WRONG";
}

void show_check(FILE *stream, const struct mms_geometry *geometry,
                const struct initializer_check *check)
{
	if (*check->failure.sentence)
		fprintf(stream, "  it %s\n", check->failure.sentence);
	else
		show_report(stream, geometry, &check->report);
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
		bool compared = check->ran && !*check->failure.sentence;

		json_array_append_new(
			list, json_pack("{s:s, s:s?, s:s?, s:s?, s:b, s:o, s:o?}", "name",
		                        check->initializer->name, "plugin",
		                        foreign_path(check->initializer), "ran",
		                        check->ran ? check->ran->name : NULL, "missing_cpu_feature",
		                        mms_cpu_feature_name(check->missing), "verified",
		                        check->ran && initializer_check_ok(check), "failure",
		                        foreign_failure_json(&check->failure), "report",
		                        compared ? report_json(geometry, &check->report) : NULL));
	}
	return list;
}
