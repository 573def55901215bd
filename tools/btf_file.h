/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Reading a kernel's BTF: what types it was built with. */
#ifndef TOOLS_BTF_FILE_H
#define TOOLS_BTF_FILE_H

#include <bpf/btf.h>

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

/*
 * Load raw BTF, an ELF file with a .BTF section (vmlinux), or either compressed by zstd; told apart
 * by their first bytes.
 * @btf: to be given to btf__free()
 * @return an enum status: STATUS_USAGE for what is missing or no BTF, STATUS_UNSUPPORTED for a
 * running kernel without it (KERNEL_BTF is missing); the sentence is printed
 */
int btf_file_load(const char *path, struct btf **btf);

#endif
