// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A shared object whose constructor doesn't let anyone load it. */
#include <stdlib.h>

#include <memmapsim/plugin.h>

__attribute__((constructor)) static void leave(void)
{
	abort();
}

static int nothing(const struct mms_plugin_job *job)
{
	(void)job;
	return 0;
}

MMS_PLUGINS({.name = "rude", .init = nothing});
