// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Loading plug-ins: what is refused, and that what they see of a job is enough to do it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <memmapsim/memmapsim.h>

#include "init/parts.h"

#define M UINT64_C(0x100000)
#define G UINT64_C(0x40000000)

/* A file of the folder that the build says. */
static const char *path_of(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s.so", getenv("PLUGINS"), name);
	return path;
}

static struct mms_plugin_file *open_good(void)
{
	struct mms_plugin_file *file;

	if (mms_plugin_open(path_of("good"), &file) != 0)
		fail_msg("%s", mms_last_error());
	return file;
}

static const struct mms_initializer *find(const struct mms_plugin_file *file, const char *name,
                                          size_t *index)
{
	for (*index = 0; *index < mms_plugin_count(file); ++*index)
		if (strcmp(mms_plugin_at(file, *index)->name, name) == 0)
			return mms_plugin_at(file, *index);
	fail_msg("there is no %s", name);
	return NULL;
}

static struct mms_memmap *create(const char *kernel_name)
{
	struct mms_namespace ns = {MMS_MODE_DEVDAX, MMS_MAP_DEV, 2 * M, 4 * G, 16 * M, 1, 0};
	const struct mms_memmap_options options = {.backing = MMS_BACKING_4K};
	const struct mms_kernel *kernel;
	struct mms_geometry geometry;
	struct mms_memmap *map;

	assert_int_equal(mms_kernel_find(kernel_name, &kernel), 0);
	assert_int_equal(mms_geometry_from_namespace(kernel, &ns, &geometry), 0);
	assert_int_equal(mms_memmap_create(&geometry, &options, &map), 0);
	return map;
}

static bool binds_right(struct mms_memmap *map, const struct mms_initializer *initializer)
{
	const uint64_t seed = 5;
	struct mms_report report;

	mms_memmap_dirty(map, seed);
	assert_int_equal(mms_memmap_bind(map, initializer, 0), 0);
	mms_verify_memmap(map, &seed, &report);
	return mms_report_ok(&report);
}

static void test_descriptors_become_initializers(void **state)
{
	struct mms_plugin_file *file = open_good();
	const struct mms_initializer *initializer;
	size_t index;

	(void)state;
	assert_int_equal(mms_plugin_count(file), 7);
	assert_null(mms_plugin_kernel(file));
	assert_null(mms_plugin_at(file, 7));

	initializer = find(file, "by-steps", &index);
	assert_int_equal(index, 0);
	assert_string_equal(initializer->description, "the kernel's steps");
	assert_true(initializer->kernel_usable);
	assert_true(initializer->cuttable);
	assert_false(initializer->marks_pageblocks);
	assert_int_equal(initializer->gates, 0);

	initializer = find(file, "with-pageblocks", &index);
	assert_string_equal(initializer->description, "");
	assert_false(initializer->kernel_usable);
	assert_false(initializer->cuttable);
	assert_true(initializer->marks_pageblocks);
	assert_int_equal(initializer->gates, MMS_GATE_SANITIZER);

	initializer = find(file, "demanding", &index);
	assert_int_equal(initializer->cpu, 1u << 31);
	mms_plugin_close(file);
}

static void test_random_geometries(void **state)
{
	struct mms_plugin_file *file = open_good();
	const struct mms_memmap_options options = {.backing = MMS_BACKING_4K};
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 60; seed++) {
		struct random_source random = random_source(seed);
		struct random_geometry made;
		struct mms_memmap *map;
		size_t index;

		random_geometry(&random, RANDOM_ANY, NULL, &made);
		assert_int_equal(mms_memmap_create(&made.geometry, &options, &map), 0);
		bind_in_parts(&random, &made, map, find(file, "by-steps", &index));
		bind_in_parts(&random, &made, map, find(file, "by-rules", &index));
		if (!binds_right(map, find(file, "with-pageblocks", &index)))
			random_fail(&random, &made, "with-pageblocks is wrong");
		mms_memmap_destroy(map);
	}
	mms_plugin_close(file);
}

static void test_a_plug_in_sees_its_job(void **state)
{
	struct mms_plugin_file *file = open_good();
	size_t index;

	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		struct mms_memmap *map = create(mms_kernel_at(i)->name);

		assert_true(binds_right(map, find(file, "curious", &index)));
		mms_memmap_destroy(map);
	}
	mms_plugin_close(file);
}

