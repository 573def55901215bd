/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The places that definitions come from: a kernel tree, kcompat, and a configuration. Functions
 * return an enum status, and have printed what was wrong.
 */
#ifndef TOOLS_IMPORT_TREE_H
#define TOOLS_IMPORT_TREE_H

#include "import/source.h"

/* Where memmap_init_zone_device() is, and what most of what it needs is found through. */
#define TREE_HOME "mm/mm_init.c"

/*
 * Read what a kernel tree's mm/mm_init.c includes, directly or not, and all C files of mm/.
 * Definitions are found in that order.
 */
int tree_read(const char *tree, struct source_index *index);

/*
 * Read kcompat's configuration from @directory: its own options, but for those that @config (or
 * NULL) has.
 */
int config_read(const char *directory, const char *config, struct source_index *index);

/* Read kcompat's headers from @directory; with a @config (or NULL), options as it has them. */
int kcompat_read(const char *directory, const char *config, struct source_index *index);

/* Read the developer's own file, if @path isn't NULL. */
int extra_read(const char *path, struct source_index *index);

#endif
