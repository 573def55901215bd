// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim dump: the struct page of one pfn, decoded. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "capture_check.h"
#include "command.h"
#include "foreign.h"
#include "options.h"
#include "show_page.h"

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
	const char *capture;     /* path, or NULL */
};

enum { KEY_CAPTURE = 0x3000 };

static const struct argp_option argp_options[] = {
	{"pfn", 'p', "PFN", 0, "The page frame number, decimal or 0x...", 0},
	{"initializer", 'i', "NAME", 0,
         "Bind with this initializer, and show what then lies in memory too", 0},
	{"capture", KEY_CAPTURE, "FILE", 0,
         "Take kernel and namespace from this capture of a real kernel, and show its page too", 0},
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
	case KEY_CAPTURE:
		arguments->capture = text;
		return STATUS_OK;
	case ARGP_KEY_END:
		if (arguments->capture &&
		    (arguments->initializer || geometry_options_given(&arguments->geometry)))
			return command_fail(
				STATUS_USAGE,
				"a capture has its own kernel, namespace and pages; leave "
				"--capture or --initializer and the options for kernel and "
				"namespace out");
		if (arguments->run.given && !arguments->initializer)
			return command_fail(
				STATUS_USAGE,
				"--backing, --trace-page-ref, --sanitize-kernel and --time-limit say "
				"how an initializer runs; say which with --initializer");
		if (!arguments->pfn_given)
			return command_fail(STATUS_USAGE,
			                    "which page? Give its number with --pfn PFN");
		return STATUS_OK;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&geometry_argp, 0, "Kernel and namespace (fsdax-1g unless said otherwise):", 1},
	{&run_argp, 0, "With --initializer:", 2},
	{0},
};

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.children = children,
	.doc = "Show the struct page that a kernel leaves for one pfn, field by field.\v"
	       "Example, the first tail of a 2 MiB compound, as declared and as "
	       "template-movnti leaves it:\n"
	       "  memmapsim dump --preset devdax-1g --pfn 0x10001201 -i template-movnti\n"
	       "The same page of a real kernel:\n"
	       "  memmapsim dump --capture tests/data/captures/7.2-devdax_2M_dev.json "
	       "--pfn 3410433",
};

