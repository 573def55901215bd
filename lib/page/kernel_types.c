// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Descriptions as text: what is taken from the types of a real kernel. */
#include <string.h>

#include "page/reader.h"

#define PAGE_SIZE 64 /* of a struct page */

/* Where the types have a field of metadata: in struct folio behind the head, or in struct page. */
static void place_field(const struct reader *reader, struct mms_metadata_field *field)
{
	const struct mms_kernel_types *types = reader->types;

	for (unsigned int i = 0; i < reader->base->nr_structs; i++) {
		const struct mms_struct *like = reader->base->structs[i];
		unsigned int start = strcmp(like->name, "folio") == 0 ? PAGE_SIZE : 0;
		struct mms_metadata_field placed = *field;
		struct mms_member found;

		if (mms_find_member(like, field->name) == like->nr_members)
			continue;
		field->size = 0; /* which is an error, unless a line says more about it */
		if (!types->member(types->context, like, field->name, &found) ||
		    found.offset < start || found.offset + found.size > start + PAGE_SIZE)
			continue;
		placed.offset = (uint8_t)(found.offset - start);
		placed.size = (uint8_t)found.size;
		if (mms_reader_check_field(reader, &placed))
			continue;
		*field = placed;
		return;
	}
}

static int take_struct(const struct reader *reader, struct mms_struct *structure,
                       const struct mms_struct *like, const char *file)
{
	const struct mms_kernel_types *types = reader->types;
	struct mms_member *members = mms_reader_members(reader, structure);
	unsigned int size = types->size(types->context, like);

	if (!size || size > UINT16_MAX)
		return mms_reader_fail(reader, reader->line, "there is no struct %s in %.200s",
		                       structure->name, file);
	if (strcmp(structure->name, "page") == 0 && size != PAGE_SIZE)
		return mms_reader_fail(reader, reader->line,
		                       "struct page has %u bytes in %.200s; memmapsim has it in %d",
		                       size, file, PAGE_SIZE);
	structure->size = (uint16_t)size;
	for (unsigned int i = 0; i < structure->nr_members;) {
		struct mms_member found = members[i];
		int err;

		if (!types->member(types->context, like, members[i].name, &found)) {
			mms_reader_remove_member(reader, structure, i);
			continue;
		}
		found.name = members[i].name;
		err = mms_reader_check_place(reader, structure->name, &found);
		if (err)
			return err;
		members[i++] = found;
	}
	return 0;
}

static int take_flags(const struct reader *reader, const char *file)
{
	const struct mms_kernel_types *types = reader->types;
	struct own_kernel *own = reader->own;
	unsigned int bit = 0;
	const char *name;

	while ((name = types->flag(types->context, bit))) {
		if (bit == MAX_PAGEFLAGS || !mms_reader_is_name(name, false))
			return mms_reader_fail(
				reader, reader->line,
				"page flag %u in %.200s is \"%.*s\", which is no name, or "
				"one too many: there are at most %d flags",
				bit, file, SHOWN, name, MAX_PAGEFLAGS);
		strcpy(own->flag_names[bit], name);
		own->pageflags[bit] = own->flag_names[bit];
		bit++;
	}
	if (!bit)
		return mms_reader_fail(reader, reader->line, "there is no enum pageflags in %.200s",
		                       file);
	own->kernel.nr_pageflags = (uint8_t)bit;
	return 0;
}

int mms_reader_take_types(struct reader *reader, const char *file)
{
	struct own_kernel *own = reader->own;
	int err;

	if (!reader->types)
		return mms_reader_fail(
			reader, reader->line,
			"btf = %.200s needs somebody who reads BTF, as the memmapsim "
			"command does",
			file);
	err = reader->types->open(reader->types->context, file);
	for (unsigned int i = 0; !err && i < own->kernel.nr_structs; i++)
		err = take_struct(reader, &own->structs[i], reader->base->structs[i], file);
	for (unsigned int i = 0; !err && i < own->kernel.nr_metadata; i++)
		place_field(reader, &own->kernel.metadata[i]);
	return err ? err : take_flags(reader, file);
}
