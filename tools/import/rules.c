// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import/findings.h"
#include "import/rules.h"

void finding_add(struct tree_rules *rules, size_t offset, uint8_t value, const char *name,
                 const char *text, const struct source_file *file, unsigned int line)
{
	struct finding *finding = &rules->findings[rules->nr_findings];

	for (size_t i = 0; i < rules->nr_findings; i++)
		if (rules->findings[i].offset == offset)
			return;
	if (rules->nr_findings == MAX_FINDINGS)
		return;
	*finding = (struct finding){
		.offset = offset, .value = value, .name = name, .file = file, .line = line};
	snprintf(finding->text, sizeof(finding->text), "%s", text);
	rules->nr_findings++;
}

/* All members that any description has metadata in. */
static size_t metadata_names(struct layout_name *names, size_t room)
{
	size_t count = 0;

	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);

		for (unsigned int j = 0; j < kernel->nr_metadata; j++) {
			size_t k = 0;

			while (k < count && strcmp(names[k].name, kernel->metadata[j].name) != 0)
				k++;
			if (k == count && count < room)
				names[count++] =
					(struct layout_name){kernel->metadata[j].name, false, 0, 0};
		}
	}
	return count;
}

static const struct layout_name *find_name(const struct layout_name *names, size_t count,
                                           const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (names[i].found && strcmp(names[i].name, name) == 0)
			return &names[i];
	return NULL;
}

static size_t differing_metadata(const struct mms_kernel *kernel, const struct layout_name *names,
                                 size_t count)
{
	size_t differences = 0;

	for (unsigned int i = 0; i < kernel->nr_metadata; i++) {
		const struct mms_metadata_field *field = &kernel->metadata[i];
		const struct layout_name *name = find_name(names, count, field->name);

		differences += !name || name->offset != field->offset || name->size != field->size;
	}
	return differences;
}

static bool differs(const struct mms_kernel *kernel, const struct finding *finding)
{
	return ((const uint8_t *)kernel)[finding->offset] != finding->value;
}

static size_t differences(const struct tree_rules *rules, const struct mms_kernel *kernel,
                          const struct layout_name *names, size_t count)
{
	size_t different = differing_metadata(kernel, names, count);

	for (size_t i = 0; i < rules->nr_findings; i++)
		different += differs(kernel, &rules->findings[i]);
	return different;
}

/* The one that differs least; the newest of several. */
static void choose_base(struct tree_rules *rules, const struct layout_name *names, size_t count)
{
	for (size_t i = mms_kernel_count(); i-- > 0;) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		size_t different = differences(rules, kernel, names, count);

		if (rules->base && different >= rules->nr_differences)
			continue;
		rules->base = kernel;
		rules->nr_differences = different;
	}
}

static void drop_metadata(struct mms_kernel *kernel, unsigned int index)
{
	kernel->nr_metadata--;
	memmove(&kernel->metadata[index], &kernel->metadata[index + 1],
	        (kernel->nr_metadata - index) * sizeof(*kernel->metadata));
	kernel->metadata[kernel->nr_metadata] = (struct mms_metadata_field){0};
}

/* Metadata that moved is where it is now; what the tree doesn't have, nobody writes. */
static int move_metadata(struct mms_kernel *kernel, const struct layout_name *names, size_t count,
                         const char *tree)
{
	for (unsigned int i = kernel->nr_metadata; i-- > 0;) {
		struct mms_metadata_field *field = &kernel->metadata[i];
		const struct layout_name *name = find_name(names, count, field->name);

		if (!name) {
			drop_metadata(kernel, i);
			continue;
		}
		if (name->offset > UINT8_MAX || name->size > UINT8_MAX)
			return command_fail(STATUS_USAGE,
			                    "%s: %s isn't in tail 1, where descriptions have it",
			                    tree, field->name);
		field->offset = (uint8_t)name->offset;
		field->size = (uint8_t)name->size;
	}
	return STATUS_OK;
}

int rules_find(const struct unit *unit, const char *tree, const struct build *build,
               struct tree_rules *rules)
{
	struct layout_name names[64];
	size_t count = metadata_names(names, sizeof(names) / sizeof(*names));
	int status;

	*rules = (struct tree_rules){0};
	status = findings_in_code(unit, rules);
	if (!status)
		status = findings_in_layout(unit, tree, build, names, count, rules);
	if (status)
		return status;
	choose_base(rules, names, count);
	rules->nr_moved = differing_metadata(rules->base, names, count);
	rules->kernel = *rules->base;
	for (size_t i = 0; i < rules->nr_findings; i++)
		((uint8_t *)&rules->kernel)[rules->findings[i].offset] = rules->findings[i].value;
	return move_metadata(&rules->kernel, names, count, tree);
}

struct mms_kernel rules_own_kernel(const struct tree_rules *rules, const char *name)
{
	struct mms_kernel kernel = rules->kernel;

	kernel.name = name;
	kernel.summary = "the rules of a kernel tree";
	kernel.derived_from = rules->base->name;
	kernel.btf = NULL;
	kernel.nr_captures = 0;
	return kernel;
}

char *rules_kernel_text(const struct tree_rules *rules, const char *name)
{
	struct mms_kernel kernel = rules_own_kernel(rules, name);
	char *text;

	if (!rules->nr_differences)
		return strdup(rules->base->name);
	return mms_kernel_text(&kernel, &text) ? NULL : text;
}

int rules_check(const struct tree_rules *rules, const char *tree, const char *name)
{
	char *text = rules_kernel_text(rules, name);
	struct mms_kernel *kernel = NULL;
	int error = 0;

	if (!text)
		return command_fail(STATUS_RESOURCE, "out of memory");
	if (rules->nr_differences)
		error = mms_kernel_parse(text, strlen(text), "description", NULL, &kernel);
	free(text);
	mms_kernel_destroy(kernel);
	return error ? command_fail(command_status(error), "%s can't be described: %s", tree,
	                            mms_last_error())
	             : STATUS_OK;
}

void rules_print(const struct tree_rules *rules, FILE *stream)
{
	fprintf(stream, "  %-30s %-24s %s\n", "rule", "in this tree", "where");
	for (size_t i = 0; i < rules->nr_findings; i++) {
		const struct finding *finding = &rules->findings[i];

		fprintf(stream, "  %-30s %-24s %s:%u%s%s\n", finding->name, finding->text,
		        finding->file->path, finding->line,
		        differs(rules->base, finding) ? ", not as in " : "",
		        differs(rules->base, finding) ? rules->base->name : "");
	}
	fprintf(stream, "  %-30s %zu of %u members are where %s has them\n", "metadata in tail 1",
	        rules->base->nr_metadata - rules->nr_moved, rules->base->nr_metadata,
	        rules->base->name);
	if (!rules->nr_differences)
		fprintf(stream, "  so its pages are as described by %s\n", rules->base->name);
	else
		fprintf(stream, "  so its pages are as described by %s but for %zu rule%s\n",
		        rules->base->name, rules->nr_differences,
		        rules->nr_differences == 1 ? "" : "s");
}
