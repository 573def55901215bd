// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "fit.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "memmap/limits.h"
#include "memmap/memmap.h"

/* Memory that is given only when it is touched; huge pages and files are reserved when mapped. */
static uint64_t untouched_bytes(const struct mms_memmap *map)
{
	return map->backing == MMS_BACKING_THP || map->backing == MMS_BACKING_4K ? map->needed_bytes
	                                                                         : 0;
}

int mms_memmaps_fit(const struct mms_geometry *geometries, size_t count,
                    const struct mms_memmap_options *options)
{
	struct mms_memmap **maps = calloc(count, sizeof(*maps));
	uint64_t untouched = 0;
	size_t made = 0;
	int error = 0;

	if (!maps)
		return mms_fail(ENOMEM, "out of memory for %zu memmaps", count);
	for (; made < count && !error; made++) {
		error = mms_memmap_create(&geometries[made], options, &maps[made]);
		if (!error)
			untouched += untouched_bytes(maps[made]);
	}
	if (!error)
		error = mms_check_memory("", untouched);
	while (made)
		mms_memmap_destroy(maps[--made]);
	free(maps);
	return error;
}
