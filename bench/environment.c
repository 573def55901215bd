// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <cpuid.h>
#include <dirent.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include <memmapsim/init.h>

#include "environment.h"
#include "machine_files.h"

#define CPU_DIRECTORY "/sys/devices/system/cpu"
#define THP_DIRECTORY "/sys/kernel/mm/transparent_hugepage"
#define HUGEPAGES_2M  "/sys/kernel/mm/hugepages/hugepages-2048kB"
#define HUGEPAGES_1G  "/sys/kernel/mm/hugepages/hugepages-1048576kB"
/* Load that belongs to somebody else, above which figures are not steady. */
#define QUIET_LOAD 0.5

/*
 * How many online CPUs are the first of those that @topology ("core_cpus_list") names for them: the
 * number of cores, or of packages.
 */
static json_t *count_groups(const char *root, const char *topology)
{
	char online[1024], path[256], list[1024];
	int count = 0;

	if (!read_line(root, CPU_DIRECTORY "/online", online, sizeof(online)))
		return json_null();
	for (char *at = online; *at;) {
		long first = strtol(at, &at, 10);
		long last = *at == '-' ? strtol(at + 1, &at, 10) : first;

		for (long cpu = first; cpu <= last; cpu++) {
			snprintf(path, sizeof(path), CPU_DIRECTORY "/cpu%ld/topology/%s", cpu,
			         topology);
			if (!read_line(root, path, list, sizeof(list)))
				return json_null();
			count += strtol(list, NULL, 10) == cpu;
		}
		if (*at && *at++ != ',')
			return json_null();
	}
	return json_integer(count);
}

static json_t *cpu_features(void)
{
	unsigned int features = mms_cpu_features();
	json_t *names = json_array();

	for (unsigned int bit = 1; bit; bit <<= 1)
		if (features & bit && mms_cpu_feature_name(bit))
			json_array_append_new(names, json_string(mms_cpu_feature_name(bit)));
	return names;
}

/* Caches of the first CPU, nearest first; null if the kernel says nothing about them. */
static json_t *caches(const char *root)
{
	json_t *all = json_array();

	for (int index = 0;; index++) {
		static const char format[] = CPU_DIRECTORY "/cpu0/cache/index%d/%s";
		char path[256], size[32], unit = '\0';
		long long bytes;
		json_t *cache;

		snprintf(path, sizeof(path), format, index, "size");
		if (!read_line(root, path, size, sizeof(size)) ||
		    sscanf(size, "%lld%c", &bytes, &unit) < 1)
			break;
		bytes *= unit == 'K' ? 1024 : unit == 'M' ? 1024 * 1024 : 1;
		cache = json_object();
		snprintf(path, sizeof(path), format, index, "level");
		json_object_set_new(cache, "level", file_number(root, path));
		snprintf(path, sizeof(path), format, index, "type");
		json_object_set_new(cache, "type", file_text(root, path));
		json_object_set_new(cache, "size_bytes", json_integer(bytes));
		snprintf(path, sizeof(path), format, index, "shared_cpu_list");
		json_object_set_new(cache, "shared_by_threads", file_list_count(root, path));
		json_array_append_new(all, cache);
	}
	if (json_array_size(all))
		return all;
	json_decref(all);
	return json_null();
}

static json_t *threads_allowed(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? json_integer(CPU_COUNT(&set))
	                                                    : json_null();
}

/* Whether the CPU may exceed its nominal frequency, from either driver that says so. */
static json_t *turbo(const char *root)
{
	char line[16];

	if (read_line(root, CPU_DIRECTORY "/cpufreq/boost", line, sizeof(line)))
		return json_boolean(line[0] == '1');
	if (read_line(root, CPU_DIRECTORY "/intel_pstate/no_turbo", line, sizeof(line)))
		return json_boolean(line[0] == '0');
	return json_null();
}

