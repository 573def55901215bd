// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zstd.h>

#include "command.h"
#include "unpack.h"

static int unpack(const char *path, int fd, ZSTD_DStream *stream, char *packed, char *unpacked,
                  unpack_sink *sink, void *context)
{
	size_t rest = 1; /* 0: at the end of a frame */
	ssize_t got;

	while ((got = read(fd, packed, ZSTD_DStreamInSize())) > 0) {
		ZSTD_inBuffer in = {packed, (size_t)got, 0};
		bool more = true;

		while (more) {
			ZSTD_outBuffer out = {unpacked, ZSTD_DStreamOutSize(), 0};
			int status;

			rest = ZSTD_decompressStream(stream, &out, &in);
			if (ZSTD_isError(rest))
				return command_fail(STATUS_USAGE, "%s is corrupt: %s", path,
				                    ZSTD_getErrorName(rest));
			status = sink(context, unpacked, out.pos);
			if (status)
				return status;
			/* A full buffer may have left something in the decoder. */
			more = in.pos < in.size || (rest && out.pos == out.size);
		}
	}
	if (got < 0)
		return command_fail(STATUS_USAGE, "%s can't be read: %s", path, strerror(errno));
	if (rest)
		return command_fail(STATUS_USAGE, "%s is truncated: its zstd frame doesn't end",
		                    path);
	return STATUS_OK;
}

int unpack_zstd(const char *path, int fd, unpack_sink *sink, void *context)
{
	ZSTD_DStream *stream = ZSTD_createDStream();
	char *packed = malloc(ZSTD_DStreamInSize());
	char *unpacked = malloc(ZSTD_DStreamOutSize());
	int status;

	if (stream && packed && unpacked)
		status = unpack(path, fd, stream, packed, unpacked, sink, context);
	else
		status = command_fail(STATUS_RESOURCE, "no memory to unpack %s", path);
	ZSTD_freeDStream(stream);
	free(packed);
	free(unpacked);
	return status;
}
