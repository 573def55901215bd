// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Plug-ins in experiments: nothing is timed that was not verified, and nothing else is lost. */
#include <string.h>

#include "bench.h"
#include "check_initializers.h"
#include "command.h"

static void leave_out(struct bench_run *run, struct initializer_list *list,
                      const struct mms_initializer *initializer,
                      const struct foreign_failure *failure)
{
	json_t *json = foreign_failure_json(failure);
	size_t i = 0;

	command_fail(STATUS_FAILED, "initializer %s of %s is left out: it %s", initializer->name,
	             foreign_path(initializer), failure->sentence);
	json_object_set_new(json, "name", json_string(initializer->name));
	json_object_set_new(json, "plugin", json_string(foreign_path(initializer)));
	json_array_append_new(run->left_out, json);
	while (i < list->count && list->items[i] != initializer)
		i++;
	memmove(&list->items[i], &list->items[i + 1], (list->count - i - 1) * sizeof(*list->items));
	list->count--;
}

/* Whether initializer @index is right on all geometries, or what is wrong, into @failure. */
static int verify(const struct bench_experiment *experiment, size_t index, uint64_t seed,
                  struct foreign_failure *failure)
{
	const struct check_options options = {
		.initializers = {.count = 1, .items = {experiment->initializers->items[index]}},
		.run = *experiment->options,
		.rounds = 1,
		.seed = seed,
	};
	struct mms_memmap *map = NULL; /* children have their own */

	*failure = (struct foreign_failure){0};
	for (size_t i = 0; i < (experiment->alike ? 1 : experiment->nr_geometries); i++) {
		struct initializer_check check;
		char text[256];
		int status =
			check_initializer(&experiment->geometries[i], &map, &options, 0, &check);

		if (status)
			return status;
		if (initializer_check_ok(&check))
			continue;
		*failure = check.failure;
		if (*failure->sentence)
			return STATUS_OK;
		mms_report_describe(&check.report, text, sizeof(text));
		snprintf(failure->sentence, sizeof(failure->sentence), "is wrong: %s", text);
		failure->has_pfn = check.report.mismatches;
		failure->pfn = check.report.first_pfn;
		return STATUS_OK;
	}
	return STATUS_OK;
}

static int verify_all(struct bench_run *run, const struct bench_experiment *experiment)
{
	struct initializer_list *list = experiment->initializers;

	for (size_t i = 0; i < list->count;) {
		const struct mms_initializer *initializer = list->items[i];
		struct foreign_failure failure = {0};
		int status = STATUS_OK;

		if (foreign_path(
			    mms_initializer_effective(initializer, experiment->options->gates)))
			status = verify(experiment, i, run->options->seed, &failure);
		if (status)
			return status;
		if (*failure.sentence)
			leave_out(run, list, initializer, &failure);
		else
			i++;
	}
	return STATUS_OK;
}

static unsigned int time_limit(const struct bench_experiment *experiment)
{
	unsigned int longest = 0;

	for (size_t i = 0; i < experiment->nr_geometries; i++) {
		unsigned int seconds =
			run_time_limit(experiment->options, &experiment->geometries[i]);

		if (seconds > longest)
			longest = seconds;
	}
	return longest;
}

int bench_run_experiment(struct bench_run *run, const struct bench_experiment *experiment)
{
	struct initializer_list *list = experiment->initializers;
	const struct foreign_jobs jobs = {experiment->geometries, experiment->nr_geometries,
	                                  time_limit(experiment)};
	const struct mms_initializer *culprit;
	int status;

	warn_of_long_work(experiment->geometries, experiment->nr_geometries);
	if (!foreign_is_any(list))
		return experiment->run(experiment->context);
	status = verify_all(run, experiment);
	if (status)
		return status;
	do {
		struct foreign_failure failure;

		if (!list->count)
			return command_fail(STATUS_FAILED,
			                    "no initializer is left to be timed; memmapsim verify "
			                    "shows more of what is wrong");
		status = foreign_run(list, &jobs, experiment->run, experiment->context, &failure,
		                     &culprit);
		if (culprit)
			leave_out(run, list, culprit, &failure);
	} while (culprit);
	return status == STATUS_OK && json_array_size(run->left_out) ? STATUS_FAILED : status;
}
