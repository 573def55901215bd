// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "core.h"

#include <math.h>
#include <string.h>

#include "clock.h"
#include "statistics.h"

#define TRIES      5
#define ITERATIONS 2000
#define MULS       8  /* in an iteration; x86 cores take 3 cycles for one that waits for the last */
#define CHAINS     6  /* of additions: more than any core has units for */
#define ADDS       24 /* in an iteration */

static double multiplications_ns(void)
{
	unsigned int value = 3;
	uint64_t start = mms_now();

	for (unsigned int i = 0; i < ITERATIONS; i++)
		__asm__ volatile(".rept 8\n\timul %0, %0\n\t.endr" : "+r"(value));
	return (double)(mms_now() - start) / ITERATIONS / MULS;
}

static double additions_ns(void)
{
	uint64_t a = 1, b = 1, c = 1, d = 1, e = 1, f = 1, one = 1;
	uint64_t start = mms_now();

	/* From registers: some cores do additions of constants without a unit. */
	for (unsigned int i = 0; i < ITERATIONS; i++)
		__asm__ volatile(".rept 4\n\tadd %6, %0\n\tadd %6, %1\n\tadd %6, %2\n\t"
		                 "add %6, %3\n\tadd %6, %4\n\tadd %6, %5\n\t.endr"
		                 : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f)
		                 : "r"(one)
		                 : "cc");
	return (double)(mms_now() - start) / ITERATIONS / ADDS;
}

/* Whatever interrupts the chain only makes it longer, and so the shortest tells the cycle. */
static double adds_per_cycle(void)
{
	double shortest = INFINITY, additions[TRIES];

	for (unsigned int i = 0; i < TRIES; i++) {
		shortest = fmin(shortest, multiplications_ns());
		additions[i] = additions_ns();
	}
	mms_sort(additions, TRIES);
	return shortest / 3 / mms_quantile(additions, TRIES, 0.5);
}

/* Unless it was interrupted each time, and each chain has more than its one addition in a cycle. */
double mms_core_adds_per_cycle(void)
{
	double adds = adds_per_cycle();

	for (unsigned int i = 0; i < TRIES && adds > CHAINS; i++)
		adds = adds_per_cycle();
	return fmin(adds, CHAINS);
}

struct mms_core_summary mms_core_summarize(const double *probes, size_t count, double *scratch)
{
	struct mms_core_summary summary = {0};
	size_t shared = 0;

	if (!count)
		return summary;
	memcpy(scratch, probes, count * sizeof(*scratch));
	mms_sort(scratch, count);
	summary.best = mms_quantile(scratch, count, 0.95);
	summary.median = mms_quantile(scratch, count, 0.5);
	while (shared < count && scratch[shared] < 0.9 * summary.best)
		shared++;
	summary.shared = (double)shared / (double)count;
	return summary;
}
