// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The pages of a capture. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nettle/sha2.h>
#include <zstd.h>

#include "capture.h"
#include "command.h"

static FILE *open_regular(const char *path)
{
	/* Waiting for somebody to write into a FIFO would help nobody. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat stat;
	FILE *stream;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &stat) == 0 && !S_ISREG(stat.st_mode)) {
		close(fd);
		errno = EINVAL;
		return NULL;
	}
	stream = fdopen(fd, "r");
	if (!stream)
		close(fd);
	return stream;
}

static int fail_size(const struct capture *capture, const char *compared)
{
	return command_fail(STATUS_USAGE,
	                    "%s holds %s than the %" PRIu64 " pages that %s.json says",
	                    capture->pages_path, compared, capture->count, capture->name);
}

/*
 * Fill @pages, and not a byte more, with what @stream decompresses to. There is a spare byte behind
 * them, for what would be too much.
 */
static int decompress(const struct capture *capture, FILE *stream, ZSTD_DStream *decoder,
                      char *pages)
{
	ZSTD_outBuffer out = {pages, capture->count * sizeof(struct mms_page) + 1, 0};
	char chunk[1 << 16];
	size_t hint = 0, length;

	while ((length = fread(chunk, 1, sizeof(chunk), stream)) > 0) {
		ZSTD_inBuffer in = {chunk, length, 0};

		while (in.pos < in.size) {
			hint = ZSTD_decompressStream(decoder, &out, &in);
			if (ZSTD_isError(hint))
				return command_fail(STATUS_USAGE, "%s is corrupt: %s",
				                    capture->pages_path, ZSTD_getErrorName(hint));
			if (out.pos == out.size)
				return fail_size(capture, "more");
		}
	}
	if (ferror(stream))
		return command_fail(STATUS_USAGE, "%s can't be read: %s", capture->pages_path,
		                    strerror(errno));
	if (hint)
		return command_fail(STATUS_USAGE, "%s is truncated", capture->pages_path);
	return out.pos < out.size - 1 ? fail_size(capture, "less") : STATUS_OK;
}

static bool sha256_is(const unsigned char *expected, const void *data, size_t size)
{
	unsigned char digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sum;

	sha256_init(&sum);
	sha256_update(&sum, size, data);
	sha256_digest(&sum, sizeof(digest), digest);
	return memcmp(digest, expected, sizeof(digest)) == 0;
}

int capture_read_pages(const struct capture *capture, void **pages, bool *sha256_holds)
{
	size_t size = capture->count * sizeof(struct mms_page);
	FILE *stream = open_regular(capture->pages_path);
	ZSTD_DStream *decoder;
	void *read;
	int status;

	if (!stream)
		return command_fail(STATUS_USAGE, "%s can't be read: %s", capture->pages_path,
		                    errno == EINVAL ? "it is no file" : strerror(errno));
	decoder = ZSTD_createDStream();
	read = malloc(size + 1);
	if (decoder && read)
		status = decompress(capture, stream, decoder, read);
	else
		status = command_fail(STATUS_RESOURCE, "out of memory for the %zu bytes of %s",
		                      size, capture->pages_path);
	ZSTD_freeDStream(decoder);
	fclose(stream);
	if (status) {
		free(read);
		return status;
	}
	*sha256_holds = sha256_is(capture->sha256, read, size);
	*pages = read;
	return STATUS_OK;
}
