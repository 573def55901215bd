/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef TOOLS_UNPACK_H
#define TOOLS_UNPACK_H

#include <stddef.h>

/* Takes a piece of what a file unpacks to. @return an enum status; all but OK end unpacking */
typedef int unpack_sink(void *context, const char *data, size_t size);

/*
 * Unpack the zstd file @fd, to its end, piece by piece into @sink, which says how much is too much.
 * @path is its name for messages. @return an enum status; what is wrong is printed
 */
int unpack_zstd(const char *path, int fd, unpack_sink *sink, void *context);

#endif
