// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A description's layout as data for comparing, and printed as pahole prints. */
#include <inttypes.h>
#include <string.h>

#include "layout.h"

static const struct enumeration zones = {
	.name = "zone_type",
	.plural = "zones",
	.prefix = "ZONE_",
	.limit = "__MAX_NR_ZONES",
	.count = MMS_ZONE_DEVICE + 1,
	.names =
		{
			[MMS_ZONE_DMA] = "DMA",
			[MMS_ZONE_DMA32] = "DMA32",
			[MMS_ZONE_NORMAL] = "NORMAL",
			[MMS_ZONE_MOVABLE] = "MOVABLE",
			[MMS_ZONE_DEVICE] = "DEVICE",
		},
};

static const struct enumeration migratetypes = {
	.name = "migratetype",
	.plural = "migratetypes",
	.prefix = "MIGRATE_",
	.count = MMS_MIGRATE_HIGHATOMIC + 1,
	.names =
		{
			[MMS_MIGRATE_UNMOVABLE] = "UNMOVABLE",
			[MMS_MIGRATE_MOVABLE] = "MOVABLE",
			[MMS_MIGRATE_RECLAIMABLE] = "RECLAIMABLE",
			[MMS_MIGRATE_HIGHATOMIC] = "HIGHATOMIC",
		},
};

void layout_enumeration(const struct mms_kernel *kernel, int which, struct enumeration *enumeration)
{
	switch (which) {
	case LAYOUT_PAGEFLAGS:
		*enumeration = (struct enumeration){
			.name = "pageflags",
			.plural = "page flags",
			.prefix = "PG_",
			.limit = "__NR_PAGEFLAGS",
			.count = kernel->nr_pageflags,
		};
		for (size_t bit = 0; bit < kernel->nr_pageflags; bit++)
			enumeration->names[bit] = kernel->pageflags[bit];
		break;
	case LAYOUT_ZONES:
		*enumeration = zones;
		break;
	case LAYOUT_MIGRATETYPES:
		*enumeration = migratetypes;
		break;
	default:
		*enumeration = (struct enumeration){
			.name = "memory_type",
			.plural = "memory types",
			.prefix = "",
			.count = MMS_NR_MEMORY_TYPES,
		};
		for (int type = 0; type < MMS_NR_MEMORY_TYPES; type++)
			enumeration->names[type] = mms_memory_type_name((enum mms_memory_type)type);
		break;
	}
}

/* By offset; of those at the same one the larger first, as it holds the others. */
static int compare_members(const struct mms_member *a, const struct mms_member *b)
{
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* The member that is to be printed after @previous (NULL: the first), NULL after the last. */
static const struct mms_member *next_member(const struct mms_struct *structure,
                                            const struct mms_member *previous)
{
	const struct mms_member *next = NULL;

	for (unsigned int i = 0; i < structure->nr_members; i++) {
		const struct mms_member *member = &structure->members[i];

		if ((!previous || compare_members(previous, member) < 0) &&
		    (!next || compare_members(member, next) < 0))
			next = member;
	}
	return next;
}

static void print_comment(FILE *stream, const char *name, unsigned int offset, unsigned int size)
{
	fprintf(stream, "\t%s;%*s/* %5u %5u */\n", name, (int)(40 - strlen(name)), "", offset,
	        size);
}

static void print_struct(const struct mms_struct *structure, FILE *stream)
{
	const struct mms_member *member = NULL;

	fprintf(stream, "struct %s {\n", structure->name);
	while ((member = next_member(structure, member)))
		print_comment(stream, member->name, member->offset, member->size);
	fprintf(stream, "\n\t/* size: %u */\n};\n\n", structure->size);
}

/* What prep_compound_head() writes, where and what. */
static void print_compound(const struct mms_kernel *kernel, FILE *stream)
{
	static const char *const values[] = {
		[MMS_METADATA_ZERO] = "0",
		[MMS_METADATA_ONE] = "1",
		[MMS_METADATA_MINUS_ONE] = "-1",
		[MMS_METADATA_ORDER] = "order",
		[MMS_METADATA_NR_PAGES] = "1 << order",
	};

	fprintf(stream, "compound metadata, in tail 1 {\n");
	if (kernel->order_in_flags)
		print_comment(stream, "flags |= order", 0, 1);
	for (unsigned int i = 0; i < kernel->nr_metadata; i++) {
		const struct mms_metadata_field *field = &kernel->metadata[i];
		char line[64];

		snprintf(line, sizeof(line), "%s = %s", field->name, values[field->value]);
		print_comment(stream, line, field->offset, field->size);
	}
	fprintf(stream, "};\n\n");
}

/*
 * What struct page.flags holds above the page flags. Kernels make LRU_REFS narrower if there are so
 * many flags that they need its bits.
 */
static void print_flag_fields(const struct mms_kernel *kernel, FILE *stream)
{
	unsigned int free_bits = MMS_LRU_GEN_SHIFT - kernel->nr_pageflags;
	unsigned int refs = free_bits < MMS_LRU_REFS_WIDTH ? free_bits : MMS_LRU_REFS_WIDTH;
	const struct {
		const char *name;
		unsigned int shift, width;
	} fields[] = {
		{"node", MMS_NODES_SHIFT, MMS_NODES_WIDTH},
		{"zone", MMS_ZONES_SHIFT, MMS_ZONES_WIDTH},
		{"last_cpupid", MMS_LAST_CPUPID_SHIFT, MMS_LAST_CPUPID_WIDTH},
		{"LRU_GEN", MMS_LRU_GEN_SHIFT, MMS_LRU_GEN_WIDTH},
		{"LRU_REFS", MMS_LRU_GEN_SHIFT - refs, refs},
	};

	fprintf(stream, "page.flags, bits {\n");
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields) && fields[i].width; i++)
		fprintf(stream, "\t%-20s/* %2u-%2u */\n", fields[i].name, fields[i].shift,
		        fields[i].shift + fields[i].width - 1);
	fprintf(stream, "};\n\n");
}

static void print_enumeration(const struct mms_kernel *kernel, int which, FILE *stream)
{
	struct enumeration enumeration;

	layout_enumeration(kernel, which, &enumeration);
	fprintf(stream, "enum %s {\n", enumeration.name);
	for (size_t value = 0; value < enumeration.count; value++)
		if (enumeration.names[value])
			fprintf(stream, "\t%s%s = %zu,\n", enumeration.prefix,
			        enumeration.names[value], value);
	fprintf(stream, "};%s", which == NR_ENUMERATIONS - 1 ? "\n" : "\n\n");
}

void layout_print(const struct mms_kernel *kernel, FILE *stream)
{
	fprintf(stream,
	        "/* %s: what initialization deals with; offset and size in bytes; members that "
	        "overlap are unions */\n\n",
	        kernel->name);
	for (unsigned int i = 0; i < kernel->nr_structs; i++)
		print_struct(kernel->structs[i], stream);
	print_compound(kernel, stream);
	print_flag_fields(kernel, stream);
	for (int which = 0; which < NR_ENUMERATIONS; which++)
		print_enumeration(kernel, which, stream);
}
