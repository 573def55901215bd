// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim dump: the struct page of one pfn, decoded. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "options.h"

/* Where a kernel with 4-level page tables and no KASLR has its vmemmap. */
#define CANONICAL_VMEMMAP UINT64_C(0xffffea0000000000)
/* Some place in that kernel's direct mapping; pages have to point somewhere. */
#define MADE_UP_PGMAP UINT64_C(0xffff888100000000)

struct arguments {
	struct geometry_options geometry;
	struct run_options run;
	uint64_t pfn;
	bool pfn_given;
	const char *initializer; /* NULL: only declare */
};

static const struct argp_option argp_options[] = {
	{"pfn", 'p', "PFN", 0, "The page frame number, decimal or 0x…", 0},
	{"initializer", 'i', "NAME", 0,
         "Bind with this initializer, and show what then lies in memory too", 0},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		geometry_options_init(&arguments->geometry, "fsdax-1g");
		state->child_inputs[0] = &arguments->geometry;
		state->child_inputs[1] = &arguments->run;
		return STATUS_OK;
	case 'p':
		arguments->pfn_given = true;
		return option_number("--pfn", text, 0, (MMS_MAX_PHYS >> MMS_PAGE_SHIFT) - 1,
		                     &arguments->pfn);
	case 'i':
		arguments->initializer = text;
		return STATUS_OK;
	case ARGP_KEY_END:
		if (!arguments->pfn_given)
			return command_fail(STATUS_USAGE,
			                    "which page? Give its number with --pfn PFN");
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&geometry_argp, 0, "Kernel and namespace (fsdax-1g unless said otherwise):", 0},
	{&run_argp, 0, "With --initializer:", 0},
	{0},
};

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.children = children,
	.doc = "Show the struct page that a kernel leaves for one pfn, field by field.\v"
	       "Example, the first tail of a 2 MiB compound, as declared and as template-movnti "
	       "leaves "
	       "it:\n"
	       "  memmapsim dump --preset devdax-1g --pfn 0x10001201 -i template-movnti",
};

/* Its place in the compound; 0 for a page that is no tail. */
static uint64_t tail_index(const struct mms_geometry *geometry, enum mms_page_kind kind,
                           uint64_t pfn)
{
	return kind == MMS_PAGE_TAIL ? pfn & (mms_pgmap_vmemmap_nr(&geometry->pgmap) - 1) : 0;
}

static void print_kind(const struct mms_geometry *geometry, enum mms_page_kind kind, uint64_t pfn)
{
	uint64_t tail = tail_index(geometry, kind, pfn);
	uint64_t backing = mms_geometry_backing_pfn(geometry, pfn);

	printf("pfn %#" PRIx64 ": ", pfn);
	switch (kind) {
	case MMS_PAGE_NEVER_WRITTEN:
		puts("no code writes its struct page; whatever was there stays");
		break;
	case MMS_PAGE_ALTMAP:
		puts("holds a part of the memmap (altmap page)");
		break;
	case MMS_PAGE_HEAD:
		printf("head of a compound of order %u\n", geometry->pgmap.vmemmap_shift);
		break;
	case MMS_PAGE_TAIL:
		printf("tail %" PRIu64 " of the order-%u compound at pfn %#" PRIx64 "\n", tail,
		       geometry->pgmap.vmemmap_shift, pfn - tail);
		break;
	default:
		puts("device page without compound");
		break;
	}
	if (backing != pfn)
		printf("its struct page is a shared mapping of that of pfn %#" PRIx64 "\n",
		       backing);
}

static void print_migratetype(unsigned int migratetype)
{
	static const char *const names[] = {
		[MMS_MIGRATE_UNMOVABLE] = "UNMOVABLE",
		[MMS_MIGRATE_MOVABLE] = "MOVABLE",
		[MMS_MIGRATE_RECLAIMABLE] = "RECLAIMABLE",
		[MMS_MIGRATE_HIGHATOMIC] = "HIGHATOMIC",
	};

	if (migratetype < sizeof(names) / sizeof(*names))
		fputs(names[migratetype], stdout);
	else
		printf("%u", migratetype);
}

/* A decoded page; where @found differs from @declared, both. Either may be NULL. */
static void print_page(const struct mms_geometry *geometry, enum mms_page_kind kind, uint64_t pfn,
                       const void *declared, const void *found)
{
	struct mms_decoded_field fields[MMS_MAX_DECODED_FIELDS], others[MMS_MAX_DECODED_FIELDS];
	uint64_t tail = tail_index(geometry, kind, pfn);
	size_t count =
		mms_page_decode(geometry->kernel, kind, tail, declared ? declared : found, fields);

	if (declared && found)
		mms_page_decode(geometry->kernel, kind, tail, found, others);
	printf("  offset size  %-20s %s\n", "field",
	       !declared ? "found"
	       : !found  ? "declared"
	                 : "declared (and FOUND, where memory differs)");
	for (size_t i = 0; i < count; i++) {
		const struct mms_decoded_field *field = &fields[i];

		printf("  %6u %4u  %-20s %s\n", field->offset, field->size, field->name,
		       field->value);
		if (declared && found &&
		    memcmp((const char *)declared + field->offset,
		           (const char *)found + field->offset, field->size) != 0)
			printf("  %-12s %-20s %s\n", "", "  FOUND", others[i].value);
	}
}

