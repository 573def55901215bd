// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define NAME                  mms_store_temporal_sse2
#define VECTOR                __m128i
#define LOAD(pointer)         _mm_load_si128(pointer)
#define STORE(pointer, value) _mm_store_si128(pointer, value)
#include "init/store_vector.h"
