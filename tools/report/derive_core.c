// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "derive.h"

#include "memory.h"
#include "statistics.h"

#include <stdlib.h>

void derive_core(json_t *row)
{
	const json_t *list = json_object_get(row, "adds_per_cycle");
	double *values = report_alloc(json_array_size(list), sizeof(*values));
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_is_number(json_array_get(list, i)))
			values[count++] = json_number_value(json_array_get(list, i));
	if (count) {
		mms_sort(values, count);
		json_object_set_new(derived_of(row), "core",
		                    json_pack("{s:f, s:f, s:f, s:I}", "median",
		                              mms_quantile(values, count, 0.5), "min", values[0],
		                              "max", values[count - 1], "rounds",
		                              (json_int_t)count));
	}
	free(values);
}
