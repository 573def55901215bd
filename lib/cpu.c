// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <cpuid.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <memmapsim/cpu.h>

#include "error.h"

#define CPUID_1_ECX_OSXSAVE (1u << 27)
#define CPUID_1_EDX_SSE2    (1u << 26)
#define CPUID_7_EBX_AVX2    (1u << 5)
#define CPUID_7_EBX_ERMS    (1u << 9)
#define CPUID_7_EBX_AVX512F (1u << 16)
#define XCR0_AVX            0x06u /* SSE and AVX state */
#define XCR0_AVX512         0xe6u /* and mask registers, upper halves, upper sixteen */

/* Which vector state the OS saves; an instruction on state that it doesn't save faults. */
static uint32_t enabled_state(void)
{
	uint32_t eax, edx;

	__asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
	return eax;
}

static const struct {
	const char *name;
	unsigned int feature;
} names[] = {
	{"sse2", MMS_CPU_SSE2},
	{"erms", MMS_CPU_ERMS},
	{"avx2", MMS_CPU_AVX2},
	{"avx512", MMS_CPU_AVX512F},
};
#define NR_NAMES (sizeof(names) / sizeof(*names))

static unsigned int detect(void)
{
	unsigned int eax, ebx, ecx, edx, features = 0;
	uint32_t state = 0;

	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx))
		return 0;
	if (edx & CPUID_1_EDX_SSE2)
		features |= MMS_CPU_SSE2;
	if (ecx & CPUID_1_ECX_OSXSAVE)
		state = enabled_state();
	if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
		return features;
	if (ebx & CPUID_7_EBX_ERMS)
		features |= MMS_CPU_ERMS;
	if ((ebx & CPUID_7_EBX_AVX2) && (state & XCR0_AVX) == XCR0_AVX)
		features |= MMS_CPU_AVX2;
	if ((ebx & CPUID_7_EBX_AVX512F) && (state & XCR0_AVX512) == XCR0_AVX512)
		features |= MMS_CPU_AVX512F;
	return features;
}

/* Virtual machines take microseconds for each CPUID, too much for every chunk of a pool. */
static unsigned int detected(void)
{
	static _Atomic unsigned int cached;
	static _Atomic bool known;

	if (!atomic_load_explicit(&known, memory_order_acquire)) {
		atomic_store_explicit(&cached, detect(), memory_order_relaxed);
		atomic_store_explicit(&known, true, memory_order_release);
	}
	return atomic_load_explicit(&cached, memory_order_relaxed);
}

/*
 * The features that MMS_CPU takes away. @unknown is set to the first word that isn't "-" and a
 * name, and @length to its length; to 0 if there is none.
 */
static unsigned int taken_away(const char **unknown, int *length)
{
	const char *word = getenv("MMS_CPU");
	unsigned int features = 0;

	*length = 0;
	while (word && *word) {
		size_t size = strcspn(word, ",");
		size_t i = 0;

		while (i < NR_NAMES && (word[0] != '-' || strlen(names[i].name) != size - 1 ||
		                        strncmp(word + 1, names[i].name, size - 1) != 0))
			i++;
		if (i < NR_NAMES) {
			features |= names[i].feature;
		} else if (!*length) {
			*unknown = word;
			*length = (int)size;
		}
		word += size + (word[size] == ',');
	}
	return features;
}

unsigned int mms_cpu_features(void)
{
	const char *unknown;
	int length;

	return detected() & ~taken_away(&unknown, &length);
}

int mms_cpu_check_environment(void)
{
	const char *unknown;
	int length;

	taken_away(&unknown, &length);
	if (length)
		return mms_fail(
			EINVAL,
			"MMS_CPU has the word \"%.*s\"; it takes -sse2, -erms, -avx2 and -avx512, "
			"separated by commas",
			length, unknown);
	return 0;
}

const char *mms_cpu_feature_name(unsigned int feature)
{
	for (size_t i = 0; i < NR_NAMES; i++)
		if (names[i].feature == feature)
			return names[i].name;
	return NULL;
}
