// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Descriptions as text: there and back, what they may say, and what is wrong with others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/kernel.h"
#include "page/rules.h"
#include "random_kernel.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct mms_kernel *parse(const char *text)
{
	struct mms_kernel *kernel = NULL;

	if (mms_kernel_parse(text, strlen(text), "folder/own.kernel", NULL, &kernel))
		fail_msg("%s in\n%s", mms_last_error(), text);
	return kernel;
}

static void assert_same_struct(const struct mms_struct *a, const struct mms_struct *b)
{
	assert_string_equal(a->name, b->name);
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->nr_members, b->nr_members);
	for (unsigned int i = 0; i < a->nr_members; i++) {
		assert_string_equal(a->members[i].name, b->members[i].name);
		assert_int_equal(a->members[i].offset, b->members[i].offset);
		assert_int_equal(a->members[i].size, b->members[i].size);
	}
}

/* A description without what is a pointer, or is about itself: what's left can be compared whole.
 */
static struct mms_kernel bare(const struct mms_kernel *kernel)
{
	struct mms_kernel rules;

	memcpy(&rules, kernel, sizeof(rules));
	rules.name = rules.summary = rules.derived_from = rules.btf = NULL;
	rules.nr_captures = 0;
	rules.pageflags = NULL;
	memset(rules.structs, 0, sizeof(rules.structs));
	memset(rules.metadata, 0, sizeof(rules.metadata)); /* padded */
	return rules;
}

static void assert_same_rules(const struct mms_kernel *a, const struct mms_kernel *b)
{
	struct mms_kernel rules_a = bare(a), rules_b = bare(b);

	assert_memory_equal(&rules_a, &rules_b, sizeof(rules_a));
	for (unsigned int bit = 0; bit < a->nr_pageflags; bit++)
		assert_string_equal(a->pageflags[bit], b->pageflags[bit]);
	for (unsigned int i = 0; i < a->nr_metadata; i++) {
		assert_string_equal(a->metadata[i].name, b->metadata[i].name);
		assert_int_equal(a->metadata[i].offset, b->metadata[i].offset);
		assert_int_equal(a->metadata[i].size, b->metadata[i].size);
		assert_int_equal(a->metadata[i].value, b->metadata[i].value);
	}
	for (unsigned int i = 0; i < a->nr_structs; i++)
		assert_same_struct(a->structs[i], b->structs[i]);
}

static struct mms_kernel *there_and_back(const struct mms_kernel *kernel)
{
	struct mms_kernel *read;
	char *text;

	assert_int_equal(mms_kernel_text(kernel, &text), 0);
	read = parse(text);
	free(text);
	return read;
}

static void test_built_in_ones_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		struct mms_kernel *read = there_and_back(mms_kernel_at(i));

		assert_same_rules(read, mms_kernel_at(i));
		assert_string_equal(read->name, "own.kernel");
		assert_string_equal(read->derived_from, mms_kernel_at(i)->name);
		assert_false(mms_kernel_builtin(read));
		assert_true(mms_kernel_builtin(mms_kernel_at(i)));
		mms_kernel_destroy(read);
	}
}

/* Whatever a text is based on, it says all; so a rule that it leaves out would show here. */
static void test_every_rule_is_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count() * mms_kernel_count(); i++) {
		const struct mms_kernel *base = mms_kernel_at(i / mms_kernel_count());
		struct mms_kernel own = *mms_kernel_at(i % mms_kernel_count()), *read, *again;

		own.name = "mine";
		own.derived_from = base->name;
		read = there_and_back(&own);
		again = there_and_back(read);
		assert_string_equal(read->name, "mine");
		assert_string_equal(read->derived_from, base->name);
		assert_int_equal(read->nr_metadata, own.nr_metadata);
		assert_same_rules(again, read);
		for (unsigned int j = 0; j < own.nr_metadata; j++) {
			unsigned int index = mms_find_metadata(read, own.metadata[j].name);

			assert_int_not_equal(index, read->nr_metadata);
			assert_int_equal(read->metadata[index].offset, own.metadata[j].offset);
			assert_int_equal(read->metadata[index].size, own.metadata[j].size);
			assert_int_equal(read->metadata[index].value, own.metadata[j].value);
		}
		/* Those that both have keep the base's order, so it isn't compared here. */
		memcpy(read->metadata, own.metadata, sizeof(own.metadata));
		for (unsigned int j = 0; j < own.nr_structs; j++) {
			assert_int_equal(read->structs[j]->nr_members, own.structs[j]->nr_members);
			read->structs[j] = own.structs[j];
		}
		assert_same_rules(read, &own);
		mms_kernel_destroy(read);
		mms_kernel_destroy(again);
	}
}

