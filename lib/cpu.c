// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <cpuid.h>
#include <stddef.h>
#include <stdint.h>

#include <memmapsim/cpu.h>

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

unsigned int mms_cpu_features(void)
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

const char *mms_cpu_feature_name(unsigned int feature)
{
	switch (feature) {
	case MMS_CPU_SSE2:
		return "sse2";
	case MMS_CPU_ERMS:
		return "erms";
	case MMS_CPU_AVX2:
		return "avx2";
	case MMS_CPU_AVX512F:
		return "avx512";
	default:
		return NULL;
	}
}
