// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Struct pages in states that can't be: events refuse, name pfn and field, and change nothing. */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ALL_KERNELS   "v6.1 v6.12 v6.16 v6.18 v7.1 v7.2"
#define OLD_KERNELS   "v6.1 v6.12"
#define FOLIO_KERNELS "v6.16 v6.18 v7.1 v7.2"
#define ENTRY         512 /* where the entry begins in the data area */

enum action { NONE, FAULT, AGAIN, UNMAP, DELETE };

/* After @before, each by process 1, bytes of a page of the entry are overwritten. Then @refused. */
static const struct wrong {
	const char *kernels;
	enum mms_mode mode;
	unsigned int order;
	enum action before[3];
	uint16_t page;
	uint8_t offset, size; /* size 0: nothing is overwritten */
	uint64_t value;
	enum action refused;
	const char *field;
	uint16_t named; /* page whose pfn the sentence has */
} wrongs[] = {
	/* Memory that nobody initialized, and pages of somebody else. */
	{ALL_KERNELS, MMS_MODE_FSDAX, 0, {0}, 0, 0, 8, 0x1234, FAULT, "flags", 0},
	{ALL_KERNELS, MMS_MODE_DEVDAX, 9, {0}, 0, 0, 8, 0x1234, FAULT, "flags", 0},
	{ALL_KERNELS, MMS_MODE_FSDAX, 0, {0}, 0, 8, 8, 0x1000, FAULT, "pgmap", 0},
	{ALL_KERNELS, MMS_MODE_DEVDAX, 9, {0}, 0, 8, 8, 0x1000, FAULT, "pgmap", 0},
	{ALL_KERNELS, MMS_MODE_FSDAX, 9, {0}, 300, 8, 8, 0x1000, FAULT, "pgmap", 300},
	/* A tail where a head or single page is wanted, and the other way round. */
	{ALL_KERNELS, MMS_MODE_FSDAX, 0, {0}, 0, 8, 1, 1, FAULT, "compound_head", 0},
	{ALL_KERNELS, MMS_MODE_DEVDAX, 9, {0}, 0, 8, 1, 1, FAULT, "compound_head", 0},
	{ALL_KERNELS, MMS_MODE_DEVDAX, 9, {0}, 1, 8, 8, 0, FAULT, "compound_head", 1},
	{"v6.12 v6.16", MMS_MODE_DEVDAX, 9, {0}, 0, 0, 1, 0, FAULT, "flags", 0},
	{"v6.12 v6.16", MMS_MODE_DEVDAX, 0, {0}, 0, 0, 1, 0x40, FAULT, "flags", 0},
	{FOLIO_KERNELS, MMS_MODE_FSDAX, 0, {0}, 0, 0, 1, 0x40, FAULT, "flags", 0},
	{FOLIO_KERNELS, MMS_MODE_FSDAX, 9, {FAULT}, 1, 0, 1, 8, AGAIN, "flags", 0},
	{FOLIO_KERNELS, MMS_MODE_FSDAX, 9, {FAULT}, 1, 0, 1, 8, UNMAP, "flags", 0},
	/* Used by somebody, though in no file. */
	{ALL_KERNELS, MMS_MODE_FSDAX, 0, {0}, 0, 52, 4, 2, FAULT, "_refcount", 0},
	{ALL_KERNELS, MMS_MODE_FSDAX, 9, {0}, 511, 52, 4, 2, FAULT, "_refcount", 511},
	{ALL_KERNELS, MMS_MODE_FSDAX, 0, {0}, 0, 48, 4, 0, FAULT, "_mapcount", 0},
	{ALL_KERNELS, MMS_MODE_FSDAX, 9, {0}, 17, 24, 8, MAPPING, FAULT, "mapping", 17},
	{FOLIO_KERNELS, MMS_MODE_DEVDAX, 9, {0}, 0, 52, 4, 0, FAULT, "_refcount", 0},
	{FOLIO_KERNELS, MMS_MODE_FSDAX, 0, {FAULT}, 0, 52, 4, 0x80000000, AGAIN, "_refcount", 0},
	/* In a file twice; in another one; in none. */
	{ALL_KERNELS, MMS_MODE_FSDAX, 0, {FAULT}, 0, 0, 0, 0, FAULT, "mapping", 0},
	{OLD_KERNELS, MMS_MODE_FSDAX, 9, {FAULT}, 0, 0, 0, 0, FAULT, "mapping", 0},
	{FOLIO_KERNELS, MMS_MODE_FSDAX, 9, {FAULT}, 0, 0, 0, 0, FAULT, "flags", 0},
	{ALL_KERNELS, MMS_MODE_FSDAX, 0, {FAULT}, 0, 24, 8, 0x4000, AGAIN, "mapping", 0},
	{ALL_KERNELS, MMS_MODE_FSDAX, 0, {FAULT, UNMAP}, 0, 24, 8, 0x4000, DELETE, "mapping", 0},
	{ALL_KERNELS, MMS_MODE_FSDAX, 0, {0}, 0, 0, 0, 0, AGAIN, "mapping", 0},
	{ALL_KERNELS, MMS_MODE_FSDAX, 0, {0}, 0, 0, 0, 0, DELETE, "mapping", 0},
	{OLD_KERNELS, MMS_MODE_FSDAX, 9, {0}, 0, 0, 0, 0, DELETE, "mapping", 0},
	{"v6.12", MMS_MODE_FSDAX, 0, {0}, 0, 24, 8, 1, DELETE, "share", 0},
	/* Unmapped by who hasn't it mapped. */
	{OLD_KERNELS, MMS_MODE_FSDAX, 0, {0}, 0, 0, 0, 0, UNMAP, "mapping", 0},
	{OLD_KERNELS, MMS_MODE_DEVDAX, 9, {0}, 0, 0, 0, 0, UNMAP, "mapping", 0},
	{FOLIO_KERNELS, MMS_MODE_FSDAX, 0, {0}, 0, 0, 0, 0, UNMAP, "_refcount", 0},
	{FOLIO_KERNELS, MMS_MODE_FSDAX, 0, {FAULT, UNMAP}, 0, 52, 4, 1, UNMAP, "_mapcount", 0},
	{FOLIO_KERNELS, MMS_MODE_DEVDAX, 9, {0}, 0, 0, 0, 0, UNMAP, "_refcount", 0},
	{FOLIO_KERNELS, MMS_MODE_DEVDAX, 9, {0}, 0, 52, 4, 2, UNMAP, "_entire_mapcount", 1},
	{FOLIO_KERNELS, MMS_MODE_DEVDAX, 9, {FAULT}, 1, 40, 4, 2, UNMAP, "_mm_ids", 1},
	{FOLIO_KERNELS, MMS_MODE_FSDAX, 9, {FAULT}, 1, 40, 4, 7, UNMAP, "_mm_ids", 1},
	/* Leaves its file, but is still mapped, or pinned. */
	{FOLIO_KERNELS, MMS_MODE_FSDAX, 0, {FAULT}, 0, 0, 0, 0, DELETE, "_refcount", 0},
	{FOLIO_KERNELS, MMS_MODE_FSDAX, 9, {FAULT}, 0, 0, 0, 0, DELETE, "_refcount", 0},
	{FOLIO_KERNELS, MMS_MODE_FSDAX, 9, {FAULT, UNMAP}, 99, 52, 4, 1, DELETE, "_refcount", 99},
	{OLD_KERNELS, MMS_MODE_FSDAX, 9, {FAULT, UNMAP}, 99, 52, 4, 2, DELETE, "_refcount", 99},
};

