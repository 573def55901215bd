/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What import-kernel does, for others. */
#ifndef TOOLS_IMPORT_IMPORT_H
#define TOOLS_IMPORT_IMPORT_H

#include <memmapsim/kernel.h>

/*
 * Make the plug-in @output, with an initializer "tree", of the tree's own code, and print what was
 * taken and which rules it follows.
 * @kernel: the description of those rules, a built-in one if there is one; until the next call
 * @return an enum status; what failed is printed
 */
int import_tree(const char *tree, const char *output, const struct mms_kernel **kernel);

#endif
