// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * trials GIBIBYTES REBINDS PERCENT SEED FILE: what compare-trials.sh has compared. Rebinds of
 * naive, of the same once more under another name ("again"), and of one with a tenth more work
 * ("tenth-more"), which initializes the first tenth of its pages once more, when caches have long
 * forgotten them. As with memmapsim bench rebind --rebinds auto:REBINDS --precision PERCENT, whose
 * result FILE gets.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "environment.h"
#include "rebind_json.h"

static int again(const struct mms_job *job)
{
	const struct mms_initializer *naive;
	int error = mms_initializer_find("naive", &naive);

	return error ? error : naive->init(job);
}

static int tenth_more(const struct mms_job *job)
{
	struct mms_job tenth = *job;
	int error = again(job);

	tenth.end_pfn = job->start_pfn + (job->end_pfn - job->start_pfn) / 10;
	return error ? error : again(&tenth);
}

static const struct mms_initializer twins[] = {
	{.name = "again", .description = "naive, called by another name", .init = again},
	{.name = "tenth-more", .description = "naive, a tenth of it twice", .init = tenth_more},
};

static int fail(void)
{
	fprintf(stderr, "trials: %s\n", mms_last_error());
	return 3;
}

static int run(const struct mms_geometry *geometry, unsigned int rebinds, double precision,
               uint64_t seed, const char *path)
{
	const struct mms_initializer *initializers[3] = {NULL, &twins[0], &twins[1]};
	const struct mms_rebind_config config = {
		.geometry = geometry,
		.initializers = initializers,
		.nr_initializers = 3,
		.first_binds = 1,
		.rebinds = rebinds,
		.precision = precision,
		.seed = seed,
	};
	struct mms_rebind_result *result;
	bool ok;
	json_t *json;

	if (mms_initializer_find("naive", &initializers[0]) || mms_rebind_run(&config, &result))
		return fail();
	ok = result->ok;
	json = mms_rebind_json(&config, result, environment_collect(""));
	mms_rebind_free(result);
	if (json_dump_file(json, path, JSON_INDENT(1)) != 0) {
		fprintf(stderr, "trials: %s can't be written\n", path);
		ok = false;
	}
	json_decref(json);
	return ok ? 0 : 3;
}

int main(int argc, char **argv)
{
	struct mms_namespace ns = {
		.mode = MMS_MODE_FSDAX,
		.map = MMS_MAP_DEV,
		.align = UINT64_C(2) << 20,
		.start = UINT64_C(1) << 40,
	};
	struct mms_geometry geometry;

	if (argc != 6) {
		fputs("Usage: trials GIBIBYTES REBINDS PERCENT SEED FILE\n", stderr);
		return 2;
	}
	ns.size = strtoull(argv[1], NULL, 10) << 30;
	if (mms_geometry_from_namespace(mms_kernel_default(), &ns, &geometry))
		return fail();
	return run(&geometry, (unsigned int)strtoul(argv[2], NULL, 10), strtod(argv[3], NULL) / 100,
	           strtoull(argv[4], NULL, 10), argv[5]);
}
