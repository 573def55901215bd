// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Initializers that are wrong, pages and lists that were damaged: all of it is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "support.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Free pages [1024, 3072) and [4096, 5000), in that order. */
static void wrong_init(struct zone_bench *bench)
{
	static const struct mms_pfn_range memory[] = {{1024, 3072}, {4096, 5000}};
	static const struct mms_memblock memblock = {memory, 2, NULL, 0};

	bench_init_memory(bench, mms_kernel_default(), &memblock);
}

static int right(const struct mms_job *job)
{
	const struct mms_initializer *naive;
	int err = mms_initializer_find("naive", &naive);

	return err ? err : naive->init_normal(job);
}

static int does_nothing(const struct mms_job *job)
{
	(void)job;
	return 0;
}

static int forgets_the_last_page(const struct mms_job *job)
{
	struct mms_job part = *job;

	part.end_pfn--;
	return right(&part);
}

static int writes_the_page_after_the_last(const struct mms_job *job)
{
	struct mms_job part = *job;

	part.end_pfn++;
	return right(&part);
}

static int writes_the_page_before_the_first(const struct mms_job *job)
{
	struct mms_job part = *job;

	part.start_pfn--;
	return right(&part);
}

static int copies_the_first_page_s_list(const struct mms_job *job)
{
	const struct mms_page *first = mms_job_page(job, job->start_pfn);
	int err = right(job);

	for (uint64_t pfn = job->start_pfn + 1; pfn < job->end_pfn; pfn++)
		memcpy(mms_job_page(job, pfn), first, sizeof(*first));
	return err;
}

static int makes_device_pages(const struct mms_job *job)
{
	int err = right(job);

	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn++)
		mms_set_page_links(mms_job_page(job, pfn), MMS_ZONE_DEVICE, job->geometry->nid);
	return err;
}

static int leaves_a_type(const struct mms_job *job)
{
	int err = right(job);

	mms_job_page(job, job->end_pfn - 2)->page_type = 0xf1000000;
	return err;
}

static int leaves_dirt_in_the_last_word(const struct mms_job *job)
{
	int err = right(job);

	mms_job_page(job, job->start_pfn + 7)->memcg_data = 1;
	return err;
}

static int marks_a_pageblock(const struct mms_job *job)
{
	int err = right(job);

	mms_set_pageblock_migratetype(job->pageblocks, job->start_pfn, MMS_MIGRATE_RECLAIMABLE);
	return err;
}

