// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "latency.h"

#include <float.h>
#include <math.h>

#define SUB_BITS 4
_Static_assert(1 << SUB_BITS == MMS_LATENCY_SUB_CLASSES, "classes between powers of two");

/* The four bits below the highest one say which class of its power of two a time is in. */
static size_t class_of(uint64_t ns)
{
	unsigned int shift;

	if (ns < MMS_LATENCY_SUB_CLASSES)
		return (size_t)ns;
	shift = 63 - SUB_BITS - (unsigned int)__builtin_clzll(ns);
	return shift * MMS_LATENCY_SUB_CLASSES + (size_t)(ns >> shift);
}

uint64_t mms_latency_end(size_t index)
{
	size_t shift;

	if (index < 2 * MMS_LATENCY_SUB_CLASSES)
		return index + 1;
	shift = index / MMS_LATENCY_SUB_CLASSES - 1;
	return (uint64_t)(index % MMS_LATENCY_SUB_CLASSES + MMS_LATENCY_SUB_CLASSES + 1) << shift;
}

void mms_latency_add(struct mms_latency *latency, uint64_t ns)
{
	latency->count++;
	latency->sum_ns += ns;
	if (ns > latency->max_ns)
		latency->max_ns = ns;
	latency->classes[class_of(ns)]++;
}

uint64_t mms_latency_quantile(const struct mms_latency *latency, double q)
{
	/* A product that rounding made a little too large is no further rank. */
	double rank = q * (double)latency->count * (1 - 2 * DBL_EPSILON);
	uint64_t wanted = (uint64_t)ceil(rank), seen = 0;

	for (size_t i = 0; i < MMS_LATENCY_CLASSES && latency->count; i++) {
		uint64_t largest = mms_latency_end(i) - 1;

		seen += latency->classes[i];
		if (seen >= wanted && seen)
			return largest < latency->max_ns ? largest : latency->max_ns;
	}
	return 0;
}
