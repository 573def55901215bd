// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Descriptions that take their layout from the types of a kernel: here those of another release. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <memmapsim/kernel.h>

#include "page/rules.h"

/* A kernel's types: those of a release, but for one member. */
struct types {
	const struct mms_kernel *kernel;
	int error;           /* of open() */
	const char *opened;  /* what was */
	const char *moved;   /* the member, or NULL */
	unsigned int offset; /* where it is; at 0 it is gone */
	unsigned int size;
	unsigned int page_size; /* of struct page; 0: as it is */
	const char *first_flag; /* NULL: as it is */
};

static const struct mms_struct *find(const struct types *types, const char *name)
{
	for (unsigned int i = 0; i < types->kernel->nr_structs; i++)
		if (strcmp(types->kernel->structs[i]->name, name) == 0)
			return types->kernel->structs[i];
	return NULL;
}

static int open_types(void *context, const char *file)
{
	struct types *types = context;

	types->opened = file;
	return types->error;
}

static unsigned int size_of(void *context, const struct mms_struct *like)
{
	const struct types *types = context;

	if (types->page_size && strcmp(like->name, "page") == 0)
		return types->page_size;
	return find(types, like->name)->size;
}

static bool find_member(void *context, const struct mms_struct *like, const char *name,
                        struct mms_member *found)
{
	const struct types *types = context;
	const struct mms_struct *structure = find(types, like->name);
	unsigned int index = mms_find_member(structure, name);

	if (types->moved && strcmp(name, types->moved) == 0) {
		found->offset = (uint16_t)types->offset;
		found->size = (uint16_t)types->size;
		return types->offset > 0;
	}
	if (index == structure->nr_members)
		return false;
	*found = structure->members[index];
	return true;
}

static const char *flag_at(void *context, unsigned int bit)
{
	const struct types *types = context;

	if (bit == 0 && types->first_flag)
		return *types->first_flag ? types->first_flag : NULL;
	return bit < types->kernel->nr_pageflags ? types->kernel->pageflags[bit] : NULL;
}

static int parse(struct types *types, const char *text, struct mms_kernel **kernel)
{
	const struct mms_kernel_types functions = {open_types, size_of, find_member, flag_at,
	                                           types};

	*kernel = NULL;
	return mms_kernel_parse(text, strlen(text), "own.kernel", &functions, kernel);
}

static struct types types_of(const char *release)
{
	struct types types = {0};

	assert_int_equal(mms_kernel_find(release, &types.kernel), 0);
	return types;
}

static void test_layout_is_that_of_the_types(void **state)
{
	struct types types = types_of("v6.1");
	struct mms_kernel *own;

	(void)state;
	types.moved = "_nr_pages_mapped";
	types.offset = 64 + 56;
	types.size = 8;
	assert_int_equal(parse(&types,
	                       "based-on = v6.12\nbtf = a/vmlinux\n"
	                       "metadata._large_mapcount = 16 4 0\n"
	                       "metadata._entire_mapcount = none\nmetadata._pincount = none\n"
	                       "metadata._folio_nr_pages = none\nstruct.folio = 128\n",
	                       &own),
	                 0);
	assert_string_equal(types.opened, "a/vmlinux");
	assert_string_equal(own->btf, "a/vmlinux");
	assert_int_equal(own->nr_pageflags, types.kernel->nr_pageflags);
	assert_string_equal(own->pageflags[own->pg_head], "head");
	assert_int_equal(own->pg_head, 16);
	assert_int_equal(own->pg_hwpoison, types.kernel->pg_hwpoison);
	assert_int_equal(own->structs[1]->size, 128);
	assert_int_equal(mms_find_member(own->structs[1], "_pincount"),
	                 own->structs[1]->nr_members);
	assert_int_equal(own->nr_metadata, 2);
	assert_string_equal(own->metadata[1].name, "_nr_pages_mapped");
	assert_int_equal(own->metadata[1].offset, 56);
	assert_int_equal(own->metadata[1].size, 8);
	mms_kernel_destroy(own);
}

static void test_its_own_types_change_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		struct types types = {.kernel = mms_kernel_at(i)};
		char text[64] = "based-on = ", *own_text, *text_of_base;
		struct mms_kernel *own, *base;

		strcat(text, types.kernel->name);
		assert_int_equal(parse(&types, text, &base), 0);
		strcat(text, "\nbtf = x\n");
		assert_int_equal(parse(&types, text, &own), 0);
		own->btf = NULL;
		assert_int_equal(mms_kernel_text(own, &own_text), 0);
		assert_int_equal(mms_kernel_text(base, &text_of_base), 0);
		assert_string_equal(own_text, text_of_base);
		free(own_text);
		free(text_of_base);
		mms_kernel_destroy(own);
		mms_kernel_destroy(base);
	}
}

static void assert_refused(struct types *types, const char *more, const char *sentence)
{
	struct mms_kernel *own;
	char text[256] = "based-on = v7.2\nbtf = vmlinux\n";

	strcat(text, more);
	assert_int_equal(parse(types, text, &own), -EINVAL);
	assert_null(own);
	if (!strstr(mms_last_error(), sentence))
		fail_msg("\"%s\" isn't \"%s\"", mms_last_error(), sentence);
}

static void test_what_is_missing_has_to_be_said(void **state)
{
	struct types types = types_of("v7.2");
	struct mms_kernel *own;

	(void)state;
	types.moved = "_nr_pages";
	assert_refused(&types, "",
	               "own.kernel:2: _nr_pages isn't in tail 1 by the types in vmlinux; "
	               "say where it is, metadata._nr_pages = OFFSET SIZE VALUE");
	assert_int_equal(
		parse(&types, "based-on = v7.2\nbtf = vmlinux\nmetadata._nr_pages = none\n", &own),
		0);
	assert_int_equal(own->nr_metadata, 6);
	mms_kernel_destroy(own);
	types.offset = 60; /* in the head */
	types.size = 4;
	assert_refused(&types, "", "own.kernel:2: _nr_pages isn't in tail 1");
	types.offset = 64 + 58; /* not aligned */
	assert_refused(&types, "", "own.kernel:2: _nr_pages isn't in tail 1");
	types.offset = 64 + 20; /* where another one is */
	assert_refused(&types, "", "own.kernel:2: _nr_pages_mapped (20 to 23) and _nr_pages");
}

static void test_what_cannot_be_is_refused(void **state)
{
	struct types types = types_of("v7.2");
	struct mms_kernel *own;

	(void)state;
	types.moved = "mapping";
	types.offset = 32;
	types.size = 8;
	assert_refused(&types, "", "own.kernel:2: struct page's mapping can't be at 32 (8 bytes)");
	types.moved = NULL;
	types.page_size = 56;
	assert_refused(&types, "", "own.kernel:2: struct page has 56 bytes in vmlinux");
	types.page_size = 0;
	types.first_flag = "";
	assert_refused(&types, "", "own.kernel:2: there is no enum pageflags in vmlinux");
	types.first_flag = "un-locked";
	assert_refused(&types, "", "own.kernel:2: page flag 0 in vmlinux is \"un-locked\"");
	types.error = -EIO;
	assert_int_equal(parse(&types, "based-on = v7.2\nbtf = vmlinux\n", &own), -EIO);
	assert_null(own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout_is_that_of_the_types),
		cmocka_unit_test(test_its_own_types_change_nothing),
		cmocka_unit_test(test_what_is_missing_has_to_be_said),
		cmocka_unit_test(test_what_cannot_be_is_refused),
	};

	return cmocka_run_group_tests_name("layouts of other kernels", tests, NULL, NULL);
}
