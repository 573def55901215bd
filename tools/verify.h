/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The parts of memmapsim verify. */
#ifndef TOOLS_VERIFY_H
#define TOOLS_VERIFY_H

#include "check_initializers.h"
#include "options.h"

/*
 * Hold captures against the oracle, and initializers on their geometries. All captures are read
 * before anything is compared, so that nothing is done if one can't be.
 * @results  gets an object per capture, which is empty unless all could be compared
 * @return an enum status: STATUS_FAILED if something is wrong, which is printed
 */
int verify_captures(char *const *paths, size_t count, const struct check_options *options,
                    json_t *results);

/*
 * Bring the captures of @kernel to the front of @paths, in their order.
 * @count: of all; then of those
 * @return an enum status; what is wrong is printed
 */
int captures_of_kernel(char **paths, size_t *count, const struct mms_kernel *kernel);

/* Hold initializers against the oracle, on one geometry that the options name. */
int verify_geometry(struct geometry_options *geometry, const struct check_options *options,
                    json_t *results);

/* Small jobs for the store tracer: fsdax, devdax, and devdax with shared tails. */
#define NR_STORES_JOBS 3
int stores_job_geometry(size_t job, const struct mms_kernel *kernel, struct mms_geometry *geometry);

/*
 * Run initializers under the store tracer: on the geometry that the options name, or else on small
 * ones, of the kernel that they or plug-ins name, or of those that differ in it.
 */
int verify_stores(struct geometry_options *geometry, const struct check_options *options,
                  json_t *results);

#endif
