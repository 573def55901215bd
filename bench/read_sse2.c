// SPDX-License-Identifier: GPL-2.0-only OR MIT
#define NAME         mms_read_sse2
#define VECTOR_BYTES 16
#include "read_vector.h"
