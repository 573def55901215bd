// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Options that say how initializers get to run. */
#include <inttypes.h>

#include "command.h"
#include "options.h"

enum {
	KEY_TRACE_PAGE_REF = 0x2000,
	KEY_SANITIZE_KERNEL,
	KEY_BACKING,
	KEY_TIME_LIMIT,
};

/* Naive code takes a hundredth of this on an idle machine. */
#define LEAST_SECONDS    10
#define PAGES_PER_SECOND 250000

static const struct argp_option options[] = {
	{"backing", KEY_BACKING, "KIND", 0,
         "Memory behind the struct pages: auto (the default), hugetlb-1g, hugetlb-2m, thp, 4k "
         "or file:PATH",
         0},
	{"trace-page-ref", KEY_TRACE_PAGE_REF, NULL, 0,
         "As while the page_ref_set tracepoint is on: templates fall back to naive", 0},
	{"sanitize-kernel", KEY_SANITIZE_KERNEL, NULL, 0,
         "As in a sanitizer build of the kernel: templates fall back to naive", 0},
	{"time-limit", KEY_TIME_LIMIT, "SECONDS", 0,
         "How long a plug-in may take for one job (10, and 1 for each 250000 pages)", 0},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct run_options *run = state->input;
	uint64_t seconds;
	int error, status;

	switch (key) {
	case ARGP_KEY_INIT:
		*run = (struct run_options){.memmap.backing = MMS_BACKING_AUTO};
		return STATUS_OK;
	case KEY_BACKING:
		run->given = true;
		error = mms_backing_parse(text, &run->memmap);
		return error ? command_fail_library(error) : STATUS_OK;
	case KEY_TRACE_PAGE_REF:
		run->given = true;
		run->gates |= MMS_GATE_PAGE_REF_SET;
		return STATUS_OK;
	case KEY_SANITIZE_KERNEL:
		run->given = true;
		run->gates |= MMS_GATE_SANITIZER;
		return STATUS_OK;
	case KEY_TIME_LIMIT:
		run->given = true;
		status = option_number("--time-limit", text, 1, 86400, &seconds);
		if (status == STATUS_OK)
			run->seconds = (unsigned int)seconds;
		return status;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp run_argp = {.options = options, .parser = parse};

unsigned int run_time_limit(const struct run_options *run, const struct mms_geometry *geometry)
{
	if (run->seconds)
		return run->seconds;
	return (unsigned int)(LEAST_SECONDS + geometry->nr_initialised / PAGES_PER_SECOND);
}

void warn_of_long_work(const struct mms_geometry *geometries, size_t count)
{
	/* Around 2 ns each. Those that share their struct pages take hardly any memory, but time.
	 */
	const uint64_t pages_per_minute = UINT64_C(30000000000);
	uint64_t pages = 0;

	for (size_t i = 0; i < count; i++)
		pages += geometries[i].dedup ? geometries[i].nr_initialised : 0;
	if (pages >= pages_per_minute)
		command_warn("there are %" PRIu64 " pages to initialize, which takes some %" PRIu64
		             " minutes each time, and as long to compare them; a smaller "
		             "namespace (--size) does the same in less",
		             pages, pages / pages_per_minute);
}
