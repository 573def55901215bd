// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define NAME                  mms_store_temporal_avx2
#define VECTOR                __m256i
#define LOAD(pointer)         _mm256_load_si256(pointer)
#define STORE(pointer, value) _mm256_store_si256(pointer, value)
#include "init/store_vector.h"
