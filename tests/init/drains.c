// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Initializers under the store tracer: those built in drain all that they stream; twins of
 * template-movnti that leave a drain out are found out, and told which, although every byte that
 * they leave is right.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <memmapsim/memmapsim.h>

#include "sanitizers.h"
#include "skip.h"

enum { SEED = 1 };

/* The tracer would see what ThreadSanitizer itself does, which may well drain. */
#define TRACED !THREAD_SANITIZER

/* The loop of template-movnti, for memory that "naive" has initialized before. */
enum { AFTER_HEAD = 1, BEFORE_METADATA = 2, BEFORE_PAGEBLOCK = 4, BEFORE_RETURN = 8 };

static void stream_page(struct mms_page *page, const uint64_t *words)
{
	for (unsigned int i = 0; i < 8; i++)
		__asm__ volatile("movnti %1, %0"
		                 : "=m"(((uint64_t *)page)[i])
		                 : "r"(words[i])
		                 : "memory");
}

static void drain(unsigned int drains, unsigned int which)
{
	if (drains & which)
		__asm__ volatile("sfence" : : : "memory");
}

static void mark_pageblock(const struct mms_job *job, uint64_t pfn, unsigned int drains)
{
	if (job->geometry->kernel->pageblock_policy != MMS_PAGEBLOCK_PER_PAGE ||
	    pfn % MMS_PAGEBLOCK_NR_PAGES)
		return;
	drain(drains, BEFORE_PAGEBLOCK);
	mms_set_pageblock_migratetype(job->pageblocks, pfn, MMS_MIGRATE_MOVABLE);
}

static int init(const struct mms_job *job, unsigned int drains)
{
	const struct mms_kernel *kernel = job->geometry->kernel;
	unsigned int order = job->geometry->pgmap.vmemmap_shift;
	uint64_t head_words[8], tail_words[8];

	memcpy(head_words, mms_job_page(job, job->start_pfn), sizeof(head_words));
	head_words[0] &= ~(UINT64_C(1) << kernel->pg_head);
	if (order)
		memcpy(tail_words, mms_job_page(job, job->start_pfn + 3), sizeof(tail_words));
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn += UINT64_C(1) << order) {
		struct mms_page *head = mms_job_page(job, pfn);
		uint64_t end = pfn + mms_geometry_compound_nr_pages(job->geometry, pfn);

		stream_page(head, head_words);
		mark_pageblock(job, pfn, drains);
		if (!order)
			continue;
		drain(drains, AFTER_HEAD);
		mms___SetPageHead(kernel, head);
		tail_words[1] = mms_tail_link(kernel, (uintptr_t)head, order);
		for (uint64_t tail = pfn + 1; tail < end; tail++)
			stream_page(mms_job_page(job, tail), tail_words);
		drain(drains, BEFORE_METADATA);
		if (kernel->prep_head == MMS_PREP_HEAD_AFTER_LAST_TAIL)
			mms_prep_compound_head(kernel, head, order);
		else
			mms_prep_compound_metadata(kernel, head, order);
	}
	drain(drains, BEFORE_RETURN);
	return 0;
}

#define TWIN(twin, drains)                                                                         \
	static int init_##twin(const struct mms_job *job)                                          \
	{                                                                                          \
		return init(job, drains);                                                          \
	}                                                                                          \
	static const struct mms_initializer twin = {                                               \
		.name = #twin,                                                                     \
		.description = "template-movnti again",                                            \
		.cuttable = true,                                                                  \
		.init = init_##twin,                                                               \
	}
TWIN(whole, AFTER_HEAD | BEFORE_METADATA | BEFORE_PAGEBLOCK | BEFORE_RETURN);
TWIN(without_head, BEFORE_METADATA | BEFORE_PAGEBLOCK | BEFORE_RETURN);
TWIN(without_metadata, AFTER_HEAD | BEFORE_PAGEBLOCK | BEFORE_RETURN);
TWIN(without_pageblock, AFTER_HEAD | BEFORE_METADATA | BEFORE_RETURN);
TWIN(without_return, AFTER_HEAD | BEFORE_METADATA | BEFORE_PAGEBLOCK);

