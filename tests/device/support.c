// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "support.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "background/background.h"
#include "device/device.h"

const struct mms_initializer *naive;

static __attribute__((constructor)) void find_naive(void)
{
	mms_initializer_find("naive", &naive);
}

struct mms_device *make_device(struct mms_devices *devices, const struct mms_kernel *kernel,
                               const struct mms_namespace *ns,
                               const struct mms_device_options *options)
{
	struct mms_namespace placed = *ns;
	struct mms_geometry geometry;
	struct mms_device *device;

	placed.start = placed.start ? placed.start : 64 * G;
	assert_int_equal(mms_geometry_from_namespace(kernel ? kernel : mms_kernel_default(),
	                                             &placed, &geometry),
	                 0);
	assert_int_equal(mms_device_create(devices, &geometry, options, &device), 0);
	return device;
}

struct mms_device *make_fsdax(struct mms_devices *devices, unsigned int sections)
{
	const struct mms_namespace ns = {
		.mode = MMS_MODE_RAW,
		.align = 2 * M,
		.size = (uint64_t)sections << MMS_SECTION_SHIFT,
	};

	return make_device(devices, NULL, &ns, NULL);
}

void bind_by_caller(struct mms_device *device)
{
	const struct mms_bind_options options = {.initializer = naive};

	mms_memmap_dirty(mms_device_memmap(device), DIRTY_SEED);
	assert_int_equal(mms_device_bind(device, &options), 0);
}

void bind_in_background(struct mms_device *device, struct mms_pool *pool,
                        const struct mms_initializer *initializer, enum mms_wait wait)
{
	const struct mms_bind_options options = {
		.initializer = initializer,
		.by = MMS_BIND_BY_BACKGROUND,
		.pool = pool,
		.wait = wait,
		.async = MMS_ASYNC_ALL,
		.node = MMS_NODE_ANY,
	};

	mms_memmap_dirty(mms_device_memmap(device), DIRTY_SEED);
	assert_int_equal(mms_device_bind(device, &options), 0);
}

uint64_t data_pfn(struct mms_device *device, uint64_t pgoff)
{
	return mms_memmap_geometry(mms_device_memmap(device))->data_pfn + pgoff;
}

struct mms_dax_entry page_entry(uint64_t pgoff)
{
	return (struct mms_dax_entry){.pgoff = pgoff, .mapping = MAPPING, .index = pgoff};
}

int fault_page(struct mms_device *device, uint64_t pgoff, unsigned int *done)
{
	const struct mms_dax_entry entry = page_entry(pgoff);

	return mms_device_fault(device, &entry, MMS_DAX_FAULT_NEW, 1, done);
}

void hold_pages(struct mms_device *device, uint64_t pgoff, uint64_t end)
{
	held_hold(mms_memmap_vmemmap(mms_device_memmap(device)), data_pfn(device, pgoff),
	          data_pfn(device, end));
}

void await_waiter(struct mms_device *device, uint64_t pgoff)
{
	const struct mms_background *background = atomic_load(&device->background);
	uint64_t pfn = data_pfn(device, pgoff);
	size_t chunk = mms_cut_chunks(&background->cut, pfn, pfn + 1).first;

	while (!(atomic_load(&background->states[chunk]) & MMS_CHUNK_WAITED))
		sched_yield();
}

static void *do_it(void *argument)
{
	struct doer *doer = argument;

	doer->err = doer->what(doer->device, doer->pgoff);
	if (doer->err)
		snprintf(doer->sentence, sizeof(doer->sentence), "%s", mms_last_error());
	atomic_store(&doer->returned, true);
	return NULL;
}

void start_doer(struct doer *doer)
{
	assert_int_equal(pthread_create(&doer->thread, NULL, do_it, doer), 0);
}

void join_doer(struct doer *doer)
{
	assert_int_equal(pthread_join(doer->thread, NULL), 0);
}

void assert_sentence(const char *word, ...)
{
	va_list words;

	va_start(words, word);
	for (; word; word = va_arg(words, const char *))
		if (!strstr(mms_last_error(), word))
			fail_msg("there is no \"%s\" in \"%s\"", word, mms_last_error());
	va_end(words);
}
