/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Processes that a child started and left behind. They would keep what this process prints to open
 * for as long as they live, and go on with whatever they do.
 */
#ifndef TOOLS_ORPHANS_H
#define TOOLS_ORPHANS_H

struct orphans {
	int reaper;   /* whether this process took orphans before */
	char *before; /* its own children then, as /proc lists them; NULL: none */
};

/* From now on, processes whose parents end become children of this one. */
void orphans_take(struct orphans *orphans);

/* End all that came, and those that they leave behind. */
void orphans_end(struct orphans *orphans);

#endif
