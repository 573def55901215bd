// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Whether an initializer is right: on random geometries, on those of captures, and in its drains.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "data_folder.h"
#include "try/try.h"
#include <kernel_flags.h>

#define MAX_CAPTURES 1024

static struct check_options check_options(const struct trial *trial, size_t index)
{
	struct check_options options = {
		.initializers = {.count = 1, .items = {trial->bench.initializers.items[index]}},
		.run = trial->run,
		.rounds = 1,
		.seed = trial->bench.seed,
		.brief = true,
	};

	/* Small memmaps, whose contents don't depend on the kind of memory. */
	if (options.run.memmap.backing == MMS_BACKING_AUTO)
		options.run.memmap.backing = MMS_BACKING_4K;
	return options;
}

/*
 * As the user would say it: the name of a kernel that isn't built in says nothing to others. If no
 * file has it, the plug-in brings it along.
 */
static void print_repeat(const struct trial *trial, const struct trial_check *check)
{
	const char *options = check->geometry.options;
	const char *kernel = check->geometry.geometry.kernel->name;

	options += strlen("--kernel ") + strlen(kernel) + 1;
	if (trial->kernel_text)
		kernel = trial->kernel_text;
	else if (!mms_kernel_builtin(check->geometry.geometry.kernel))
		kernel = NULL;
	printf("  again: memmapsim verify -i %s%s%s %s\n",
	       trial->subject.kind == SUBJECT_PLUGIN ? trial->subject.plugin : "PLUGIN.so",
	       kernel ? " --kernel " : "", kernel ? kernel : "", options);
}

static int check_geometries(const struct trial *trial, size_t index, struct trial_check *check)
{
	struct check_options options = check_options(trial, index);
	const struct progress *progress = &trial->bench_run.progress;
	struct random_source random = random_source(trial->bench.seed);
	int status = STATUS_OK;

	for (uint64_t i = 0; !status && i < trial->nr_geometries; i++) {
		struct mms_memmap *map = NULL;

		progress_show(progress, i, trial->nr_geometries, "random geometries");
		random_geometry(&random, RANDOM_ANY, trial->kernel, &check->geometry);
		options.seed = trial->bench.seed + i;
		status = check_initializer(&check->geometry.geometry, &map, &options, 0,
		                           &check->check);
		mms_memmap_destroy(map);
		if (!status && !initializer_check_ok(&check->check)) {
			check->wrong = true;
			status = STATUS_FAILED;
		} else if (!status) {
			check->nr_geometries++;
			check->pages += check->check.report.compared;
			check->pageblocks += check->check.report.pageblocks;
		}
	}
	progress_end(progress);
	if (check->wrong) {
		printf("geometries  %s on random geometry %" PRIu64 " of %" PRIu64 ":\n",
		       initializer_check_word(&check->check), check->nr_geometries + 1,
		       trial->nr_geometries);
		show_check(stdout, &check->geometry.geometry, &check->check);
		print_repeat(trial, check);
	} else if (!status) {
		print_fact(stdout, "geometries",
		           "%" PRIu64 " random ones: all %" PRIu64 " pages and %" PRIu64
		           " pageblocks are right",
		           check->nr_geometries, check->pages, check->pageblocks);
	}
	return status;
}

static int is_capture(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".json") == 0;
}

/* All that are in the folder, at most MAX_CAPTURES; paths are to be freed. */
static int find_captures(const char *folder, char **paths, size_t *count)
{
	struct dirent **entries;
	int found = scandir(folder, &entries, is_capture, alphasort), status = STATUS_OK;

	if (found < 0)
		return command_fail(command_status(-errno), "captures in %s can't be read: %s",
		                    path_text(folder), strerror(errno));
	for (int i = 0; i < found; i++) {
		if (*count < MAX_CAPTURES && !status) {
			if (asprintf(&paths[*count], "%s/%s", folder, entries[i]->d_name) < 0)
				status = command_fail(STATUS_RESOURCE, "out of memory");
			else
				(*count)++;
		}
		free(entries[i]);
	}
	free(entries);
	return status;
}

