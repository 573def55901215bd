/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef BENCH_NORMAL_JSON_H
#define BENCH_NORMAL_JSON_H

#include <jansson.h>

#include "normal.h"

/*
 * Everything as JSON, in the frame of result_json.h. Its own:
 *
 *	config:    rounds, precision, first_touches, chunks_bytes[] (of memory; null: all),
 *	           trace, crew
 *	zone:      type, node, start_pfn, spanned_pages, present_pages, free_pages, free_ranges
 *	struct_page_bytes: of free pages
 *	machine_first_touch_ns, mapping
 *	untraced:  why there is no traffic though it was asked for, or null
 *	traffic[]: name, pages, init, init_and_free, each: instructions, bytes_written,
 *	           bytes_nontemporal, bytes_read, lines_written, lines_rewritten, drains,
 *	           missing_drains
 *	results[]: name, ran, chunk_bytes, threads (null: directly), verified, failure;
 *	           first_touch, steady, each: init, free, total;
 *	           to_naive, to_template, each: init, free, total (ratios), and _interval of each
 *
 * Takes over the reference to @environment. @return a new reference; NULL: out of memory
 */
json_t *mms_normal_json(const struct mms_normal_config *config,
                        const struct mms_normal_result *result, json_t *environment);

#endif
