// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define VECTOR_BYTES 64
#define NAME         mms_compare_avx512
#include "verify/compare_body.h"
