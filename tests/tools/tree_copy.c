// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <memmapsim/memmapsim.h>

#include "run.h"
#include "tree_copy.h"

void copy_tree(void)
{
	run_expecting(0, "rm -rf t && cp -r %s t && chmod -R u+w t", TREE);
}

void edit(const char *file, const char *script)
{
	run_expecting(0,
	              "sed -i -e '%s' t/%s && if cmp -s t/%s %s/%s; then echo nothing changed; "
	              "exit 9; fi",
	              script, file, file, TREE, file);
}

static const struct mms_namespace namespaces[] = {
	/* IN_FSDAX is the first, IN_DEVDAX the third. */
	{MMS_MODE_FSDAX, MMS_MAP_DEV, 2 << 20, 64ull << 30, 256ull << 20, 1, MMS_EARLY_NONE},
	{MMS_MODE_FSDAX, MMS_MAP_MEM, 2 << 20, 64ull << 30, 256ull << 20, 1, MMS_EARLY_NONE},
	{MMS_MODE_DEVDAX, MMS_MAP_DEV, 2 << 20, 64ull << 30, 262ull << 20, 2, MMS_EARLY_NONE},
	{MMS_MODE_DEVDAX, MMS_MAP_MEM, 2 << 20, 64ull << 30, 256ull << 20, 3, MMS_EARLY_NONE},
	{MMS_MODE_DEVDAX, MMS_MAP_MEM, 2 << 20, (64ull << 30) + (2 << 20), 510ull << 20, 3,
         MMS_EARLY_START},
	{MMS_MODE_DEVDAX, MMS_MAP_MEM, 1 << 30, 64ull << 30, 3ull << 30, 3, MMS_EARLY_NONE},
	{MMS_MODE_DEVDAX, MMS_MAP_DEV, 4096, 64ull << 30, 256ull << 20, 0, MMS_EARLY_NONE},
};

static const struct mms_kernel *kernel_of(const char *name)
{
	const struct mms_kernel *kernel;

	assert_int_equal(mms_kernel_find(name, &kernel), 0);
	return kernel;
}

bool is_right(const char *plugin, const char *kernel, size_t which)
{
	struct mms_plugin_file *file;
	struct mms_geometry geometry;
	struct mms_memmap *map;
	struct mms_report report;
	uint64_t seed = 3;

	assert_int_equal(mms_plugin_open(scratch(plugin), &file), 0);
	assert_int_equal(mms_plugin_count(file), 1);
	assert_int_equal(
		mms_geometry_from_namespace(kernel_of(kernel), &namespaces[which], &geometry), 0);
	assert_int_equal(mms_memmap_create(&geometry, NULL, &map), 0);
	mms_memmap_dirty(map, seed);
	assert_int_equal(mms_memmap_bind(map, mms_plugin_at(file, 0), 0), 0);
	mms_verify_memmap(map, &seed, &report);
	mms_memmap_destroy(map);
	mms_plugin_close(file);
	return mms_report_ok(&report);
}

void assert_right(const char *plugin, const char *kernel)
{
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(*namespaces); i++)
		if (!is_right(plugin, kernel, i))
			fail_msg("%s leaves wrong pages in namespace %zu", plugin, i);
}

void assert_import_refused(const char *part)
{
	struct result result = run_expecting(2, "rm -f t.so; memmapsim import-kernel t -o t.so");

	assert_string_equal(result.out, "");
	assert_contains(result.err, part);
	run_expecting(0, "! test -e t.so && ! test -e t.so.new");
}
