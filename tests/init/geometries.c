// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Every initializer on every kind of geometry, cut into parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "parts.h"
#include "random_kernel.h"
#include "skip.h"

#define K UINT64_C(1024)
#define M (1024 * K)
#define G (1024 * M)

static struct mms_memmap *create(const struct random_source *random,
                                 const struct random_geometry *made, enum mms_backing backing)
{
	const struct mms_memmap_options options = {.backing = backing};
	struct mms_memmap *map;

	if (mms_memmap_create(&made->geometry, &options, &map))
		random_fail(random, made, "no memmap: %s", mms_last_error());
	return map;
}

static bool runs_here(const struct mms_initializer *initializer)
{
	return !(initializer->cpu & ~mms_cpu_features());
}

/* All initializers that run here in turn, on the same memory. */
static void bind_by_all(struct random_source *random, const struct random_geometry *made,
                        enum mms_backing backing)
{
	struct mms_memmap *map = create(random, made, backing);

	for (size_t i = 0; i < mms_initializer_count(); i++)
		if (runs_here(mms_initializer_at(i)))
			bind_in_parts(random, made, map, mms_initializer_at(i));
	mms_memmap_destroy(map);
}

static void test_this_cpu_runs_every_initializer(void **state)
{
	char missing[256] = "";

	(void)state;
	for (size_t i = 0; i < mms_initializer_count(); i++) {
		if (runs_here(mms_initializer_at(i)))
			continue;
		strcat(missing, " ");
		strcat(missing, mms_initializer_at(i)->name);
	}
	if (*missing)
		skip_because("this CPU, as far as it may be used, doesn't run%s", missing);
}

static void test_random_geometries(void **state)
{
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 120; seed++) {
		struct random_source random = random_source(seed);
		struct random_geometry made;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		bind_by_all(&random, &made,
		            random_one_in(&random, 2) ? MMS_BACKING_AUTO : MMS_BACKING_4K);
	}
}

/* What each mode, map and alignment can start from, at the least. */
static struct mms_namespace smallest(enum mms_mode mode, enum mms_map map, uint64_t align)
{
	struct mms_namespace ns = {mode, map, align, 4 * G + 2 * M, 12 * M, 1, MMS_EARLY_BOTH};

	if (mode == MMS_MODE_RAW || align != G)
		return ns;
	if (mode == MMS_MODE_DEVDAX && map == MMS_MAP_MEM) {
		ns.start = 4 * G;
		ns.size = 2 * G;
	} else {
		ns.start = 5 * G - 26 * M;
		ns.size = G + 26 * M;
	}
	ns.early = MMS_EARLY_NONE;
	return ns;
}

static void test_every_mode_of_every_kernel(void **state)
{
	static const uint64_t aligns[] = {4 * K, 2 * M, G};
	struct random_source random = random_source(random_first_seed());

	(void)state;
	for (size_t i = 0; i < mms_kernel_count() * 4 * 2 * 3; i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i / 24);
		struct mms_namespace ns = smallest((enum mms_mode)(i / 6 % 4),
		                                   (enum mms_map)(i / 3 % 2), aligns[i % 3]);
		struct random_geometry made;

		if (ns.mode == MMS_MODE_FSDEV && !kernel->fsdev)
			continue;
		snprintf(made.options, sizeof(made.options), "%s, %s, map %d, align %zu",
		         kernel->name, mms_mode_name(ns.mode), (int)ns.map, (size_t)ns.align);
		if (mms_geometry_from_namespace(kernel, &ns, &made.geometry))
			random_fail(&random, &made, "is refused: %s", mms_last_error());
		bind_by_all(&random, &made, MMS_BACKING_AUTO);
	}
}

static void test_every_order_of_every_kernel(void **state)
{
	struct random_source random = random_source(random_first_seed());

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);

		for (unsigned int order = 1; order <= MMS_MAX_COMPOUND_ORDER; order++) {
			uint64_t unit = order < 9 ? 2 * M : 4 * K << order;
			const struct mms_range range = {4 * G, 4 * G + 2 * unit - 1};
			struct random_geometry made;

			snprintf(made.options, sizeof(made.options), "%s, order %u", kernel->name,
			         order);
			if (mms_geometry_from_ranges(kernel, MMS_MEMORY_DEVICE_GENERIC, order,
			                             &range, 1, 1, &made.geometry))
				random_fail(&random, &made, "is refused: %s", mms_last_error());
			bind_by_all(&random, &made, MMS_BACKING_4K);
		}
	}
}

/* Every rule drawn anew, from what the releases have and in ways that none has. */
static void test_descriptions_of_one_s_own(void **state)
{
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 60; seed++) {
		struct random_source random = random_source(seed);
		struct mms_kernel *own = random_kernel(&random);
		struct random_geometry made;

		random_geometry(&random, RANDOM_ANY, own, &made);
		bind_by_all(&random, &made, MMS_BACKING_AUTO);
		mms_kernel_destroy(own);
	}
}

/* A copy of a built-in has to go through the instances that serve any description. */
static void test_a_copy_gives_what_the_original_does(void **state)
{
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 30; seed++) {
		struct random_source random = random_source(seed);
		const struct mms_kernel *original = mms_kernel_at(seed % mms_kernel_count());
		struct mms_kernel own = *original;
		struct random_geometry made;
		struct mms_geometry geometry;
		struct mms_oracle oracle;
		struct mms_memmap *map;

		random_geometry(&random, RANDOM_ANY, &own, &made);
		map = create(&random, &made, MMS_BACKING_AUTO);
		oracle = mms_oracle_of(map);
		geometry = *oracle.geometry;
		geometry.kernel = original;
		oracle.geometry = &geometry;
		for (size_t i = 0; i < mms_initializer_count(); i++) {
			struct mms_pfn_range pfns = mms_geometry_device_pfns(&geometry, 0);

			if (!runs_here(mms_initializer_at(i)))
				continue;
			bind_in_parts(&random, &made, map, mms_initializer_at(i));
			for (uint64_t pfn = pfns.start; pfn < pfns.end; pfn++) {
				unsigned char expected[64];

				if (mms_oracle_page(&oracle, pfn, expected) >= MMS_PAGE_ALTMAP &&
				    memcmp(mms_memmap_page(map, pfn), expected, 64))
					random_fail(&random, &made, "pfn 0x%llx by %s is different",
					            (unsigned long long)pfn,
					            mms_initializer_at(i)->name);
			}
		}
		mms_memmap_destroy(map);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_this_cpu_runs_every_initializer),
		cmocka_unit_test(test_every_mode_of_every_kernel),
		cmocka_unit_test(test_every_order_of_every_kernel),
		cmocka_unit_test(test_random_geometries),
		cmocka_unit_test(test_a_copy_gives_what_the_original_does),
		cmocka_unit_test(test_descriptions_of_one_s_own),
	};

	return cmocka_run_group_tests_name("initializers on all geometries", tests, NULL, NULL);
}
