// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <inttypes.h>
#include <stdlib.h>

#include "capture.h"
#include "capture_check.h"
#include "command.h"
#include "geometry_json.h"
#include "verify.h"

/* A capture, and what was found. */
struct entry {
	struct capture capture;
	struct mms_geometry geometry;
	struct capture_differences differences;
	struct mms_report pages;
	bool sha256_holds;
	struct initializer_checks initializers;
};

static bool holds(const struct entry *entry)
{
	return entry->differences.count == 0 && mms_report_ok(&entry->pages) &&
	       initializer_checks_ok(&entry->initializers);
}

/*
 * Compare the pages. A wrong sum alone doesn't stop that, since the pages show better what was
 * changed; but if they are all right, the sum is a lie, or pages that say nothing were changed.
 */
static int compare_pages(struct entry *entry)
{
	const struct capture *capture = &entry->capture;
	const struct mms_oracle oracle = {
		.geometry = &entry->geometry,
		.vmemmap = capture->vmemmap,
		.pgmap = capture->pgmap_address,
	};
	void *pages;
	int status = capture_read_pages(capture, &pages, &entry->sha256_holds);

	if (status)
		return status;
	mms_verify_image(&oracle, pages, capture->start_pfn, capture->count, &entry->pages);
	free(pages);
	if (!entry->sha256_holds && mms_report_ok(&entry->pages))
		return command_fail(STATUS_USAGE,
		                    "%s doesn't have the sha256 that %s says, so it is not what "
		                    "was captured",
		                    capture->pages_path, capture->path);
	return STATUS_OK;
}

static int open_entry(const char *path, struct entry *entry)
{
	int status = capture_open(path, &entry->capture);

	if (status == STATUS_OK)
		status = capture_geometry(&entry->capture, &entry->geometry);
	return status ? status : compare_pages(entry);
}

static void print_entry(const struct entry *entry)
{
	const struct capture *capture = &entry->capture;
	const struct initializer_checks *checks = &entry->initializers;
	size_t verified = 0;

	for (size_t i = 0; i < checks->count; i++)
		verified += checks->items[i].ran && initializer_check_ok(&checks->items[i]);
	printf("%-4s  %-26s %-5s  %" PRIu64 " of %" PRIu64 " pages right, ",
	       holds(entry) ? "ok" : "FAIL", capture->name, capture->kernel->name,
	       entry->pages.compared - entry->pages.mismatches, entry->pages.compared);
	if (entry->differences.count)
		printf("%zu fact%s", entry->differences.count,
		       entry->differences.count == 1 ? " differs" : "s differ");
	else
		printf("facts agree");
	printf(", %zu of %zu initializers verified\n", verified, checks->count);
	for (size_t i = 0; i < entry->differences.count; i++) {
		const struct capture_difference *difference = &entry->differences.items[i];

		printf("  %s is %s in the capture, but its namespace gives %s\n", difference->fact,
		       difference->captured, difference->computed);
	}
	if (!mms_report_ok(&entry->pages))
		show_report(stdout, &entry->geometry, &entry->pages);
	if (!entry->sha256_holds)
		printf("  sha256 doesn't match either, so %s was changed after it was captured\n",
		       capture->pages_path);
	for (size_t i = 0; i < checks->count; i++) {
		const struct initializer_check *check = &checks->items[i];

		if (!check->ran) {
			printf("  %s was not run: this CPU has no %s\n", check->initializer->name,
			       mms_cpu_feature_name(check->missing));
		} else if (!initializer_check_ok(check)) {
			printf("  initializer %s:\n", check->initializer->name);
			show_check(stdout, &entry->geometry, check);
		}
	}
}

static json_t *entry_json(const struct entry *entry)
{
	const struct capture *capture = &entry->capture;
	json_t *differences = json_array();

	for (size_t i = 0; i < entry->differences.count; i++) {
		const struct capture_difference *difference = &entry->differences.items[i];

		json_array_append_new(differences,
		                      json_pack("{s:s, s:s, s:s}", "fact", difference->fact,
		                                "captured", difference->captured, "computed",
		                                difference->computed));
	}
	return json_pack("{s:o?, s:s, s:o, s:o, s:b, s:o, s:b, s:o, s:o}", "file",
	                 json_string(capture->path), "release", capture->release, "kernel",
	                 mms_kernel_json(capture->kernel), "geometry",
	                 mms_geometry_json(&entry->geometry), "holds", (int)holds(entry),
	                 "differences", differences, "sha256_holds", (int)entry->sha256_holds,
	                 "pages", report_json(&entry->geometry, &entry->pages), "initializers",
	                 initializer_checks_json(&entry->geometry, &entry->initializers));
}

static int check_entry(struct entry *entry, const struct check_options *options, json_t *results)
{
	struct mms_memmap *map;
	int status, error;

	/* Before facts are compared, which takes long if they are of a namespace of petabytes. */
	error = mms_memmap_create(&entry->geometry, &options->run.memmap, &map);
	if (error)
		return command_fail_memmap(error);
	capture_compare(&entry->capture, &entry->geometry, &entry->differences);
	status = check_initializers(&entry->geometry, &map, options, &entry->initializers);
	mms_memmap_destroy(map);
	if (status)
		return status;
	if (!options->brief || !holds(entry))
		print_entry(entry);
	json_array_append_new(results, entry_json(entry));
	return STATUS_OK;
}

int captures_of_kernel(char **paths, size_t *count, const struct mms_kernel *kernel)
{
	int status = STATUS_OK;
	size_t found = 0;

	for (size_t i = 0; i < *count; i++) {
		struct capture capture = {0};
		char *path = paths[i];
		bool is_of;

		status = capture_open(path, &capture);
		is_of = capture.kernel == kernel;
		capture_close(&capture);
		if (status)
			return status;
		if (is_of) {
			paths[i] = paths[found];
			paths[found++] = path;
		}
	}
	*count = found;
	return STATUS_OK;
}

int verify_captures(char *const *paths, size_t count, const struct check_options *options,
                    json_t *results)
{
	struct check_options own = *options;
	struct entry *entries = calloc(count, sizeof(*entries));
	size_t nr_holding = 0;
	int status = entries ? STATUS_OK : command_fail(STATUS_RESOURCE, "out of memory");

	/* Captures are small, and their contents don't depend on the kind of memory. */
	if (own.run.memmap.backing == MMS_BACKING_AUTO)
		own.run.memmap.backing = MMS_BACKING_4K;
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		status = open_entry(paths[i], &entries[i]);
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		status = check_entry(&entries[i], &own, results);
		nr_holding += status == STATUS_OK && holds(&entries[i]);
	}
	if (status == STATUS_OK) {
		if (!options->brief)
			printf("%zu of %zu captures hold\n", nr_holding, count);
		status = nr_holding == count ? STATUS_OK : STATUS_FAILED;
	}
	for (size_t i = 0; entries && i < count; i++)
		capture_close(&entries[i].capture);
	free(entries);
	return status;
}
