/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A progress bar on stderr, if that is a terminal. */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool on;
};

void progress_start(struct progress *progress);

/* @done of @total steps are done, and this is what is being done now. */
__attribute__((format(printf, 4, 5))) void progress_show(const struct progress *progress,
                                                         uint64_t done, uint64_t total,
                                                         const char *format, ...);

/* Remove the bar. */
void progress_end(const struct progress *progress);

#endif