static void test_random_ones_there_and_back(void **state)
{
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 500; seed++) {
		struct random_source random = random_source(seed);
		struct mms_kernel *kernel = random_kernel(&random);
		struct mms_kernel *read = there_and_back(kernel);

		assert_same_rules(read, kernel);
		assert_string_equal(read->name, "random.kernel");
		assert_string_equal(read->pageflags[read->pg_head], "head");
		assert_string_equal(read->pageflags[read->pg_reserved], "reserved");
		assert_string_equal(read->pageflags[read->pg_hwpoison], "hwpoison");
		mms_kernel_destroy(read);
		mms_kernel_destroy(kernel);
	}
}

static void test_what_a_text_may_say(void **state)
{
	struct mms_kernel *own = parse("# a patch that moves things\r\n"
	                               "\n"
	                               "  based-on=v7.2\t# the merge window's\r\n"
	                               "name = try-1\n"
	                               "summary = tails without links # or so\n"
	                               "flags += shiny\n"
	                               "flags+= new\n"
	                               "tail-link =head\n"
	                               "refcount.fsdax = 1\n"
	                               "buddy-type = 0xF1000000\n"
	                               "metadata._pincount = none\n"
	                               "metadata._nr_pages = 0x1c 4 nr-pages\n"
	                               "metadata.spare = 56 8 -1\n"
	                               "struct.folio._pincount = none\n"
	                               "struct.folio._nr_pages = 92 4\n"
	                               "struct.dev_pagemap = 168\n"
	                               "struct.dev_pagemap.more.here = 160 8");
	const struct mms_kernel *base;

	(void)state;
	assert_int_equal(mms_kernel_find("v7.2", &base), 0);
	assert_string_equal(own->name, "try-1");
	assert_string_equal(own->summary, "tails without links");
	assert_string_equal(own->derived_from, "v7.2");
	assert_null(own->btf);
	assert_int_equal(own->nr_captures, 0);
	assert_int_equal(own->nr_pageflags, base->nr_pageflags + 2);
	assert_string_equal(own->pageflags[25], "shiny");
	assert_string_equal(own->pageflags[26], "new");
	assert_int_equal(own->tail_link, MMS_TAIL_LINK_HEAD);
	assert_int_equal(own->refcount[MMS_MEMORY_DEVICE_FS_DAX], 1);
	assert_int_equal(own->refcount[MMS_MEMORY_DEVICE_GENERIC], 1);
	assert_int_equal(own->buddy_type, 0xf1000000);
	assert_int_equal(own->buddy_mask, base->buddy_mask);
	assert_int_equal(own->nr_metadata, base->nr_metadata);
	assert_int_equal(mms_find_metadata(own, "_pincount"), own->nr_metadata);
	assert_int_equal(own->metadata[mms_find_metadata(own, "_nr_pages")].offset, 28);
	assert_int_equal(own->metadata[mms_find_metadata(own, "spare")].value,
	                 MMS_METADATA_MINUS_ONE);
	assert_int_equal(own->structs[2]->size, 168);
	assert_int_equal(mms_find_member(own->structs[1], "_pincount"),
	                 own->structs[1]->nr_members);
	assert_int_not_equal(mms_find_member(own->structs[2], "more.here"),
	                     own->structs[2]->nr_members);
	assert_int_equal(mms_kernel_index(own), mms_kernel_count());
	mms_kernel_destroy(own);
	mms_kernel_destroy(NULL);
}

