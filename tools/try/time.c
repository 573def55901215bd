// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How fast an initializer is: the rebind experiment on both presets, among the built-in ones. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "json_values.h"
#include "rebind_json.h"
#include "try/try.h"

#define NR_TIMED 2

/* What the kernel does, the steps of the series, and the fastest that there is. */
static const char *const built_in[] = {"naive", "template-heads", "template", "template-movnti",
                                       "auto"};
#define NR_BUILT_IN (sizeof(built_in) / sizeof(*built_in))

/* All of the experiments, also for the child that runs them. */
struct timing {
	struct trial *trial;
	struct initializer_list initializers;
	const struct preset *presets[NR_TIMED];
	struct mms_geometry geometries[NR_TIMED];
	FILE *file; /* that the child writes its results to */
};

static bool is_tried(const struct timing *timing, const struct mms_initializer *initializer)
{
	const struct initializer_list *tried = &timing->trial->bench.initializers;

	for (size_t i = 0; i < tried->count; i++)
		if (tried->items[i] == initializer)
			return true;
	return false;
}

static json_t *compare(const struct mms_rebind_row *row, const struct mms_rebind_result *result,
                       double *scratch)
{
	json_t *others = json_array();

	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_rebind_row *other = &result->rows[i];
		struct mms_ratio ratio;

		if (other == row || other->fill || !other->verified)
			continue;
		ratio = mms_paired_ratio(row->rebind.ns, other->rebind.ns, row->rebind.count,
		                         scratch);
		json_array_append_new(others, json_pack("{s:s, s:f, s:o, s:o}", "name",
		                                        other->initializer->name, "median_ns",
		                                        other->rebind.summary.median, "ratio",
		                                        mms_json_ratio(&ratio), "ratio_interval",
		                                        mms_json_interval(&ratio)));
	}
	return others;
}

static json_t *initializers_json(const struct timing *timing,
                                 const struct mms_rebind_result *result, double *scratch)
{
	json_t *list = json_array();

	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_rebind_row *row = &result->rows[i];

		if (row->fill || !row->verified || !is_tried(timing, row->initializer))
			continue;
		json_array_append_new(list, json_pack("{s:s, s:f, s:f, s:o, s:o}", "name",
		                                      row->initializer->name, "median_ns",
		                                      row->rebind.summary.median, "ns_per_page",
		                                      row->ns_per_page, "ratio_to_fill_limit",
		                                      mms_json_ratio(&row->ratio_to_limit),
		                                      "others", compare(row, result, scratch)));
	}
	return list;
}

static int time_preset(struct timing *timing, size_t index, json_t *list)
{
	struct trial *trial = timing->trial;
	const struct mms_rebind_config config = {
		.geometry = &timing->geometries[index],
		.memmap = trial->run.memmap,
		.initializers = timing->initializers.items,
		.nr_initializers = timing->initializers.count,
		.fills = true,
		.gates = trial->run.gates,
		.first_binds = 1,
		.rebinds = (unsigned int)trial->rounds,
		.seed = trial->bench.seed,
		.progress = {bench_show_progress, &trial->bench_run.progress},
	};
	double *scratch = calloc(trial->rounds, sizeof(*scratch));
	struct mms_rebind_result *result;
	int error;

	if (!scratch)
		return command_fail(STATUS_RESOURCE, "out of memory");
	progress_start(&trial->bench_run.progress);
	error = mms_rebind_run(&config, &result);
	progress_end(&trial->bench_run.progress);
	if (error) {
		free(scratch);
		return command_fail_memmap(error);
	}
	bench_warn_of_backing(&result->backing, result->least_huge_bytes, 1);
	json_array_append_new(
		list,
		json_pack("{s:s, s:o, s:o}", "preset", timing->presets[index]->name, "initializers",
	                  initializers_json(timing, result, scratch), "experiment",
	                  mms_rebind_json(&config, result,
	                                  json_incref(trial->bench_run.environment))));
	mms_rebind_free(result);
	free(scratch);
	return STATUS_OK;
}

/* In a child if a plug-in takes part, so what comes out has to go through a file. */
static int time_all(void *context)
{
	struct timing *timing = context;
	json_t *list = json_array();
	int status = STATUS_OK;

	for (size_t i = 0; !status && i < NR_TIMED; i++)
		status = time_preset(timing, i, list);
	rewind(timing->file);
	if (!status && (ftruncate(fileno(timing->file), 0) != 0 ||
	                json_dumpf(list, timing->file, 0) != 0 || fflush(timing->file) != 0))
		status =
			command_fail(STATUS_RESOURCE, "results can't be kept: %s", strerror(errno));
	json_decref(list);
	return status;
}

static int prepare(struct timing *timing)
{
	static const char *const names[2][NR_TIMED] = {{"fsdax-100g", "devdax-100g"},
	                                               {"fsdax-1g", "devdax-1g"}};
	const struct trial *trial = timing->trial;

	timing->initializers = trial->bench.initializers;
	for (size_t i = 0; i < NR_BUILT_IN; i++) {
		const struct mms_initializer *initializer;

		if (mms_initializer_find(built_in[i], &initializer) == 0 &&
		    timing->initializers.count < MAX_INITIALIZERS)
			timing->initializers.items[timing->initializers.count++] = initializer;
	}
	for (size_t i = 0; i < NR_TIMED; i++) {
		int error;

		for (size_t j = 0; j < NR_PRESETS; j++)
			if (strcmp(presets[j].name, names[trial->quick][i]) == 0)
				timing->presets[i] = &presets[j];
		error = mms_geometry_from_namespace(trial->kernel, &timing->presets[i]->ns,
		                                    &timing->geometries[i]);
		if (error)
			return command_fail_library(error);
	}
	timing->file = tmpfile();
	if (!timing->file)
		return command_fail(STATUS_RESOURCE, "no temporary file for results: %s",
		                    strerror(errno));
	return STATUS_OK;
}

int trial_time(struct trial *trial, json_t **results)
{
	struct timing timing = {.trial = trial};
	struct bench_experiment experiment = {
		.initializers = &timing.initializers,
		.options = &trial->run,
		.geometries = timing.geometries,
		.nr_geometries = NR_TIMED,
		.run = time_all,
		.context = &timing,
	};
	int status = prepare(&timing);

	if (status)
		return status;
	status = bench_run_experiment(&trial->bench_run, &experiment);
	rewind(timing.file);
	*results = json_loadf(timing.file, 0, NULL);
	fclose(timing.file);
	if (!*results && status <= STATUS_FAILED)
		status = command_fail(STATUS_FAILED, "there are no times");
	return status;
}
