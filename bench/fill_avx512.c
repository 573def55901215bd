// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define NAME             mms_fill_avx512
#define VECTOR           __m512i
#define SET(byte)        _mm512_set1_epi32(byte)
#define STORE(to, value) _mm512_stream_si512(to, value)
#include "fill_vector.h"
