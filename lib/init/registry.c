// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <string.h>

#include <memmapsim/cpu.h>

#include "error.h"
#include "init/builtin.h"

#define TEMPLATE_GATES (MMS_GATE_PAGE_REF_SET | MMS_GATE_SANITIZER)

static const struct mms_initializer initializers[] = {
	{
		.name = "naive",
		.description = "page by page, as kernels do",
		.kernel_usable = true,
		.cuttable = true,
		.init = mms_naive,
		.init_normal = mms_naive_normal,
	},
	{
		.name = "template-heads",
		.description = "heads copied from a template, tails naive",
		.gates = TEMPLATE_GATES,
		.kernel_usable = true,
		.cuttable = true,
		.init = mms_template_heads,
	},
	{
		.name = "template",
		.description = "heads and tails copied from templates",
		.gates = TEMPLATE_GATES,
		.kernel_usable = true,
		.cuttable = true,
		.init = mms_template,
		.init_normal = mms_template_normal,
	},
	{
		.name = "template-movnti",
		.description = "template with non-temporal stores: the full 2026 series",
		.cpu = MMS_CPU_SSE2,
		.gates = TEMPLATE_GATES,
		.kernel_usable = true,
		.cuttable = true,
		.init = mms_template_movnti,
		.init_normal = mms_template_movnti_normal,
	},
	{
		.name = "template-movnti-pb",
		.description =
			"template-movnti, pageblock-aligned pages by plain stores (v2 to v4)",
		.cpu = MMS_CPU_SSE2,
		.gates = TEMPLATE_GATES,
		.kernel_usable = true,
		.cuttable = true,
		.init = mms_template_movnti_pb,
	},
	{
		.name = "stream-movnti",
		.description = "each line once, in order, by 8-byte non-temporal stores",
		.cpu = MMS_CPU_SSE2,
		.gates = TEMPLATE_GATES,
		.kernel_usable = true,
		.cuttable = true,
		.init = mms_stream_movnti,
		.init_normal = mms_stream_movnti_normal,
	},
	{
		.name = "stream-erms",
		.description =
			"the same by rep movsb from a cached block of 256 KiB of prepared pages",
		.cpu = MMS_CPU_ERMS,
		.gates = TEMPLATE_GATES,
		.kernel_usable = true,
		.cuttable = true,
		.init = mms_stream_erms,
		.init_normal = mms_stream_erms_normal,
	},
	{
		.name = "stream-avx2",
		.description = "the same by 32-byte non-temporal stores",
		.cpu = MMS_CPU_AVX2,
		.gates = TEMPLATE_GATES,
		.cuttable = true,
		.init = mms_stream_avx2,
		.init_normal = mms_stream_avx2_normal,
	},
	{
		.name = "stream-avx512",
		.description = "the same by 64-byte non-temporal stores",
		.cpu = MMS_CPU_AVX512F,
		.gates = TEMPLATE_GATES,
		.cuttable = true,
		.init = mms_stream_avx512,
		.init_normal = mms_stream_avx512_normal,
	},
	{
		.name = "stream-temporal",
		.description = "the same by the widest plain stores, for comparison",
		.cpu = MMS_CPU_SSE2,
		.gates = TEMPLATE_GATES,
		.cuttable = true,
		.init = mms_stream_temporal,
		.init_normal = mms_stream_temporal_normal,
	},
};
#define NR_INITIALIZERS (sizeof(initializers) / sizeof(*initializers))

/* What the gates fall back to. */
static const struct mms_initializer *const fallback = &initializers[0];

static const struct mms_initializer *by_init(int (*init)(const struct mms_job *))
{
	for (size_t i = 0; i < NR_INITIALIZERS; i++)
		if (initializers[i].init == init)
			return &initializers[i];
	return fallback;
}

size_t mms_initializer_count(void)
{
	return NR_INITIALIZERS;
}

const struct mms_initializer *mms_initializer_at(size_t index)
{
	return index < NR_INITIALIZERS ? &initializers[index] : NULL;
}

int mms_initializer_find(const char *name, const struct mms_initializer **initializer)
{
	const char *names[NR_INITIALIZERS];

	if (strcmp(name, "auto") == 0) {
		*initializer = mms_initializer_auto();
		return 0;
	}
	for (size_t i = 0; i < NR_INITIALIZERS; i++) {
		names[i] = initializers[i].name;
		if (strcmp(names[i], name) == 0) {
			*initializer = &initializers[i];
			return 0;
		}
	}
	return mms_fail_unknown("initializer", name, names, NR_INITIALIZERS);
}

const struct mms_initializer *mms_initializer_auto(void)
{
	unsigned int features = mms_cpu_features();

	if (features & MMS_CPU_AVX512F)
		return by_init(mms_stream_avx512);
	if (features & MMS_CPU_AVX2)
		return by_init(mms_stream_avx2);
	if (features & MMS_CPU_ERMS)
		return by_init(mms_stream_erms);
	return by_init(mms_stream_movnti);
}

const struct mms_initializer *mms_initializer_effective(const struct mms_initializer *initializer,
                                                        unsigned int gates)
{
	return initializer->gates & gates ? fallback : initializer;
}
