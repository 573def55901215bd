// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "progress.h"

#define BAR_WIDTH 30

void progress_start(struct progress *progress)
{
	progress->on = isatty(STDERR_FILENO);
}

void progress_show(const struct progress *progress, uint64_t done, uint64_t total,
                   const char *format, ...)
{
	static const char full[BAR_WIDTH + 1] = "##############################";
	int width = (int)(done * BAR_WIDTH / total);
	char what[48];
	va_list args;

	if (!progress->on)
		return;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	/* \033[K: erase what a longer line left. */
	fprintf(stderr, "\r[%.*s%*s] %3u%% %s\033[K", width, full, BAR_WIDTH - width, "",
	        (unsigned int)(done * 100 / total), what);
}

void progress_end(const struct progress *progress)
{
	if (progress->on)
		fputs("\r\033[K", stderr);
}