#define FLAGS "head reserved hwpoison"
#define V72   "based-on = v7.2\n"
static const struct {
	const char *text, *sentence;
} wrong[] = {
	{"", ":1: there is no rule in it; the first has to be based-on"},
	{"# nothing\n\n", ":3: there is no rule in it"},
	{"tail-link = head\n", ":1: the first rule has to be based-on = RELEASE, such as v7.2, not "
                               "\"tail-link\""},
	{"based-on = v7.3\n", ":1: there is no kernel \"v7.3\"; did you mean \"v7.2\"?"},
	{"based-on = \n", ":1: based-on has no value"},
	{"hello\n", ":1: \"hello\" is no rule; write KEY = VALUE"},
	{"= v7.2\n", "is no rule"},
	{V72 "based-on = v7.1\n", ":2: based-on was there already, in line 1"},
	{V72 "\ntail-lnk = mask\n",
         ":3: there is no rule \"tail-lnk\"; did you mean \"tail-link\"?"},
	{V72 "tail_link = mask\n", "did you mean \"tail-link\"?"},
	{V72 "metadta._pincount = none\n", "did you mean \"metadata._pincount\"?"},
	{V72 "qwertyuiop = mask\n", "there is no rule \"qwertyuiop\"; memmapsim-kernel(5) has all"},
	{V72 "tail-link = both\n",
         ":2: tail-link can't be \"both\"; it has to be one of head, mask"},
	{V72 "refcount.fsdax = 2\n", ":2: refcount.fsdax can't be \"2\"; it has to be one of 0, 1"},
	{V72 "fsdev = true\n", "it has to be one of no, yes"},
	{V72 "buddy-type = 0x100000000\n", "buddy-type can't be \"0x100000000\""},
	{V72 "buddy-mask = 0\n", "2: buddy-type 0xf0000000 has all bits of buddy-mask 0x0 set"},
	{V72 "buddy-type = -1\n", "it has to be a number of 32 bits"},
	{V72 "tail-link = head\ntail-link = head\n", ":3: tail-link was there already, in line 2"},
	{V72 "tail-link += head\n", ":2: only flags can be added to"},
	{V72 "name = v7.1\n", ":2: v7.1 is the name of a built-in kernel"},
	{V72 "name = my kernel\n", ":2: \"my kernel\" is no name"},
	{V72 "flags = " FLAGS " head\n", ":2: flag head is bit 0 already"},
	{V72 "flags += locked\n", ":2: flag locked is bit 0 already"},
	{V72 "flags += a b c\n", ":2: flag c would be bit 27, where LRU_GEN begins"},
	{V72 "flags = reserved hwpoison\n", ":2: there is no flag head among them"},
	{V72 "flags = head hwpoison\n", ":2: there is no flag reserved"},
	{V72 "flags = head reserved\nfsdev = no\n", ":2: there is no flag hwpoison"},
	{V72 "flags = head 8bit\n", ":2: \"8bit\" is no name of a flag"},
	{V72 "flags += a\nflags = " FLAGS "\n", ":3: flags = has to stand before what is added"},
	{V72 "metadata._nr_page = none\n",
         ":2: there is no compound metadata \"_nr_page\"; did you mean \"_nr_pages\"?"},
	{V72 "metadata.a-b = 16 4 0\n", ":2: \"a-b\" is no name of a member"},
	{V72 "metadata.x = 16 4\n", ":2: metadata.x is to be OFFSET SIZE VALUE"},
	{V72 "metadata.x = 16 4 0 0\n", "OFFSET SIZE VALUE"},
	{V72 "metadata.x = 16 four 0\n", "OFFSET SIZE VALUE"},
	{V72 "metadata.x = 16 4 2\n", ":2: x can't be \"2\"; it has to be one of 0, 1, -1, order"},
	{V72 "metadata.x = 16 3 0\n", ":2: x has 3 bytes; it may have 1, 2, 4 or 8"},
	{V72 "metadata.x = 64 4 0\n", ":2: x ends at byte 68, behind the 64 bytes of tail 1"},
	{V72 "metadata.x = 60 8 0\n", ":2: x ends at byte 68"},
	{V72 "metadata.x = 62 4 0\n", ":2: x ends at byte 66"},
	{V72 "metadata.x = 58 4 0\n", ":2: x at 58 isn't aligned to its 4 bytes"},
	{V72 "metadata.x = 60 2 nr-pages\n", ":2: x has no room for a number of pages"},
	{"based-on = v6.12\nmetadata.x = 60 4 0\nmetadata.y = 62 1 0\n",
         ":3: x (60 to 63) and y (62 to 62) overlap in tail 1"},
	{V72 "metadata._pincount = 20 4 0\n",
         ":2: _nr_pages_mapped (20 to 23) and _pincount (20 to 23) overlap"},
	{V72 "metadata._pincount = none\nmetadata.x = 8 4 0\n",
         ":3: x (8 to 11) overlaps with the link to the head (8 to 15)"},
	{V72 "metadata._pincount = 48 4 0\n", "overlaps with _mapcount (48 to 51)"},
	{V72 "metadata._pincount = 52 4 0\n", "overlaps with _refcount (52 to 55)"},
	{V72 "metadata._pincount = 0 4 0\n", "overlaps with flags (0 to 7)"},
	{V72 "metadata.x = 60 1 0\nmetadata.y = 61 1 0\n",
         ":3: y is more than 8 fields of metadata"},
	{V72 "order-in-flags = no\n", ":3: nothing holds a compound's order"},
	{"based-on = v6.1\nmetadata.compound_order = 17 1 0\n", "nothing holds a compound's order"},
	{V72 "struct.pge = 64\n", ":2: there is no structure \"pge\"; did you mean \"page\"?"},
	{V72 "struct.page = 56\n", ":2: struct page can't have 56 bytes; memmapsim has it in 64"},
	{V72 "struct.range = none\n", ":2: struct.range is to be its size in bytes"},
	{V72 "struct.range = 8\n", ":2: struct range's end ends at byte 16, behind its 8 bytes"},
	{V72 "struct.range.end = 12 8\n", ":2: struct range's end ends at byte 20"},
	{V72 "struct.range.end = 8\n", ":2: struct.range.end is to be OFFSET SIZE"},
	{V72 "struct.range.middle = none\n", ":2: struct range has no middle anyway"},
	{V72 "struct.range. = 8 8\n", "is no name of a member"},
	{V72 "struct.page.mapping = 32 8\n",
         ":2: struct page's mapping can't be at 32 (8 bytes): memmapsim writes it at 24"},
	{V72 "struct.folio._deferred_list = 160 16\n", "_deferred_list can't be at 160"},
	{V72 "btf = vmlinux\n", ":2: btf = vmlinux needs somebody who reads BTF"},
	{V72 "fsdev = no\nbtf = vmlinux\n", ":3: btf has to stand before fsdev in line 2"},
	{V72 "\x01\n", ":2: there is a byte 0x01, so this is no text"},
	{"\x7f"
         "ELF",
         ":1: there is a byte 0x7f"},
};

