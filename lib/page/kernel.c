// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <string.h>

#include "error.h"
#include "page/descriptions.h"
#include "page/kernel.h"

size_t mms_kernel_count(void)
{
	return MMS_NR_KERNELS;
}

const struct mms_kernel *mms_kernel_at(size_t index)
{
	return index < MMS_NR_KERNELS ? &mms_descriptions[index] : NULL;
}

const struct mms_kernel *mms_kernel_default(void)
{
	return &mms_descriptions[MMS_NR_KERNELS - 1];
}

int mms_kernel_find(const char *name, const struct mms_kernel **kernel)
{
	const char *names[MMS_NR_KERNELS];

	for (size_t i = 0; i < MMS_NR_KERNELS; i++) {
		names[i] = mms_descriptions[i].name;
		if (strcmp(names[i], name) == 0) {
			*kernel = &mms_descriptions[i];
			return 0;
		}
	}
	return mms_fail_unknown("kernel", name, names, MMS_NR_KERNELS);
}

size_t mms_kernel_index(const struct mms_kernel *kernel)
{
	for (size_t i = 0; i < MMS_NR_KERNELS; i++)
		if (kernel == &mms_descriptions[i])
			return i;
	return MMS_NR_KERNELS;
}

bool mms_kernel_builtin(const struct mms_kernel *kernel)
{
	return mms_kernel_index(kernel) < MMS_NR_KERNELS;
}
