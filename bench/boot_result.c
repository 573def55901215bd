// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "boot_result.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "rounds.h"

static struct mms_ways ways_of(const struct mms_boot_config *config)
{
	return (struct mms_ways){&config->crew, config->waits, config->nr_waits};
}

size_t mms_boot_nr_rows(const struct mms_boot_config *config)
{
	struct mms_ways ways = ways_of(config);

	return config->nr_initializers * mms_ways_count(&ways);
}

static void make_row(struct mms_boot_row *row, const struct mms_boot_config *config,
                     const struct mms_initializer *initializer, uint64_t **storage)
{
	row->initializer = initializer;
	row->ran = mms_initializer_effective(initializer, config->gates);
	row->verified = true;
	for (unsigned int i = 0; i < MMS_NR_BOOT_TIMES; i++)
		mms_samples_take_room(&row->times[i], storage, config->boots);
	mms_samples_take_room(&row->fault, storage, config->boots);
	row->faults_ns = *storage;
	*storage += config->boots * config->nr_devices;
}

struct mms_boot_result *mms_boot_result_create(const struct mms_boot_config *config)
{
	struct mms_boot_result *result = calloc(1, sizeof(*result));
	struct mms_ways ways = ways_of(config);
	uint64_t *storage;

	if (!result)
		return NULL;
	result->nr_rows = mms_boot_nr_rows(config);
	result->rows_per_initializer = mms_ways_count(&ways);
	result->rows = calloc(result->nr_rows, sizeof(*result->rows));
	/* What make_row() gives out. */
	result->storage = calloc(result->nr_rows * (MMS_NR_BOOT_TIMES + 1 + config->nr_devices) *
	                                 config->boots,
	                         sizeof(*result->storage));
	if (!result->rows || !result->storage) {
		mms_boot_free(result);
		return NULL;
	}
	storage = result->storage;
	for (size_t i = 0; i < result->nr_rows; i++) {
		make_row(&result->rows[i], config,
		         config->initializers[i / result->rows_per_initializer], &storage);
		result->rows[i].way = mms_way_at(&ways, i % result->rows_per_initializer);
	}
	return result;
}

void mms_boot_free(struct mms_boot_result *result)
{
	if (!result)
		return;
	free(result->rows);
	free(result->storage);
	free(result);
}

static void finish_row(struct mms_boot_row *row, double *scratch)
{
	if (!row->verified) {
		/* Times of something that isn't right say nothing. */
		for (unsigned int i = 0; i < MMS_NR_BOOT_TIMES; i++)
			row->times[i].count = 0;
		row->fault.count = 0;
		row->helped = row->waited = 0;
	}
	for (unsigned int i = 0; i < MMS_NR_BOOT_TIMES; i++)
		mms_summarize(&row->times[i], scratch);
	mms_summarize(&row->fault, scratch);
}

static void compare_row(struct mms_boot_row *row, const struct mms_boot_row *alone, double *scratch)
{
	for (unsigned int i = 0; i < MMS_NR_BOOT_TIMES; i++)
		if (row->verified && alone->verified)
			row->ratios[i] = mms_paired_ratio(row->times[i].ns, alone->times[i].ns,
			                                  row->times[i].count, scratch);
}

/* That of the caller alone: the first one of the same initializer. */
static const struct mms_boot_row *alone_of(const struct mms_boot_result *result, size_t row)
{
	return &result->rows[row - row % result->rows_per_initializer];
}

bool mms_boot_is_precise(const struct mms_boot_result *result, const struct mms_boot_config *config,
                         double *scratch)
{
	for (size_t i = 0; i < result->nr_rows; i++) {
		const struct mms_boot_row *row = &result->rows[i], *alone = alone_of(result, i);

		if (row != alone && row->verified && alone->verified &&
		    !mms_rounds_precise(&row->times[MMS_BOOT_USABLE],
		                        &alone->times[MMS_BOOT_USABLE], config->precision, scratch))
			return false;
	}
	return true;
}

int mms_boot_result_finish(struct mms_boot_result *result, const struct mms_boot_config *config)
{
	double *scratch = calloc(config->boots, sizeof(*scratch));

	if (!scratch)
		return mms_fail(ENOMEM, "out of memory for statistics");
	result->ok = true;
	for (size_t i = 0; i < result->nr_rows; i++) {
		finish_row(&result->rows[i], scratch);
		result->ok &= result->rows[i].verified;
	}
	for (size_t i = 0; i < result->nr_rows; i++)
		compare_row(&result->rows[i], alone_of(result, i), scratch);
	free(scratch);
	return 0;
}

uint64_t mms_boot_pages(const struct mms_boot_config *config)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < config->nr_devices; i++) {
		struct mms_pfn_range altmap = mms_geometry_altmap_pfns(&config->geometries[i]);

		pages += config->geometries[i].nr_initialised + altmap.end - altmap.start;
	}
	return pages;
}

void mms_boot_describe_failure(const struct mms_boot_row *row, char *text, size_t size)
{
	char who[96];

	mms_way_describe(&row->way, row->initializer, who, sizeof(who));
	mms_failure_describe(&row->failure, who, text, size);
}
