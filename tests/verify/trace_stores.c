// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The store tracer on every kind of store that is non-temporal, masked, or both. */
#include <cpuid.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <memmapsim/cpu.h>
#include <memmapsim/verify.h>

#include "skip.h"
#include "verify/traced.h"

static _Alignas(64) unsigned char array[1024];

/* A bit of CPUID; of what has registers of its own, the OS must have enabled them too. */
struct feature {
	unsigned int leaf, bit;
	enum { IN_EBX, IN_ECX } in;
	unsigned int registers; /* enum mms_cpu */
};

static bool have(const struct feature *feature)
{
	unsigned int eax, ebx, ecx, edx;

	if (feature->registers & ~mms_cpu_features())
		return false;
	return !feature->leaf || (__get_cpuid_count(feature->leaf, 0, &eax, &ebx, &ecx, &edx) &&
	                          (feature->in == IN_EBX ? ebx : ecx) >> feature->bit & 1);
}

#define SSE2                                                                                       \
	{                                                                                          \
		.registers = 0                                                                     \
	}
#define MOVDIRI                                                                                    \
	{                                                                                          \
		.leaf = 7, .bit = 27, .in = IN_ECX                                                 \
	}
#define MOVDIR64B                                                                                  \
	{                                                                                          \
		.leaf = 7, .bit = 28, .in = IN_ECX                                                 \
	}
#define CLZERO                                                                                     \
	{                                                                                          \
		.leaf = 0x80000008, .bit = 0, .in = IN_EBX                                         \
	}
#define AVX2                                                                                       \
	{                                                                                          \
		.registers = MMS_CPU_AVX2                                                          \
	}
#define AVX512F                                                                                    \
	{                                                                                          \
		.registers = MMS_CPU_AVX512F                                                       \
	}
#define AVX512BW                                                                                   \
	{                                                                                          \
		.leaf = 7, .bit = 30, .in = IN_EBX, .registers = MMS_CPU_AVX512F                   \
	}

/* Stores at 64(%rdi) and later. What is nontemporal is not drained. */
TRACED(movnti, "movnti %rax, 72(%rdi)");
TRACED(movnti_4, "movnti %eax, 72(%rdi)");
TRACED(movntdq, "movntdq %xmm0, 80(%rdi)");
TRACED(movntps, "movntps %xmm0, 80(%rdi)");
TRACED(movntpd, "movntpd %xmm0, 80(%rdi)");
TRACED(movdiri, "movdiri %rax, 72(%rdi)");
TRACED(movdir64b, "lea 64(%rdi), %rax\n\tmovdir64b 512(%rdi), %rax");
TRACED(clzero, "lea 77(%rdi), %rax\n\tclzero");
TRACED(vmovntdq, "vmovntdq %ymm0, 96(%rdi)");
TRACED(vmovntps, "vmovntps %ymm0, 96(%rdi)");
TRACED(vmovntpd, "vmovntpd %xmm0, 80(%rdi)");
TRACED(vmovntdq_zmm, "vmovntdq %zmm0, 64(%rdi)");
TRACED(vmovntps_zmm, "vmovntps %zmm16, 64(%rdi)");

TRACED(maskmovdqu, "mov $0xff0000ff, %eax\n\t"
                   "movd %rax, %xmm1\n\t"
                   "mov $0x8000000000000000, %rax\n\t"
                   "movd %rax, %xmm2\n\t"
                   "punpcklqdq %xmm2, %xmm1\n\t"
                   "add $120, %rdi\n\t"
                   "maskmovdqu %xmm1, %xmm0");
TRACED(vpmaskmovd, "vpcmpeqd %ymm1, %ymm1, %ymm1\n\t"
                   "vpsrldq $8, %ymm1, %ymm1\n\t"
                   "vpmaskmovd %ymm0, %ymm1, 64(%rdi)");
TRACED(vpmaskmovd_none, "vpxor %ymm1, %ymm1, %ymm1\n\t"
                        "vpmaskmovd %ymm0, %ymm1, 64(%rdi)");
TRACED(vmovdqu64, "mov $0x81, %eax\n\t"
                  "kmovw %eax, %k1\n\t"
                  "vmovdqu64 %zmm0, 96(%rdi){%k1}");
