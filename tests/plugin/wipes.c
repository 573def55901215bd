// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Plug-ins that overwrite all memory that their process shares with the one that watches it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <memmapsim/plugin.h>

static void wipe(int byte)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long start, end;
	char line[4096];

	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx rw-s", &start, &end) == 2 && strstr(line, " rw-s "))
			memset((char *)start, byte, end - start);
	_exit(7);
}

static int zeroes(const struct mms_plugin_job *job)
{
	(void)job;
	wipe(0);
	return 0;
}

static int scribbles(const struct mms_plugin_job *job)
{
	(void)job;
	wipe(0xff);
	return 0;
}

MMS_PLUGINS({.name = "zeroes", .init = zeroes}, {.name = "scribbles", .init = scribbles});