/* A small namespace, its memmap, and what the tracer finds of an initializer there. */
struct traced {
	const struct mms_initializer *initializer;
	struct mms_memmap *map;
	struct mms_store_report report;
	uint64_t missing[MMS_NR_DRAINS];
};

static void create(struct traced *traced, const char *kernel_name, enum mms_mode mode,
                   enum mms_map map)
{
	const struct mms_memmap_options options = {.backing = MMS_BACKING_4K};
	const struct mms_namespace ns = {
		.mode = mode,
		.map = map,
		.align = UINT64_C(2) << 20,
		.start = UINT64_C(1) << 40,
		.size = UINT64_C(6) << 20,
	};
	const struct mms_kernel *kernel;
	struct mms_geometry geometry;

	assert_int_equal(mms_kernel_find(kernel_name, &kernel), 0);
	assert_int_equal(mms_geometry_from_namespace(kernel, &ns, &geometry), 0);
	*traced = (struct traced){0};
	assert_int_equal(mms_memmap_create(&geometry, &options, &traced->map), 0);
}

static int init_range(void *context)
{
	const struct traced *traced = context;
	struct mms_job job;
	int err = mms_job_create(traced->map, 0, &job);

	return err ? err : mms_init_range(traced->initializer, &job);
}

static void note_missing(void *context, const struct mms_store_finding *finding)
{
	struct traced *traced = context;

	traced->missing[mms_missing_drain(mms_memmap_geometry(traced->map),
	                                  mms_memmap_vmemmap(traced->map), finding)]++;
}

static void trace(struct traced *traced, const struct mms_initializer *initializer)
{
	struct mms_watch watch[2];
	const struct mms_trace trace = {
		.watch = watch,
		.nr_watch = 2,
		.finding = note_missing,
		.finding_context = traced,
	};
	int err;

	mms_watch_memmap(traced->map, watch);
	mms_memmap_reset_pageblocks(traced->map);
	traced->initializer = initializer;
	memset(traced->missing, 0, sizeof(traced->missing));
	err = mms_trace_stores(init_range, traced, &trace, &traced->report);
	if (err == -EPERM) {
		mms_memmap_destroy(traced->map);
		skip_because("%s", mms_last_error());
	}
	if (err)
		fail_msg("%s: %s", initializer->name, mms_last_error());
	assert_int_equal(traced->report.result, 0);
}

/* Kernels that mark pageblocks per page (v7.1) and per range, and with either link in tails. */
static const struct {
	const char *kernel;
	enum mms_mode mode;
	enum mms_map map;
} jobs[] = {
	{"v7.2", MMS_MODE_DEVDAX, MMS_MAP_DEV},  {"v6.12", MMS_MODE_DEVDAX, MMS_MAP_DEV},
	{"v6.12", MMS_MODE_DEVDAX, MMS_MAP_MEM}, {"v7.1", MMS_MODE_FSDAX, MMS_MAP_DEV},
	{"v7.1", MMS_MODE_DEVDAX, MMS_MAP_DEV},  {"v7.2", MMS_MODE_FSDAX, MMS_MAP_DEV},
	{"v7.2", MMS_MODE_DEVDAX, MMS_MAP_MEM},
};
/* Sanitizers multiply the instructions, which are then not those to be proven anyway. */
enum { NR_JOBS = ADDRESS_SANITIZER ? 1 : sizeof(jobs) / sizeof(*jobs) };

/* How many of a geometry's struct pages get initialized. */
static uint64_t nr_pages(const struct mms_geometry *geometry)
{
	struct mms_pfn_range pfns = mms_geometry_device_pfns(geometry, 0);
	uint64_t step = mms_pgmap_vmemmap_nr(&geometry->pgmap), pages = 0;

	for (uint64_t pfn = pfns.start; pfn < pfns.end; pfn += step)
		pages += mms_geometry_compound_nr_pages(geometry, pfn);
	return pages;
}