static int check_captures(const struct trial *trial, size_t index, struct trial_check *check)
{
	const struct check_options options = check_options(trial, index);
	/* As installed, then as built. */
	static const char *const folders[] = {MEMMAPSIM_DATA "/captures", "../tests/data/captures"};
	char *paths[MAX_CAPTURES], installed[PATH_MAX];
	const char *folder = trial->captures;
	size_t found = 0, count;
	int status;

	if (!folder && data_folder(folders, sizeof(folders) / sizeof(*folders), "README.md",
	                           installed, sizeof(installed)))
		folder = installed;
	if (!folder) {
		print_fact(stdout, "captures", "none were installed with memmapsim");
		return STATUS_OK;
	}
	status = find_captures(folder, paths, &found);
	count = found;
	if (!status)
		status = captures_of_kernel(paths, &count, trial->kernel);
	if (!status && count)
		status = verify_captures(paths, count, &options, check->captures);
	check->nr_captures = count;
	for (size_t i = 0; i < json_array_size(check->captures); i++)
		check->nr_captures_right += (size_t)json_is_true(
			json_object_get(json_array_get(check->captures, i), "holds"));
	for (size_t i = 0; i < found; i++)
		free(paths[i]);
	if (status > STATUS_FAILED)
		return status;
	if (count)
		print_fact(stdout, "captures",
		           "%zu of %zu of %s: their pages, and what it makes of their "
		           "namespaces, are as declared",
		           check->nr_captures_right, count, trial->kernel->name);
	else
		print_fact(stdout, "captures", "there is none of %s", trial->kernel->name);
	return status;
}

static int check_job(const struct trial *trial, size_t index, size_t job, struct trial_check *check)
{
	const struct stores_options options = {
		.gates = trial->run.gates,
		.seed = trial->bench.seed,
		.seconds = trial->run.seconds ? trial->run.seconds : 10,
	};
	const struct mms_memmap_options memmap = {.backing = MMS_BACKING_4K};
	struct stores_check *stores = &check->stores[job];
	struct mms_geometry geometry;
	struct mms_memmap *map;
	int status, error = stores_job_geometry(job, trial->kernel, &geometry);

	if (!error)
		error = mms_memmap_create(&geometry, &memmap, &map);
	if (error)
		return command_fail_memmap(error);
	status = check_stores(map, trial->bench.initializers.items[index], &options, stores);
	if (!status) {
		check->nr_stores++;
		json_array_append_new(check->stores_json, stores_check_json(map, stores));
		if (!stores_check_ok(stores)) {
			printf("drains      %s\n", *stores->failure.sentence
			                                   ? stores->failure.sentence
			                                   : "are missing:");
			show_missing_drains(stdout, map, stores);
			status = STATUS_FAILED;
		}
	}
	mms_memmap_destroy(map);
	return status;
}

static int check_drains(const struct trial *trial, size_t index, struct trial_check *check)
{
	uint64_t drains = 0, nontemporal = 0;
	int status = STATUS_OK;

	for (size_t job = 0; !status && job < NR_STORES_JOBS; job++) {
		status = check_job(trial, index, job, check);
		drains += check->stores[job].report.drains;
		nontemporal += check->stores[job].report.bytes_nontemporal;
	}
	check->drained = !status;
	if (!status && nontemporal)
		print_fact(stdout, "drains",
		           "none is missing, in %zu jobs that were stepped through (%" PRIu64
		           " found something to drain)",
		           check->nr_stores, drains);
	else if (!status)
		print_fact(stdout, "drains", "it needs none, having no non-temporal stores");
	return status;
}

int trial_check(const struct trial *trial, size_t index, struct trial_check *check)
{
	int status;

	*check = (struct trial_check){
		.initializer = trial->bench.initializers.items[index],
		.captures = json_array(),
		.stores_json = json_array(),
	};
	print_fact(stdout, "initializer", "%s (%s)", check->initializer->name,
	           check->initializer->description);
	status = check_geometries(trial, index, check);
	if (!status)
		status = check_captures(trial, index, check);
	if (!status)
		status = check_drains(trial, index, check);
	fflush(stdout);
	return status;
}

void trial_check_finish(struct trial_check *check)
{
	json_decref(check->captures);
	json_decref(check->stores_json);
}

json_t *trial_check_json(const struct trial_check *check)
{
	const struct initializer_check *last = &check->check;
	json_t *wrong = json_null();

	if (check->wrong)
		wrong = json_pack("{s:s, s:o, s:o?}", "options", check->geometry.options, "failure",
		                  foreign_failure_json(&last->failure), "report",
		                  *last->failure.sentence
		                          ? NULL
		                          : report_json(&check->geometry.geometry, &last->report));
	return json_pack("{s:s, s:s, s:b, s:I, s:I, s:I, s:o, s:O, s:b, s:O}", "name",
	                 check->initializer->name, "description", check->initializer->description,
	                 "kernel_usable", (int)check->initializer->kernel_usable,
	                 "geometries_right", (json_int_t)check->nr_geometries, "pages_right",
	                 (json_int_t)check->pages, "pageblocks_right",
	                 (json_int_t)check->pageblocks, "wrong_geometry", wrong, "captures",
	                 check->captures, "drained", (int)check->drained, "stores",
	                 check->stores_json);
}
