/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Changed copies of the small kernel tree, and whether what was imported from them is right. */
#ifndef TESTS_TOOLS_TREE_COPY_H
#define TESTS_TOOLS_TREE_COPY_H

#include <stdbool.h>
#include <stddef.h>

#define TREE TEST_DATA "/tree"

/* Make a copy of the small tree, "t", to be changed. */
void copy_tree(void);

/* Put what @script makes of it in place of a file of the copy. */
void edit(const char *file, const char *script);

/* Which of the namespaces that plug-ins are held against have compounds, and which haven't. */
enum { IN_FSDAX = 0, IN_DEVDAX = 2 };

/* Bind by an imported initializer; whether what it leaves is right by the rules of @kernel. */
bool is_right(const char *plugin, const char *kernel, size_t which);

/* The same for all of them; fails the test. */
void assert_right(const char *plugin, const char *kernel);

/*
 * Import the copy; fail the test unless it is refused with status 2, naming @part, and nothing is
 * left where the output was to go.
 */
void assert_import_refused(const char *part);

#endif
