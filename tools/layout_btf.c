// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A description's layout held against BTF. BTF comes from files that anybody may have made, so
 * walks are bounded: types may refer to each other in circles.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "error.h"
#include "layout.h"

/* Deeper than any kernel nests members without names, and more than its largest structure has. */
#define MAX_NESTING 16
#define MAX_VISITS  20000

/* A member that was found: bits, since bit fields are members too. */
struct found {
	uint32_t type;
	uint64_t offset, size;
};

struct search {
	const struct btf *btf;
	const char *name; /* not ended by 0 but */
	size_t length;    /* of this length */
	unsigned int visits;
};

static const struct btf_type *composite(const struct btf *btf, uint32_t id)
{
	int resolved = btf__resolve_type(btf, id);
	const struct btf_type *type =
		resolved < 0 ? NULL : btf__type_by_id(btf, (uint32_t)resolved);

	return type && btf_is_composite(type) ? type : NULL;
}

/* Find a member by its own name, also in members without a name, as C does. */
static bool search_member(struct search *search, const struct btf_type *type, uint64_t base,
                          unsigned int nesting, struct found *found)
{
	const struct btf_member *members = btf_members(type);

	for (unsigned int i = 0; i < btf_vlen(type); i++) {
		const char *name = btf__name_by_offset(search->btf, members[i].name_off);
		uint64_t offset = base + btf_member_bit_offset(type, i);
		const struct btf_type *inner;
		int64_t bytes;

		if (!name || search->visits++ >= MAX_VISITS)
			return false;
		if (!name[0]) {
			inner = nesting < MAX_NESTING ? composite(search->btf, members[i].type)
			                              : NULL;
			if (inner && search_member(search, inner, offset, nesting + 1, found))
				return true;
			continue;
		}
		if (strlen(name) != search->length ||
		    memcmp(name, search->name, search->length) != 0)
			continue;
		bytes = btf__resolve_size(search->btf, members[i].type);
		if (bytes < 0)
			return false;
		found->type = members[i].type;
		found->offset = offset;
		found->size = btf_member_bitfield_size(type, i);
		if (found->size == 0)
			found->size = (uint64_t)bytes * 8;
		return true;
	}
	return false;
}

/* As search_member(), for names of members of members: "lru.next". */
static bool find_member(const struct btf *btf, const struct btf_type *type, const char *name,
                        struct found *found)
{
	uint64_t base = 0;

	for (;;) {
		struct search search = {btf, name, strcspn(name, "."), 0};

		if (!type || !search_member(&search, type, base, 0, found))
			return false;
		if (!name[search.length])
			return true;
		name += search.length + 1;
		base = found->offset;
		type = composite(btf, found->type);
	}
}

bool layout_find_member(const struct btf *btf, const struct btf_type *type, const char *name,
                        struct mms_member *member)
{
	struct found found;

	if (!find_member(btf, type, name, &found) || found.offset % 8 || found.size % 8 ||
	    found.offset / 8 > UINT16_MAX || found.size / 8 > UINT16_MAX)
		return false;
	member->offset = (uint16_t)(found.offset / 8);
	member->size = (uint16_t)(found.size / 8);
	return true;
}

/* "52 (4 bytes)"; in bits where it isn't whole bytes. */
static void print_place(FILE *stream, uint64_t offset, uint64_t size)
{
	bool bytes = offset % 8 == 0 && size % 8 == 0;
	uint64_t amount = bytes ? size / 8 : size;

	fprintf(stream, "%s%" PRIu64 " (%" PRIu64 " %s%s)", bytes ? "" : "bit ",
	        bytes ? offset / 8 : offset, amount, bytes ? "byte" : "bit",
	        amount == 1 ? "" : "s");
}

/* Hold one type against ours; stream may be NULL. @return how many differences there are */
static unsigned int compare_type(const struct mms_struct *ours, const struct btf *btf,
                                 const struct btf_type *theirs, FILE *stream)
{
	unsigned int differences = 0;

	if (ours->size && theirs->size != ours->size) {
		differences++;
		if (stream)
			fprintf(stream, "struct %s: %u bytes, BTF has %u\n", ours->name, ours->size,
			        theirs->size);
	}
	for (unsigned int i = 0; i < ours->nr_members; i++) {
		const struct mms_member *member = &ours->members[i];
		uint64_t offset = member->offset * UINT64_C(8), size = member->size * UINT64_C(8);
		struct found found;
		bool there = find_member(btf, theirs, member->name, &found);

		if (there && found.offset == offset && found.size == size)
			continue;
		differences++;
		if (!stream)
			continue;
		fprintf(stream, "struct %s: %s at ", ours->name, member->name);
		print_place(stream, offset, size);
		fputs(", BTF has ", stream);
		if (there)
			print_place(stream, found.offset, found.size);
		else
			fputs("no such member", stream);
		fputc('\n', stream);
	}
	return differences;
}

