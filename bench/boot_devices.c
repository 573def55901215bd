// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "boot_devices.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "clock.h"
#include "error.h"
#include "fit.h"
#include "footprint.h"
#include "random.h"

static struct mms_memmap *memmap_of(const struct mms_boot_devices *devices, size_t index)
{
	return mms_device_memmap(devices->items[index]);
}

/* For one crew: who takes what of a device. */
static int make_schedule(const struct mms_boot_devices *devices, const struct mms_crew *crew,
                         size_t index, struct mms_schedule **schedule)
{
	unsigned int nr_jobs = devices->config->geometries[index].pgmap.nr_range;
	struct mms_job jobs[MMS_MAX_RANGES];

	for (unsigned int i = 0; i < nr_jobs; i++) {
		int error = mms_job_create(memmap_of(devices, index), i, &jobs[i]);

		if (error)
			return error;
		jobs[i].gates = devices->config->gates;
	}
	return mms_crew_schedule(devices->crews, crew, jobs, nr_jobs, schedule);
}

static struct mms_schedule **schedule_of(const struct mms_boot_devices *devices,
                                         const struct mms_crew *crew, size_t index)
{
	size_t number = (size_t)(crew - devices->crews->items);

	return &devices->schedules[number * devices->config->nr_devices + index];
}

static int make_device(struct mms_boot_devices *devices, size_t index)
{
	const struct mms_device_options options = {.memmap = devices->config->memmap};
	int error = mms_device_create(devices->machine, &devices->config->geometries[index],
	                              &options, &devices->items[index]);

	for (size_t i = 0; i < devices->crews->count && !error; i++) {
		const struct mms_crew *crew = &devices->crews->items[i];

		error = make_schedule(devices, crew, index, schedule_of(devices, crew, index));
	}
	if (!error)
		mms_footprint_touch(memmap_of(devices, index));
	return error;
}

/* A file that is there already would be the memory of all devices at once. */
static int check_file(const struct mms_boot_config *config)
{
	struct stat found;

	if (config->memmap.backing != MMS_BACKING_FILE || config->nr_devices == 1 ||
	    stat(config->memmap.file, &found) != 0 || S_ISDIR(found.st_mode))
		return 0;
	return mms_fail(EINVAL,
	                "%s can be the memory of one device only, and there are %zu; name a folder",
	                config->memmap.file, config->nr_devices);
}

int mms_boot_devices_init(struct mms_boot_devices *devices, const struct mms_boot_config *config,
                          const struct mms_crews *crews)
{
	size_t nr = config->nr_devices;
	int error;

	*devices = (struct mms_boot_devices){
		.config = config,
		.crews = crews,
		.flush_bytes = mms_footprint_cached(),
		.items = calloc(nr, sizeof(struct mms_device *)),
		.faults = calloc(nr, sizeof(struct mms_fault)),
		.schedules = calloc(nr * crews->count, sizeof(struct mms_schedule *)),
	};
	if (!devices->items || !devices->faults || !devices->schedules)
		return mms_fail(ENOMEM, "out of memory for %zu devices", nr);
	error = check_file(config);
	if (!error)
		error = mms_memmaps_fit(config->geometries, nr, &config->memmap);
	if (!error)
		error = mms_devices_create(&devices->machine);
	for (size_t i = 0; i < nr && !error; i++)
		error = make_device(devices, i);
	return error;
}

void mms_boot_devices_finish(struct mms_boot_devices *devices)
{
	size_t nr = devices->config->nr_devices;

	for (size_t i = 0; devices->schedules && i < nr * devices->crews->count; i++)
		mms_schedule_destroy(devices->schedules[i]);
	for (size_t i = 0; devices->items && i < nr; i++)
		mms_device_destroy(devices->items[i]);
	mms_devices_destroy(devices->machine);
	free(devices->schedules);
	free(devices->faults);
	free(devices->items);
}

static void choose_faults(struct mms_boot_devices *devices, uint64_t *random, uint64_t dirty_seed)
{
	for (size_t i = 0; i < devices->config->nr_devices; i++) {
		struct mms_fault_stream stream;

		mms_fault_stream_init(&stream, &devices->config->geometries[i], false,
		                      mms_random(random));
		devices->faults[i] = (struct mms_fault){.pfn = mms_fault_stream_next(&stream)};
		mms_fault_dirty(memmap_of(devices, i), devices->faults[i].pfn, dirty_seed);
	}
}

static struct mms_bind_options options_for(const struct mms_boot_devices *devices,
                                           const struct mms_initializer *initializer,
                                           const struct mms_way *way)
{
	const struct mms_crew *crew = mms_crews_find(devices->crews, way->threads);

	return (struct mms_bind_options){
		.initializer = initializer,
		.by = way->by,
		.pool = crew ? crew->pool : NULL,
		.gates = devices->config->gates,
		.wait = way->wait,
		.async = devices->config->async,
		.node = devices->config->crew.node,
	};
}

/* One after the other. @return how many are bound; on failure, not all */
static size_t bind_all(const struct mms_boot_devices *devices, struct mms_bind_options options,
                       const struct mms_way *way, int *error)
{
	const struct mms_crew *crew = mms_crews_find(devices->crews, way->threads);

	for (size_t i = 0; i < devices->config->nr_devices; i++) {
		if (crew)
			options.schedule = *schedule_of(devices, crew, i);
		*error = mms_device_bind(devices->items[i], &options);
		if (*error)
			return i;
	}
	return devices->config->nr_devices;
}

