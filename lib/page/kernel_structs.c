// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Descriptions as text: where members of structures are. */
#include <stdio.h>
#include <string.h>

#include "page/reader.h"

#define PAGE_SIZE 64 /* of a struct page */

static struct mms_struct *find_struct(const struct reader *reader, const char *name, size_t length)
{
	struct own_kernel *own = reader->own;

	for (unsigned int i = 0; i < own->kernel.nr_structs; i++)
		if (strncmp(own->structs[i].name, name, length) == 0 &&
		    !own->structs[i].name[length])
			return &own->structs[i];
	return NULL;
}

struct mms_member *mms_reader_members(const struct reader *reader,
                                      const struct mms_struct *structure)
{
	return reader->own->members[structure - reader->own->structs];
}

void mms_reader_remove_member(const struct reader *reader, struct mms_struct *structure,
                              unsigned int index)
{
	struct mms_member *members = mms_reader_members(reader, structure);

	structure->nr_members--;
	memmove(&members[index], &members[index + 1],
	        (structure->nr_members - index) * sizeof(*members));
}

/* What all releases have in the same place, where initializers write it. */
static bool is_fixed(const struct mms_kernel *base, const struct mms_struct *like,
                     const struct mms_member *member)
{
	bool folio = strcmp(like->name, "folio") == 0;

	if (!folio && strcmp(like->name, "page") != 0)
		return false;
	if (folio && member->offset >= PAGE_SIZE)
		return strcmp(member->name, "_deferred_list") == 0;
	return mms_find_metadata(base, member->name) == base->nr_metadata;
}

int mms_reader_check_place(const struct reader *reader, const char *structure,
                           const struct mms_member *member)
{
	const struct mms_kernel *base = reader->base;

	for (unsigned int i = 0; i < base->nr_structs; i++) {
		const struct mms_struct *like = base->structs[i];
		unsigned int index = mms_find_member(like, member->name);
		const struct mms_member *fixed = &like->members[index];

		if (strcmp(like->name, structure) != 0 || index == like->nr_members ||
		    !is_fixed(base, like, fixed) ||
		    (fixed->offset == member->offset && fixed->size == member->size))
			continue;
		return mms_reader_fail(
			reader, reader->line,
			"struct %s's %s can't be at %u (%u bytes): memmapsim writes it "
			"at %u (%u bytes) for all kernels",
			structure, member->name, member->offset, member->size, fixed->offset,
			fixed->size);
	}
	return 0;
}

static int take_member(struct reader *reader, struct mms_struct *structure, const char *name,
                       char *value)
{
	struct mms_member *members = mms_reader_members(reader, structure), member;
	unsigned int index = mms_find_member(structure, name), offset, size;
	char *words[3];
	size_t count;
	int err;

	if (!mms_reader_is_name(name, true))
		return mms_reader_fail(reader, reader->line, "\"%.*s\" is no name of a member",
		                       SHOWN, name);
	if (strcmp(value, "none") == 0) {
		if (index == structure->nr_members)
			return mms_reader_fail(reader, reader->line, "struct %s has no %s anyway",
			                       structure->name, name);
		mms_reader_remove_member(reader, structure, index);
		return 0;
	}
	count = mms_reader_words(value, words, 3);
	if (count != 2 || !mms_reader_number(words[0], UINT16_MAX, &offset) ||
	    !mms_reader_number(words[1], UINT16_MAX, &size))
		return mms_reader_fail(reader, reader->line,
		                       "struct.%s.%s is to be OFFSET SIZE, in bytes, or none",
		                       structure->name, name);
	member = (struct mms_member){name, (uint16_t)offset, (uint16_t)size};
	err = mms_reader_check_place(reader, structure->name, &member);
	if (err)
		return err;
	if (index == MAX_MEMBERS)
		return mms_reader_fail(reader, reader->line,
		                       "struct %s has more than %d members here", structure->name,
		                       MAX_MEMBERS);
	members[index] = member;
	if (index == structure->nr_members)
		structure->nr_members++;
	return 0;
}

static int fail_unknown(struct reader *reader, const char *name, size_t length)
{
	const struct mms_kernel *base = reader->base;
	const char *names[MMS_MAX_STRUCTS];
	char typed[MAX_NAME + 1];

	snprintf(typed, sizeof(typed), "%.*s", (int)length, name);
	for (unsigned int i = 0; i < base->nr_structs; i++)
		names[i] = base->structs[i]->name;
	return mms_reader_fail_unknown(reader, "structure", typed, names, base->nr_structs);
}

int mms_reader_take_struct(struct reader *reader, const char *name, char *value)
{
	size_t length = strcspn(name, ".");
	struct mms_struct *structure = find_struct(reader, name, length);
	unsigned int size;

	if (!structure)
		return fail_unknown(reader, name, length);
	if (name[length])
		return take_member(reader, structure, name + length + 1, value);
	if (!mms_reader_number(value, UINT16_MAX, &size) || !size)
		return mms_reader_fail(reader, reader->line, "struct.%s is to be its size in bytes",
		                       structure->name);
	if (strcmp(structure->name, "page") == 0 && size != PAGE_SIZE)
		return mms_reader_fail(reader, reader->line,
		                       "struct page can't have %u bytes; memmapsim has it in %d",
		                       size, PAGE_SIZE);
	structure->size = (uint16_t)size;
	return 0;
}

/* The line that made this member what it is, as far as there is one. */
static unsigned int line_of_member(const struct reader *reader, const char *structure,
                                   const char *name)
{
	char prefix[MAX_NAME + 16];
	unsigned int line;

	snprintf(prefix, sizeof(prefix), "struct.%.*s.", MAX_NAME, structure);
	line = mms_reader_line_of(reader, prefix, name);
	if (!line)
		line = mms_reader_line_of(reader, "struct.", structure);
	return line ? line : mms_reader_line_of(reader, "", "btf");
}

int mms_reader_check_structs(const struct reader *reader)
{
	for (unsigned int i = 0; i < reader->own->kernel.nr_structs; i++) {
		const struct mms_struct *structure = &reader->own->structs[i];

		for (unsigned int j = 0; j < structure->nr_members; j++) {
			const struct mms_member *member = &structure->members[j];
			unsigned int end = (unsigned int)member->offset + member->size;

			if (end > structure->size)
				return mms_reader_fail(
					reader,
					line_of_member(reader, structure->name, member->name),
					"struct %s's %s ends at byte %u, behind its %u bytes",
					structure->name, member->name, end, structure->size);
		}
	}
	return 0;
}
