// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define NAME             mms_fill_avx2
#define VECTOR           __m256i
#define SET(byte)        _mm256_set1_epi8(byte)
#define STORE(to, value) _mm256_stream_si256(to, value)
#include "fill_vector.h"
