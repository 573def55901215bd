// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>

#include "random_zone.h"

/* 1 to @limit: alone, around the borders of blocks, or anything. */
static uint64_t random_length(struct random_source *random, uint64_t limit)
{
	uint64_t length = UINT64_C(1) << random_below(random, 17);

	switch (random_below(random, 4)) {
	case 0:
		break;
	case 1:
		length += random_below(random, 3) - 1;
		break;
	default:
		length = 1 + random_below(random, length);
		break;
	}
	if (length < 1)
		length = 1;
	return length < limit ? length : limit;
}

/* Ranges in [start, end) with gaps between them. */
static size_t random_ranges(struct random_source *random, size_t most, uint64_t start, uint64_t end,
                            struct mms_pfn_range *ranges)
{
	uint64_t at = start;
	size_t nr = 0;

	while (nr < most && at < end) {
		uint64_t length = random_length(random, end - at);

		ranges[nr++] = (struct mms_pfn_range){at, at + length};
		at += length;
		if (!random_one_in(random, 4))
			at += random_length(random, UINT64_MAX);
	}
	return nr;
}

void random_zone_init(struct random_source *random, const struct mms_kernel *kernel,
                      struct random_zone *made)
{
	const uint64_t most = 5 * MMS_PAGES_PER_SECTION;
	uint64_t start = random_below(random, 1 << 20) * MMS_MAX_ORDER_NR_PAGES, end;
	enum mms_zone_type type = (enum mms_zone_type)random_below(random, MMS_ZONE_DEVICE);
	unsigned int nid = (unsigned int)random_below(random, 1u << MMS_NODES_WIDTH);
	size_t nr;

	if (!random_one_in(random, 3))
		start += random_below(random, MMS_PAGES_PER_SECTION);
	end = start + random_length(random, most);
	if (random_one_in(random, 2)) {
		made->memory[0] = (struct mms_pfn_range){start, end};
		nr = 1;
	} else {
		nr = random_ranges(random, 1 + random_below(random, 12), start, start + most,
		                   made->memory);
	}
	made->memblock = (struct mms_memblock){
		.memory = made->memory,
		.nr_memory = nr,
		.reserved = made->reserved,
		.nr_reserved = random_ranges(random, random_below(random, RANDOM_ZONE_RANGES),
	                                     start - random_below(random, start + 1) % 2048,
	                                     made->memory[nr - 1].end + 2048, made->reserved),
	};
	if (!kernel)
		kernel = mms_kernel_at(random_below(random, mms_kernel_count()));
	snprintf(made->text, sizeof(made->text),
	         "%s, zone %d of node %u, %zu ranges of memory from pfn 0x%" PRIx64 " to 0x%" PRIx64
	         ", %zu reserved",
	         kernel->name, (int)type, nid, nr, start, made->memory[nr - 1].end,
	         made->memblock.nr_reserved);
	if (mms_zone_create(&made->memblock, type, nid, &made->zone))
		random_zone_fail(random, made, "is refused: %s", mms_last_error());
	mms_geometry_from_zone(kernel, made->zone, &made->geometry);
}

void random_zone_finish(struct random_zone *made)
{
	mms_zone_destroy(made->zone);
}

void random_zone_fail(const struct random_source *random, const struct random_zone *made,
                      const char *format, ...)
{
	char sentence[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	fail_msg("MMS_TEST_SEED=%" PRIu64 ": %s: %s", random->seed, made->text, sentence);
	__builtin_unreachable();
}
