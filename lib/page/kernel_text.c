// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Descriptions as text: writing one, whole, with what each rule may be. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "page/kernel.h"
#include "page/rules.h"

/* Flags in a line. */
#define FLAGS_IN_LINE 8

/* What the text is to be based on: any built-in would do, since all rules are written. */
static const struct mms_kernel *base_of(const struct mms_kernel *kernel)
{
	if (mms_kernel_builtin(kernel))
		return kernel;
	for (size_t i = 0; i < mms_kernel_count(); i++)
		if (kernel->derived_from &&
		    strcmp(mms_kernel_at(i)->name, kernel->derived_from) == 0)
			return mms_kernel_at(i);
	return mms_kernel_default();
}

static void write_flags(const struct mms_kernel *kernel, FILE *stream)
{
	fputs("\n# Page flags, from bit 0\n", stream);
	for (unsigned int bit = 0; bit < kernel->nr_pageflags; bit++) {
		if (bit % FLAGS_IN_LINE == 0)
			fputs(bit ? "\nflags +=" : "flags =", stream);
		fprintf(stream, " %s", kernel->pageflags[bit]);
	}
	fputc('\n', stream);
}

static void write_rule(const struct mms_kernel *kernel, const struct mms_rule *rule, FILE *stream)
{
	const unsigned char *member = (const unsigned char *)kernel + rule->offset;
	char choices[128];
	uint32_t number;

	if (!rule->choices) {
		memcpy(&number, member, sizeof(number));
		fprintf(stream, "%s = 0x%08" PRIx32 "\n", rule->key, number);
		return;
	}
	mms_rule_choices(rule, choices, sizeof(choices));
	for (size_t i = 0; i < rule->nr_choices; i++)
		if (rule->choices[i].value == *member)
			fprintf(stream, "%s = %-*s # %s\n", rule->key,
			        (int)(40 - strlen(rule->key)), rule->choices[i].name, choices);
}

static void write_rules(const struct mms_kernel *kernel, FILE *stream)
{
	fputs("\n# Rules, and what each can be\n", stream);
	for (size_t i = 0; i < mms_nr_rules; i++)
		write_rule(kernel, &mms_rules[i], stream);
}

static void write_metadata(const struct mms_kernel *kernel, const struct mms_kernel *base,
                           FILE *stream)
{
	fputs("\n# Compound metadata in tail 1: offset, size, value (0, 1, -1, order, nr-pages)\n",
	      stream);
	for (unsigned int i = 0; i < base->nr_metadata; i++)
		if (mms_find_metadata(kernel, base->metadata[i].name) == kernel->nr_metadata)
			fprintf(stream, "metadata.%s = none\n", base->metadata[i].name);
	for (unsigned int i = 0; i < kernel->nr_metadata; i++)
		fprintf(stream, "metadata.%s = %u %u %s\n", kernel->metadata[i].name,
		        kernel->metadata[i].offset, kernel->metadata[i].size,
		        mms_metadata_values[kernel->metadata[i].value]);
}

/* Structures that the base lacks can't be written; nobody has any. */
static void write_struct(const struct mms_struct *structure, const struct mms_kernel *base,
                         FILE *stream)
{
	const struct mms_struct *like = NULL;

	for (unsigned int i = 0; i < base->nr_structs; i++)
		if (strcmp(base->structs[i]->name, structure->name) == 0)
			like = base->structs[i];
	if (!like)
		return;
	fprintf(stream, "struct.%s = %u\n", structure->name, structure->size);
	for (unsigned int i = 0; i < like->nr_members; i++)
		if (mms_find_member(structure, like->members[i].name) == structure->nr_members)
			fprintf(stream, "struct.%s.%s = none\n", structure->name,
			        like->members[i].name);
	for (unsigned int i = 0; i < structure->nr_members; i++)
		fprintf(stream, "struct.%s.%s = %u %u\n", structure->name,
		        structure->members[i].name, structure->members[i].offset,
		        structure->members[i].size);
}

/* Unless it is a built-in's, or none that could be read again. */
static void write_name(const struct mms_kernel *kernel, FILE *stream)
{
	const struct mms_kernel *builtin;

	if (mms_is_kernel_name(kernel->name) && mms_kernel_find(kernel->name, &builtin) != 0)
		fprintf(stream, "name = %s\n", kernel->name);
	if (!mms_kernel_builtin(kernel) && kernel->summary && *kernel->summary)
		fprintf(stream, "summary = %s\n", kernel->summary);
}

static void write_all(const struct mms_kernel *kernel, FILE *stream)
{
	const struct mms_kernel *base = base_of(kernel);

	fprintf(stream, "# All rules of %s%s%s; memmapsim-kernel(5) explains them.\n", kernel->name,
	        !mms_kernel_builtin(kernel) && kernel->btf ? ", laid out as the BTF in " : "",
	        !mms_kernel_builtin(kernel) && kernel->btf ? kernel->btf : "");
	fprintf(stream, "based-on = %s\n", base->name);
	write_name(kernel, stream);
	write_flags(kernel, stream);
	write_rules(kernel, stream);
	write_metadata(kernel, base, stream);
	fputs("\n# Sizes of structures; offsets and sizes of members\n", stream);
	for (unsigned int i = 0; i < kernel->nr_structs; i++)
		write_struct(kernel->structs[i], base, stream);
}

int mms_kernel_text(const struct mms_kernel *kernel, char **text)
{
	char *written = NULL;
	size_t size;
	FILE *stream = open_memstream(&written, &size);
	bool failed;

	if (!stream)
		return mms_fail(ENOMEM, "out of memory");
	write_all(kernel, stream);
	failed = ferror(stream);
	if (fclose(stream) || failed) {
		free(written);
		return mms_fail(ENOMEM, "out of memory");
	}
	*text = written;
	return 0;
}
