// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <memmapsim/error.h>

#include "error.h"

/* Room for a path and what is to be said of it. */
static _Thread_local char sentence[PATH_MAX + 512];
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

static bool same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * Levenshtein distance in letters of either case, on strings short enough to be names; longer ones
 * are far from everything.
 */
static size_t edit_distance(const char *a, const char *b)
{
	enum { LONGEST = 64 };
	size_t row[LONGEST + 1];
	size_t length_a = strlen(a), length_b = strlen(b);

	if (length_a > LONGEST || length_b > LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= length_b; j++)
		row[j] = j;
	for (size_t i = 1; i <= length_a; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length_b; j++) {
			size_t best = diagonal + !same_letter(a[i - 1], b[j - 1]);

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

static size_t common_prefix(const char *a, const char *b)
{
	size_t length = 0;

	while (a[length] && same_letter(a[length], b[length]))
		length++;
	return length;
}

/*
 * Of those that are equally near, the one that begins like it; and then the last, as later releases
 * are nearer to one that isn't there yet.
 */
const char *mms_nearest_name(const char *typed, const char *const *names, size_t count)
{
	size_t shortest = strlen(typed) / 2, longest = 0;
	const char *nearest = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t distance = edit_distance(typed, names[i]);
		size_t prefix = common_prefix(typed, names[i]);

		if (distance > shortest || (nearest && distance == shortest && prefix < longest))
			continue;
		shortest = distance;
		longest = prefix;
		nearest = names[i];
	}
	return nearest;
}

int mms_fail_unknown(const char *kind, const char *typed, const char *const *names, size_t count)
{
	const char *nearest = mms_nearest_name(typed, names, count);
	const int shown = 64; /* enough of it to be recognized */
	const char *rest = strlen(typed) > (size_t)shown ? "..." : "";
	char all[256] = "";
	size_t length = 0;

	if (nearest)
		return mms_fail(ENOENT, "there is no %s \"%.*s%s\"; did you mean \"%s\"?", kind,
		                shown, typed, rest, nearest);
	for (size_t i = 0; i < count && length < sizeof(all); i++)
		length += (size_t)snprintf(all + length, sizeof(all) - length, "%s%s",
		                           i ? ", " : "", names[i]);
	return mms_fail(ENOENT, "there is no %s \"%.*s%s\"; there are %s", kind, shown, typed, rest,
	                all);
}
