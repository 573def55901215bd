// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define NAME             mms_fill_temporal_sse2
#define VECTOR           __m128i
#define SET(byte)        _mm_set1_epi8(byte)
#define STORE(to, value) _mm_store_si128(to, value)
#include "fill_vector.h"
