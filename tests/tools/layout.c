// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* layout, with BTF as it is, of other kernels, packed in all ways, damaged, and hostile. */
#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <cmocka.h>
#include <zstd.h>

#include "btf_file.h"
#include "layout.h"
#include "run.h"
#include "skip.h"

static const struct {
	const char *kernel, *file;
} backed[] = {
	{"v6.18", TEST_DATA "/btf/6.18.15.btf.zst"},
	{"v7.1", TEST_DATA "/btf/7.1.13.btf.zst"},
	{"v7.2", TEST_DATA "/btf/7.2.13.btf.zst"},
};
#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define BTF_6_18     backed[0].file
#define BTF_7_2      backed[2].file

/* Raw BTF of v7.2. */
static unsigned char raw[1 << 16];
static size_t raw_size;

static void write_file(const char *name, const void *data, size_t size)
{
	FILE *file = fopen(scratch(name), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static int setup(void **state)
{
	unsigned char packed[1 << 14];
	FILE *file = fopen(BTF_7_2, "rb");
	size_t size;

	if (!file)
		return -1;
	size = fread(packed, 1, sizeof(packed), file);
	fclose(file);
	raw_size = ZSTD_decompress(raw, sizeof(raw), packed, size);
	return ZSTD_isError(raw_size) ? -1 : run_setup(state);
}

static void descriptions_hold_against_their_kernels(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(backed); i++) {
		struct result result = run_expecting(0, "memmapsim layout --kernel %s --btf %s",
		                                     backed[i].kernel, backed[i].file);

		assert_contains(result.out, "holds against");
		assert_contains(result.out, "25 page flags, 5 zones, 5 memory types");
	}
}

static void other_kernels_differ(void **state)
{
	struct result result =
		run_expecting(1, "memmapsim layout --kernel v7.2 --btf %s", BTF_6_18);

	(void)state;
	assert_contains(result.out,
	                "struct page: compound_info at 8 (8 bytes), BTF has no such member\n");
	assert_contains(result.out, "struct dev_pagemap: 152 bytes, BTF has 160\n");
	assert_contains(result.out,
	                "struct dev_pagemap: type at 96 (4 bytes), BTF has 104 (4 bytes)\n");
	result = run_expecting(1, "memmapsim layout --kernel v6.12 --btf %s", BTF_6_18);
	assert_contains(result.out, "enum pageflags: PG_hwpoison is 20, BTF has 21\n");
	result = run_expecting(1, "memmapsim layout --kernel v6.1 --btf %s", BTF_6_18);
	assert_contains(result.out, "enum pageflags: PG_slab is 9, BTF has no such value\n");
}

/* Fail unless @kernel differs from @btf in one thing only, and the line about it has @part. */
static void assert_one_difference(const struct mms_kernel *kernel, const struct btf *btf,
                                  const char *part)
{
	struct layout_comparison comparison;
	char *line;
	size_t size;
	FILE *stream = open_memstream(&line, &size);

	assert_int_equal(layout_compare(kernel, btf, stream, &comparison), 0);
	fclose(stream);
	assert_contains(line, part);
	assert_int_equal(comparison.differences, 1);
	free(line);
}

/* All that is compared must be able to differ: each member, moved and grown by a byte, is named. */
static void each_changed_member_is_named(void **state)
{
	struct mms_kernel kernel = *mms_kernel_default();
	struct btf *btf;

	(void)state;
	assert_int_equal(btf_file_load(BTF_7_2, &btf), 0);
	for (unsigned int i = 0; i < kernel.nr_structs; i++) {
		struct mms_struct structure = *mms_kernel_default()->structs[i];
		struct mms_member members[64];

		memcpy(members, structure.members, structure.nr_members * sizeof(*members));
		structure.members = members;
		kernel.structs[i] = &structure;
		for (unsigned int j = 0; j < structure.nr_members; j++) {
			char part[128];

			snprintf(part, sizeof(part), "struct %s: %s at ", structure.name,
			         members[j].name);
			members[j].offset++;
			assert_one_difference(&kernel, btf, part);
			members[j].offset--;
			members[j].size++;
			assert_one_difference(&kernel, btf, part);
			members[j].size--;
		}
		structure.size++;
		assert_one_difference(&kernel, btf, " bytes, BTF has ");
		kernel.structs[i] = mms_kernel_default()->structs[i];
	}
	btf__free(btf);
}

static void each_changed_flag_is_named(void **state)
{
	struct mms_kernel kernel = *mms_kernel_default();
	const char *flags[64];
	struct btf *btf;

	(void)state;
	assert_int_equal(btf_file_load(BTF_7_2, &btf), 0);
	for (unsigned int bit = 0; bit < kernel.nr_pageflags; bit++) {
		memcpy(flags, mms_kernel_default()->pageflags,
		       kernel.nr_pageflags * sizeof(*flags));
		kernel.pageflags = flags;
		flags[bit] = "invented";
		assert_one_difference(&kernel, btf, "enum pageflags: PG_invented is ");
		flags[bit] = bit ? "locked" : "writeback";
		assert_one_difference(&kernel, btf, flags[bit]);
	}
	kernel.pageflags = mms_kernel_default()->pageflags;
	kernel.nr_pageflags--;
	assert_one_difference(&kernel, btf, "__NR_PAGEFLAGS is 24, BTF has 25");
	btf__free(btf);
}

static void printed_as_pahole_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		struct result result =
			run_expecting(0, "memmapsim layout --kernel %s", mms_kernel_at(i)->name);

		assert_contains(result.out, "struct page {\n\tflags; ");
		assert_contains(result.out,
		                "_refcount;                               /*    52     4 */");
		assert_contains(result.out, "PG_reserved = ");
		assert_contains(result.out, "ZONE_DEVICE = 4");
		assert_contains(result.out, "MEMORY_DEVICE_FS_DAX = 3");
	}
	run_refused(2, "did you mean", "memmapsim layout --kernel v7.20");
}

