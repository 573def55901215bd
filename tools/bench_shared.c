// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What all experiments do and tell besides their results. */
#include <inttypes.h>
#include <unistd.h>

#include "bench.h"
#include "command.h"
#include "environment.h"
#include "result_input.h"
#include "result_read.h"
#include "show_page.h"

int bench_begin(struct bench_run *run, const struct bench_options *options)
{
	int status;

	*run = (struct bench_run){.options = options};
	status = output_open(&run->output, options->json_path);
	if (status)
		return status;
	run->environment = environment_collect("");
	run->left_out = json_array();
	if (run->environment && run->left_out)
		return STATUS_OK;
	bench_end(run);
	return command_fail(STATUS_RESOURCE, "out of memory");
}

void bench_show_progress(void *progress, uint64_t done, uint64_t total, const char *stage,
                         const char *name)
{
	progress_show(progress, done, total, "%s%s%s", stage, name ? " " : "", name ? name : "");
}

/* Into a result, and those of single sizes in it: what failed before anything of it was timed. */
static void add_left_out(const struct bench_run *run, json_t *json)
{
	const json_t *runs = json_object_get(json, "runs");

	json_object_set(json, "left_out", run->left_out);
	if (json_array_size(run->left_out))
		json_object_set_new(json, "ok", json_false());
	for (size_t i = 0; i < json_array_size(runs); i++)
		add_left_out(run, json_array_get(runs, i));
}

/* What the result itself says against its medians. */
static void warn_of_samples(const json_t *json)
{
	const json_t *run, *warning;
	char where[48];
	size_t index;

	for (size_t i = 0; (run = mms_result_run(json, i)); i++) {
		result_run_words(json, i, where, sizeof(where));
		json_array_foreach (json_object_get(run, "warnings"), index, warning)
			command_warn("%s%s", where, json_string_value(warning));
	}
}

int bench_write(struct bench_run *run, json_t *json, bool ok)
{
	int status;

	if (json) {
		add_left_out(run, json);
		warn_of_samples(json);
	}
	status = json ? output_write_json(&run->output, json)
	              : command_fail(STATUS_RESOURCE, "out of memory");
	json_decref(json);
	return status ? status : ok ? STATUS_OK : STATUS_FAILED;
}

void bench_end(struct bench_run *run)
{
	output_discard(&run->output);
	json_decref(run->environment);
	json_decref(run->left_out);
}

int bench_run(struct bench_run *run, const struct bench_options *options,
              const struct bench_experiment *experiment)
{
	int status = bench_begin(run, options);

	if (status)
		return status;
	status = bench_run_experiment(run, experiment);
	bench_end(run);
	return status;
}

void bench_warn(const struct bench_run *run)
{
	const json_t *warnings = json_object_get(run->environment, "warnings");

	warn_of_left_out(&run->options->initializers);
	for (size_t i = 0; i < json_array_size(warnings); i++)
		command_warn("%s", json_string_value(json_array_get(warnings, i)));
}

void bench_warn_of_backing(const struct mms_memmap_info *info, uint64_t least_huge_bytes,
                           uint64_t maps)
{
	const uint64_t huge_page = UINT64_C(2) << 20;

	if (info->backing == MMS_BACKING_THP &&
	    least_huge_bytes + maps * (huge_page - 1) < info->needed_bytes)
		command_warn("backing thp got no more than %" PRIu64 " of %" PRIu64
		             " MiB in huge pages; is /sys/kernel/mm/transparent_hugepage/enabled "
		             "set to never, or memory fragmented?",
		             least_huge_bytes >> 20, info->needed_bytes >> 20);
}

void bench_print_memory(FILE *stream, const struct mms_memmap_info *info)
{
	char node[64] = "";

	if (info->node >= 0)
		snprintf(node, sizeof(node), "; %.0f MiB on node %d",
		         (double)info->node_bytes / (1 << 20), info->node);
	print_fact(stream, "memory", "%s: %.0f MiB resident, %.0f MiB of it in huge pages%s",
	           mms_backing_name(info->backing), (double)info->resident_bytes / (1 << 20),
	           (double)info->huge_bytes / (1 << 20), node);
}

void bench_print_core(FILE *stream, const struct mms_core_summary *core)
{
	if (core->best > 0)
		print_fact(stream, "core",
		           "%.1f additions per cycle at best; around %.0f %% of what was timed "
		           "less than 90 %% of that",
		           core->best, 100 * core->shared);
}

void bench_warn_of_core(const struct mms_core_summary *core)
{
	if (core->shared > 0.1)
		command_warn("something else used this core around %.0f %% of what was timed, a "
		             "program or a neighbor on its other hardware thread: what keeps the "
		             "core busy, as naive does, then takes longer than what waits for "
		             "memory, as streams do",
		             100 * core->shared);
}

void bench_print_steal(FILE *stream, const struct mms_steal *steal)
{
	double cpus = (double)sysconf(_SC_NPROCESSORS_ONLN);
	double cpu_ns = cpus * (double)steal->run_ns;

	if (steal->known)
		print_fact(stream, "stolen",
		           "%.2f s by the hypervisor in %.2f s, %.1f %% of %.0f CPUs",
		           (double)steal->ns / 1e9, (double)steal->run_ns / 1e9,
		           100 * (double)steal->ns / cpu_ns, cpus);
	else
		print_fact(stream, "stolen", "not known, since /proc/stat doesn't say");
}

void bench_print_failure(FILE *stream, const struct mms_geometry *geometry,
                         const struct mms_failure *failure, const char *sentence)
{
	const struct mms_report *report = &failure->report;

	fprintf(stream, "\n%s\n", sentence);
	if (!failure->error && report->mismatches)
		show_page_difference(stream, geometry, report->first_pfn, report->expected,
		                     report->found);
}

const char *bench_cpu(const json_t *environment)
{
	const json_t *cpu = json_object_get(environment, "cpu");
	const char *model = json_string_value(json_object_get(cpu, "model"));

	return model ? model : "unknown";
}
