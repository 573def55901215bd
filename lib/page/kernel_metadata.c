// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Descriptions as text: what compounds keep in tail 1. */
#include <string.h>

#include "page/reader.h"

#define TAIL_SIZE 64

/* What every tail has, so that no metadata can be there. */
static const struct mms_member taken[] = {
	{"flags", 0, 8},
	{"the link to the head", 8, 8},
	{"_mapcount", 48, 4},
	{"_refcount", 52, 4},
};

static int remove_field(struct reader *reader, const char *name)
{
	struct mms_kernel *kernel = &reader->own->kernel;
	unsigned int index = mms_find_metadata(kernel, name);
	const char *names[MMS_MAX_METADATA_FIELDS];

	for (unsigned int i = 0; i < kernel->nr_metadata; i++)
		names[i] = kernel->metadata[i].name;
	if (index == kernel->nr_metadata)
		return mms_reader_fail_unknown(reader, "compound metadata", name, names,
		                               kernel->nr_metadata);
	kernel->nr_metadata--;
	memmove(&kernel->metadata[index], &kernel->metadata[index + 1],
	        (kernel->nr_metadata - index) * sizeof(*kernel->metadata));
	kernel->metadata[kernel->nr_metadata] = (struct mms_metadata_field){0};
	return 0;
}

int mms_reader_check_field(const struct reader *reader, const struct mms_metadata_field *field)
{
	unsigned int end = field->offset + field->size;

	if (field->size != 1 && field->size != 2 && field->size != 4 && field->size != 8)
		return mms_reader_fail(reader, reader->line,
		                       "%s has %u bytes; it may have 1, 2, 4 or 8", field->name,
		                       field->size);
	if (end > TAIL_SIZE)
		return mms_reader_fail(reader, reader->line,
		                       "%s ends at byte %u, behind the %d bytes of tail 1",
		                       field->name, end, TAIL_SIZE);
	if (field->offset % field->size)
		return mms_reader_fail(reader, reader->line,
		                       "%s at %u isn't aligned to its %u bytes", field->name,
		                       field->offset, field->size);
	if (field->value == MMS_METADATA_NR_PAGES && field->size < 4)
		return mms_reader_fail(reader, reader->line,
		                       "%s has no room for a number of pages; it needs 4 bytes",
		                       field->name);
	return 0;
}

int mms_reader_take_metadata(struct reader *reader, const char *name, char *value)
{
	struct mms_kernel *kernel = &reader->own->kernel;
	unsigned int offset, size, which = 0, index;
	struct mms_metadata_field field;
	char *words[4];
	size_t count;
	int err;

	if (!mms_reader_is_name(name, false))
		return mms_reader_fail(reader, reader->line, "\"%.*s\" is no name of a member",
		                       SHOWN, name);
	if (strcmp(value, "none") == 0)
		return remove_field(reader, name);
	count = mms_reader_words(value, words, 4);
	if (count != 3 || !mms_reader_number(words[0], UINT8_MAX, &offset) ||
	    !mms_reader_number(words[1], UINT8_MAX, &size))
		return mms_reader_fail(
			reader, reader->line,
			"metadata.%s is to be OFFSET SIZE VALUE, with bytes in tail 1, "
			"or none",
			name);
	while (which < MMS_NR_METADATA_VALUES && strcmp(words[2], mms_metadata_values[which]) != 0)
		which++;
	if (which == MMS_NR_METADATA_VALUES)
		return mms_reader_fail(
			reader, reader->line,
			"%s can't be \"%.*s\"; it has to be one of 0, 1, -1, order, nr-pages", name,
			SHOWN, words[2]);
	field = (struct mms_metadata_field){name, (uint8_t)offset, (uint8_t)size, (uint8_t)which};
	err = mms_reader_check_field(reader, &field);
	if (err)
		return err;
	index = mms_find_metadata(kernel, name);
	if (index == MMS_MAX_METADATA_FIELDS)
		return mms_reader_fail(
			reader, reader->line,
			"%s is more than %d fields of metadata; remove another first", name,
			MMS_MAX_METADATA_FIELDS);
	kernel->metadata[index] = field;
	if (index == kernel->nr_metadata)
		kernel->nr_metadata++;
	return 0;
}

static bool overlap(unsigned int a, unsigned int size_a, unsigned int b, unsigned int size_b)
{
	return a < b + size_b && b < a + size_a;
}

/* Where a field's place was said: in its line, or by a real kernel's types. */
static unsigned int line_of_field(const struct reader *reader, const char *name)
{
	unsigned int line = mms_reader_line_of(reader, "metadata.", name);

	return line ? line : mms_reader_line_of(reader, "", "btf");
}

static int check_overlaps(const struct reader *reader, unsigned int index)
{
	const struct mms_kernel *kernel = &reader->own->kernel;
	const struct mms_metadata_field *field = &kernel->metadata[index];
	unsigned int line = line_of_field(reader, field->name);
	unsigned int last = field->offset + field->size - 1u;

	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (overlap(field->offset, field->size, taken[i].offset, taken[i].size))
			return mms_reader_fail(
				reader, line,
				"%s (%u to %u) overlaps with %s (%u to %u), which all tails have",
				field->name, field->offset, last, taken[i].name, taken[i].offset,
				taken[i].offset + taken[i].size - 1u);
	for (unsigned int i = 0; i < index; i++) {
		const struct mms_metadata_field *other = &kernel->metadata[i];
		unsigned int line_of_other = line_of_field(reader, other->name);

		if (overlap(field->offset, field->size, other->offset, other->size))
			return mms_reader_fail(reader, line > line_of_other ? line : line_of_other,
			                       "%s (%u to %u) and %s (%u to %u) overlap in tail 1",
			                       other->name, other->offset,
			                       other->offset + other->size - 1u, field->name,
			                       field->offset, last);
	}
	return 0;
}

int mms_reader_check_metadata(const struct reader *reader)
{
	const struct mms_kernel *kernel = &reader->own->kernel;
	bool order = kernel->order_in_flags;

	for (unsigned int i = 0; i < kernel->nr_metadata; i++) {
		const struct mms_metadata_field *field = &kernel->metadata[i];
		int err;

		if (!field->size)
			return mms_reader_fail(
				reader, line_of_field(reader, field->name),
				"%s isn't in tail 1 by the types in %.200s; say where it "
				"is, metadata.%s = OFFSET SIZE VALUE, or none",
				field->name, kernel->btf, field->name);
		err = check_overlaps(reader, i);
		if (err)
			return err;
		order |= field->value == MMS_METADATA_ORDER;
	}
	if (!order)
		return mms_reader_fail(
			reader, reader->line,
			"nothing holds a compound's order: order-in-flags is no, and no "
			"metadata has the value order");
	return 0;
}
