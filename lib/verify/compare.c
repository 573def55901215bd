// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <memmapsim/cpu.h>

#include "verify/compare.h"

mms_compare_fn *mms_compare(void)
{
	unsigned int features = mms_cpu_features();

	if (features & MMS_CPU_AVX512F)
		return mms_compare_avx512;
	if (features & MMS_CPU_AVX2)
		return mms_compare_avx2;
	return mms_compare_sse2;
}
