// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "page/rules.h"
#include "random_kernel.h"

static void add(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add(char *text, size_t size, const char *format, ...)
{
	size_t length = strlen(text);
	va_list args;

	va_start(args, format);
	assert_true(vsnprintf(text + length, size - length, format, args) < (int)(size - length));
	va_end(args);
}

static void add_rules(struct random_source *random, char *text, size_t size)
{
	for (size_t i = 0; i < mms_nr_rules; i++) {
		const struct mms_rule *rule = &mms_rules[i];

		if (!rule->choices || strcmp(rule->key, "order-in-flags") == 0)
			continue;
		if (random_one_in(random, 3))
			continue;
		add(text, size, "%s = %s\n", rule->key,
		    rule->choices[random_below(random, rule->nr_choices)].name);
	}
}

/* The base's flags in another order. */
static void add_flags(struct random_source *random, const struct mms_kernel *base, char *text,
                      size_t size)
{
	const char *flags[64];

	memcpy(flags, base->pageflags, base->nr_pageflags * sizeof(*flags));
	add(text, size, "flags =");
	for (size_t left = base->nr_pageflags; left > 0; left--) {
		size_t index = random_below(random, left);

		add(text, size, " %s", flags[index]);
		flags[index] = flags[left - 1];
	}
	add(text, size, "\n");
	for (unsigned int i = 0; random_one_in(random, 2) && i < 2; i++)
		add(text, size, "flags += new_%u\n", i);
}

/* Fields wherever tails have nothing of their own. @return whether one is the order */
static bool add_metadata(struct random_source *random, const struct mms_kernel *base, char *text,
                         size_t size)
{
	unsigned int fields = 0;
	bool order = false;

	for (unsigned int i = 0; i < base->nr_metadata; i++)
		add(text, size, "metadata.%s = none\n", base->metadata[i].name);
	for (unsigned int offset = 16; offset < 64 && fields < MMS_MAX_METADATA_FIELDS;) {
		unsigned int bytes = 1u << random_below(random, 4);
		unsigned int value = (unsigned int)random_below(random, MMS_NR_METADATA_VALUES);

		if (offset >= 48 && offset < 56)
			offset = 56;
		if (offset % bytes || random_one_in(random, 3)) {
			offset++;
			continue;
		}
		if (value == MMS_METADATA_NR_PAGES && bytes < 4)
			value = MMS_METADATA_ORDER;
		add(text, size, "metadata.field_%u = %u %u %s\n", fields++, offset, bytes,
		    mms_metadata_values[value]);
		order |= value == MMS_METADATA_ORDER;
		offset += bytes;
	}
	return order;
}

void random_kernel_text(struct random_source *random, char *text, size_t size)
{
	const struct mms_kernel *base = mms_kernel_at(random_below(random, mms_kernel_count()));
	bool order = false; /* whether metadata has it */

	*text = '\0';
	for (unsigned int i = 0; i < base->nr_metadata; i++)
		order |= base->metadata[i].value == MMS_METADATA_ORDER;
	add(text, size, "based-on = %s\n", base->name);
	add_rules(random, text, size);
	if (random_one_in(random, 2))
		add_flags(random, base, text, size);
	if (random_one_in(random, 2))
		order = add_metadata(random, base, text, size);
	add(text, size, "order-in-flags = %s\n", order && random_one_in(random, 2) ? "no" : "yes");
}

struct mms_kernel *random_kernel(struct random_source *random)
{
	struct mms_kernel *kernel;
	char text[8192];

	random_kernel_text(random, text, sizeof(text));
	if (mms_kernel_parse(text, strlen(text), "random.kernel", NULL, &kernel))
		fail_msg("MMS_TEST_SEED=%" PRIu64 ": %s in\n%s", random->seed, mms_last_error(),
		         text);
	return kernel;
}
