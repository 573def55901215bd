/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What kernels say of memmap_init_zone_device() when they were booted or a namespace was bound. */
#ifndef TOOLS_DMESG_H
#define TOOLS_DMESG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

struct dmesg_line {
	uint64_t pages, ms;
};

struct dmesg {
	const char *path;
	size_t count;
	struct dmesg_line *lines; /* in the file's order */
};

/*
 * Read lines "memmap_init_zone_device initialised N pages in Mms", whatever stands before and
 * behind them; a file without any is refused.
 * @return an enum status; what is wrong is printed
 */
int dmesg_read(const char *path, struct dmesg *dmesg);
void dmesg_free(struct dmesg *dmesg);

/*
 * Set what a kernel took beside what the simulator took for as many pages.
 * @json: a list; a new reference
 * @return an enum status: one that is wrong if there is no geometry of as many pages, which is
 * printed
 */
int dmesg_compare(FILE *stream, const struct dmesg *dmesg, const json_t *result, json_t **json);

#endif