static json_t *collect_cpu(const char *root)
{
	json_t *cpu = json_object();

	json_object_set_new(cpu, "vendor", cpuinfo_text(root, "vendor_id"));
	json_object_set_new(cpu, "model", cpuinfo_text(root, "model name"));
	json_object_set_new(cpu, "family", cpuinfo_number(root, "cpu family"));
	json_object_set_new(cpu, "model_number", cpuinfo_number(root, "model"));
	json_object_set_new(cpu, "stepping", cpuinfo_number(root, "stepping"));
	json_object_set_new(cpu, "microcode", cpuinfo_text(root, "microcode"));
	json_object_set_new(cpu, "features", cpu_features());
	json_object_set_new(cpu, "packages", count_groups(root, "package_cpus_list"));
	json_object_set_new(cpu, "cores_online", count_groups(root, "core_cpus_list"));
	json_object_set_new(cpu, "threads_online", file_list_count(root, CPU_DIRECTORY "/online"));
	json_object_set_new(cpu, "threads_allowed", threads_allowed());
	json_object_set_new(cpu, "smt", file_text(root, CPU_DIRECTORY "/smt/control"));
	json_object_set_new(cpu, "caches", caches(root));
	json_object_set_new(cpu, "governor",
	                    file_text(root, CPU_DIRECTORY "/cpu0/cpufreq/scaling_governor"));
	json_object_set_new(cpu, "frequency_driver",
	                    file_text(root, CPU_DIRECTORY "/cpu0/cpufreq/scaling_driver"));
	json_object_set_new(cpu, "turbo", turbo(root));
	return cpu;
}

static json_t *hugepages(const char *root, const char *total, const char *free)
{
	json_t *pages = json_object();

	json_object_set_new(pages, "total", file_number(root, total));
	json_object_set_new(pages, "free", file_number(root, free));
	return pages;
}

static json_t *collect_memory(const char *root)
{
	json_t *memory = json_object();

	json_object_set_new(memory, "total_bytes", meminfo_bytes(root, "MemTotal"));
	json_object_set_new(memory, "available_bytes", meminfo_bytes(root, "MemAvailable"));
	json_object_set_new(memory, "numa_nodes",
	                    file_list_count(root, "/sys/devices/system/node/online"));
	json_object_set_new(memory, "numa_balancing",
	                    file_number(root, "/proc/sys/kernel/numa_balancing"));
	json_object_set_new(memory, "thp", file_selected(root, THP_DIRECTORY "/enabled"));
	json_object_set_new(memory, "thp_defrag", file_selected(root, THP_DIRECTORY "/defrag"));
	json_object_set_new(memory, "thp_size_bytes",
	                    file_number(root, THP_DIRECTORY "/hpage_pmd_size"));
	json_object_set_new(
		memory, "hugepages_2m",
		hugepages(root, HUGEPAGES_2M "/nr_hugepages", HUGEPAGES_2M "/free_hugepages"));
	json_object_set_new(
		memory, "hugepages_1g",
		hugepages(root, HUGEPAGES_1G "/nr_hugepages", HUGEPAGES_1G "/free_hugepages"));
	return memory;
}

/* The name that a hypervisor gives itself by cpuid; "none" where the CPU says there is none. */
static json_t *hypervisor(void)
{
	unsigned int eax, ebx, ecx, edx;
	char name[13] = "";

	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx))
		return json_null();
	if (!(ecx & 1u << 31))
		return json_string("none");
	__cpuid(0x40000000, eax, ebx, ecx, edx);
	memcpy(name, &ebx, 4);
	memcpy(name + 4, &ecx, 4);
	memcpy(name + 8, &edx, 4);
	for (char *at = name; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return text_or_null(name[0] ? name : "unnamed");
}

static json_t *load_average(const char *root)
{
	char line[128];
	double load[3];
	json_t *array;

	if (!read_line(root, "/proc/loadavg", line, sizeof(line)) ||
	    sscanf(line, "%lf %lf %lf", &load[0], &load[1], &load[2]) != 3)
		return json_null();
	array = json_array();
	for (int i = 0; i < 3; i++)
		json_array_append_new(array, json_real(load[i]));
	return array;
}

/* What the kernel does about each vulnerability of the CPU; null if it doesn't say. */
static json_t *mitigations(const char *root)
{
	json_t *all = json_object();
	char whole[512], path[512];
	struct dirent *entry;
	DIR *folder;

	snprintf(whole, sizeof(whole), "%s" CPU_DIRECTORY "/vulnerabilities", root);
	folder = opendir(whole);
	while (folder && (entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), CPU_DIRECTORY "/vulnerabilities/%s", entry->d_name);
		json_object_set_new(all, entry->d_name, file_text(root, path));
	}
	if (folder)
		closedir(folder);
	if (json_object_size(all))
		return all;
	json_decref(all);
	return json_null();
}

/* Only in the command, which is linked anew for every commit; not in tests. */
extern const char mms_build_revision[] __attribute__((weak));

static json_t *collect_build(void)
{
	json_t *build = json_object();

	json_object_set_new(build, "version", json_string(MMS_BUILD_VERSION));
	json_object_set_new(build, "revision",
	                    mms_build_revision && strcmp(mms_build_revision, "unknown") != 0
	                            ? text_or_null(mms_build_revision)
	                            : json_null());
	json_object_set_new(build, "compiler", json_string(MMS_BUILD_COMPILER));
	json_object_set_new(build, "flags", json_string(MMS_BUILD_FLAGS));
	json_object_set_new(build, "kernel_flags", json_string(MMS_BUILD_KERNEL_FLAGS));
	return build;
}