const struct btf_type *layout_find_struct(const struct mms_struct *ours, const struct btf *btf)
{
	const struct btf_type *nearest = NULL;
	unsigned int fewest = 0;

	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *name;
		unsigned int differences;

		if (!type || !btf_is_struct(type))
			continue;
		name = btf__name_by_offset(btf, type->name_off);
		if (!name || strcmp(name, ours->name) != 0)
			continue;
		differences = compare_type(ours, btf, type, NULL);
		if (!nearest || differences < fewest) {
			nearest = type;
			fewest = differences;
		}
	}
	return nearest;
}

static void compare_struct(const struct mms_struct *ours, const struct btf *btf, FILE *stream,
                           struct layout_comparison *comparison)
{
	const struct btf_type *theirs = layout_find_struct(ours, btf);

	comparison->structs++;
	comparison->members += ours->nr_members;
	if (theirs) {
		comparison->differences += compare_type(ours, btf, theirs, stream);
		return;
	}
	comparison->differences++;
	fprintf(stream, "struct %s: BTF has no such structure\n", ours->name);
}

const char *layout_find_enumerator(const struct btf *btf, const char *enumeration, int64_t value)
{
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *name = type ? btf__name_by_offset(btf, type->name_off) : NULL;

		if (!name || !btf_is_enum(type) || strcmp(name, enumeration) != 0)
			continue;
		for (unsigned int i = 0; i < btf_vlen(type); i++)
			if (btf_enum(type)[i].val == value)
				return btf__name_by_offset(btf, btf_enum(type)[i].name_off);
	}
	return NULL;
}

/* The value of an enumerator of any enumeration of that name. */
static bool find_enumerator(const struct btf *btf, const char *enumeration, const char *name,
                            int64_t *value)
{
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *type_name;

		if (!type || !btf_is_enum(type))
			continue;
		type_name = btf__name_by_offset(btf, type->name_off);
		if (!type_name || strcmp(type_name, enumeration) != 0)
			continue;
		for (unsigned int i = 0; i < btf_vlen(type); i++) {
			const struct btf_enum *item = &btf_enum(type)[i];
			const char *item_name = btf__name_by_offset(btf, item->name_off);

			if (!item_name || strcmp(item_name, name) != 0)
				continue;
			*value = item->val;
			return true;
		}
	}
	return false;
}

static void compare_enumerator(const struct btf *btf, const char *enumeration, const char *prefix,
                               const char *name, int64_t value, FILE *stream,
                               struct layout_comparison *comparison)
{
	char whole[128];
	int64_t theirs;

	snprintf(whole, sizeof(whole), "%s%s", prefix, name);
	if (!find_enumerator(btf, enumeration, whole, &theirs))
		fprintf(stream, "enum %s: %s is %" PRId64 ", BTF has no such value\n", enumeration,
		        whole, value);
	else if (theirs != value)
		fprintf(stream, "enum %s: %s is %" PRId64 ", BTF has %" PRId64 "\n", enumeration,
		        whole, value, theirs);
	else
		return;
	comparison->differences++;
}

static void compare_enumeration(const struct enumeration *ours, const struct btf *btf, FILE *stream,
                                unsigned int *count, struct layout_comparison *comparison)
{
	for (size_t value = 0; value < ours->count; value++) {
		if (!ours->names[value])
			continue;
		(*count)++;
		compare_enumerator(btf, ours->name, ours->prefix, ours->names[value],
		                   (int64_t)value, stream, comparison);
	}
	if (ours->limit)
		compare_enumerator(btf, ours->name, "", ours->limit, (int64_t)ours->count, stream,
		                   comparison);
}

int layout_compare(const struct mms_kernel *kernel, const struct btf *btf, FILE *stream,
                   struct layout_comparison *comparison)
{
	static const struct mms_struct page = {.name = "page"};

	if (!layout_find_struct(&page, btf))
		return mms_fail(ENOENT, "there is no struct page in it, so it is no kernel's BTF");
	*comparison = (struct layout_comparison){0};
	for (unsigned int i = 0; i < kernel->nr_structs; i++)
		compare_struct(kernel->structs[i], btf, stream, comparison);
	for (int which = 0; which < NR_ENUMERATIONS; which++) {
		struct enumeration ours;

		layout_enumeration(kernel, which, &ours);
		compare_enumeration(&ours, btf, stream, &comparison->enumerators[which],
		                    comparison);
	}
	return 0;
}