TRACED(vmovdqu8, "mov $0x8000000000000001, %rax\n\t"
                 "kmovq %rax, %k7\n\t"
                 "vmovdqu8 %zmm0, 65(%rdi){%k7}");
TRACED(vpcompressq, "mov $0xa2, %eax\n\t"
                    "kmovw %eax, %k2\n\t"
                    "vpcompressq %zmm0, 64(%rdi){%k2}");
TRACED(vpmovqb, "mov $0x11, %eax\n\t"
                "kmovw %eax, %k2\n\t"
                "vpmovqb %zmm0, 124(%rdi){%k2}");
TRACED(vmovdqu64_all, "vmovdqu64 %zmm0, 96(%rdi)");

static const struct store {
	const char *name;
	int (*run)(void *);
	struct feature feature;
	unsigned int bytes, lines;
	bool nontemporal;
} stores[] = {
	{"movnti", movnti, SSE2, 8, 1, true},
	{"movnti, 4 bytes", movnti_4, SSE2, 4, 1, true},
	{"movntdq", movntdq, SSE2, 16, 1, true},
	{"movntps", movntps, SSE2, 16, 1, true},
	{"movntpd", movntpd, SSE2, 16, 1, true},
	{"movdiri", movdiri, MOVDIRI, 8, 1, true},
	{"movdir64b", movdir64b, MOVDIR64B, 64, 1, true},
	{"clzero", clzero, CLZERO, 64, 1, true},
	{"vmovntdq", vmovntdq, AVX2, 32, 1, true},
	{"vmovntps", vmovntps, AVX2, 32, 1, true},
	{"vmovntpd", vmovntpd, AVX2, 16, 1, true},
	{"vmovntdq zmm", vmovntdq_zmm, AVX512F, 64, 1, true},
	{"vmovntps zmm", vmovntps_zmm, AVX512F, 64, 1, true},
	{"maskmovdqu", maskmovdqu, SSE2, 3, 2, true},
	{"vpmaskmovd", vpmaskmovd, AVX2, 16, 1, false},
	{"vpmaskmovd of nothing", vpmaskmovd_none, AVX2, 0, 0, false},
	{"vmovdqu64", vmovdqu64, AVX512F, 16, 2, false},
	{"vmovdqu8", vmovdqu8, AVX512BW, 2, 2, false},
	{"vpcompressq", vpcompressq, AVX512F, 24, 1, false},
	{"vpmovqb", vpmovqb, AVX512F, 2, 2, false},
	{"vmovdqu64 unmasked", vmovdqu64_all, AVX512F, 64, 2, false},
};

static void knows_store(void **state)
{
	const struct store *store = *state;
	const struct mms_watch watch = {(uintptr_t)array, (uintptr_t)(array + sizeof(array)),
	                                MMS_WATCH_ARRAY};
	const struct mms_trace trace = {.watch = &watch, .nr_watch = 1};
	struct mms_store_report report;
	int err;

	if (!have(&store->feature))
		skip_because("this CPU has no %s", store->name);
	err = mms_trace_stores(store->run, array, &trace, &report);
	if (err == -EPERM)
		skip_because("%s", mms_last_error());
	if (err)
		fail_msg("%s", mms_last_error());

	assert_int_equal(report.bytes_written, store->bytes);
	assert_int_equal(report.bytes_nontemporal, store->nontemporal ? store->bytes : 0);
	assert_int_equal(report.lines_written, store->lines);
	assert_int_equal(report.stores, store->bytes > 0);
	assert_int_equal(report.findings, store->nontemporal);
	if (store->nontemporal) {
		assert_int_equal(report.first.pending, store->lines);
		assert_int_equal(report.first.line, array + 64);
	}
}

int main(void)
{
	struct CMUnitTest tests[sizeof(stores) / sizeof(*stores)];

	for (size_t i = 0; i < sizeof(stores) / sizeof(*stores); i++)
		tests[i] = (struct CMUnitTest){.name = stores[i].name,
		                               .test_func = knows_store,
		                               .initial_state = (void *)&stores[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