static void test_what_is_wrong_is_said_by_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct mms_kernel *kernel = NULL;
		int err = mms_kernel_parse(wrong[i].text, strlen(wrong[i].text), "own.kernel", NULL,
		                           &kernel);

		if (err != -EINVAL || kernel || !strstr(mms_last_error(), wrong[i].sentence) ||
		    strncmp(mms_last_error(), "own.kernel:", 11) != 0)
			fail_msg("%d: \"%s\" isn't \"%s\" for\n%s", err, mms_last_error(),
			         wrong[i].sentence, wrong[i].text);
	}
}

static void test_names_by_default(void **state)
{
	static const char *const names[][2] = {
		{"a/b c.kernel", "b_c.kernel"},
		{"x", "x"},
		{"folder/", "own"},
		{"", "own"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct mms_kernel *kernel = NULL;

		assert_int_equal(mms_kernel_parse(V72, strlen(V72), names[i][0], NULL, &kernel), 0);
		assert_string_equal(kernel->name, names[i][1]);
		mms_kernel_destroy(kernel);
	}
	assert_int_equal(
		mms_kernel_parse(V72, strlen(V72), "./v7.2", NULL, &(struct mms_kernel *){NULL}),
		-EINVAL);
	assert_non_null(strstr(mms_last_error(), "give this one another by name = NAME"));
}

/* Cut, doubled, swapped and overwritten texts: they are descriptions, or said to be none. */
static void test_garbage(void **state)
{
	uint64_t first = random_first_seed();

	(void)state;
	for (uint64_t seed = first; seed < first + 20000; seed++) {
		struct random_source random = random_source(seed);
		struct mms_kernel *kernel = NULL;
		char text[8192];
		size_t size, edits;
		char *copy;
		int err;

		random_kernel_text(&random, text, sizeof(text));
		size = strlen(text);
		if (random_one_in(&random, 8))
			size = random_below(&random, size + 1);
		for (edits = random_below(&random, 6); size && edits; edits--) {
			static const char letters[] = "=#.+ \t\n-0123456789abnoex_";
			size_t at = random_below(&random, size);
			size_t from = random_below(&random, size), length;

			length = random_below(&random, size - (from > at ? from : at)) / 4;
			if (random_one_in(&random, 3))
				memmove(text + at, text + from, length);
			else if (random_one_in(&random, 8))
				text[at] = (char)random_u64(&random);
			else
				text[at] = letters[random_below(&random, sizeof(letters) - 1)];
		}
		/* In memory of its very size, so that a sanitizer sees what is read behind it. */
		copy = malloc(size ? size : 1);
		assert_non_null(copy);
		memcpy(copy, text, size);
		err = mms_kernel_parse(copy, size, "own.kernel", NULL, &kernel);
		free(copy);
		if (!err)
			mms_kernel_destroy(there_and_back(kernel));
		else if (err != -EINVAL || kernel || strncmp(mms_last_error(), "own.kernel:", 11))
			fail_msg("MMS_TEST_SEED=%" PRIu64 ": %d, %s", seed, err, mms_last_error());
		mms_kernel_destroy(kernel);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_built_in_ones_there_and_back),
		cmocka_unit_test(test_every_rule_is_written),
		cmocka_unit_test(test_random_ones_there_and_back),
		cmocka_unit_test(test_what_a_text_may_say),
		cmocka_unit_test(test_what_is_wrong_is_said_by_line),
		cmocka_unit_test(test_names_by_default),
		cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests_name("descriptions as text", tests, NULL, NULL);
}
