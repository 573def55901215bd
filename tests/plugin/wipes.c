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
	if (maps)
		fclose(maps);
}

static int zeroes(const struct mms_plugin_job *job)
{
	(void)job;
	wipe(0);
	_exit(7);
}

static int scribbles(const struct mms_plugin_job *job)
{
	(void)job;
	wipe(0xff);
	_exit(7);
}

#ifdef WIPES_AND_MORE
static int zeroes_and_loops(const struct mms_plugin_job *job)
{
	(void)job;
	wipe(0);
	for (;;)
		pause();
	return 0;
}

static int scribbles_and_loops(const struct mms_plugin_job *job)
{
	(void)job;
	wipe(0xff);
	for (;;)
		pause();
	return 0;
}

/* Single pages only. */
static int fine(const struct mms_plugin_job *job)
{
	for (uint64_t pfn = job->start_pfn; pfn < job->end_pfn; pfn++)
		job->init_page(job, pfn);
	return 0;
}

/* What it was to do is all right. */
static int zeroes_and_returns(const struct mms_plugin_job *job)
{
	wipe(0);
	return fine(job);
}

static int scribbles_and_returns(const struct mms_plugin_job *job)
{
	wipe(0xff);
	return fine(job);
}

/* Not when it is verified. */
static int zeroes_later(const struct mms_plugin_job *job)
{
	static int calls;

	return ++calls > 2 ? zeroes(job) : fine(job);
}

/* clang-format off */
MMS_PLUGINS(
	{.name = "zeroes", .init = zeroes},
	{.name = "scribbles", .init = scribbles},
	{.name = "zeroes-and-loops", .init = zeroes_and_loops},
	{.name = "scribbles-and-loops", .init = scribbles_and_loops},
	{.name = "zeroes-and-returns", .init = zeroes_and_returns},
	{.name = "scribbles-and-returns", .init = scribbles_and_returns},
	{.name = "zeroes-later", .init = zeroes_later});
/* clang-format on */
#else
MMS_PLUGINS({.name = "zeroes", .init = zeroes}, {.name = "scribbles", .init = scribbles});
#endif