/* The least ELF file that has a .BTF section. */
static size_t make_elf(unsigned char *elf, const char *section)
{
	static const char names[] = "\0.BTF\0.TXT\0.shstrtab";
	Elf64_Ehdr header = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
	                    EV_CURRENT},
		.e_type = ET_REL,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_shoff = sizeof(header),
		.e_ehsize = sizeof(header),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 3,
		.e_shstrndx = 2,
	};
	size_t names_at = sizeof(header) + 3 * sizeof(Elf64_Shdr),
	       btf_at = names_at + sizeof(names);
	Elf64_Shdr sections[3] = {
		[1] =
			{
				.sh_name = strcmp(section, ".BTF") == 0 ? 1 : 6,
				.sh_type = SHT_PROGBITS,
				.sh_offset = btf_at,
				.sh_size = raw_size,
				.sh_addralign = 1,
			},
		[2] =
			{
				.sh_name = 11,
				.sh_type = SHT_STRTAB,
				.sh_offset = names_at,
				.sh_size = sizeof(names),
				.sh_addralign = 1,
			},
	};

	memcpy(elf, &header, sizeof(header));
	memcpy(elf + sizeof(header), sections, sizeof(sections));
	memcpy(elf + names_at, names, sizeof(names));
	memcpy(elf + btf_at, raw, raw_size);
	return btf_at + raw_size;
}

static void all_containers_are_read(void **state)
{
	unsigned char elf[sizeof(raw) + 4096], packed[sizeof(elf)];
	size_t size = make_elf(elf, ".BTF");

	(void)state;
	write_file("raw", raw, raw_size);
	write_file("elf", elf, size);
	write_file("elf.zst", packed, ZSTD_compress(packed, sizeof(packed), elf, size, 1));
	run_expecting(0, "memmapsim layout --btf raw");
	run_expecting(0, "memmapsim layout --btf=raw");
	run_expecting(0, "memmapsim layout --btf elf");
	run_expecting(0, "memmapsim layout --btf elf.zst");
	write_file("other", elf, make_elf(elf, ".TXT"));
	run_refused(2, "without BTF", "memmapsim layout --btf other");
}

/* The program that made tests/data/btf keeps what layout looks at. */
static void reduced_files_say_the_same(void **state)
{
	(void)state;
	write_file("raw", raw, raw_size);
	run_expecting(0, "\"$REDUCE_BTF\" raw reduced.zst && memmapsim layout --btf reduced.zst");
}

static void bad_files_are_refused(void **state)
{
	unsigned char packed[1 << 14];
	size_t size = ZSTD_compress(packed, sizeof(packed), raw, raw_size, 1);
	struct btf *empty = btf__new_empty();
	const void *data;
	unsigned int empty_size;

	(void)state;
	write_file("nothing", "", 0);
	write_file("truncated", raw, raw_size - 1);
	write_file("header", raw, 12);
	write_file("truncated.zst", packed, size - 5);
	packed[size / 2] ^= 0x55;
	packed[size / 2 + 1] ^= 0x55;
	write_file("corrupt.zst", packed, size);
	data = btf__raw_data(empty, &empty_size);
	write_file("empty", data, empty_size);
	btf__free(empty);
	run_refused(2, "No such file", "memmapsim layout --btf missing");
	run_refused(2, "no regular file", "memmapsim layout --btf .");
	run_refused(2, "no regular file", "mkfifo fifo; memmapsim layout --btf fifo");
	run_refused(2, "neither BTF nor", "memmapsim layout --btf nothing");
	run_refused(2, "neither BTF nor", "echo text >text; memmapsim layout --btf text");
	run_refused(2, "truncated", "memmapsim layout --btf truncated");
	run_refused(2, "truncated", "memmapsim layout --btf header");
	run_refused(2, "truncated", "memmapsim layout --btf truncated.zst");
	run_refused(2, "corrupt", "memmapsim layout --btf corrupt.zst");
	run_refused(2, "no kernel's BTF", "memmapsim layout --btf empty");
	run_refused(2, "--btf", "memmapsim layout truncated");
	run_refused(2, "only one", "memmapsim layout --btf truncated header");
}

