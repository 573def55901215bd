// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import/findings.h"
#include "import/rules.h"

static bool is_found(const struct tree_rules *rules, size_t offset)
{
	for (size_t i = 0; i < rules->nr_findings; i++)
		if (rules->findings[i].offset == offset)
			return true;
	return false;
}

void finding_add(struct tree_rules *rules, size_t offset, uint8_t value, const char *name,
                 const char *text, const struct source_file *file, unsigned int line)
{
	struct finding *finding = &rules->findings[rules->nr_findings];

	if (is_found(rules, offset) || rules->nr_findings == MAX_FINDINGS)
		return;
	*finding = (struct finding){
		.offset = offset, .value = value, .name = name, .file = file, .line = line};
	snprintf(finding->text, sizeof(finding->text), "%s", text);
	rules->nr_findings++;
}

void finding_sought(struct tree_rules *rules, size_t offset, const char *name)
{
	if (is_found(rules, offset) || rules->nr_unseen == MAX_FINDINGS)
		return;
	/* Several phrases may tell one rule. */
	for (size_t i = 0; i < rules->nr_unseen; i++)
		if (strcmp(rules->unseen[i], name) == 0)
			return;
	rules->unseen[rules->nr_unseen++] = name;
}

void finding_obstacle(struct tree_rules *rules, const char *format, ...)
{
	va_list arguments;

	if (*rules->obstacle)
		return;
	va_start(arguments, format);
	vsnprintf(rules->obstacle, sizeof(rules->obstacle), format, arguments);
	va_end(arguments);
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

/*
 * A tree whose flags couldn't be asked for has its base's. kcompat's configuration is one for all
 * releases, so a flag that it lets in may be missing in what was distributed of one.
 */
static bool differ_in_flags(const struct mms_kernel *kernel, const struct tree_rules *rules)
{
	const struct tree_flags *flags = &rules->flags;
	unsigned int same = 0;

	for (unsigned int bit = 0; bit < flags->count; bit++) {
		if (same < kernel->nr_pageflags &&
		    strcmp(kernel->pageflags[same], flags->names[bit]) == 0)
			same++;
		else if (rules->configured || !flags->conditional[bit])
			return true;
	}
	return flags->count && same < kernel->nr_pageflags;
}

static size_t differences(const struct tree_rules *rules, const struct mms_kernel *kernel,
                          const struct layout_name *names, size_t count)
{
	size_t different =
		differing_metadata(kernel, names, count) + differ_in_flags(kernel, rules);

	for (size_t i = 0; i < rules->nr_findings; i++)
		different += differs(kernel, &rules->findings[i]);
	return different;
}

/* What was given, or else the one that differs least; the newest of several. */
static void choose_base(struct tree_rules *rules, const struct layout_name *names, size_t count)
{
	if (rules->given) {
		rules->base = rules->given;
		rules->nr_differences = differences(rules, rules->given, names, count);
		return;
	}
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
static void move_metadata(struct tree_rules *rules, const struct layout_name *names, size_t count)
{
	struct mms_kernel *kernel = &rules->kernel;

	for (unsigned int i = kernel->nr_metadata; i-- > 0;) {
		struct mms_metadata_field *field = &kernel->metadata[i];
		const struct layout_name *name = find_name(names, count, field->name);

		if (!name) {
			drop_metadata(kernel, i);
			continue;
		}
		if (name->offset > UINT8_MAX || name->size > UINT8_MAX)
			finding_obstacle(rules, "%s isn't in tail 1, where descriptions have it",
			                 field->name);
		field->offset = (uint8_t)name->offset;
		field->size = (uint8_t)name->size;
	}
}

int rules_find(const struct unit *unit, const char *tree, const struct build *build,
               struct tree_rules *rules)
{
	struct layout_name names[64];
	size_t count = metadata_names(names, sizeof(names) / sizeof(*names));
	int status;

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
	move_metadata(rules, names, count);
	return STATUS_OK;
}

/* All of a description called @name. NULL: out of memory */
static char *own_text(const struct tree_rules *rules, const char *name)
{
	struct mms_kernel kernel = rules->kernel;
	const char *flags[MAX_FLAGS];
	char *text;

	kernel.name = name;
	kernel.summary = "the rules of a kernel tree";
	kernel.derived_from = rules->base->name;
	kernel.btf = NULL;
	kernel.nr_captures = 0;
	for (unsigned int bit = 0; bit < rules->flags.count; bit++)
		flags[bit] = rules->flags.names[bit];
	if (rules->flags.count) {
		kernel.pageflags = flags;
		kernel.nr_pageflags = (uint8_t)rules->flags.count;
	}
	return mms_kernel_text(&kernel, &text) ? NULL : text;
}

/* What was read again must be what was written. */
static void check_findings(struct tree_rules *rules, const struct mms_kernel *own)
{
	for (size_t i = 0; i < rules->nr_findings; i++) {
		const struct finding *finding = &rules->findings[i];

		if (differs(own, finding))
			finding_obstacle(rules, "%s:%u: %s: %s; no description can have that",
			                 finding->file->path, finding->line, finding->name,
			                 finding->text);
	}
}

static int fail_describe(const struct tree_rules *rules, const char *tree)
{
	return command_fail(
		STATUS_USAGE,
		"%s can't be described: %s. Say what its pages look like yourself, in a "
		"file, and add --kernel FILE; see memmapsim-kernel(5)",
		tree, rules->obstacle);
}

static int describe_own(struct tree_rules *rules, const char *tree, const char *name, char **text,
                        struct mms_kernel **own)
{
	char *written = own_text(rules, name);
	struct mms_kernel *kernel = NULL;
	int error;

	if (!written)
		return command_fail(STATUS_RESOURCE, "out of memory");
	error = mms_kernel_parse(written, strlen(written), "description", NULL, &kernel);
	if (error)
		finding_obstacle(rules, "%s", mms_last_error());
	else
		check_findings(rules, kernel);
	if (*rules->obstacle) {
		free(written);
		mms_kernel_destroy(kernel);
		return fail_describe(rules, tree);
	}
	*text = written;
	*own = kernel;
	return STATUS_OK;
}

int rules_describe(struct tree_rules *rules, const char *tree, const char *name, char **text,
                   struct mms_kernel **own)
{
	char *written;

	if (!rules->given && (rules->nr_differences || *rules->obstacle))
		return describe_own(rules, tree, name, text, own);
	if (mms_kernel_builtin(rules->base))
		written = strdup(rules->base->name);
	else if (mms_kernel_text(rules->base, &written))
		written = NULL;
	if (!written)
		return command_fail(STATUS_RESOURCE, "out of memory");
	*text = written;
	*own = NULL;
	return STATUS_OK;
}

static void print_rule(const char *name, const char *text, const struct source_file *file,
                       unsigned int line, const struct mms_kernel *unlike, FILE *stream)
{
	fprintf(stream, "  %-30s %-24s %s:%u%s%s\n", name, text, file->path, line,
	        unlike ? ", not as in " : "", unlike ? unlike->name : "");
}

static void print_flags(const struct tree_rules *rules, FILE *stream)
{
	const struct tree_flags *flags = &rules->flags;
	char text[MAX_FLAG_NAME + 32];

	if (!flags->count)
		return;
	snprintf(text, sizeof(text), "%u, to PG_%s", flags->count, flags->names[flags->count - 1]);
	print_rule("page flags", text, flags->file, flags->line,
	           differ_in_flags(rules->base, rules) ? rules->base : NULL, stream);
}

void rules_print(const struct tree_rules *rules, FILE *stream)
{
	fprintf(stream, "  %-30s %-24s %s\n", "rule", "in this tree", "where");
	for (size_t i = 0; i < rules->nr_findings; i++) {
		const struct finding *finding = &rules->findings[i];

		print_rule(finding->name, finding->text, finding->file, finding->line,
		           differs(rules->base, finding) ? rules->base : NULL, stream);
	}
	print_flags(rules, stream);
	for (size_t i = 0; i < rules->nr_unseen; i++)
		fprintf(stream, "  %-30s not seen, so as in %s\n", rules->unseen[i],
		        rules->base->name);
	fprintf(stream, "  %-30s %zu of %u members are where %s has them\n", "metadata in tail 1",
	        rules->base->nr_metadata - rules->nr_moved, rules->base->nr_metadata,
	        rules->base->name);
	if (rules->given)
		fprintf(stream,
		        "  its pages are held against %s, as --kernel says; %zu rule%s %s found to "
		        "differ\n",
		        rules->given->name, rules->nr_differences,
		        rules->nr_differences == 1 ? "" : "s",
		        rules->nr_differences == 1 ? "was" : "were");
	else if (!rules->nr_differences)
		fprintf(stream, "  so its pages are as described by %s\n", rules->base->name);
	else
		fprintf(stream, "  so its pages are as described by %s but for %zu rule%s\n",
		        rules->base->name, rules->nr_differences,
		        rules->nr_differences == 1 ? "" : "s");
}
