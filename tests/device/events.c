// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What events leave in struct pages, byte by byte, under each kernel. */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scenarios.h"

/* Struct pages that are compared: the entry's, if they exist, and as many before and after. */
#define MAX_PAGES (3 * 512)

struct window {
	uint64_t first_pfn, entry_pfn, nr;
	unsigned char expected[MAX_PAGES][64];
};

static struct window window_of(struct mms_device *device, const struct mms_dax_entry *entry)
{
	struct mms_memmap *map = mms_device_memmap(device);
	const struct mms_oracle oracle = mms_oracle_of(map);
	uint64_t pfn = data_pfn(device, entry->pgoff);
	bool alone = oracle.geometry->dedup; /* then neighbours don't exist */
	struct window window = {
		.first_pfn = alone ? pfn : pfn - 512,
		.entry_pfn = pfn,
		.nr = alone ? MMS_VMEMMAP_RESERVE_PAGES : MAX_PAGES,
	};

	for (uint64_t i = 0; i < window.nr; i++) {
		enum mms_page_kind kind =
			mms_oracle_page(&oracle, window.first_pfn + i, window.expected[i]);

		if (kind == MMS_PAGE_NEVER_WRITTEN)
			mms_dirty_page(DIRTY_SEED, window.first_pfn + i, window.expected[i]);
	}
	return window;
}

static void apply(struct window *window, const struct mms_oracle *oracle,
                  const struct change *change)
{
	for (uint64_t i = change->first; i <= change->last; i++) {
		uint64_t pfn = window->entry_pfn + i;
		const uint64_t base[] = {
			[VALUE] = 0,
			[COUNTED] = i,
			[HEAD] = oracle->vmemmap + 64 * window->entry_pfn,
			[SELF] = oracle->vmemmap + 64 * pfn,
			[PGMAP] = oracle->pgmap,
		};
		uint64_t value = base[change->kind] + change->value;

		memcpy(&window->expected[pfn - window->first_pfn][change->offset], &value,
		       change->size);
	}
}

static void compare(const char *what, const struct window *window, struct mms_device *device)
{
	for (uint64_t i = 0; i < window->nr; i++) {
		uint64_t pfn = window->first_pfn + i;
		const unsigned char *found =
			(void *)mms_memmap_page(mms_device_memmap(device), pfn);

		for (unsigned int at = 0; at < 64; at++)
			if (found[at] != window->expected[i][at])
				fail_msg("%s: page %" PRId64 " of the entry has 0x%02x instead of "
				         "0x%02x at %u",
				         what, (int64_t)(pfn - window->entry_pfn), found[at],
				         window->expected[i][at], at);
	}
}

static int act(struct mms_device *device, const struct step *step,
               const struct mms_dax_entry *entry)
{
	struct mms_dax_entry other = *entry;

	other.mapping = OTHER;
	other.index++;
	switch (step->action) {
	case FAULT:
		return mms_device_fault(device, entry, MMS_DAX_FAULT_NEW, step->mm_id, NULL);
	case FAULT_SHARED:
		return mms_device_fault(device, entry, MMS_DAX_FAULT_SHARED, step->mm_id, NULL);
	case FAULT_AGAIN:
		return mms_device_fault(device, entry, MMS_DAX_FAULT_AGAIN, step->mm_id, NULL);
	case FAULT_OTHER:
		return mms_device_fault(device, &other, MMS_DAX_FAULT_NEW, step->mm_id, NULL);
	case UNMAP:
		return mms_device_unmap(device, entry, step->mm_id);
	default:
		return mms_device_delete_entry(device, entry);
	}
}

static void play(const struct scenario *scenario, const struct mms_kernel *kernel,
                 struct mms_devices *devices, uint64_t pgoff)
{
	struct mms_device *device = make_device(devices, kernel, &scenario->ns, NULL);
	const struct mms_oracle oracle = mms_oracle_of(mms_device_memmap(device));
	const struct mms_dax_entry entry = {pgoff, scenario->order, MAPPING, INDEX};
	struct window window = window_of(device, &entry);

