// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Whether two results may be compared, and what else differs between them. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "compare.h"
#include "result_input.h"
#include "result_read.h"

/* What must be the same, since initializers have other work to do otherwise. */
static const struct {
	const char *path, *what;
} work[] = {
	{"experiment", "experiments"},
	{"kernel.name", "kernel descriptions"},
	{"kernel.rules", "rules of the kernel"},
	{"geometries", "geometries"},
	{"config.trace_page_ref", "settings of --trace-page-ref"},
	{"config.sanitize_kernel", "settings of --sanitize-kernel"},
};

/* What has to be told. All of config is looked at as well. */
static const struct {
	const char *path, *what;
} circumstances[] = {
	{"environment.cpu.model", "CPU"},
	{"environment.cpu.family", "CPU family"},
	{"environment.cpu.model_number", "CPU model number"},
	{"environment.cpu.stepping", "CPU stepping"},
	{"environment.cpu.microcode", "microcode"},
	{"environment.cpu.threads_allowed", "threads allowed"},
	{"environment.cpu.smt", "SMT"},
	{"environment.cpu.governor", "frequency governor"},
	{"environment.cpu.turbo", "turbo"},
	{"environment.memory.thp", "transparent hugepages"},
	{"environment.memory.numa_balancing", "NUMA balancing"},
	{"environment.system.hypervisor", "hypervisor"},
	{"environment.system.kernel", "running kernel"},
	{"environment.system.command_line", "kernel command line"},
	{"environment.system.mitigations", "mitigations"},
	{"environment.build.version", "memmapsim"},
	{"environment.build.revision", "revision of memmapsim"},
	{"environment.build.compiler", "compiler"},
	{"environment.build.flags", "compiler flags"},
	{"environment.build.kernel_flags", "compiler flags of kernel code"},
	{"backing.obtained", "backing"},
	{"backing.huge_bytes", "memory in huge pages"},
	{"backing.kernel_page_size_bytes", "page size of the backing"},
	{"fill_limit", "fastest fill"},
};

#define LONG_TEXT 1024

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Not known and not there are the same. */
static bool differs(const json_t *a, const json_t *b)
{
	if (!a || json_is_null(a))
		return b && !json_is_null(b);
	return !b || !json_equal(a, b);
}

static void value_text(const json_t *value, char *text, size_t size)
{
	char *dumped = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

	if (!value || json_is_null(value))
		snprintf(text, size, "unknown");
	else if (json_is_string(value))
		snprintf(text, size, "%s", json_string_value(value));
	else
		snprintf(text, size, "%s", dumped ? dumped : "?");
	free(dumped);
}

/* The first values inside that differ, and their keys, as "ranges.end", rather than all of both. */
static void find_difference(const json_t **a, const json_t **b, char *keys, size_t size)
{
	const json_t *in_a = *a, *in_b = *b;
	size_t length = strlen(keys), index;
	json_t *value;
	const char *key;

	if (json_array_size(in_a) == json_array_size(in_b))
		json_array_foreach (*a, index, value)
			if (json_is_object(value) && differs(value, json_array_get(*b, index))) {
				in_a = value;
				in_b = json_array_get(*b, index);
				break;
			}
	json_object_foreach ((json_t *)in_a, key, value) {
		if (!json_is_object(in_b) || !differs(value, json_object_get(in_b, key)))
			continue;
		snprintf(keys + length, size - length, "%s%s", length ? "." : "", key);
		*a = value;
		*b = json_object_get(in_b, key);
		find_difference(a, b, keys, size);
		break;
	}
}

/* Leave of @text what is between @begin and @end. */
static void cut(char text[LONG_TEXT], size_t begin, size_t end)
{
	char copy[LONG_TEXT];

	snprintf(copy, sizeof(copy), "%s%.*s%s", begin ? "… " : "", (int)(end - begin),
	         text + begin, text[end] ? " …" : "");
	strcpy(text, copy);
}

/* Of long texts, such as a compiler's flags, leave the words from the first to the last that
 * differ.
 */
