// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define NAME         mms_read_avx512
#define VECTOR_BYTES 64
#include "read_vector.h"
