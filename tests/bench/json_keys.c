// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "json_keys.h"

#include "support.h"

void assert_keys(const json_t *object, const char *keys)
{
	size_t count = 0;

	assert_true(json_is_object(object));
	for (const char *key = keys; *key; count++) {
		size_t length = strcspn(key, " ");
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)length, key);
		if (!json_object_get(object, name))
			fail_msg("there is no key %s", name);
		key += length;
		key += strspn(key, " ");
	}
	assert_int_equal(json_object_size(object), count);
}

void assert_summary(const json_t *summary, size_t count)
{
	const json_t *samples = json_object_get(summary, "samples_ns");

	assert_keys(summary, SUMMARY);
	assert_int_equal(json_array_size(samples), count);
	assert_true(count ? json_is_array(samples) : json_is_null(samples));
	assert_true(count ? json_is_number(json_object_get(summary, "p95_ns"))
	                  : json_is_null(json_object_get(summary, "p95_ns")));
}