static void print_kind(const struct mms_geometry *geometry, uint64_t pfn)
{
	uint64_t backing = mms_geometry_backing_pfn(geometry, pfn);
	char kind[96];

	page_kind_text(geometry, pfn, kind, sizeof(kind));
	printf("pfn %" PRIu64 " (%#" PRIx64 "): %s\n", pfn, pfn, kind);
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

static int declare(const struct arguments *arguments, const struct mms_geometry *geometry)
{
	const struct mms_oracle oracle = {geometry, CANONICAL_VMEMMAP, MADE_UP_PGMAP};
	uint64_t pfn = arguments->pfn;
	unsigned char image[64];

	geometry_options_print(&arguments->geometry, geometry, stdout);
	print_kind(geometry, pfn);
	if (mms_geometry_page_kind(geometry, pfn) == MMS_PAGE_NEVER_WRITTEN)
		return STATUS_OK;
	printf("declared for a vmemmap at %#" PRIx64 " and a pgmap at %#" PRIx64
	       ", which is made up\n",
	       oracle.vmemmap, oracle.pgmap);
	mms_oracle_page(&oracle, pfn, image);
	show_page(stdout, geometry, pfn, "declared", image);
	fputs("pageblock: ", stdout);
	print_migratetype(mms_oracle_pageblock(&oracle, pfn));
	putchar('\n');
	return STATUS_OK;
}

/* Show what is declared of @pfn and what was found: its 64 bytes, the type of its pageblock. */
static int compare(const struct mms_oracle *oracle, uint64_t pfn, const void *found,
                   unsigned int migratetype)
{
	const struct mms_geometry *geometry = oracle->geometry;
	unsigned int expected = mms_oracle_pageblock(oracle, pfn);
	unsigned char image[64];
	bool declares, same;

	memcpy(image, found, sizeof(image));
	declares = mms_oracle_page(oracle, pfn, image) != MMS_PAGE_NEVER_WRITTEN;
	same = memcmp(image, found, sizeof(image)) == 0;
	print_kind(geometry, pfn);
	printf("vmemmap at %#" PRIx64 ", pgmap at %#" PRIx64 "\n", oracle->vmemmap, oracle->pgmap);
	if (same)
		show_page(stdout, geometry, pfn, "found", found);
	else
		show_page_difference(stdout, geometry, pfn, image, found);
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

/* What to bind, and with what; also for a child. */
struct bind {
	const struct arguments *arguments;
	const struct mms_geometry *geometry;
	const struct mms_initializer *initializer;
};

static int bind_and_compare(void *context)
{
	const struct bind *bind = context;
	const struct arguments *arguments = bind->arguments;
	const struct mms_geometry *geometry = bind->geometry;
	const struct mms_initializer *initializer = bind->initializer;
	const struct mms_initializer *effective =
		mms_initializer_effective(initializer, arguments->run.gates);
	struct mms_memmap *map;
	int status;
	int error = mms_memmap_create(geometry, &arguments->run.memmap, &map);

	if (error)
		return command_fail_memmap(error);
	error = mms_memmap_bind(map, initializer, arguments->run.gates);
	if (error) {
		status = command_fail(STATUS_FAILED, "%s", mms_last_error());
	} else {
		const struct mms_oracle oracle = mms_oracle_of(map);

		geometry_options_print(&arguments->geometry, geometry, stdout);
		printf("initializer: %s", initializer->name);
		if (effective != initializer)
			printf(", which falls back to %s here", effective->name);
		putchar('\n');
		status = compare(
			&oracle, arguments->pfn, mms_memmap_page(map, arguments->pfn),
			mms_get_pageblock_migratetype(mms_memmap_pageblocks(map), arguments->pfn));
	}
	mms_memmap_destroy(map);
	return status;
}

static int dump_bound(const struct arguments *arguments, const struct mms_geometry *geometry,
                      const struct initializer_list *list)
{
	struct bind bind = {arguments, geometry, list->items[0]};
	struct foreign_jobs jobs = {.geometries = geometry, .nr_geometries = 1};
	const struct mms_initializer *culprit;
	struct foreign_failure failure;
	int status;

	warn_of_long_work(geometry, 1);
	if (!foreign_is_any(list))
		return bind_and_compare(&bind);
	jobs.seconds = run_time_limit(&arguments->run, geometry);
	status = foreign_run(list, &jobs, bind_and_compare, &bind, &failure, &culprit);
	if (culprit)
		command_fail(STATUS_FAILED, "initializer %s of %s %s", culprit->name,
		             foreign_path(culprit), failure.sentence);
	return status;
}

static int check_pfn(const struct mms_geometry *geometry, uint64_t pfn)
{
	if (mms_geometry_page_kind(geometry, pfn) == MMS_PAGE_OUTSIDE)
		return command_fail(STATUS_USAGE,
		                    "pfn %#" PRIx64
		                    " has no struct page there; pfns are from %#" PRIx64
		                    " to %#" PRIx64,
		                    pfn, geometry->start_pfn, geometry->end_pfn - 1);
	return STATUS_OK;
}

static int compare_captured(const struct capture *capture, uint64_t pfn)
{
	struct geometry_options options = {.kernel = capture->kernel, .ns = capture->ns};
	struct mms_geometry geometry;
	struct mms_oracle oracle = {&geometry, capture->vmemmap, capture->pgmap_address};
	unsigned int migratetype;
	bool sha256_holds;
	void *pages;
	int status = capture_geometry(capture, &geometry);

	if (status == STATUS_OK)
		status = check_pfn(&geometry, pfn);
	if (status)
		return status;
	if (pfn < capture->start_pfn || pfn >= capture->start_pfn + capture->count ||
	    !capture_pageblock(capture, pfn, &migratetype))
		return command_fail(STATUS_USAGE, "pfn %#" PRIx64 " is not part of the capture %s",
		                    pfn, capture->name);
	status = capture_read_pages(capture, &pages, &sha256_holds);
	if (status)
		return status;
	if (!sha256_holds)
		command_warn("%s doesn't have the sha256 that %s says", capture->pages_path,
		             capture->path);
	options.ns.early = geometry.early;
	printf("capture: %s, of %s\n", capture->name, capture->release);
	geometry_options_print(&options, &geometry, stdout);
	status = compare(&oracle, pfn, (struct mms_page *)pages + (pfn - capture->start_pfn),
	                 migratetype);
	free(pages);
	return status;
}

static int dump_capture(const struct arguments *arguments)
{
	struct capture capture;
	int status = capture_open(arguments->capture, &capture);

	if (status)
		return status;
	status = compare_captured(&capture, arguments->pfn);
	capture_close(&capture);
	return status;
}

static int dump_geometry(struct arguments *arguments)
{
	struct initializer_list initializers = {0};
	struct mms_geometry geometry;
	int status = STATUS_OK;

	if (arguments->initializer)
		status = option_initializers(arguments->initializer, &initializers);
	if (status == STATUS_OK && initializers.count > 1)
		status = command_fail(STATUS_USAGE,
		                      "dump shows what one initializer leaves, not %zu; of a "
		                      "plug-in with several, name one as PATH:NAME",
		                      initializers.count);
	if (status == STATUS_OK)
		status = geometry_options_follow(&arguments->geometry, &initializers);
	if (status == STATUS_OK)
		status = geometry_options_resolve(&arguments->geometry, &geometry);
	if (status == STATUS_OK)
		status = check_pfn(&geometry, arguments->pfn);
	if (status)
		return status;
	return initializers.count ? dump_bound(arguments, &geometry, &initializers)
	                          : declare(arguments, &geometry);
}

int cmd_dump(int argc, char **argv)
{
	struct arguments arguments = {0};
	int status = command_parse(&argp, argc, argv, &arguments);

	if (status)
		return status;
	return arguments.capture ? dump_capture(&arguments) : dump_geometry(&arguments);
}
