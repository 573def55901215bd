// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "random_geometries.h"

#include <inttypes.h>
#include <stdio.h>

#include "random.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * 1024)
#define GIB (MIB * 1024)

struct random_source random_source(uint64_t seed)
{
	return (struct random_source){seed, seed};
}

uint64_t random_u64(struct random_source *random)
{
	return mms_random(&random->state);
}

uint64_t random_below(struct random_source *random, uint64_t limit)
{
	return random_u64(random) % limit;
}

bool random_one_in(struct random_source *random, unsigned int n)
{
	return random_below(random, n) == 0;
}

/* 1 to @limit, small ones as likely as large ones. */
static uint64_t random_magnitude(struct random_source *random, uint64_t limit)
{
	uint64_t highest = limit >> random_below(random, 64 - (unsigned)__builtin_clzll(limit));

	return 1 + random_below(random, highest);
}

/* Starts that matter: at a border of 1 GiB, a little before one, at a section's, in a section. */
static uint64_t random_start(struct random_source *random)
{
	uint64_t gib = random_one_in(random, 8) ? random_below(random, 4)
	                                        : random_below(random, MMS_MAX_PHYS / GIB - 4);

	switch (random_below(random, 4)) {
	case 0:
		return gib * GIB;
	case 1:
		return (gib + 1) * GIB - 2 * MIB * (1 + random_below(random, 60));
	case 2:
		return gib * GIB + 128 * MIB * random_below(random, 8);
	default:
		return gib * GIB + 2 * MIB * random_below(random, 512);
	}
}

static uint64_t random_size(struct random_source *random, uint64_t largest)
{
	static const uint64_t units[] = {4 * KIB, 2 * MIB, 2 * MIB, 128 * MIB};
	uint64_t unit = units[random_below(random, 4)];

	return unit * random_magnitude(random, largest / unit);
}

/* Fill in where @ns lies, given what it is. */
static void random_place(struct random_source *random, struct mms_namespace *ns)
{
	/* Where tails are shared, 1 GiB takes hardly any memory. */
	bool shared = ns->mode == MMS_MODE_DEVDAX && ns->map == MMS_MAP_MEM && ns->align == GIB;

	ns->start = random_start(random);
	ns->size = random_size(random, shared ? 4 * GIB : 3 * GIB / 2);
	ns->nid = (unsigned int)random_below(random, 1u << MMS_NODES_WIDTH);
	ns->early = (enum mms_early)random_below(random, 4);
}

struct mms_namespace random_namespace(struct random_source *random)
{
	static const uint64_t aligns[] = {4 * KIB, 2 * MIB, GIB};
	struct mms_namespace ns = {
		.mode = (enum mms_mode)random_below(random, 4),
		.map = (enum mms_map)random_below(random, 2),
		.align = aligns[random_below(random, 3)],
	};

	random_place(random, &ns);
	return ns;
}

static void geometry_of_namespace(struct random_source *random, const struct mms_kernel *kernel,
                                  struct random_geometry *made)
{
	static const char *const early_names[] = {"none", "start", "end", "both"};
	struct mms_namespace ns = random_namespace(random);
	char info[64] = "";

	if (ns.mode == MMS_MODE_FSDEV && !kernel->fsdev)
		ns.mode = MMS_MODE_FSDAX;
	/* Mode, map and alignment stay as drawn: those that seldom fit must not come seldom. */
	while (mms_geometry_from_namespace(kernel, &ns, &made->geometry))
		random_place(random, &ns);
	if (ns.mode != MMS_MODE_RAW)
		snprintf(info, sizeof(info), " --map %s --align %" PRIu64 "K",
		         ns.map == MMS_MAP_DEV ? "dev" : "mem", ns.align / KIB);
	snprintf(made->options, sizeof(made->options),
	         "--kernel %s --mode %s%s --start 0x%" PRIx64 " --size %" PRIu64
	         "K --nid %u --early %s",
	         kernel->name, mms_mode_name(ns.mode), info, ns.start, ns.size / KIB, ns.nid,
	         early_names[ns.early]);
}

static void geometry_of_ranges(struct random_source *random, const struct mms_kernel *kernel,
                               struct random_geometry *made)
{
	static const char *const type_names[] = {
		NULL, "private", "coherent", "fsdax", "generic", "p2pdma",
	};
	enum mms_memory_type type = 1 + (enum mms_memory_type)random_below(random, 5);
	unsigned int order = (unsigned int)random_below(random, MMS_MAX_COMPOUND_ORDER + 1);
	unsigned int nr_range = 1 + (unsigned int)random_below(random, 3);
	unsigned int nid = (unsigned int)random_below(random, 1024);
	uint64_t alignment = MMS_PAGE_SIZE << order;
	struct mms_range ranges[3];
	uint64_t at;
	int length;

	if (alignment < MMS_SUBSECTION_SIZE)
		alignment = MMS_SUBSECTION_SIZE;
	at = random_start(random) / alignment * alignment;
	length = snprintf(made->options, sizeof(made->options),
	                  "--kernel %s --type %s --shift %u --nid %u", kernel->name,
	                  type_names[type], order, nid);
	for (unsigned int i = 0; i < nr_range; i++) {
		uint64_t most = 512 * MIB / alignment;
		uint64_t size = alignment * random_magnitude(random, most > 2 ? most : 2);

		if (random_one_in(random, 2))
			at += alignment * random_magnitude(random, 16);
		ranges[i] = (struct mms_range){at, at + size - 1};
		at += size;
		length += snprintf(made->options + length, sizeof(made->options) - (size_t)length,
		                   " --range 0x%" PRIx64 "-0x%" PRIx64, ranges[i].start,
		                   ranges[i].end);
	}
	/* The very end of physical memory is the one thing that ranges may run into. */
	if (mms_geometry_from_ranges(kernel, type, order, ranges, nr_range, nid, &made->geometry))
		geometry_of_ranges(random, kernel, made);
}

void random_geometry(struct random_source *random, enum random_kind kind,
                     const struct mms_kernel *kernel, struct random_geometry *made)
{
	if (!kernel)
		kernel = mms_kernel_at(random_below(random, mms_kernel_count()));
	if (kind == RANDOM_ANY)
		kind = random_one_in(random, 3) ? RANDOM_PGMAP : RANDOM_NAMESPACE;
	if (kind == RANDOM_PGMAP)
		geometry_of_ranges(random, kernel, made);
	else
		geometry_of_namespace(random, kernel, made);
}
