// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The distribution of sorted values is a stair, value i the step from i to i + 1. One with a single
 * heap is convex before its mode and concave behind. So below the stair lies a string that is
 * convex, above it one that is concave; where the two are furthest apart, the mode is not outside
 * of the knots around that place. What is outside has to follow one of the strings; how far the
 * stair is from them there is a dip, and the search goes on inside, until nothing in there is worse
 * than what was found outside. All of it is counted in steps.
 */
#include "dip.h"

#include <stdbool.h>

/* A string from value @first to value @last, and its knots. */
struct string {
	size_t *knots, nr;
};

/* How much the line from knot @a to @b rises less steeply than that from @b to @i. */
static bool bends_up(const double *x, size_t a, size_t b, size_t i)
{
	return (double)(i - b) * (x[b] - x[a]) > (double)(b - a) * (x[i] - x[b]);
}

static bool bends_down(const double *x, size_t a, size_t b, size_t i)
{
	return (double)(i - b) * (x[b] - x[a]) < (double)(b - a) * (x[i] - x[b]);
}

static void pull(struct string *string, const double *x, size_t first, size_t last,
                 bool (*bends)(const double *x, size_t a, size_t b, size_t i))
{
	size_t *knots = string->knots, nr = 0;

	for (size_t i = first; i <= last; i++) {
		while (nr > 1 && !bends(x, knots[nr - 2], knots[nr - 1], i))
			nr--;
		knots[nr++] = i;
	}
	string->nr = nr;
}

/* The string's height at value @i, between its knots @a and @b; of a step that it ends at, the end.
 */
static double height(const double *x, size_t a, size_t b, size_t i)
{
	if (x[b] == x[a])
		return (double)i;
	return (double)a + (double)(b - a) * (x[i] - x[a]) / (x[b] - x[a]);
}

/* The knots around the place where the strings are furthest apart. @return how far */
static double furthest(const double *x, const struct string *lower, const struct string *upper,
                       size_t *first, size_t *last)
{
	double most = 0;

	for (size_t i = 0, j = 1; i < lower->nr; i++) {
		size_t at = lower->knots[i];
		double apart;

		while (j + 1 < upper->nr && upper->knots[j] < at)
			j++;
		apart = height(x, upper->knots[j - 1], upper->knots[j], at) - (double)at + 1;
		if (apart > most) {
			most = apart;
			*first = at;
			*last = upper->knots[j];
		}
	}
	for (size_t i = 0, j = 1; i < upper->nr; i++) {
		size_t at = upper->knots[i];
		double apart;

		while (j + 1 < lower->nr && lower->knots[j] < at)
			j++;
		apart = (double)at + 1 - height(x, lower->knots[j - 1], lower->knots[j], at);
		if (apart > most) {
			most = apart;
			*first = lower->knots[j - 1];
			*last = at;
		}
	}
	return most;
}

/* How far the stair is above the lower string, up to value @end. */
static double above(const double *x, const struct string *lower, size_t end)
{
	double most = 1;

	for (size_t k = 1; k < lower->nr && lower->knots[k] <= end; k++)
		for (size_t i = lower->knots[k - 1]; i <= lower->knots[k]; i++) {
			double far =
				(double)i + 1 - height(x, lower->knots[k - 1], lower->knots[k], i);

			most = far > most ? far : most;
		}
	return most;
}

/* How far the stair is below the upper string, from value @begin on. */
static double below(const double *x, const struct string *upper, size_t begin)
{
	double most = 1;

	for (size_t k = 1; k < upper->nr; k++)
		for (size_t i = upper->knots[k - 1];
		     i <= upper->knots[k] && upper->knots[k - 1] >= begin; i++) {
			double far =
				height(x, upper->knots[k - 1], upper->knots[k], i) + 1 - (double)i;

			most = far > most ? far : most;
		}
	return most;
}

double mms_dip(const double *sorted, size_t count, size_t *knots)
{
	struct string lower = {.knots = knots}, upper = {.knots = knots + count};
	size_t first = 0, last = count - 1;
	double dip = 1;

	while (first < last && sorted[first] < sorted[last]) {
		size_t inner_first = first, inner_last = last;
		double outside;

		pull(&lower, sorted, first, last, bends_up);
		pull(&upper, sorted, first, last, bends_down);
		if (furthest(sorted, &lower, &upper, &inner_first, &inner_last) <= dip)
			break;
		outside = above(sorted, &lower, inner_first);
		dip = outside > dip ? outside : dip;
		outside = below(sorted, &upper, inner_last);
		dip = outside > dip ? outside : dip;
		if (inner_first == first && inner_last == last)
			break;
		first = inner_first;
		last = inner_last;
	}
	return dip / (2 * (double)count);
}
