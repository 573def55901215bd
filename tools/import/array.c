// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import/array.h"

int array_grow(void *array, size_t *room, size_t count, size_t size)
{
	size_t wanted = *room ? 2 * *room : 64;
	void *items;

	if (count < *room)
		return 0;
	memcpy(&items, array, sizeof(items));
	items = realloc(items, wanted * size);
	if (!items)
		return -ENOMEM;
	memcpy(array, &items, sizeof(items));
	*room = wanted;
	return 0;
}
