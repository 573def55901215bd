/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The parts of memmapsim try: from an idea or a kernel's code to what there is to say of it. */
#ifndef TOOLS_TRY_TRY_H
#define TOOLS_TRY_TRY_H

#include "bench.h"
#include "check_initializers.h"
#include "check_stores.h"
#include "import/import.h"
#include "random_geometries.h"
#include "verify.h"

/* What is tried. */
enum subject_kind { SUBJECT_PLUGIN, SUBJECT_SOURCE, SUBJECT_TREE, NR_SUBJECT_KINDS };
extern const char *const subject_kinds[NR_SUBJECT_KINDS]; /* "plugin", … */

struct subject {
	const char *what; /* as typed */
	enum subject_kind kind;
	char plugin[PATH_MAX];           /* its path, with a "/" in it */
	const struct mms_kernel *kernel; /* whose rules a tree follows; NULL: it doesn't say */
	struct build build;              /* where it was built, if it was */
};

/* What is asked for, and what surrounds the work. */
struct trial {
	struct subject subject;
	struct import_request import; /* how, if it is a tree */
	const struct mms_kernel *kernel;
	const char *kernel_text; /* as typed; NULL: it wasn't */
	const char *captures;    /* folder; NULL: those that were installed */
	bool quick;
	uint64_t nr_geometries, rounds;
	struct bench_options bench; /* the initializers that are tried */
	struct run_options run;
	struct bench_run bench_run;
};

/* How an initializer fared, before it was timed. */
struct trial_check {
	const struct mms_initializer *initializer;
	uint64_t nr_geometries, pages, pageblocks; /* that were right */
	bool wrong;                                /* on a geometry: */
	struct random_geometry geometry;
	struct initializer_check check;
	size_t nr_captures, nr_captures_right;
	json_t *captures;
	struct stores_check stores[NR_STORES_JOBS];
	size_t nr_stores; /* jobs that were traced */
	bool drained;
	json_t *stores_json;
};

/*
 * Make a plug-in of what is to be tried: of a tree by import-kernel, of a source file by compiling
 * it as kernel code is compiled here, and of a shared object nothing but itself.
 * Behind a colon in @what, one of its initializers may be named.
 * @import: how to do it with a tree; which one, is filled in
 * @return an enum status; what is wrong is printed
 */
int subject_build(struct subject *subject, const char *what, struct import_request *import);
void subject_finish(struct subject *subject);

/*
 * Hold initializer @index against the oracle on random geometries and on those of captures, and
 * trace its stores. Says on stdout how that went, step by step.
 * @check: to be given to trial_check_finish()
 * @return an enum status: STATUS_FAILED if it is wrong
 */
int trial_check(const struct trial *trial, size_t index, struct trial_check *check);
void trial_check_finish(struct trial_check *check);
json_t *trial_check_json(const struct trial_check *check);

/*
 * Time those that are left of the initializers against the built-in ones on both presets, in a
 * child.
 * @timing: an array with an object for each preset: preset, experiment (see rebind_json.h), and
 * initializers[]: name, median_ns, ns_per_page, others[]: name, median_ns, ratio, ratio_interval
 * @return an enum status
 */
int trial_time(struct trial *trial, json_t **timing);

/* What there is to say of an initializer, a line for each matter; to be freed. NULL: out of memory
 */
char *trial_verdict(const struct trial *trial, const struct trial_check *check,
                    const json_t *timing);

#endif
