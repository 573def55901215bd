// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a bind of a 1 GiB devdax namespace leaves in its struct pages, made by the initializer that
 * is named on the command line ("naive" if none is) and held against what a v7.2 kernel leaves
 * there.
 *
 * cc example.c $(pkg-config --cflags --libs memmapsim)
 */
#include <stdio.h>

#include <memmapsim/memmapsim.h>

static int bind_and_verify(const char *name)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_DEVDAX,
		.map = MMS_MAP_DEV,
		.align = UINT64_C(2) << 20,
		.start = UINT64_C(4) << 30,
		.size = UINT64_C(1) << 30,
	};
	const struct mms_initializer *initializer;
	const struct mms_kernel *kernel;
	struct mms_geometry geometry;
	struct mms_report report;
	struct mms_memmap *map;
	uint64_t seed = 1;
	char text[256];
	int err;

	if ((err = mms_kernel_find("v7.2", &kernel)) ||
	    (err = mms_initializer_find(name, &initializer)) ||
	    (err = mms_geometry_from_namespace(kernel, &ns, &geometry)) ||
	    (err = mms_memmap_create(&geometry, NULL, &map)))
		return err;

	mms_memmap_dirty(map, seed);
	err = mms_memmap_bind(map, initializer, 0);
	if (!err) {
		mms_verify_memmap(map, &seed, &report);
		mms_report_describe(&report, text, sizeof(text));
		printf("%s: %llu pages initialised. %s\n", name,
		       (unsigned long long)geometry.nr_initialised, text);
		err = mms_report_ok(&report) ? 0 : 1;
	}
	mms_memmap_destroy(map);
	return err;
}

int main(int argc, char **argv)
{
	int err = bind_and_verify(argc > 1 ? argv[1] : "naive");

	if (err < 0)
		fprintf(stderr, "%s\n", mms_last_error());
	return err != 0;
}
