// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support.h"

void bench_init(struct zone_bench *bench, uint64_t seed, const struct mms_kernel *kernel)
{
	const struct mms_memmap_options options = {.backing = MMS_BACKING_4K};

	*bench = (struct zone_bench){.random = random_source(seed)};
	random_zone_init(&bench->random, kernel, &bench->made);
	if (mms_memmap_create(&bench->made.geometry, &options, &bench->map) ||
	    mms_buddy_create(bench->map, &bench->buddy))
		random_zone_fail(&bench->random, &bench->made, "%s", mms_last_error());
}

void bench_init_memory(struct zone_bench *bench, const struct mms_kernel *kernel,
                       const struct mms_memblock *memblock)
{
	*bench = (struct zone_bench){.made.memblock = *memblock, .made.text = "a zone by hand"};
	if (mms_zone_create(memblock, MMS_ZONE_NORMAL, 0, &bench->made.zone))
		fail_msg("%s", mms_last_error());
	mms_geometry_from_zone(kernel, bench->made.zone, &bench->made.geometry);
	if (mms_memmap_create(&bench->made.geometry, NULL, &bench->map) ||
	    mms_buddy_create(bench->map, &bench->buddy))
		fail_msg("%s", mms_last_error());
	bench_boot(bench);
}

void bench_finish(struct zone_bench *bench)
{
	mms_buddy_destroy(bench->buddy);
	mms_memmap_destroy(bench->map);
	random_zone_finish(&bench->made);
}

void bench_boot(struct zone_bench *bench)
{
	mms_memmap_dirty(bench->map, random_u64(&bench->random));
	mms_memmap_reset_pageblocks(bench->map);
	mms_init_reserved(bench->map);
	mms_buddy_reset(bench->buddy);
}

bool bench_job(const struct zone_bench *bench, unsigned int index, struct mms_job *job)
{
	return !mms_job_create(bench->map, index, job);
}

void bench_check_initialized(const struct zone_bench *bench, const char *who)
{
	struct mms_report report;
	char text[256];

	mms_verify_memmap(bench->map, NULL, &report);
	if (mms_report_ok(&report))
		return;
	mms_report_describe(&report, text, sizeof(text));
	random_zone_fail(&bench->random, &bench->made, "after init by %s: %s", who, text);
}

void bench_check_freed(const struct zone_bench *bench, const char *who)
{
	struct mms_free_report report;
	char text[256];

	mms_verify_free(bench->map, mms_buddy_free_areas(bench->buddy),
	                mms_buddy_managed_pages(bench->buddy), &report);
	if (mms_free_report_ok(&report))
		return;
	mms_free_report_describe(&report, text, sizeof(text));
	random_zone_fail(&bench->random, &bench->made, "after freeing by %s: %s", who, text);
}

bool runs_here(const struct mms_initializer *initializer)
{
	return initializer->init_normal && !(initializer->cpu & ~mms_cpu_features());
}
