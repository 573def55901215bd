/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Small readers for /proc and /sys. The file is @root@directory/@name, where @root is "" outside
 * tests, which feed made-up trees. What can't be read is simply not known.
 */
#ifndef LIB_MEMMAP_SYSFILE_H
#define LIB_MEMMAP_SYSFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Returns NULL if there is no such file; fclose() it. */
FILE *mms_sysfile_open(const char *root, const char *directory, const char *name);

/* Read a file that starts with a number; false if there is none, or it starts with "max", say. */
bool mms_sysfile_number(const char *root, const char *directory, const char *name, uint64_t *value);

/* Read the number after @key, which includes its separator ("MemAvailable:", "inactive_file "). */
bool mms_sysfile_field(const char *root, const char *directory, const char *name, const char *key,
                       uint64_t *value);

#endif