static void test_setup_and_teardown_are_called_once(void **state)
{
	struct mms_plugin_file *file = open_good();
	void *handle = dlopen(path_of("good"), RTLD_NOW | RTLD_NOLOAD);
	int *set_up = dlsym(handle, "mms_test_set_up");
	size_t index;

	(void)state;
	assert_non_null(set_up);
	find(file, "by-rules", &index);
	assert_int_equal(*set_up, 0);
	assert_int_equal(mms_plugin_setup(file, index), 0);
	assert_int_equal(mms_plugin_setup(file, index), 0);
	assert_int_equal(*set_up, 1);

	find(file, "by-steps", &index);
	assert_int_equal(mms_plugin_setup(file, index), 0);
	find(file, "busy", &index);
	assert_int_equal(mms_plugin_setup(file, index), -EBUSY);
	assert_non_null(strstr(mms_last_error(), "busy"));
	/* Not without what it needs. */
	find(file, "demanding", &index);
	assert_int_equal(mms_plugin_setup(file, index), -EOPNOTSUPP);
	assert_int_equal(*set_up, 1);

	mms_plugin_close(file);
	assert_int_equal(*set_up, 0);
	dlclose(handle);
}

static void test_results_that_are_none(void **state)
{
	struct mms_plugin_file *file = open_good();
	struct mms_memmap *map = create("v7.2");
	size_t index;

	(void)state;
	assert_int_equal(mms_memmap_bind(map, find(file, "positive", &index), 0), -EINVAL);
	assert_non_null(strstr(mms_last_error(), "positive returned"));
	assert_int_equal(mms_memmap_bind(map, find(file, "demanding", &index), 0), -EOPNOTSUPP);
	mms_memmap_destroy(map);
	mms_plugin_close(file);
}

static void test_the_gates_go_first(void **state)
{
	struct mms_plugin_file *file = open_good();
	size_t index;

	(void)state;
	assert_ptr_equal(mms_initializer_effective(find(file, "with-pageblocks", &index),
	                                           MMS_GATE_SANITIZER),
	                 mms_initializer_at(0));
	mms_plugin_close(file);
}

static void test_what_is_no_plug_in(void **state)
{
	static const struct {
		const char *name;
		int error;
		const char *words;
	} cases[] = {
		{"bad-abi", EPROTO, "version 2 of the plug-in interface, and this is version 1"},
		{"bad-all", EEXIST, "initializer all, which is the name of a built-in"},
		{"bad-auto", EEXIST, "initializer auto"},
		{"bad-builtin", EEXIST, "initializer naive"},
		{"bad-count", EINVAL, "at most 1024"},
		{"bad-empty", EINVAL, "lists 0 initializers"},
		{"bad-flags", EINVAL, "odd asks for something that this memmapsim doesn't know"},
		{"bad-long_name", EINVAL, "up to 32 letters"},
		{"bad-name", EINVAL, "initializer 1 has no name that can be used"},
		{"bad-newer", EINVAL, "newer asks for something"},
		{"bad-no_init", EINVAL, "idle has no init function"},
		{"bad-no_list", EINVAL, "exports no mms_plugin_list"},
		{"bad-no_name", EINVAL, "initializer 2 has no name"},
		{"bad-reserved", EINVAL, "odd asks for something"},
		{"bad-size", EINVAL, "16 bytes"},
		{"bad-symbol", ENOEXEC, "mms_test_not_there"},
		{"bad-twice", EEXIST, "two initializers called fine"},
		{"not-there", ENOENT, "not-there.so can't be read: No such file"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mms_plugin_file *file = (void *)1;
		int error = mms_plugin_open(path_of(cases[i].name), &file);

		if (error != -cases[i].error)
			fail_msg("%s: %d", cases[i].name, error);
		if (!strstr(mms_last_error(), cases[i].words))
			fail_msg("%s: %s", cases[i].name, mms_last_error());
		assert_ptr_equal(file, (void *)1);
	}
}

static void test_files_that_are_no_shared_objects(void **state)
{
	char path[] = "/tmp/plugin-XXXXXX";
	int fd = mkstemp(path);
	struct mms_plugin_file *file;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(mms_plugin_open(path, &file), -ENOEXEC);
	assert_int_equal(write(fd, "int main;\n", 10), 10);
	assert_int_equal(mms_plugin_open(path, &file), -ENOEXEC);
	close(fd);
	unlink(path);
	assert_int_equal(mms_plugin_open("/tmp", &file), -ENOEXEC);
	assert_int_equal(mms_plugin_open("/tmp/none/such.so", &file), -ENOENT);
	assert_int_equal(mms_plugin_open("", &file), -ENOENT);
	mms_plugin_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptors_become_initializers),
		cmocka_unit_test(test_random_geometries),
		cmocka_unit_test(test_a_plug_in_sees_its_job),
		cmocka_unit_test(test_setup_and_teardown_are_called_once),
		cmocka_unit_test(test_results_that_are_none),
		cmocka_unit_test(test_the_gates_go_first),
		cmocka_unit_test(test_what_is_no_plug_in),
		cmocka_unit_test(test_files_that_are_no_shared_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
