/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Faults of 4 KiB, as far as experiments need them: which pfn, waiting for it, and looking at its
 * struct page. What a kernel writes to it is left out, so that the memmap can be verified after.
 */
#ifndef BENCH_FAULTS_H
#define BENCH_FAULTS_H

#include <memmapsim/memmapsim.h>

/* Where faults happen: at random, or at one device page after the other. */
struct mms_fault_stream {
	const struct mms_geometry *geometry;
	uint64_t nr_pages; /* device pages, of all ranges */
	uint64_t next;     /* of these, if sequential */
	bool sequential;
	uint64_t random; /* state */
};

/* From the first page on if @sequential. */
void mms_fault_stream_init(struct mms_fault_stream *stream, const struct mms_geometry *geometry,
                           bool sequential, uint64_t seed);

/* The pfn that faults next. */
uint64_t mms_fault_stream_next(struct mms_fault_stream *stream);

struct mms_fault {
	uint64_t pfn;
	unsigned char page[64]; /* its struct page as the fault found it */
	unsigned int waiting;   /* enum mms_sync, or'ed: what it had to do for that */
	uint64_t ns;            /* that it took */
};

/*
 * Fault at fault->pfn, of a memmap that @background initializes; NULL: that is initialized.
 * @return 0, or what mms_background_sync() returned
 */
int mms_fault_take(struct mms_background *background, const struct mms_memmap *map,
                   struct mms_fault *fault);

/* The same on a bound device. @return 0, or what mms_device_sync() returned */
int mms_fault_take_device(struct mms_device *device, struct mms_fault *fault);

/*
 * Dirty the struct page of @pfn, in memory: one that is still what the last bind left would be
 * right without any work.
 */
void mms_fault_dirty(struct mms_memmap *map, uint64_t pfn, uint64_t seed);

/* Hold what a fault found against the oracle. */
void mms_fault_verify(const struct mms_memmap *map, const struct mms_fault *fault,
                      struct mms_report *report);

#endif
