// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What is derived of results on normal memory:
 *
 *	of the whole:   zone_bytes
 *	of a result:    group: its chunks and threads, in words; init_ns_per_page, free_ns_per_page;
 *	                total_change: mean by naive's with the same chunks and threads, less 1
 *	of traffic[]:   init_instructions, init_written, init_streamed, init_read,
 *	                free_instructions, free_written, free_read, rewritten: of each page
 */
#include "derive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "options.h"
#include "row.h"

static void set_quotient(json_t *derived, const char *key, double value, double pages)
{
	if (isfinite(value / pages))
		json_object_set_new(derived, key, json_real(value / pages));
}

static char *group_text(const struct row *row)
{
	double bytes = row_number(row, "chunk_bytes"), threads = row_number(row, "threads");
	char size[32], chunks[64] = "all at once", crew[32] = "";

	if (bytes > 0 && bytes < 1e18) {
		format_size((uint64_t)bytes, size, sizeof(size));
		snprintf(chunks, sizeof(chunks), "chunks of %s", size);
	}
	if (threads > 0)
		snprintf(crew, sizeof(crew), ", threads: %.0f", fmin(threads, 1e6));
	return report_format("%s%s", chunks, crew);
}

static void derive_row(json_t *json, double pages)
{
	const struct row row = row_of(json);
	json_t *derived = derived_of(json);
	char *group = group_text(&row);

	json_object_set_new(derived, "group", json_string(group));
	free(group);
	set_quotient(derived, "init_ns_per_page", row_number(&row, "steady.init.median_ns"), pages);
	set_quotient(derived, "free_ns_per_page", row_number(&row, "steady.free.median_ns"), pages);
}

static double total_mean(const json_t *json)
{
	const struct row row = row_of(json);

	return row_number(&row, "steady.total.mean_ns");
}

/* Of all rows, once each has its group. */
static void derive_changes(json_t *results)
{
	json_t *row, *other;
	size_t i, j;

	json_array_foreach (results, i, row)
		json_array_foreach (results, j, other) {
			const struct row own = row_of(row), base = row_of(other);
			const char *name = row_string(&base, "name");
			const char *groups[] = {row_string(&own, "derived.group"),
			                        row_string(&base, "derived.group")};

			if (i != j && name && strcmp(name, "naive") == 0 && groups[0] &&
			    groups[1] && strcmp(groups[0], groups[1]) == 0)
				set_quotient(derived_of(row), "total_change",
				             total_mean(row) - total_mean(other),
				             total_mean(other));
		}
}

/* Of a number that was counted for initialization, and for that and freeing. */
static void derive_traffic_of(json_t *json, const char *counted, const char *init_key,
                              const char *free_key)
{
	const struct row row = row_of(json);
	double pages = row_number(&row, "pages");
	char *init = report_format("init.%s", counted);
	char *both = report_format("init_and_free.%s", counted);

	set_quotient(derived_of(json), init_key, row_number(&row, init), pages);
	set_quotient(derived_of(json), free_key, row_number(&row, both) - row_number(&row, init),
	             pages);
	free(init);
	free(both);
}

static void derive_traffic(json_t *json)
{
	const struct row row = row_of(json);
	double pages = row_number(&row, "pages");

	derive_traffic_of(json, "instructions", "init_instructions", "free_instructions");
	derive_traffic_of(json, "bytes_written", "init_written", "free_written");
	derive_traffic_of(json, "bytes_nontemporal", "init_streamed", "free_streamed");
	derive_traffic_of(json, "bytes_read", "init_read", "free_read");
	set_quotient(derived_of(json), "rewritten",
	             row_number(&row, "init_and_free.lines_rewritten"), pages);
}

void derive_normal(json_t *json)
{
	const struct row row = row_of(json);
	const json_t *results = row_at(&row, "results"), *traffic = row_at(&row, "traffic");
	double pages = row_number(&row, "zone.free_pages");

	if (!(pages > 0 && pages < 1e15))
		return;
	json_object_set_new(derived_of(json), "zone_bytes", json_integer((json_int_t)pages << 12));
	for (size_t i = 0; i < json_array_size(results); i++)
		if (json_is_object(json_array_get(results, i)))
			derive_row(json_array_get(results, i), pages);
	derive_changes((json_t *)results);
	for (size_t i = 0; i < json_array_size(traffic); i++)
		if (json_is_object(json_array_get(traffic, i)))
			derive_traffic(json_array_get(traffic, i));
}
