// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "dmesg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "input.h"
#include "json_values.h"
#include "result_read.h"
#include "statistics.h"

/* "memmap_init_zone_device initialised 26214400 pages in 273ms" anywhere in @text. */
static bool parse_line(const char *text, struct dmesg_line *line)
{
	static const char begin[] = "memmap_init_zone_device initialised ";
	const char *at = strstr(text, begin);
	int end = 0;

	if (!at || sscanf(at + strlen(begin), "%" SCNu64 " pages in %" SCNu64 "ms%n", &line->pages,
	                  &line->ms, &end) != 2)
		return false;
	return end > 0 && line->pages > 0;
}

static int add_lines(FILE *stream, struct dmesg *dmesg)
{
	char *text = NULL;
	size_t size = 0, room = 0;
	struct dmesg_line line;
	int status = STATUS_OK;

	while (status == STATUS_OK && getline(&text, &size, stream) > 0) {
		if (!parse_line(text, &line))
			continue;
		if (dmesg->count == room) {
			struct dmesg_line *grown;

			room = 2 * room + 16;
			grown = reallocarray(dmesg->lines, room, sizeof(*grown));
			if (!grown) {
				status = command_fail(STATUS_RESOURCE, "out of memory");
				break;
			}
			dmesg->lines = grown;
		}
		dmesg->lines[dmesg->count++] = line;
	}
	free(text);
	if (status == STATUS_OK && ferror(stream))
		status = command_fail(STATUS_USAGE, "%s can't be read: %s", dmesg->path,
		                      strerror(errno));
	return status;
}

int dmesg_read(const char *path, struct dmesg *dmesg)
{
	struct dmesg found = {.path = path};
	FILE *stream;
	int status = input_open_stream(path, &stream);

	if (status)
		return status;
	status = add_lines(stream, &found);
	fclose(stream);
	if (status == STATUS_OK && !found.count)
		status = command_fail(
			STATUS_USAGE,
			"%s has no line \"memmap_init_zone_device initialised N "
			"pages in Mms\"; kernels print it when a namespace is bound, if "
			"dyndbg=\"func memmap_init_zone_device +p\" is on their "
			"command line",
			path);
	if (status)
		dmesg_free(&found);
	else
		*dmesg = found;
	return status;
}

void dmesg_free(struct dmesg *dmesg)
{
	free(dmesg->lines);
	dmesg->lines = NULL;
}

/* What the kernel took for as many pages. */
struct kernel_times {
	uint64_t pages;
	size_t count;
	double median_ms, min_ms, max_ms;
};

static int kernel_times(const struct dmesg *dmesg, uint64_t pages, struct kernel_times *times)
{
	double *ms = calloc(dmesg->count, sizeof(*ms));
	size_t count = 0;

	if (!ms)
		return command_fail(STATUS_RESOURCE, "out of memory");
	for (size_t i = 0; i < dmesg->count; i++)
		if (dmesg->lines[i].pages == pages)
			ms[count++] = (double)dmesg->lines[i].ms;
	*times = (struct kernel_times){.pages = pages, .count = count};
	if (count) {
		mms_sort(ms, count);
		times->median_ms = mms_quantile(ms, count, 0.5);
		times->min_ms = ms[0];
		times->max_ms = ms[count - 1];
	}
	free(ms);
	return STATUS_OK;
}

static void print_kernel(FILE *stream, const struct kernel_times *times)
{
	fprintf(stream, "\n%" PRIu64 " pages\n\n  %-32s%-14s%11s%10s\n", times->pages, "",
	        "measure", "median, ms", "/ kernel");
	fprintf(stream, "  %-32s%-14s%11.1f%10s  (%zu line%s, %.0f to %.0f)\n", "the kernel",
	        "dmesg", times->median_ms, "1.000", times->count, times->count > 1 ? "s" : "",
	        times->min_ms, times->max_ms);
}

/* Every measure of a row beside the kernel. */
static void compare_row(FILE *stream, const struct kernel_times *times, const json_t *row,
                        json_t *list)
{
	const char *name = json_string_value(json_object_get(row, "name")), *measure;
	json_t *summary;

	json_object_foreach ((json_t *)row, measure, summary) {
		const json_t *median = json_object_get(summary, "median_ns");
		double ms = json_number_value(median) / 1e6;
		double ratio = times->median_ms > 0 ? ms / times->median_ms : 0;

		if (!json_is_number(median))
			continue;
		fprintf(stream, "  %-32s%-14s%11.1f", name, measure, ms);
		if (ratio > 0)
			fprintf(stream, "%10.3f\n", ratio);
		else
			fprintf(stream, "%10s\n", "-");
		json_array_append_new(list, json_pack("{s:s, s:s, s:f, s:o}", "name", name,
		                                      "measure", measure, "median_ns", 1e6 * ms,
		                                      "ratio_to_kernel", mms_json_positive(ratio)));
	}
}

static json_t *compare_run(FILE *stream, const struct kernel_times *times, const json_t *run)
{
	json_t *list = json_array();
	const json_t *row;
	size_t index;

	print_kernel(stream, times);
	json_array_foreach (json_object_get(run, "results"), index, row)
		compare_row(stream, times, row, list);
	return json_pack("{s:o, s:o, s:f, s:f, s:f, s:o}", "pages", mms_json_number(times->pages),
	                 "kernel_lines", mms_json_number(times->count), "kernel_median_ms",
	                 times->median_ms, "kernel_min_ms", times->min_ms, "kernel_max_ms",
	                 times->max_ms, "results", list);
}

static uint64_t pages_of(const json_t *run)
{
	const json_t *geometry = json_array_get(json_object_get(run, "geometries"), 0);

	return (uint64_t)json_integer_value(json_object_get(geometry, "nr_initialised"));
}

static void warn_of_others(const struct dmesg *dmesg, const json_t *result)
{
	for (size_t i = 0; i < dmesg->count; i++) {
		const json_t *run;
		bool known = false;

		for (size_t j = 0; (run = mms_result_run(result, j)) && !known; j++)
			known = pages_of(run) == dmesg->lines[i].pages;
		for (size_t j = 0; j < i && !known; j++)
			known = dmesg->lines[j].pages == dmesg->lines[i].pages;
		if (!known)
			command_warn("%s also has %" PRIu64 " pages, which no geometry of the "
			             "result has",
			             dmesg->path, dmesg->lines[i].pages);
	}
}

int dmesg_compare(FILE *stream, const struct dmesg *dmesg, const json_t *result, json_t **json)
{
	json_t *list = json_array();
	int status = STATUS_OK;
	const json_t *run;

	for (size_t i = 0; (run = mms_result_run(result, i)) && status == STATUS_OK; i++) {
		struct kernel_times times = {0};

		status = kernel_times(dmesg, pages_of(run), &times);
		if (status == STATUS_OK && times.count)
			json_array_append_new(list, compare_run(stream, &times, run));
	}
	if (status == STATUS_OK && !json_array_size(list))
		status = command_fail(STATUS_USAGE,
		                      "no line of %s is about as many pages as a geometry of the "
		                      "result: %" PRIu64 " there, %" PRIu64 " here",
		                      dmesg->path, dmesg->lines[0].pages,
		                      pages_of(mms_result_run(result, 0)));
	if (status) {
		json_decref(list);
		return status;
	}
	warn_of_others(dmesg, result);
	*json = list;
	return STATUS_OK;
}
