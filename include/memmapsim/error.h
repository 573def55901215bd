/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * @file error.h
 * What every layer shares: how a failure is told.
 *
 * Functions that can fail return 0 or a negative errno and leave their outputs untouched on
 * failure.
 */
#ifndef MEMMAPSIM_ERROR_H
#define MEMMAPSIM_ERROR_H

#if defined(__GNUC__)
#define MMS_API __attribute__((visibility("default")))
#else
#define MMS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The sentence that explains the calling thread's last failed mms_ call: what was asked, what was
 * found, what to do. Meant for people; programs look at the errno.
 *
 * @return a string that is never NULL, empty before the first failure, owned by the library and
 *         valid until this thread's next failing call. Thread-safe.
 */
MMS_API const char *mms_last_error(void);

#ifdef __cplusplus
}
#endif

#endif
