// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define NAME                  mms_store_stream_avx512
#define VECTOR                __m512i
#define LOAD(pointer)         _mm512_load_si512(pointer)
#define STORE(pointer, value) _mm512_stream_si512(pointer, value)
#include "init/store_vector.h"
