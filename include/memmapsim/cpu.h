/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file cpu.h
 * CPU features that initializers and comparisons come in variants for. Thread-safe.
 */
#ifndef MEMMAPSIM_CPU_H
#define MEMMAPSIM_CPU_H

#include <memmapsim/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** CPU features, or'ed. */
enum mms_cpu {
	MMS_CPU_SSE2 = 1 << 0,    /**< MOVNTI; every x86-64 has it */
	MMS_CPU_ERMS = 1 << 1,    /**< fast rep movsb */
	MMS_CPU_AVX2 = 1 << 2,    /**< with the state enabled by the OS */
	MMS_CPU_AVX512F = 1 << 3, /**< with the state enabled by the OS */
};

/**
 * The features that this CPU has, its OS has enabled, and the environment variable MMS_CPU doesn't
 * take away: "-avx512,-erms" pretends that those are missing, so that what runs instead can be
 * tried.
 * @return enum mms_cpu, or'ed
 */
MMS_API unsigned int mms_cpu_features(void);

/**
 * Whether MMS_CPU is understood; mms_cpu_features() passes over words that aren't.
 * @return 0; -EINVAL: mms_last_error() names the first word that is none of -sse2, -erms, -avx2,
 *         -avx512
 */
MMS_API int mms_cpu_check_environment(void);

/** @return the name of a single feature, "avx2"; NULL for none. Static storage. */
MMS_API const char *mms_cpu_feature_name(unsigned int feature);

#ifdef __cplusplus
}
#endif

#endif