static void cut_what_is_the_same(char a[LONG_TEXT], char b[LONG_TEXT])
{
	size_t length_a = strlen(a), length_b = strlen(b), begin = 0, end = 0;
	size_t shorter = length_a < length_b ? length_a : length_b;

	if (shorter <= 60)
		return;
	for (size_t i = 0; i < shorter && a[i] == b[i]; i++)
		if (a[i] == ' ')
			begin = i + 1;
	for (size_t i = 1; i <= shorter - begin && a[length_a - i] == b[length_b - i]; i++)
		if (a[length_a - i] == ' ')
			end = i;
	cut(a, begin, length_a - end);
	cut(b, begin, length_b - end);
}

/* @where: begins the sentence */
static void tell(json_t *list, const char *where, const char *what, const json_t *a,
                 const json_t *b)
{
	char texts[2][LONG_TEXT], keys[80] = "", name[160];

	find_difference(&a, &b, keys, sizeof(keys));
	snprintf(name, sizeof(name), "%s%s%s", what, *keys ? "." : "", keys);
	value_text(a, texts[0], sizeof(texts[0]));
	value_text(b, texts[1], sizeof(texts[1]));
	cut_what_is_the_same(texts[0], texts[1]);
	command_warn("%s%s differs: %.160s in A, %.160s in B", where, name, texts[0], texts[1]);
	json_array_append_new(list, json_pack("{s:s, s:O?, s:O?}", "what", name, "a", a, "b", b));
}

static int check_run(const json_t *a, const json_t *b)
{
	for (size_t i = 0; i < COUNT(work); i++) {
		const json_t *in_a = mms_json_at(a, work[i].path);
		const json_t *in_b = mms_json_at(b, work[i].path);
		char texts[2][80], keys[80] = "";

		if (!differs(in_a, in_b))
			continue;
		find_difference(&in_a, &in_b, keys, sizeof(keys));
		value_text(in_a, texts[0], sizeof(texts[0]));
		value_text(in_b, texts[1], sizeof(texts[1]));
		return command_fail(STATUS_USAGE,
		                    "A and B have different %s, so initializers had other work to "
		                    "do and their times can't be compared: %s%s%s in A, %s in B",
		                    work[i].what, keys, *keys ? " is " : "", texts[0], texts[1]);
	}
	return STATUS_OK;
}

static void tell_config(json_t *list, const json_t *a, const json_t *b)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)a, key, value) {
		const json_t *other = json_object_get(b, key);

		if (strcmp(key, "seed") != 0 && differs(value, other))
			tell(list, "", key, value, other);
	}
}

json_t *compare_circumstances(const json_t *a, const json_t *b)
{
	const json_t *run_a, *run_b;
	json_t *list = json_array();
	char where[48];

	for (size_t i = 0; (run_a = mms_result_run(a, i)); i++) {
		run_b = mms_result_run(b, i);
		result_run_words(a, i, where, sizeof(where));
		for (size_t j = 0; j < COUNT(circumstances); j++) {
			const char *path = circumstances[j].path;
			const json_t *in_a = mms_json_at(run_a, path);
			const json_t *in_b = mms_json_at(run_b, path);
			bool around = strncmp(path, "environment.", 12) == 0;

			/* What surrounds them is the same for all sizes. */
			if (differs(in_a, in_b) && !(i && around))
				tell(list, around ? "" : where, circumstances[j].what, in_a, in_b);
		}
	}
	tell_config(list, json_object_get(mms_result_run(a, 0), "config"),
	            json_object_get(mms_result_run(b, 0), "config"));
	return list;
}

int compare_work(const json_t *a, const json_t *b)
{
	const json_t *run_a, *run_b;
	int status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK; i++) {
		run_a = mms_result_run(a, i);
		run_b = mms_result_run(b, i);
		if (!run_a && !run_b)
			break;
		status = run_a && run_b ? check_run(run_a, run_b)
		                        : command_fail(STATUS_USAGE,
		                                       "A and B are not of as many sizes, so "
		                                       "they can't be compared");
	}
	return status;
}
