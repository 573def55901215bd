/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Where a job enters the tree's code. import-kernel defines KCOMPAT_ENTRY, a function's name. */
#ifndef KCOMPAT_CHANGED_ENTRY_H
#define KCOMPAT_CHANGED_ENTRY_H

/* Of this thread, since jobs may be at work side by side. */
static __thread const struct kcompat_job *kcompat_job __attribute__((tls_model("initial-exec")));
static __thread unsigned long vmemmap_base __attribute__((tls_model("initial-exec")));

void kcompat_run(const struct kcompat_job *job)
{
	struct pglist_data node = {.node_id = job->nid};
	struct zone *zone = &node.node_zones[ZONE_DEVICE];

	_Static_assert(sizeof(struct page) == 64,
	               "memmapsim's struct page has 64 bytes; this tree's must have, too");
	zone->zone_pgdat = &node;
	kcompat_job = job;
	vmemmap_base = job->vmemmap_base;
	KCOMPAT_ENTRY(zone, job->start_pfn, job->nr_pages, job->pgmap);
}

#endif
