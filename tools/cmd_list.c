// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim list: what there is to choose from. */
#include <stdio.h>

#include "command.h"
#include "options.h"

static void list_kernels(void)
{
	puts("kernels:");
	for (size_t i = 0; i < mms_kernel_count(); i++) {
		const struct mms_kernel *kernel = mms_kernel_at(i);
		char backing[128];

		kernel_backing(kernel, backing, sizeof(backing));
		printf("  %-12s %s%s\n  %-12s %s\n", kernel->name, kernel->summary,
		       kernel == mms_kernel_default() ? " (default)" : "", "", backing);
	}
}

static const struct argp argp = {
	.doc = "List what there is to choose from.\v"
	       "Example:\n  memmapsim list",
};

int cmd_list(int argc, char **argv)
{
	int status = command_parse(&argp, argc, argv, NULL);

	if (status == STATUS_OK)
		list_kernels();
	return status;
}