/* What a file system asks for, and then its first user. */
static int mount_and_fault(struct mms_device *device, struct mms_fault *fault)
{
	const struct mms_geometry *geometry = mms_memmap_geometry(mms_device_memmap(device));
	int error = 0;

	if (geometry->pgmap.type == MMS_MEMORY_DEVICE_FS_DAX)
		error = mms_dax_supported(device);
	return error ? error : mms_fault_take_device(device, fault);
}

static int mount_all(const struct mms_boot_devices *devices, struct mms_boot_outcome *outcome)
{
	for (size_t i = 0; i < devices->config->nr_devices; i++) {
		struct mms_fault *fault = &devices->faults[i];
		int error = mount_and_fault(devices->items[i], fault);

		if (error)
			return error;
		if (fault->ns > outcome->longest_fault_ns)
			outcome->longest_fault_ns = fault->ns;
		outcome->helped += !!(fault->waiting & MMS_SYNC_HELPED);
		outcome->waited += !!(fault->waiting & MMS_SYNC_WAITED);
	}
	return 0;
}

/* All of them, whatever the first error is, since nothing may be left running. */
static int wait_for_all(const struct mms_boot_devices *devices)
{
	int first = 0;

	for (size_t i = 0; i < devices->config->nr_devices; i++) {
		int error = mms_device_wait(devices->items[i], MMS_FOREVER);

		first = first ? first : error;
	}
	return first;
}

static void boot(const struct mms_boot_devices *devices, const struct mms_bind_options *options,
                 const struct mms_way *way, struct mms_boot_outcome *outcome)
{
	uint64_t start = mms_now();
	size_t bound = bind_all(devices, *options, way, &outcome->error);
	int error;

	outcome->times[MMS_BOOT_BOUND] = mms_now() - start;
	if (!outcome->error)
		outcome->error = mount_all(devices, outcome);
	outcome->times[MMS_BOOT_USABLE] = mms_now() - start;
	if (bound == devices->config->nr_devices) {
		error = wait_for_all(devices);
		outcome->error = outcome->error ? outcome->error : error;
	}
	outcome->times[MMS_BOOT_DONE] = mms_now() - start;
	while (bound)
		mms_device_unbind(devices->items[--bound], MMS_UNBIND_WAIT);
}

void mms_boot_devices_boot(struct mms_boot_devices *devices,
                           const struct mms_initializer *initializer, const struct mms_way *way,
                           uint64_t *random, uint64_t dirty_seed, struct mms_boot_outcome *outcome)
{
	struct mms_bind_options options = options_for(devices, initializer, way);

	*outcome = (struct mms_boot_outcome){0};
	choose_faults(devices, random, dirty_seed);
	for (size_t i = 0; i < devices->config->nr_devices; i++)
		mms_footprint_flush(memmap_of(devices, i), devices->flush_bytes);
	boot(devices, &options, way, outcome);
}

void mms_boot_devices_dirty(struct mms_boot_devices *devices, uint64_t dirty_seed)
{
	for (size_t i = 0; i < devices->config->nr_devices; i++)
		mms_memmap_dirty(memmap_of(devices, i), dirty_seed);
}

static void check_device(const struct mms_boot_devices *devices, size_t index, bool compare,
                         uint64_t dirty_seed, struct mms_failure *failure)
{
	const struct mms_memmap *map = memmap_of(devices, index);
	struct mms_report *report = &failure->report;

	*report = (struct mms_report){0};
	if (!failure->error)
		mms_fault_verify(map, &devices->faults[index], report);
	failure->fault = report->mismatches;
	if (compare && !failure->error && !failure->fault)
		mms_verify_memmap(map, &dirty_seed, report);
	else
		report->guards = mms_memmap_check(map);
}

/* The first device with something wrong is what is told. */
void mms_boot_devices_check(const struct mms_boot_devices *devices, bool compare,
                            uint64_t dirty_seed, struct mms_failure *failure)
{
	for (size_t i = 0; i < devices->config->nr_devices; i++) {
		check_device(devices, i, compare, dirty_seed, failure);
		if (failure->fault || !mms_report_ok(&failure->report))
			return;
	}
}

int mms_boot_devices_info(const struct mms_boot_devices *devices, struct mms_memmap_info *all,
                          uint64_t *least_huge_bytes)
{
	*least_huge_bytes = UINT64_MAX;
	for (size_t i = 0; i < devices->config->nr_devices; i++) {
		struct mms_memmap_info info;
		int error = mms_memmap_info(memmap_of(devices, i), &info);

		if (error)
			return error;
		if (info.huge_bytes < *least_huge_bytes)
			*least_huge_bytes = info.huge_bytes;
		if (!i) {
			*all = info;
			continue;
		}
		all->array_bytes += info.array_bytes;
		all->needed_bytes += info.needed_bytes;
		all->mapped_bytes += info.mapped_bytes;
		all->resident_bytes += info.resident_bytes;
		all->huge_bytes += info.huge_bytes;
		/* Of several nodes that have most of a memmap each, none has most of all. */
		all->node = info.node == all->node ? info.node : -1;
		all->node_bytes += info.node_bytes;
	}
	return 0;
}
