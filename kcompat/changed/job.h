/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What joins the tree's code, which knows this folder's types only, with plugin.c, which knows
 * memmapsim's. Both include this file, so it asks nothing of either.
 */
#ifndef KCOMPAT_CHANGED_JOB_H
#define KCOMPAT_CHANGED_JOB_H

struct kcompat_job {
	unsigned long vmemmap_base; /* address of pfn 0's struct page */
	unsigned long start_pfn, nr_pages;
	void *pgmap; /* laid out as struct dev_pagemap is in this folder */
	int nid;
	int (*early_section)(const struct kcompat_job *job, unsigned long pfn);
	void (*set_pageblock)(const struct kcompat_job *job, unsigned long pfn, unsigned int type);
	/* A warning in the tree's code: there should be none. */
	void (*warn)(const struct kcompat_job *job, const char *file, unsigned int line);
};

/* Initialize pfns as the tree does it for a range of a pgmap. */
void kcompat_run(const struct kcompat_job *job);

#endif
