// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The pages of a capture. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nettle/sha2.h>

#include "capture.h"
#include "command.h"
#include "input.h"
#include "unpack.h"

/* Where the pages go to, and no further. */
struct target {
	const struct capture *capture;
	char *pages;
	size_t size, filled;
};

static int fail_size(const struct capture *capture, const char *compared)
{
	return command_fail(STATUS_USAGE, "%s holds %s than the %" PRIu64 " pages that %s says",
	                    capture->pages_path, compared, capture->count, capture->path);
}

static int fill(void *context, const char *data, size_t size)
{
	struct target *target = context;

	if (size > target->size - target->filled)
		return fail_size(target->capture, "more");
	memcpy(target->pages + target->filled, data, size);
	target->filled += size;
	return STATUS_OK;
}

static int unpack(const struct capture *capture, char *pages, size_t size)
{
	struct target target = {capture, pages, size, 0};
	int fd = -1;
	int status = input_open(capture->pages_path, &fd);

	if (status)
		return status;
	status = unpack_zstd(capture->pages_path, fd, fill, &target);
	close(fd);
	if (status == STATUS_OK && target.filled < size)
		status = fail_size(capture, "less");
	return status;
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
	void *read = malloc(size);
	int status;

	if (!read)
		return command_fail(STATUS_RESOURCE, "out of memory for the %zu bytes of %s", size,
		                    capture->pages_path);
	status = unpack(capture, read, size);
	if (status) {
		free(read);
		return status;
	}
	*sha256_holds = sha256_is(capture->sha256, read, size);
	*pages = read;
	return STATUS_OK;
}
