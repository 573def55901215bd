/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What is installed with the command, or built beside it. */
#ifndef TOOLS_DATA_FOLDER_H
#define TOOLS_DATA_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The first of @count @folders that has @file in it; those that aren't absolute start at the folder
 * of the running program. @return whether there is one
 */
bool data_folder(const char *const *folders, size_t count, const char *file, char *found,
                 size_t size);

#endif
