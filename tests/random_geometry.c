// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "random_geometry.h"

static uint64_t seed_from_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return ((uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000) % 100000000;
}

uint64_t random_first_seed(void)
{
	static uint64_t seed;
	static bool chosen;
	const char *given = getenv("MMS_TEST_SEED");

	if (!chosen) {
		seed = given ? strtoull(given, NULL, 0) : seed_from_clock();
		chosen = true;
		print_message("# MMS_TEST_SEED=%" PRIu64 "\n", seed);
	}
	return seed;
}

void random_fail(const struct random_source *random, const struct random_geometry *made,
                 const char *format, ...)
{
	char sentence[512];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	fail_msg("MMS_TEST_SEED=%" PRIu64 " %s # %s: %s", random->seed, program_invocation_name,
	         made->options, sentence);
	abort(); /* fail_msg() doesn't return, but doesn't say so */
}
