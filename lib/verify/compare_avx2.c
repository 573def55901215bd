// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define VECTOR_BYTES 32
#define NAME         mms_compare_avx2
#include "verify/compare_body.h"
