// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A template that is copied by non-temporal stores, with all drains that these need. */
#include "template.h"

static int init(const struct mms_plugin_job *job)
{
	static const struct way way = {copy_movnti, sfence};

	return copy_template(job, &way);
}

MMS_PLUGINS({
	.name = "streaming-example",
	.description = "a template, copied by MOVNTI",
	.cpu = MMS_CPU_SSE2,
	.gates = MMS_GATE_PAGE_REF_SET | MMS_GATE_SANITIZER,
	.flags = MMS_PLUGIN_KERNEL_USABLE | MMS_PLUGIN_CUTTABLE,
	.init = init,
});
