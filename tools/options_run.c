// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Options that say how initializers get to run. */
#include "command.h"
#include "options.h"

enum {
	KEY_TRACE_PAGE_REF = 0x2000,
	KEY_SANITIZE_KERNEL,
	KEY_BACKING,
};

static const struct argp_option options[] = {
	{"backing", KEY_BACKING, "KIND", 0,
         "Memory behind the struct pages: auto (the default), hugetlb-1g, hugetlb-2m, thp, 4k "
         "or file:PATH",
         0},
	{"trace-page-ref", KEY_TRACE_PAGE_REF, NULL, 0,
         "As while the page_ref_set tracepoint is on: templates fall back to naive", 0},
	{"sanitize-kernel", KEY_SANITIZE_KERNEL, NULL, 0,
         "As in a sanitizer build of the kernel: templates fall back to naive", 0},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct run_options *run = state->input;
	int error;

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
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp run_argp = {.options = options, .parser = parse};
