// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define NAME         mms_read_avx2
#define VECTOR_BYTES 32
#include "read_vector.h"