static int declare(const struct arguments *arguments, const struct mms_geometry *geometry,
                   enum mms_page_kind kind)
{
	const struct mms_oracle oracle = {geometry, CANONICAL_VMEMMAP, MADE_UP_PGMAP};
	unsigned char image[64];

	print_kind(geometry, kind, arguments->pfn);
	if (kind == MMS_PAGE_NEVER_WRITTEN)
		return STATUS_OK;
	printf("declared for a vmemmap at %#" PRIx64 " and a pgmap at %#" PRIx64
	       ", which is made up\n",
	       oracle.vmemmap, oracle.pgmap);
	mms_oracle_page(&oracle, arguments->pfn, image);
	print_page(geometry, kind, arguments->pfn, image, NULL);
	fputs("pageblock: ", stdout);
	print_migratetype(mms_oracle_pageblock(&oracle, arguments->pfn));
	putchar('\n');
	return STATUS_OK;
}

static int show_bound(const struct arguments *arguments, struct mms_memmap *map,
                      enum mms_page_kind kind)
{
	const struct mms_oracle oracle = mms_oracle_of(map);
	const struct mms_page *found = mms_memmap_page(map, arguments->pfn);
	unsigned int expected = mms_oracle_pageblock(&oracle, arguments->pfn);
	unsigned int migratetype =
		mms_get_pageblock_migratetype(mms_memmap_pageblocks(map), arguments->pfn);
	bool declares = kind != MMS_PAGE_NEVER_WRITTEN;
	unsigned char image[64];
	bool same = true;

	print_kind(oracle.geometry, kind, arguments->pfn);
	printf("memmap here: vmemmap at %#" PRIx64 ", pgmap at %#" PRIx64 "\n", oracle.vmemmap,
	       oracle.pgmap);
	if (declares) {
		mms_oracle_page(&oracle, arguments->pfn, image);
		same = memcmp(image, found, sizeof(image)) == 0;
	}
	print_page(oracle.geometry, kind, arguments->pfn, declares ? image : NULL, found);
	fputs("pageblock: ", stdout);
	print_migratetype(expected);
	if (migratetype != expected) {
		fputs(" declared, found ", stdout);
		print_migratetype(migratetype);
	}
	putchar('\n');
	if (declares)
		printf("memory holds %s is declared\n", same ? "what" : "something else than");
	return same && migratetype == expected ? STATUS_OK : STATUS_FAILED;
}

static int bind_and_show(const struct arguments *arguments, const struct mms_geometry *geometry,
                         const struct mms_initializer *initializer, enum mms_page_kind kind)
{
	const struct mms_initializer *effective =
		mms_initializer_effective(initializer, arguments->run.gates);
	struct mms_memmap *map;
	int status;
	int error = mms_memmap_create(geometry, &arguments->run.memmap, &map);

	if (error)
		return command_fail_library(error);
	if (effective != initializer)
		printf("initializer: %s, which falls back to %s here\n", initializer->name,
		       effective->name);
	else
		printf("initializer: %s\n", initializer->name);
	error = mms_memmap_bind(map, initializer, arguments->run.gates);
	status = error ? command_fail_library(error) : show_bound(arguments, map, kind);
	mms_memmap_destroy(map);
	return status;
}

int cmd_dump(int argc, char **argv)
{
	struct arguments arguments = {0};
	struct initializer_list initializers = {0};
	struct mms_geometry geometry;
	enum mms_page_kind kind;
	int status = command_parse(&argp, argc, argv, &arguments);

	if (status == STATUS_OK && arguments.initializer)
		status = option_initializers(arguments.initializer, &initializers);
	if (status == STATUS_OK && initializers.count > 1)
		status = command_fail(STATUS_USAGE,
		                      "dump shows what one initializer leaves, not %zu",
		                      initializers.count);
	if (status == STATUS_OK)
		status = geometry_options_resolve(&arguments.geometry, &geometry);
	if (status)
		return status;
	kind = mms_geometry_page_kind(&geometry, arguments.pfn);
	if (kind == MMS_PAGE_OUTSIDE)
		return command_fail(STATUS_USAGE,
		                    "pfn %#" PRIx64
		                    " has no struct page there; pfns are from %#" PRIx64
		                    " to %#" PRIx64,
		                    arguments.pfn, geometry.start_pfn, geometry.end_pfn - 1);
	geometry_options_print(&arguments.geometry, &geometry, stdout);
	return initializers.count
	               ? bind_and_show(&arguments, &geometry, initializers.items[0], kind)
	               : declare(&arguments, &geometry, kind);
}
