// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define VECTOR_BYTES 16
#define NAME         mms_compare_sse2
#include "verify/compare_body.h"
