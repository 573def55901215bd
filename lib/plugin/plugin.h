/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A plug-in's view of a job. */
#ifndef LIB_PLUGIN_PLUGIN_H
#define LIB_PLUGIN_PLUGIN_H

#include <memmapsim/init.h>
#include <memmapsim/plugin.h>

/* The init function of all plug-ins' initializers, whose data is their struct mms_plugin. */
int mms_plugin_run(const struct mms_job *job);

#endif
