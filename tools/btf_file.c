// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <linux/btf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <zstd.h>

#include "btf_file.h"
#include "command.h"
#include "input.h"
#include "unpack.h"

/* More than any kernel's raw BTF and vmlinux have: a stop for files that unpack without end. */
#define MAX_BTF (INT64_C(64) << 20)
#define MAX_ELF (INT64_C(2) << 30)

enum format { FORMAT_UNKNOWN, FORMAT_BTF, FORMAT_ELF, FORMAT_ZSTD };

static enum format format_of(int fd)
{
	unsigned char magic[4] = {0};
	uint32_t word;
	uint16_t half;

	if (pread(fd, magic, sizeof(magic), 0) != sizeof(magic))
		return FORMAT_UNKNOWN;
	memcpy(&word, magic, sizeof(word));
	memcpy(&half, magic, sizeof(half));
	if (memcmp(magic, "\177ELF", 4) == 0)
		return FORMAT_ELF;
	if (word == ZSTD_MAGICNUMBER)
		return FORMAT_ZSTD;
	/* Either byte order; libbpf reads both. */
	return half == BTF_MAGIC || half == __builtin_bswap16(BTF_MAGIC) ? FORMAT_BTF
	                                                                 : FORMAT_UNKNOWN;
}

static bool write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t written = write(fd, data, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		data += written;
		size -= (size_t)written;
	}
	return true;
}

/* Where a packed file goes to, a file in memory. */
struct unpacked {
	const char *path; /* of the packed file */
	int fd;
	int64_t size;
};

static int append(void *context, const char *data, size_t size)
{
	struct unpacked *unpacked = context;

	if (!write_all(unpacked->fd, data, size))
		return command_fail(STATUS_RESOURCE, "no memory to unpack %s: %s", unpacked->path,
		                    strerror(errno));
	unpacked->size += (int64_t)size;
	if (unpacked->size > MAX_ELF ||
	    (unpacked->size > MAX_BTF && format_of(unpacked->fd) != FORMAT_ELF))
		return command_fail(STATUS_USAGE, "%s unpacks to more than any kernel's BTF",
		                    unpacked->path);
	return STATUS_OK;
}

/* Replace @fd by the file in memory that it unpacks to. @return an enum status */
static int unpack(const char *path, int *fd)
{
	struct unpacked unpacked = {path, memfd_create("btf", MFD_CLOEXEC), 0};
	int status;

	if (unpacked.fd < 0)
		return command_fail(STATUS_RESOURCE, "no memory to unpack %s: %s", path,
		                    strerror(errno));
	status = unpack_zstd(path, *fd, append, &unpacked);
	close(*fd);
	*fd = unpacked.fd;
	return status;
}

/* libbpf opens files itself, so it gets a name for @fd. @return an enum status */
static int parse(const char *path, int fd, struct btf **btf)
{
	char name[64];
	struct btf *parsed = NULL;

	libbpf_set_print(NULL); /* it would explain to developers what we say in a sentence */
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	switch (format_of(fd)) {
	case FORMAT_BTF:
		parsed = btf__parse_raw(name);
		break;
	case FORMAT_ELF:
		parsed = btf__parse_elf(name, NULL);
		break;
	default:
		return command_fail(
			STATUS_USAGE,
			"%s is neither BTF nor an ELF file (or either compressed by zstd)", path);
	}
	if (!parsed && errno == ENOENT)
		return command_fail(STATUS_USAGE,
		                    "%s is an ELF file without BTF; it needs a .BTF section, as a "
		                    "vmlinux with CONFIG_DEBUG_INFO_BTF has",
		                    path);
	if (!parsed && errno == ENOMEM)
		return command_fail(STATUS_RESOURCE, "no memory for the BTF of %s", path);
	if (!parsed)
		return command_fail(STATUS_USAGE,
		                    "%s is truncated or corrupt: libbpf finds no valid BTF "
		                    "in it",
		                    path);
	*btf = parsed;
	return STATUS_OK;
}

int btf_file_load(const char *path, struct btf **btf)
{
	int fd, status;

	if (strcmp(path, KERNEL_BTF) == 0 && access(path, F_OK) != 0)
		return command_fail(STATUS_UNSUPPORTED,
		                    "the running kernel has no BTF (no %s; it needs "
		                    "CONFIG_DEBUG_INFO_BTF); give a file with --btf FILE",
		                    KERNEL_BTF);
	status = input_open(path, &fd);
	if (status)
		return status;
	if (format_of(fd) == FORMAT_ZSTD)
		status = unpack(path, &fd);
	if (status == STATUS_OK)
		status = parse(path, fd, btf);
	close(fd);
	return status;
}
