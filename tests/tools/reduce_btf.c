// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * reduce-btf FROM TO: copy the types that "memmapsim layout" looks at, and those they are made of,
 * from a kernel's BTF into a small file, compressed by zstd. Types behind pointers become void,
 * which changes no offset and no size. Made the files in tests/data/btf.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <zstd.h>

#include "btf_file.h"

struct reduction {
	const struct btf *from;
	struct btf *to;
	int *ids; /* in @to, by id in @from; 0 for those not copied */
};

static int copy_type(struct reduction *reduction, unsigned int id);

/* What a type is made of must be there before its members are added. */
static void copy_member_types(struct reduction *reduction, const struct btf_type *type)
{
	for (unsigned int i = 0; i < btf_vlen(type); i++)
		copy_type(reduction, btf_members(type)[i].type);
}

static int add_composite(struct reduction *reduction, const struct btf_type *type, const char *name)
{
	int id;

	copy_member_types(reduction, type);
	id = btf_is_struct(type) ? btf__add_struct(reduction->to, name, type->size)
	                         : btf__add_union(reduction->to, name, type->size);
	for (unsigned int i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *member = &btf_members(type)[i];

		if (btf__add_field(reduction->to,
		                   btf__name_by_offset(reduction->from, member->name_off),
		                   reduction->ids[member->type], btf_member_bit_offset(type, i),
		                   btf_member_bitfield_size(type, i)) < 0)
			return -1;
	}
	return id;
}

static int add_enum(struct reduction *reduction, const struct btf_type *type, const char *name)
{
	int id = btf__add_enum(reduction->to, name, type->size);

	for (unsigned int i = 0; i < btf_vlen(type); i++) {
		const struct btf_enum *value = &btf_enum(type)[i];

		if (btf__add_enum_value(reduction->to,
		                        btf__name_by_offset(reduction->from, value->name_off),
		                        value->val) < 0)
			return -1;
	}
	return id;
}

static int add_type(struct reduction *reduction, const struct btf_type *type, const char *name)
{
	struct btf *to = reduction->to;

	switch (btf_kind(type)) {
	case BTF_KIND_INT:
		return btf__add_int(to, name, type->size, btf_int_encoding(type));
	case BTF_KIND_PTR:
		return btf__add_ptr(to, 0);
	case BTF_KIND_ARRAY: {
		int index = copy_type(reduction, btf_array(type)->index_type);
		int element = copy_type(reduction, btf_array(type)->type);

		return btf__add_array(to, index, element, btf_array(type)->nelems);
	}
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return add_composite(reduction, type, name);
	case BTF_KIND_ENUM:
		return add_enum(reduction, type, name);
	case BTF_KIND_TYPEDEF:
		return btf__add_typedef(to, name, copy_type(reduction, type->type));
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG: /* say nothing about layout */
		return copy_type(reduction, type->type);
	default:
		return -1;
	}
}

static int copy_type(struct reduction *reduction, unsigned int id)
{
	const struct btf_type *type = btf__type_by_id(reduction->from, id);

	if (id == 0 || reduction->ids[id])
		return reduction->ids[id];
	reduction->ids[id] =
		add_type(reduction, type, btf__name_by_offset(reduction->from, type->name_off));
	if (reduction->ids[id] < 0) {
		fprintf(stderr, "reduce-btf: type %u, kind %u, can't be copied\n", id,
		        btf_kind(type));
		exit(EXIT_FAILURE);
	}
	return reduction->ids[id];
}

static int wanted(const struct btf_type *type, const char *name)
{
	static const char *const structs[] = {"page", "folio", "dev_pagemap", "vmem_altmap",
	                                      "range"};
	static const char *const enums[] = {"pageflags", "zone_type", "memory_type", "migratetype"};

	for (size_t i = 0; btf_is_struct(type) && i < sizeof(structs) / sizeof(*structs); i++)
		if (strcmp(name, structs[i]) == 0)
			return 1;
	for (size_t i = 0; btf_is_enum(type) && i < sizeof(enums) / sizeof(*enums); i++)
		if (strcmp(name, enums[i]) == 0)
			return 1;
	return 0;
}

static int write_compressed(const char *path, const void *data, size_t size)
{
	size_t bound = ZSTD_compressBound(size), length;
	void *packed = malloc(bound);
	FILE *file = fopen(path, "wb");
	int ok;

	if (!packed || !file)
		return 0;
	length = ZSTD_compress(packed, bound, data, size, 19);
	ok = !ZSTD_isError(length) && fwrite(packed, 1, length, file) == length;
	free(packed);
	return fclose(file) == 0 && ok;
}

int main(int argc, char **argv)
{
	struct btf *from;
	struct reduction reduction;
	const void *data;
	unsigned int size;

	if (argc != 3) {
		fputs("usage: reduce-btf FROM TO\n", stderr);
		return 2;
	}
	if (btf_file_load(argv[1], &from) != 0)
		return EXIT_FAILURE;
	reduction = (struct reduction){from, btf__new_empty(),
	                               calloc(btf__type_cnt(from), sizeof(int))};
	for (unsigned int id = 1; id < btf__type_cnt(from); id++) {
		const struct btf_type *type = btf__type_by_id(from, id);

		if (wanted(type, btf__name_by_offset(from, type->name_off)))
			copy_type(&reduction, id);
	}
	data = btf__raw_data(reduction.to, &size);
	if (!data || !write_compressed(argv[2], data, size)) {
		fprintf(stderr, "reduce-btf: %s can't be written\n", argv[2]);
		return EXIT_FAILURE;
	}
	btf__free(reduction.to);
	btf__free(from);
	free(reduction.ids);
	return EXIT_SUCCESS;
}