static int act(struct mms_device *device, const struct mms_dax_entry *entry, enum action action)
{
	switch (action) {
	case FAULT:
		return mms_device_fault(device, entry, MMS_DAX_FAULT_NEW, 1, NULL);
	case AGAIN:
		return mms_device_fault(device, entry, MMS_DAX_FAULT_AGAIN, 1, NULL);
	case UNMAP:
		return mms_device_unmap(device, entry, 1);
	default:
		return mms_device_delete_entry(device, entry);
	}
}

static void check(const struct wrong *wrong, const char *what, struct mms_device *device)
{
	const struct mms_dax_entry entry = {ENTRY, wrong->order, MAPPING, 0};
	struct mms_page *pages =
		mms_memmap_page(mms_device_memmap(device), data_pfn(device, ENTRY));
	static unsigned char before[512 * 64];
	char pfn[64];

	for (unsigned int i = 0; i < 3 && wrong->before[i]; i++)
		if (act(device, &entry, wrong->before[i]))
			fail_msg("%s: %s", what, mms_last_error());
	memcpy((char *)&pages[wrong->page] + wrong->offset, &wrong->value, wrong->size);
	memcpy(before, pages, sizeof(before));
	if (act(device, &entry, wrong->refused) != -EUCLEAN)
		fail_msg("%s is not refused", what);
	snprintf(pfn, sizeof(pfn), "pfn 0x%" PRIx64 ": %s is 0x",
	         data_pfn(device, ENTRY) + wrong->named, wrong->field);
	if (!strstr(mms_last_error(), pfn))
		fail_msg("%s: there is no \"%s\" in \"%s\"", what, pfn, mms_last_error());
	if (memcmp(before, pages, sizeof(before)))
		fail_msg("%s changes something", what);
}

