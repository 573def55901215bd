/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The value of --kernel: a built-in description's name, or a file that describes one's own. */
#ifndef TOOLS_KERNEL_FILE_H
#define TOOLS_KERNEL_FILE_H

#include <memmapsim/kernel.h>

/*
 * @text: a name such as "v7.2"; with a "/" in it, or ".kernel" at its end, a file
 * @kernel: is there until the process ends
 * @return an enum status; what is wrong is printed
 */
int option_kernel(const char *text, const struct mms_kernel **kernel);

#endif
