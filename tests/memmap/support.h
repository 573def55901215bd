/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the tests of the memmap layer share; it comes with all that cmocka needs. */
#ifndef TESTS_MEMMAP_SUPPORT_H
#define TESTS_MEMMAP_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <memmapsim/memmap.h>

#include "memmap/memmap.h"
#include "random_geometry.h"
#include "skip.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

#define assert_success(call)                                                                       \
	do {                                                                                       \
		if ((call) != 0)                                                                   \
			fail_msg("%s: %s", #call, mms_last_error());                               \
	} while (0)

/* That mms_last_error() has this text in it. */
#define assert_explained(text)                                                                     \
	do {                                                                                       \
		if (!strstr(mms_last_error(), text))                                               \
			fail_msg("no \"%s\" in: %s", text, mms_last_error());                      \
	} while (0)

/* @size bytes of fsdax with the memmap in RAM: an array of single pages from @start on. */
struct mms_geometry plain_geometry(uint64_t start, uint64_t size);

/* @size bytes of devdax with compounds of @align bytes, whose tails are shared. */
struct mms_geometry shared_geometry(uint64_t start, uint64_t size, uint64_t align,
                                    enum mms_early early);

/* Two ranges of single pages of @size bytes each, the second @distance bytes after the first. */
struct mms_geometry two_ranges(uint64_t start, uint64_t size, uint64_t distance);

struct mms_memmap *create_memmap(const struct mms_geometry *geometry, const char *backing);

/* Bytes of the array, by address. */
unsigned char *array_start(const struct mms_memmap *map);
unsigned char *array_end(const struct mms_memmap *map);

/* Whether a process that writes a byte there is killed for it. */
bool write_is_fatal(volatile unsigned char *address);

/* A fresh directory below $TMPDIR; remove_directory() removes and frees it. */
char *make_directory(void);
void remove_directory(char *directory);

/* Write text to DIRECTORY/PATH, making the folders that lead there. */
void write_file(const char *directory, const char *path, const char *text);

#endif
