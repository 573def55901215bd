/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Arrays that grow. */
#ifndef TOOLS_IMPORT_ARRAY_H
#define TOOLS_IMPORT_ARRAY_H

#include <stddef.h>

/*
 * Make room for one more item behind @count.
 * @array: address of the pointer to the items, NULL at first
 * @room: for how many items there is room
 * @size: of one item
 * @return 0 or -ENOMEM
 */
int array_grow(void *array, size_t *room, size_t count, size_t size);

#endif