static void test_wrong_initializers_are_found(void **state)
{
	static const struct {
		int (*init)(const struct mms_job *job);
		bool shows_when_freed; /* or freeing mends it */
	} cases[] = {
		{does_nothing, true},
		{forgets_the_last_page, true},
		{writes_the_page_after_the_last, true},
		{writes_the_page_before_the_first, true},
		{copies_the_first_page_s_list, true},
		{makes_device_pages, true},
		{leaves_a_type, true},
		{leaves_dirt_in_the_last_word, true},
		{marks_a_pageblock, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct mms_initializer initializer = {
			.name = "wrong", .cuttable = true, .init_normal = cases[i].init};
		struct mms_free_report freed;
		struct mms_report report;
		struct zone_bench bench;
		struct mms_job job;

		wrong_init(&bench);
		assert_true(bench_job(&bench, 0, &job));
		assert_int_equal(mms_init_range(&initializer, &job), 0);
		mms_verify_memmap(bench.map, NULL, &report);
		if (mms_report_ok(&report))
			fail_msg("initializer %zu is not found", i);
		mms_free_range(bench.buddy, &job);
		mms_verify_free(bench.map, mms_buddy_free_areas(bench.buddy),
		                mms_buddy_managed_pages(bench.buddy), &freed);
		if (mms_free_report_ok(&freed) == cases[i].shows_when_freed)
			fail_msg("initializer %zu after freeing", i);
		bench_finish(&bench);
	}
}

/* What is done to a zone that is all right. */
struct damage {
	struct mms_free_area areas[MMS_NR_PAGE_ORDERS]; /* a copy; its lists are the real ones' */
	uint64_t managed;
	struct mms_page *page; /* of the first block of order 10 */
};

static void lose_managed_pages(struct damage *damage)
{
	damage->managed--;
}

static void count_wrong(struct damage *damage)
{
	damage->areas[3].nr_free++;
}

static void lose_a_block(struct damage *damage)
{
	damage->page->lru.prev->next = damage->page->lru.next;
	damage->page->lru.next->prev = damage->page->lru.prev;
}

static void go_round_in_a_circle(struct damage *damage)
{
	damage->page->lru.next->next = &damage->page->lru;
}

static void break_the_way_back(struct damage *damage)
{
	damage->page->lru.next->prev = &damage->page->lru + 1;
}

static void lead_nowhere(struct damage *damage)
{
	damage->page->lru.next = NULL;
}

static void lead_to_no_block(struct damage *damage)
{
	struct mms_page *other = damage->page + 5;

	other->lru = (struct mms_list_head){damage->page->lru.next, &damage->page->lru};
	damage->page->lru.next->prev = &other->lru;
	damage->page->lru.next = &other->lru;
}

static void forget_the_order(struct damage *damage)
{
	damage->page->private_ = 9;
}

static void forget_the_mark(struct damage *damage)
{
	damage->page->page_type = UINT32_MAX;
}

static void mark_another_page(struct damage *damage)
{
	damage->page[512].page_type = damage->page->page_type;
}

static void keep_a_reference(struct damage *damage)
{
	damage->page[1000]._refcount = 1;
}

static void test_damage_is_found(void **state)
{
	static const struct {
		void (*damage)(struct damage *damage);
		enum mms_free_fault fault; /* or none, and a page is wrong */
		const char *says;
	} cases[] = {
		{lose_managed_pages, MMS_FREE_FAULT_MANAGED, "managed instead of"},
		{count_wrong, MMS_FREE_FAULT_NR_FREE, "nr_free of order 3"},
		{lose_a_block, MMS_FREE_FAULT_LIST, "has 1 entries instead of 2"},
		{go_round_in_a_circle, MMS_FREE_FAULT_LINK, "doesn't lead back"},
		{break_the_way_back, MMS_FREE_FAULT_LINK, "doesn't lead back"},
		{lead_nowhere, MMS_FREE_FAULT_STRAY, "entry 0x0"},
		{lead_to_no_block, MMS_FREE_FAULT_BLOCK, "pages are wrong"},
		{forget_the_order, MMS_FREE_FAULT_NONE, "pages are wrong"},
		{forget_the_mark, MMS_FREE_FAULT_NONE, "pages are wrong"},
		{mark_another_page, MMS_FREE_FAULT_NONE, "pages are wrong"},
		{keep_a_reference, MMS_FREE_FAULT_NONE, "pages are wrong"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		static const struct mms_deferred_options options = {0};
		struct mms_free_report report;
		struct zone_bench bench;
		struct mms_list_head *list;
		struct damage damage;
		struct mms_job job;
		char text[256];

		wrong_init(&bench);
		assert_true(bench_job(&bench, 0, &job));
		assert_int_equal(mms_deferred_init(bench.buddy, mms_initializer_auto(), &job,
		                                   &options, NULL),
		                 0);
		bench_check_freed(&bench, "auto");
		memcpy(damage.areas, mms_buddy_free_areas(bench.buddy), sizeof(damage.areas));
		/* Empty lists of the copy have to be the copy's own, full ones have to lead to it.
		 */
		for (unsigned int order = 0; order < MMS_NR_PAGE_ORDERS; order++) {
			for (unsigned int type = 0; type < MMS_NR_MIGRATETYPES; type++) {
				const struct mms_list_head *real =
					&mms_buddy_free_areas(bench.buddy)[order].free_list[type];

				list = &damage.areas[order].free_list[type];
				if (real->next == real) {
					list->next = list->prev = list;
				} else {
					list->next->prev = list;
					list->prev->next = list;
				}
			}
		}
		damage.managed = mms_buddy_managed_pages(bench.buddy);
		damage.page = mms_memmap_page(bench.map, 1024);
		cases[i].damage(&damage);
		mms_verify_free(bench.map, damage.areas, damage.managed, &report);
		mms_free_report_describe(&report, text, sizeof(text));
		assert_false(mms_free_report_ok(&report));
		if (report.fault != cases[i].fault || !strstr(text, cases[i].says))
			fail_msg("damage %zu is called fault %d: %s", i, (int)report.fault, text);
		bench_finish(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_initializers_are_found),
		cmocka_unit_test(test_damage_is_found),
	};

	return cmocka_run_group_tests_name("wrong pages and lists", tests, NULL, NULL);
}
