/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What patch series say of themselves, to stand beside what is measured here. */
#ifndef BENCH_PUBLISHED_H
#define BENCH_PUBLISHED_H

#include <memmapsim/namespace.h>

/* Of the series of 2026: means of 30 rebinds with and without patches, on the same machine and
 * kernel. */
struct mms_published {
	const char *kernel; /* description that models the kernel */
	enum mms_memory_type type;
	unsigned int vmemmap_shift;
	const char *initializer; /* which does what the patches make the kernel do */
	const char *base;        /* release that was patched */
	const char *series;      /* version */
	double base_ms, patched_ms;
};

/* What the figures were measured on: a clause. */
extern const char mms_published_machine[];

/*
 * The figures for @initializer on the namespaces that they were measured on, 100 GiB with its
 * memmap in the device. NULL if there are none.
 */
const struct mms_published *mms_published_find(const struct mms_geometry *geometry,
                                               const char *initializer);

/*
 * The published counterpart of the ratio of an initializer to another one: of what both were
 * measured to be on the same base. 0 if there is none.
 */
double mms_published_step(const struct mms_geometry *geometry, const char *initializer,
                          const char *base);

/* Of the series of 2018: until all namespaces of a machine were up, about. */
struct mms_published_boot {
	unsigned int sockets;
	unsigned int before_s, after_s; /* without and with background, multithreaded init */
};
extern const struct mms_published_boot mms_published_boot;

/* The published counterpart of the ratio to naive. */
static inline double mms_published_ratio(const struct mms_published *published)
{
	return published->patched_ms / published->base_ms;
}

#endif