	bind_by_caller(device);
	for (size_t i = 0; scenario->steps[i].action; i++) {
		const struct step *step = &scenario->steps[i];
		char what[128];

		snprintf(what, sizeof(what), "%s, %s, step %zu", kernel->name, scenario->name, i);
		if (act(device, step, &entry))
			fail_msg("%s: %s", what, mms_last_error());
		for (const struct change *change = step->changes; change->kind; change++)
			apply(&window, &oracle, change);
		compare(what, &window, device);
	}
	mms_device_destroy(device);
}

static void test_events_leave_what_kernels_leave(void **state)
{
	struct mms_devices *devices;
	unsigned int played = 0;

	(void)state;
	assert_int_equal(mms_devices_create(&devices), 0);
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(*scenarios); i++) {
		char kernels[64];

		snprintf(kernels, sizeof(kernels), "%s", scenarios[i].kernels);
		for (char *name = strtok(kernels, " "); name; name = strtok(NULL, " ")) {
			const struct mms_kernel *kernel;

			assert_int_equal(mms_kernel_find(name, &kernel), 0);
			play(&scenarios[i], kernel, devices,
			     scenarios[i].order == 18 ? 1 << 18 : 512);
			played++;
		}
	}
	assert_int_equal(played, 36);
	mms_devices_destroy(devices);
}

/* First, last and odd pages, and entries next to each other. */
static void test_entries_lie_anywhere(void **state)
{
	const struct mms_namespace ns = FSDAX;
	struct mms_devices *devices;
	struct mms_device *device;
	uint64_t last;

	(void)state;
	assert_int_equal(mms_devices_create(&devices), 0);
	device = make_device(devices, NULL, &ns, NULL);
	last = mms_device_data_pages(device) - 1;
	bind_by_caller(device);
	for (uint64_t pgoff = 0; pgoff < 512; pgoff++)
		assert_int_equal(fault_page(device, pgoff, NULL), 0);
	for (uint64_t pgoff = 512; pgoff < last; pgoff += 512) {
		const struct mms_dax_entry entry = {pgoff, 9, MAPPING, pgoff};

		assert_int_equal(mms_device_fault(device, &entry, MMS_DAX_FAULT_NEW, 1, NULL), 0);
	}
	for (uint64_t pgoff = 0; pgoff <= last; pgoff++) {
		const struct mms_page *page =
			mms_memmap_page(mms_device_memmap(device), data_pfn(device, pgoff));

		if (pgoff >= 512 && pgoff % 512) {
			assert_true(mms_PageTail(page));
			continue;
		}
		assert_int_equal(page->mapping, MAPPING);
		assert_int_equal(page->index, pgoff);
		assert_int_equal(page->_refcount, 1);
	}
	mms_device_destroy(device);
	mms_devices_destroy(devices);
}

static void note(void *context, uint64_t pfn, const struct mms_page *page)
{
	struct mms_page *seen = context;

	*seen = *page;
	seen->words[4] = pfn;
}

static void test_faults_show_what_they_found(void **state)
{
	const struct mms_namespace ns = FSDAX;
	struct mms_page seen = {0};
	const struct mms_device_options options = {.fault_found = note, .fault_context = &seen};
	struct mms_devices *devices;
	struct mms_device *device;

	(void)state;
	assert_int_equal(mms_devices_create(&devices), 0);
	device = make_device(devices, NULL, &ns, &options);
	bind_by_caller(device);
	assert_int_equal(fault_page(device, 7, NULL), 0);
	assert_int_equal(seen.mapping, 0);
	assert_int_equal(seen._mapcount, -1);
	assert_int_equal(seen.words[4], data_pfn(device, 7));
	assert_int_equal(fault_page(device, 7, NULL), -EUCLEAN);
	assert_int_equal(seen.mapping, MAPPING);
	mms_device_destroy(device);
	mms_devices_destroy(devices);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_leave_what_kernels_leave),
		cmocka_unit_test(test_entries_lie_anywhere),
		cmocka_unit_test(test_faults_show_what_they_found),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
