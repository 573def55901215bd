// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim layout: a kernel's struct page and its company, and whether a real kernel agrees. */
#include <stdio.h>
#include <stdlib.h>

#include "btf_file.h"
#include "command.h"
#include "kernel_file.h"
#include "layout.h"

struct arguments {
	const struct mms_kernel *kernel;
	bool rules; /* as a text that --kernel reads */
	bool compare;
	const char *file; /* NULL: the running kernel's BTF */
};

enum { KEY_RULES = 0x6000 };

static const struct argp_option argp_options[] = {
	{"kernel", 'k', "NAME", 0,
         "Kernel release, such as v7.2 (the default), or a file that describes one: FILE.kernel, "
         "or a path with a slash",
         0},
	{"rules", KEY_RULES, NULL, 0,
         "Print all rules instead, as a file that --kernel takes: to start one's own from", 0},
	/* getopt takes optional values behind "=" only, so "--btf FILE" is a flag and a file. */
	{"btf", 'b', "FILE", OPTION_ARG_OPTIONAL,
         "Compare with the BTF in FILE: raw, in an ELF file, or either compressed by zstd; without "
         "FILE, with the running kernel's",
         0},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'k':
		return option_kernel(text, &arguments->kernel);
	case KEY_RULES:
		arguments->rules = true;
		return STATUS_OK;
	case 'b':
		arguments->compare = true;
		if (!text)
			return STATUS_OK;
		__attribute__((fallthrough));
	case ARGP_KEY_ARG:
		if (arguments->file)
			return command_fail(STATUS_USAGE,
			                    "only one file with BTF can be compared, not "
			                    "both %s and %s",
			                    arguments->file, text);
		arguments->file = text;
		return STATUS_OK;
	case ARGP_KEY_END:
		if (arguments->rules && arguments->compare)
			return command_fail(STATUS_USAGE,
			                    "--rules prints a description, --btf compares one; "
			                    "leave one of them out");
		if (arguments->file && !arguments->compare)
			return command_fail(
				STATUS_USAGE,
				"what is %s for? To compare with the BTF in it, put --btf "
				"before it",
				arguments->file);
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.doc = "Show how a kernel lays out struct page, what compounds keep in their tails, "
	       "dev_pagemap, vmem_altmap, page flags, zones and memory types; or all rules of the "
	       "kernel as text; or name each difference to a real kernel, and end with status 1 if "
	       "there is one.\v"
	       "Example:\n"
	       "  memmapsim layout --kernel v6.18 --btf /usr/lib/debug/boot/vmlinux-6.18.0",
};

static int compare(const struct mms_kernel *kernel, const char *file)
{
	struct layout_comparison comparison;
	struct btf *btf;
	int status = btf_file_load(file, &btf);
	int error;

	if (status)
		return status;
	error = layout_compare(kernel, btf, stdout, &comparison);
	btf__free(btf);
	if (error)
		return command_fail(STATUS_USAGE, "%s: %s", file, mms_last_error());
	printf("%s %s %s", kernel->name, comparison.differences ? "differs from" : "holds against",
	       file);
	if (comparison.differences)
		printf(": %u difference%s", comparison.differences,
		       comparison.differences == 1 ? "" : "s");
	printf("\n  compared: %u members of %u structures", comparison.members, comparison.structs);
	for (int which = 0; which < NR_ENUMERATIONS; which++) {
		struct enumeration enumeration;

		layout_enumeration(kernel, which, &enumeration);
		printf(", %u %s", comparison.enumerators[which], enumeration.plural);
	}
	putchar('\n');
	return comparison.differences ? STATUS_FAILED : STATUS_OK;
}

static int print_rules(const struct mms_kernel *kernel)
{
	char *text;
	int error = mms_kernel_text(kernel, &text);

	if (error)
		return command_fail_library(error);
	fputs(text, stdout);
	free(text);
	return STATUS_OK;
}

int cmd_layout(int argc, char **argv)
{
	struct arguments arguments = {.kernel = mms_kernel_default()};
	int status = command_parse(&argp, argc, argv, &arguments);

	if (status)
		return status;
	if (arguments.compare)
		return compare(arguments.kernel, arguments.file ? arguments.file : KERNEL_BTF);
	if (arguments.rules)
		return print_rules(arguments.kernel);
	layout_print(arguments.kernel, stdout);
	return STATUS_OK;
}
