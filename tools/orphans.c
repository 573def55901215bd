// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "orphans.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "input.h"

/* Generations; who forks faster than it is ended isn't waited for. */
#define MAX_PASSES 100

/* Orphans go to the first thread. Where a kernel has no such list, none are found. */
static char *list_children(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	return input_text(path);
}

/* The next of a list; 0: it ends here. */
static pid_t next_child(const char **list)
{
	char *end;
	long pid = strtol(*list, &end, 10);

	*list = end;
	return (pid_t)pid;
}

static bool is_listed(const char *list, pid_t pid)
{
	pid_t other;

	while (list && (other = next_child(&list)))
		if (other == pid)
			return true;
	return false;
}

/* @return whether there were any */
static bool end_those_not_in(const char *before)
{
	char *list = list_children();
	const char *at = list;
	bool found = false;
	pid_t pid;

	while (at && (pid = next_child(&at))) {
		if (is_listed(before, pid) || kill(pid, SIGKILL) != 0)
			continue;
		waitpid(pid, NULL, __WALL);
		found = true;
	}
	free(list);
	return found;
}

void orphans_take(struct orphans *orphans)
{
	orphans->reaper = 0;
	prctl(PR_GET_CHILD_SUBREAPER, &orphans->reaper);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	orphans->before = list_children();
}

void orphans_end(struct orphans *orphans)
{
	for (int pass = 0; pass < MAX_PASSES && end_those_not_in(orphans->before); pass++)
		;
	prctl(PR_SET_CHILD_SUBREAPER, orphans->reaper);
	free(orphans->before);
}