static void built_in_drains_all(void **state)
{
	const struct mms_initializer *initializer = *state;

	if (!TRACED)
		skip_because("ThreadSanitizer adds instructions that drain");
	if (initializer->cpu & ~mms_cpu_features())
		skip_because("this CPU can't run %s", initializer->name);
	for (size_t i = 0; i < NR_JOBS; i++) {
		struct traced traced;
		uint64_t pages;

		create(&traced, jobs[i].kernel, jobs[i].mode, jobs[i].map);
		pages = nr_pages(mms_memmap_geometry(traced.map));
		mms_memmap_dirty(traced.map, SEED);
		trace(&traced, initializer);
		if (traced.report.findings)
			fail_msg("%s on %s: %s, then %s", initializer->name, jobs[i].kernel,
			         traced.report.first.store.text, traced.report.first.access.text);
		assert_int_equal(traced.report.lines_written, pages);
		assert_true(traced.report.bytes_written >= 64 * pages);
		/* What plans are for: nothing is read, and nothing written twice. */
		if (strncmp(initializer->name, "stream-", 7) == 0) {
			assert_int_equal(traced.report.bytes_written, 64 * pages);
			assert_int_equal(traced.report.bytes_read, 0);
			assert_int_equal(traced.report.lines_rewritten, 0);
		}
		mms_memmap_destroy(traced.map);
	}
}

static void twins_are_found_out(void **state)
{
	static const struct {
		const struct mms_initializer *twin;
		const char *kernel;
		enum mms_mode mode;
		const char *missing; /* NULL: nothing */
	} cases[] = {
		{&whole, "v6.12", MMS_MODE_DEVDAX, NULL},
		{&whole, "v7.1", MMS_MODE_FSDAX, NULL},
		{&whole, "v7.2", MMS_MODE_DEVDAX, NULL},
		{&without_head, "v6.12", MMS_MODE_DEVDAX, "after the head"},
		{&without_head, "v7.2", MMS_MODE_DEVDAX, "after the head"},
		/* Marking the head's pageblock drains before. */
		{&without_head, "v7.1", MMS_MODE_DEVDAX, NULL},
		{&without_metadata, "v6.12", MMS_MODE_DEVDAX, "before the metadata"},
		{&without_metadata, "v7.1", MMS_MODE_DEVDAX, "before the metadata"},
		{&without_metadata, "v7.2", MMS_MODE_DEVDAX, "before the metadata"},
		{&without_pageblock, "v7.1", MMS_MODE_FSDAX, "before pageblock marking"},
		{&without_pageblock, "v7.1", MMS_MODE_DEVDAX, "before pageblock marking"},
		{&without_return, "v7.1", MMS_MODE_FSDAX, "before return"},
		{&without_return, "v7.2", MMS_MODE_FSDAX, "before pageblock marking"},
	};

	(void)state;
	if (!TRACED)
		skip_because("ThreadSanitizer adds instructions that drain");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct mms_initializer *naive;
		struct mms_report bytes;
		struct traced traced;

		create(&traced, cases[i].kernel, cases[i].mode, MMS_MAP_DEV);
		assert_int_equal(mms_initializer_find("naive", &naive), 0);
		assert_int_equal(mms_memmap_bind(traced.map, naive, 0), 0);
		trace(&traced, cases[i].twin);
		for (int drain = 0; drain < MMS_NR_DRAINS; drain++) {
			const char *name = mms_drain_name((enum mms_drain)drain);
			bool expected = cases[i].missing && strcmp(cases[i].missing, name) == 0;

			if (expected != (traced.missing[drain] > 0))
				fail_msg("%s on %s: %s a drain %s", cases[i].twin->name,
				         cases[i].kernel, expected ? "lacks" : "doesn't lack",
				         name);
		}
		assert_int_equal(mms_memmap_bind(traced.map, cases[i].twin, 0), 0);
		mms_verify_memmap(traced.map, NULL, &bytes);
		assert_true(mms_report_ok(&bytes));
		mms_memmap_destroy(traced.map);
	}
}

int main(void)
{
	struct CMUnitTest tests[64] = {cmocka_unit_test(twins_are_found_out)};
	size_t count = mms_initializer_count();

	for (size_t i = 0; i < count; i++)
		tests[1 + i] = (struct CMUnitTest){
			.name = mms_initializer_at(i)->name,
			.test_func = built_in_drains_all,
			.initial_state = (void *)mms_initializer_at(i),
		};
	return _cmocka_run_group_tests("drains", tests, 1 + count, NULL, NULL);
}