static void test_impossible_states_are_refused(void **state)
{
	struct mms_devices *devices;

	(void)state;
	assert_int_equal(mms_devices_create(&devices), 0);
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		const struct wrong *wrong = &wrongs[i];
		const struct mms_namespace ns = {
			.mode = wrong->mode,
			.align = wrong->mode == MMS_MODE_DEVDAX && !wrong->order ? 4 * K : 2 * M,
			.size = 16 * M,
		};
		char kernels[64];

		snprintf(kernels, sizeof(kernels), "%s", wrong->kernels);
		for (char *name = strtok(kernels, " "); name; name = strtok(NULL, " ")) {
			const struct mms_kernel *kernel;
			struct mms_device *device;
			char what[64];

			assert_int_equal(mms_kernel_find(name, &kernel), 0);
			device = make_device(devices, kernel, &ns, NULL);
			bind_by_caller(device);
			snprintf(what, sizeof(what), "%s, case %zu", name, i);
			check(wrong, what, device);
			mms_device_destroy(device);
		}
	}
	mms_devices_destroy(devices);
}

/* An own description that counts mappings has to say where. */
static void test_descriptions_without_mapcounts_are_refused(void **state)
{
	const struct mms_namespace ns = {MMS_MODE_FSDAX, MMS_MAP_DEV, 2 * M, 64 * G, 16 * M, 0, 0};
	struct mms_kernel own = *mms_kernel_default();
	struct mms_device *device = NULL;
	struct mms_geometry geometry;
	struct mms_devices *devices;

	(void)state;
	own.name = "own";
	own.nr_metadata = 3;
	assert_int_equal(mms_devices_create(&devices), 0);
	assert_int_equal(mms_geometry_from_namespace(&own, &ns, &geometry), 0);
	assert_int_equal(mms_device_create(devices, &geometry, NULL, &device), -EINVAL);
	assert_sentence("own counts mappings", "_mm_id_mapcount", NULL);
	assert_null(device);
	own.dax_folios = false;
	assert_int_equal(mms_device_create(devices, &geometry, NULL, &device), 0);
	mms_device_destroy(device);
	mms_devices_destroy(devices);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_impossible_states_are_refused),
		cmocka_unit_test(test_descriptions_without_mapcounts_are_refused),
	};

	return cmocka_run_group_tests_name("impossible struct pages", tests, NULL, NULL);
}
