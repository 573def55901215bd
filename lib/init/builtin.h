/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The init functions behind the registry. */
#ifndef LIB_INIT_BUILTIN_H
#define LIB_INIT_BUILTIN_H

#include <memmapsim/init.h>

int mms_naive(const struct mms_job *job);
int mms_template_heads(const struct mms_job *job);
int mms_template(const struct mms_job *job);
int mms_template_movnti(const struct mms_job *job);
int mms_template_movnti_pb(const struct mms_job *job);

int mms_stream_movnti(const struct mms_job *job);
int mms_stream_erms(const struct mms_job *job);
int mms_stream_avx2(const struct mms_job *job);
int mms_stream_avx512(const struct mms_job *job);
int mms_stream_temporal(const struct mms_job *job);

/* The same for normal memory. */
int mms_naive_normal(const struct mms_job *job);
int mms_template_normal(const struct mms_job *job);
int mms_template_movnti_normal(const struct mms_job *job);
int mms_stream_movnti_normal(const struct mms_job *job);
int mms_stream_erms_normal(const struct mms_job *job);
int mms_stream_avx2_normal(const struct mms_job *job);
int mms_stream_avx512_normal(const struct mms_job *job);
int mms_stream_temporal_normal(const struct mms_job *job);

#endif