static void file_that_unpacks_without_end_is_refused(void **state)
{
	size_t size = 80 << 20, bound = ZSTD_compressBound(size);
	unsigned char *zeros = calloc(1, size), *packed = malloc(bound);

	(void)state;
	assert_non_null(zeros);
	assert_non_null(packed);
	memcpy(zeros, raw, raw_size);
	write_file("bomb.zst", packed, ZSTD_compress(packed, bound, zeros, size, 1));
	free(zeros);
	free(packed);
	run_refused(2, "more than any kernel's BTF", "memmapsim layout --btf bomb.zst");
}

static void running_kernel_is_the_default(void **state)
{
	struct result result;

	(void)state;
	if (access(KERNEL_BTF, R_OK) != 0) {
		run_refused(4, "no BTF", "memmapsim layout --btf");
		skip_because("the running kernel has no BTF");
	}
	result = run("memmapsim layout --btf");
	assert_in_range(result.status, 0, 1);
	assert_contains(result.out, KERNEL_BTF);
}

/* A structure that is in itself, without a name, twice: 2^n ways to look through it. */
static void endless_types_are_survived(void **state)
{
	struct btf *btf = btf__new_empty();
	struct layout_comparison comparison;
	FILE *null = fopen("/dev/null", "w");
	int id;

	(void)state;
	id = btf__add_struct(btf, "page", 64);
	for (int i = 0; i < 8; i++)
		assert_int_equal(btf__add_field(btf, "", id, 0, 0), 0);
	assert_int_equal(btf__add_typedef(btf, "circle", id + 1), id + 1);
	assert_int_equal(layout_compare(mms_kernel_default(), btf, null, &comparison), 0);
	assert_true(comparison.differences > 0);
	fclose(null);
	btf__free(btf);
}

/* Flipped bits make any types; whatever comes of it, it is no crash. For address sanitizers. */
static void damaged_types_are_survived(void **state)
{
	const char *given = getenv("MMS_TEST_SEED");
	unsigned int seed =
		given ? (unsigned int)strtoul(given, NULL, 0) : (unsigned int)time(NULL);
	unsigned char damaged[sizeof(raw)];
	FILE *null = fopen("/dev/null", "w");
	unsigned int compared = 0;

	(void)state;
	print_message("# MMS_TEST_SEED=%u\n", seed);
	for (unsigned int i = 0; i < 5000; i++) {
		struct layout_comparison comparison;
		struct btf *btf;

		memcpy(damaged, raw, raw_size);
		for (unsigned int flips = (unsigned int)rand_r(&seed) % 4 + 1; flips; flips--)
			damaged[(unsigned int)rand_r(&seed) % raw_size] ^= 1u
			                                                   << (rand_r(&seed) & 7);
		btf = btf__new(damaged, (unsigned int)raw_size);
		if (!btf)
			continue;
		compared += layout_compare(mms_kernel_default(), btf, null, &comparison) == 0;
		btf__free(btf);
	}
	fclose(null);
	assert_true(compared > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptions_hold_against_their_kernels),
		cmocka_unit_test(other_kernels_differ),
		cmocka_unit_test(each_changed_member_is_named),
		cmocka_unit_test(each_changed_flag_is_named),
		cmocka_unit_test(printed_as_pahole_does),
		cmocka_unit_test(all_containers_are_read),
		cmocka_unit_test(reduced_files_say_the_same),
		cmocka_unit_test(bad_files_are_refused),
		cmocka_unit_test(file_that_unpacks_without_end_is_refused),
		cmocka_unit_test(running_kernel_is_the_default),
		cmocka_unit_test(endless_types_are_survived),
		cmocka_unit_test(damaged_types_are_survived),
	};

	libbpf_set_print(NULL);
	return cmocka_run_group_tests(tests, setup, run_teardown);
}
