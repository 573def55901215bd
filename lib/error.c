// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <memmapsim/error.h>

#include "error.h"

static _Thread_local char sentence[512];
static _Thread_local unsigned int failures;

const char *mms_last_error(void)
{
	return sentence;
}

int mms_fail(int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	failures++;
	return -error;
}

unsigned int mms_failures(void)
{
	return failures;
}

/* Levenshtein distance, on strings short enough to be names; longer ones are far from everything.
 */
static size_t edit_distance(const char *a, const char *b)
{
	enum { LONGEST = 64 };
	size_t row[LONGEST + 1];
	size_t length_a = strlen(a), length_b = strlen(b);

	if (length_a > LONGEST || length_b > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= length_b; j++)
		row[j] = j;
	for (size_t i = 1; i <= length_a; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length_b; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[length_b];
}

int mms_fail_unknown(const char *kind, const char *typed, const char *const *names, size_t count)
{
	const char *nearest = NULL;
	size_t shortest = strlen(typed) / 2 + 1;
	char all[256] = "";
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		size_t distance = edit_distance(typed, names[i]);

		if (distance < shortest) {
			shortest = distance;
			nearest = names[i];
		}
		if (length < sizeof(all))
			length += (size_t)snprintf(all + length, sizeof(all) - length, "%s%s",
			                           i ? ", " : "", names[i]);
	}
	if (nearest)
		return mms_fail(ENOENT, "there is no %s \"%s\"; did you mean \"%s\"?", kind, typed,
		                nearest);
	return mms_fail(ENOENT, "there is no %s \"%s\"; there are %s", kind, typed, all);
}
