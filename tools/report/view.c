// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "view.h"

#include <string.h>

static const struct view *const views[] = {
	&view_rebind, &view_rebind_sizes, &view_background, &view_boot,
	&view_normal, &view_aftermath,    &view_verify,
};
#define NR_VIEWS (sizeof(views) / sizeof(*views))

const struct fact common_facts[] = {
	{"kernel", "{kernel.name} ({kernel.captures} captures[, derived from "
                   "{kernel.derived_from}][, layout as in the BTF of {kernel.btf}])"},
	{"pgmap", "{derived.geometry.type}, vmemmap_shift {derived.geometry.vmemmap_shift}"},
	{"range", "{derived.ranges}"},
	{"altmap",
         "reserve {derived.geometry.altmap.reserve}, free {derived.geometry.altmap.free}"},
	{"pages",
         "{derived.geometry.nr_initialised} to initialize[{derived.geometry.dedup|yes}, tails shared]"},
	{"written",
         "{derived.geometry.pages_written} struct pages, {derived.geometry.bytes_written|MiB} MiB"},
	{"memory", "{backing.obtained}: {backing.resident_bytes|MiB} MiB resident, "
                   "{backing.huge_bytes|MiB} MiB of it in huge pages"},
	{"cpu", "{environment.cpu.model}, {environment.cpu.cores_online} cores[, "
                "{derived.machine}]"},
	{"system", "{environment.system.kernel}"},
	{"build", "memmapsim {environment.build.version}[, revision {environment.build.revision}], "
                  "{environment.build.compiler}"},
	{"core", "{core.adds_per_cycle_best|one} additions per cycle at best; around "
                 "{core.shared|percent} % of the timed runs less than 90 % of that"},
	{"seed", "{config.seed}"},
	{"threads", "{config.crew.threads|list}; bound: {config.crew.bind}[, near node "
                    "{config.crew.node}][, on CPUs {config.crew.cpus}]; work is split in "
                    "{config.crew.split}"},
	{"stolen", "{run.steal_ns|s} s by the hypervisor in {run.wall_ns|s} s"},
	{0},
};

const struct view *view_find(const char *experiment)
{
	for (size_t i = 0; i < NR_VIEWS; i++)
		if (strcmp(views[i]->experiment, experiment) == 0)
			return views[i];
	return NULL;
}

const char *view_names(void)
{
	static char names[256];

	if (!*names)
		for (size_t i = 0; i < NR_VIEWS; i++)
			strcat(strcat(names, i ? ", " : ""), views[i]->experiment);
	return names;
}