/* Without what follows " -- ", which is for init, and nobody's business in a result. */
static json_t *command_line(const char *root)
{
	json_t *all = file_text(root, "/proc/cmdline"), *own;
	const char *text = json_string_value(all);
	const char *end = text ? strstr(text, " -- ") : NULL;

	if (!end)
		return all;
	own = json_stringn(text, (size_t)(end - text));
	json_decref(all);
	return own;
}

static json_t *collect_system(const char *root)
{
	json_t *system = json_object();

	json_object_set_new(system, "kernel", file_text(root, "/proc/sys/kernel/osrelease"));
	json_object_set_new(system, "kernel_build", file_text(root, "/proc/sys/kernel/version"));
	json_object_set_new(system, "command_line", command_line(root));
	json_object_set_new(system, "mitigations", mitigations(root));
	json_object_set_new(system, "hypervisor", hypervisor());
	json_object_set_new(
		system, "clocksource",
		file_text(root,
	                  "/sys/devices/system/clocksource/clocksource0/current_clocksource"));
	json_object_set_new(system, "load_average", load_average(root));
	return system;
}

__attribute__((format(printf, 2, 3))) static void warn(json_t *warnings, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	json_array_append_new(warnings, json_vsprintf(format, args));
	va_end(args);
}

/* Kernel code is compiled as kernels are, but what times it and its peers are not then. */
static bool optimization_is_off(void)
{
	return strncmp(MMS_BUILD_FLAGS, "-O0", 3) == 0;
}

static void warn_of_cpu(json_t *warnings, const json_t *cpu)
{
	const char *governor = json_string_value(json_object_get(cpu, "governor"));
	const char *smt = json_string_value(json_object_get(cpu, "smt"));
	json_int_t online = json_integer_value(json_object_get(cpu, "threads_online"));
	json_int_t allowed = json_integer_value(json_object_get(cpu, "threads_allowed"));

	if (governor && strcmp(governor, "performance") != 0)
		warn(warnings,
		     "the frequency governor is %s: short runs start slowly; \"performance\" is "
		     "steady",
		     governor);
	if (json_is_true(json_object_get(cpu, "turbo")))
		warn(warnings, "turbo is on: how fast a core is depends on what the others do and "
		               "on how warm it is");
	if (smt && strcmp(smt, "on") == 0)
		warn(warnings, "SMT is on: what runs on the other thread of a core takes part of "
		               "it away");
	if (allowed && allowed < online)
		warn(warnings,
		     "%lld of %lld hardware threads may be used, by an affinity or a cpuset: pools "
		     "get no others",
		     (long long)allowed, (long long)online);
}

static json_t *collect_warnings(const json_t *cpu, const json_t *memory, const json_t *system)
{
	const char *hypervisor_name = json_string_value(json_object_get(system, "hypervisor"));
	const char *thp = json_string_value(json_object_get(memory, "thp"));
	double load = json_number_value(json_array_get(json_object_get(system, "load_average"), 0));
	json_t *warnings = json_array();

	if (load > QUIET_LOAD)
		warn(warnings,
		     "the load average is %.2f: other work takes time and memory bandwidth", load);
	warn_of_cpu(warnings, cpu);
	if (hypervisor_name && strcmp(hypervisor_name, "none") != 0)
		warn(warnings,
		     "a hypervisor (%s) is below: first touches of memory cost what it makes of "
		     "them, and neighbours may take bandwidth",
		     hypervisor_name);
	if (thp && strcmp(thp, "never") == 0)
		warn(warnings,
		     "transparent hugepages are off: without hugetlb pages the memmap lies "
		     "in 4 KiB pages, which costs TLB misses that kernels don't have");
	if (optimization_is_off())
		warn(warnings, "memmapsim was built without optimization (%s)", MMS_BUILD_FLAGS);
	if (json_integer_value(json_object_get(memory, "numa_balancing")) > 0)
		warn(warnings, "NUMA balancing is on: it unmaps pages now and then to see who uses "
		               "them (sysctl kernel.numa_balancing=0)");
	return warnings;
}

json_t *environment_collect(const char *root)
{
	json_t *cpu = collect_cpu(root);
	json_t *memory = collect_memory(root);
	json_t *system = collect_system(root);

	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "cpu", cpu, "memory", memory, "system",
	                 system, "build", collect_build(), "warnings",
	                 collect_warnings(cpu, memory, system));
}
