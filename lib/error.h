/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How a failing function of the library leaves its sentence for mms_last_error(). */
#ifndef LIB_ERROR_H
#define LIB_ERROR_H

#include <stddef.h>

/* Remember the sentence for this thread and return -@error, so: return mms_fail(EINVAL, "…"). */
__attribute__((format(printf, 2, 3))) int mms_fail(int error, const char *format, ...);

/*
 * How often this thread has called mms_fail(). Tells whether foreign code that failed has left a
 * sentence, or the last one is about something else.
 */
unsigned int mms_failures(void);

/*
 * "there is no @kind "@typed"", with the one of @count @names that is nearest if one is near, and
 * all of them otherwise. Returns -ENOENT.
 */
int mms_fail_unknown(const char *kind, const char *typed, const char *const *names, size_t count);

/* The one of @count @names that @typed may have been meant for; NULL if none is near. */
const char *mms_nearest_name(const char *typed, const char *const *names, size_t count);

#endif
