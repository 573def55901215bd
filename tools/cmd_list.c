// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim list: what there is to choose from. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <memmapsim/cpu.h>

#include "bench.h"
#include "command.h"
#include "environment.h"
#include "foreign.h"
#include "init/init.h"
#include "options.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* "sse2 erms", or "any" for a CPU that needs to have nothing. */
static void cpu_needs(unsigned int features, char *text, size_t size)
{
	size_t length = 0;

	snprintf(text, size, "any");
	for (; features; features &= features - 1) {
		const char *name = mms_cpu_feature_name(features & -features);

		if (length < size)
			length += (size_t)snprintf(text + length, size - length, "%s%s",
			                           length ? " " : "", name ? name : "unknown");
	}
}

static void print_initializer(const struct mms_initializer *initializer)
{
	char needs[64];

	cpu_needs(initializer->cpu, needs, sizeof(needs));
	printf("  %-20s %-10s %-6s %-10s %-7s %s\n    %s\n", initializer->name, needs,
	       mms_initializer_missing_cpu(initializer) ? "no" : "runs",
	       initializer->kernel_usable ? "as it is" : "saves FPU",
	       initializer->cuttable ? "any" : "whole", initializer->init_normal ? "yes" : "no",
	       initializer->description);
}

static void print_heading(void)
{
	printf("  %-20s %-10s %-6s %-10s %-7s %s\n", "name", "needs CPU", "here", "in kernel",
	       "parts", "normal");
}

static void print_legend(void)
{
	puts("\n  here: whether this CPU runs it; in kernel: whether a kernel could, or would "
	     "have to save\n  FPU state for it; parts: whether its job may be cut; normal: "
	     "whether it is for normal\n  memory, too");
}

static void list_initializers(void)
{
	print_heading();
	for (size_t i = 0; i < mms_initializer_count(); i++)
		print_initializer(mms_initializer_at(i));
	printf("  auto\n    %s here: the first that runs of stream-avx512, stream-avx2, stream-erms,\n"
	       "    stream-movnti\n",
	       mms_initializer_auto()->name);
	print_legend();
}

static void list_plugins(const struct initializer_list *list)
{
	const char *last = "";

	for (size_t i = 0; i < list->count; i++) {
		const char *path = foreign_path(list->items[i]);

		if (strcmp(path, last) != 0) {
			printf("%sinitializers of %s:\n", i ? "\n" : "", path);
			print_heading();
		}
		print_initializer(list->items[i]);
		last = path;
	}
	print_legend();
}

static void list_kernels(void)
{
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		char backing[128];

		kernel_backing(kernel, backing, sizeof(backing));
		printf("  %-12s %s%s\n  %-12s %s\n", kernel->name, kernel->summary,
		       kernel == mms_kernel_default() ? " (default)" : "", "", backing);
	}
}

static void list_presets(void)
{
	for (size_t i = 0; i < NR_PRESETS; i++)
		printf("  %-12s %s\n", presets[i].name, presets[i].summary);
}

static void list_hugepages(const json_t *memory, enum mms_backing backing, const char *key)
{
	const json_t *pages = json_object_get(memory, key);
	const json_t *free = json_object_get(pages, "free");

	if (json_is_integer(free))
		printf("  %-12s %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT
		       " pages are free\n",
		       mms_backing_name(backing), json_integer_value(free),
		       json_integer_value(json_object_get(pages, "total")));
	else
		printf("  %-12s this kernel has no such pages\n", mms_backing_name(backing));
}

static void list_backings(void)
{
	json_t *environment = environment_collect("");
	const json_t *memory = json_object_get(environment, "memory");
	const char *thp = json_string_value(json_object_get(memory, "thp"));
	const json_t *available = json_object_get(memory, "available_bytes");

	printf("  %-12s the first that can be had of the next four\n",
	       mms_backing_name(MMS_BACKING_AUTO));
	list_hugepages(memory, MMS_BACKING_HUGETLB_1G, "hugepages_1g");
	list_hugepages(memory, MMS_BACKING_HUGETLB_2M, "hugepages_2m");
	printf("  %-12s transparent hugepages are set to %s\n", mms_backing_name(MMS_BACKING_THP),
	       thp ? thp : "nothing that this kernel tells");
	printf("  %-12s ", mms_backing_name(MMS_BACKING_4K));
	if (json_is_integer(available))
		printf("%.1f GiB of memory are available\n",
		       (double)json_integer_value(available) / (1 << 30));
	else
		puts("this kernel doesn't tell how much memory is available");
	printf("  %s:PATH    a file, on DAX say\n", mms_backing_name(MMS_BACKING_FILE));
	json_decref(environment);
}

static void list_experiments(void)
{
	for (size_t i = 0; i < NR_EXPERIMENTS; i++)
		printf("  %-12s %s\n", experiments[i].name, experiments[i].summary);
}

static const struct topic {
	const char *name;
	void (*list)(void);
} topics[] = {
	{"initializers", list_initializers}, {"kernels", list_kernels},
	{"presets", list_presets},           {"backings", list_backings},
	{"experiments", list_experiments},
};

struct arguments {
	const struct topic *topic; /* NULL: all */
	struct initializer_list plugins;
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	const char *names[COUNT(topics)];
	size_t index;
	int status;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (foreign_is_path(text) && (!arguments->topic || arguments->topic == &topics[0]))
		return foreign_take(text, &arguments->plugins);
	if (arguments->topic)
		return command_fail(STATUS_USAGE, "list takes one topic, not both %s and %s",
		                    arguments->topic->name, text);
	for (size_t i = 0; i < COUNT(topics); i++)
		names[i] = topics[i].name;
	status = option_choice("topic", text, names, COUNT(topics), &index);
	if (status == STATUS_OK)
		arguments->topic = &topics[index];
	return status;
}

static const struct argp argp = {
	.parser = parse,
	.args_doc = "[TOPIC]\ninitializers PLUGIN...",
	.doc = "List what there is to choose from, all of it or one TOPIC: initializers, kernels, "
	       "presets, backings, experiments; or the initializers of plug-ins.\v"
	       "Examples:\n  memmapsim list kernels\n  memmapsim list initializers ./my.so",
};

int cmd_list(int argc, char **argv)
{
	struct arguments arguments = {0};
	int status = command_parse(&argp, argc, argv, &arguments);

	if (status)
		return status;
	if (arguments.plugins.count) {
		list_plugins(&arguments.plugins);
		return STATUS_OK;
	}
	for (size_t i = 0; i < COUNT(topics); i++) {
		if (arguments.topic && arguments.topic != &topics[i])
			continue;
		printf("%s%s:\n", arguments.topic || i == 0 ? "" : "\n", topics[i].name);
		topics[i].list();
	}
	return STATUS_OK;
}
