/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Values of options, and the options that several subcommands share. Functions that return int
 * return an enum status and have printed what was wrong; outputs are then untouched.
 */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <memmapsim/memmapsim.h>

#include "crew.h"

/* @option is what the user typed before the value, as "--size"; it goes into the message. */

/* "100G", "2M", "0x200000", "4096": bytes, powers of 1024, more than 0. */
int option_size(const char *option, const char *text, uint64_t *size);

/* As option_size(), but 0 is fine. */
int option_address(const char *option, const char *text, uint64_t *address);

/* A decimal or 0x number from @min to @max. */
int option_number(const char *option, const char *text, uint64_t min, uint64_t max,
                  uint64_t *number);

/* One of @count @names (@kind says what they are: "mode"), as its index. */
int option_choice(const char *kind, const char *text, const char *const *names, size_t count,
                  size_t *index);

/* Have @take look at each word of "a,b,c", until one isn't STATUS_OK. @return the last status */
int option_list(const char *text, int (*take)(const char *word, void *context), void *context);

#define MAX_INITIALIZERS 64
struct initializer_list {
	bool all; /* that this CPU runs */
	size_t count;
	const struct mms_initializer *items[MAX_INITIALIZERS];
};

/*
 * "naive,template", "all" for the built-in ones that this CPU can run, or the path of a plug-in for
 * all that it has (foreign.h). Naming one that it can't run is STATUS_UNSUPPORTED.
 */
int option_initializers(const char *text, struct initializer_list *list);

/* @return STATUS_UNSUPPORTED if there is one in the list that this CPU can't run */
int initializers_check_cpu(const struct initializer_list *list);

/* Warn of each initializer that "all" left out; for when the work is done. */
void warn_of_left_out(const struct initializer_list *list);

/* A namespace that has a name. */
struct preset {
	const char *name;
	const char *summary;
	struct mms_namespace ns;
};
#define NR_PRESETS 4
extern const struct preset presets[NR_PRESETS];

#define MAX_SIZES 16

/*
 * The options that say which geometry, as an argp child. At ARGP_KEY_INIT its parent calls
 * geometry_options_init() and makes the options a child input; after parsing it calls
 * geometry_options_resolve().
 */
struct geometry_options {
	const struct mms_kernel *kernel;
	bool kernel_known;           /* from --kernel, or from plug-ins */
	const struct preset *preset; /* NULL once an option departed from it */
	struct mms_namespace ns;     /* the preset's, changed by options */
	size_t nr_sizes;             /* of a list in --size; ns has the first */
	uint64_t sizes[MAX_SIZES];
	unsigned int given;        /* which kinds of options were there; see options_geometry.c */
	enum mms_memory_type type; /* with --type: a pgmap made directly */
	unsigned int vmemmap_shift;
	unsigned int nr_range;
	struct mms_range ranges[MMS_MAX_RANGES];
};
extern const struct argp geometry_argp;

void geometry_options_init(struct geometry_options *options, const char *preset);

/* Without --kernel, take the kernel that plug-ins of @list say they are for. @return a status */
int geometry_options_follow(struct geometry_options *options, const struct initializer_list *list);

/* Whether any of them was there; whether one that says more than kernel and node was. */
bool geometry_options_given(const struct geometry_options *options);
bool geometry_options_shaped(const struct geometry_options *options);

/* Whether the pgmap is made directly, so that options->ns means nothing. */
bool geometry_options_direct(const struct geometry_options *options);

/* Check that the options go together, and work out the geometry. More than one size is refused. */
int geometry_options_resolve(struct geometry_options *options, struct mms_geometry *geometry);

/* The same for each size of a list in --size; @count is 1 without one. */
int geometry_options_resolve_all(struct geometry_options *options,
                                 struct mms_geometry geometries[MAX_SIZES], size_t *count);

/* The value of --namespaces, "48x128G": how many there are, and their size, instead of --size. */
int geometry_options_namespaces(const char *text, struct geometry_options *options, size_t *count);

/* The same for each of @count namespaces, one after the other, each at a border of 1 GiB. */
int geometry_options_resolve_row(struct geometry_options *options, size_t count,
                                 struct mms_geometry *geometries);

/*
 * Lines that say which kernel and what backs its description, and which namespace or pgmap; what
 * every experiment prints first.
 */
void geometry_options_print(const struct geometry_options *options,
                            const struct mms_geometry *geometry, FILE *stream);

/* "6 captures, layout as in the BTF of 7.2.13" or "no captures, derived from v6.18" into @text. */
void kernel_backing(const struct mms_kernel *kernel, char *text, size_t size);

/* "100 GiB": the largest unit that is exact. */
void format_size(uint64_t bytes, char *text, size_t size);

/*
 * --trace-page-ref, --sanitize-kernel, --backing, --time-limit: how initializers get to run, as an
 * argp child.
 */
struct run_options {
	bool given;           /* whether any of them was there */
	unsigned int gates;   /* enum mms_gate, or'ed */
	unsigned int seconds; /* that a plug-in may take for a job; 0: not said */
	struct mms_memmap_options memmap;
};
extern const struct argp run_argp;

/* How long a plug-in may take for a job of @geometry: what was said, or many times too long. */
unsigned int run_time_limit(const struct run_options *run, const struct mms_geometry *geometry);

/* Say so, before the work begins, if each pass over those of @count geometries with shared
 * tails, which memory is no limit for, takes a minute or more. */
void warn_of_long_work(const struct mms_geometry *geometries, size_t count);

/*
 * -i, --seed, --json: what all experiments take, as an argp child. After parsing its parent calls
 * bench_options_resolve().
 */
struct bench_options {
	struct initializer_list initializers;
	uint64_t seed;
	bool seed_given;
	const char *json_path; /* NULL: none */
};
extern const struct argp bench_argp;

/* Take @initializers, as behind -i, if none were named. */
int bench_options_resolve(struct bench_options *options, const char *initializers);

/* --policy, --async: what happens in the background, as an argp child. */
struct background_options {
	bool given; /* whether any of them was there */
	size_t nr_waits;
	enum mms_wait waits[MMS_NR_WAITS];
	enum mms_async async;
};
extern const struct argp background_argp;

/* Take all policies if none were named. */
void background_options_resolve(struct background_options *options);

/*
 * So many rounds, or as many as ratios need: --precision, as an argp child, and an experiment's own
 * option for their number, --rebinds say. After parsing its parent calls rounds_options_resolve().
 */
struct rounds_options {
	uint64_t number; /* of rounds, or the most there may be; 0: not said */
	bool automatic;
	double precision; /* that ratios need, a share; 0: not said, or there are @number rounds */
};
extern const struct argp rounds_argp;

/* What takes the value of an option for their number, and what its help ends with. */
#define ROUNDS_VALUE "N|auto"
#define ROUNDS_HELP  "auto, auto:N: until --precision, 1000 or N at most"

/* "30", "auto" or "auto:500". @option is the word before it. */
int option_rounds(const char *option, const char *text, struct rounds_options *rounds);

/* Take @usual rounds if nothing was said, and check that a precision was asked for with auto. */
int rounds_options_resolve(const char *option, struct rounds_options *rounds, unsigned int usual);

#define MAX_THREAD_NUMBERS 16

/*
 * --threads, --split, --bind, --node, --cpus: pools, one for each number of threads, as an argp
 * child. Without --threads there are none, until pool_options_resolve().
 */
struct pool_options {
	bool given; /* whether any of them but --node was there */
	size_t nr_threads;
	unsigned int threads[MAX_THREAD_NUMBERS];
	enum mms_split split;
	enum mms_bind bind;
	bool bind_given;
	int node;         /* of memory, and near the cores; or MMS_NODE_ANY */
	const char *cpus; /* NULL: all */
};
extern const struct argp pool_argp;

/* Crews as the options say, pointing into them. */
struct mms_crew_config pool_crew_config(const struct pool_options *options);

/*
 * Check that the machine has these CPUs and that node, warn if there are more threads than cores,
 * and take as many as cores if nothing was said of threads.
 */
int pool_options_resolve(struct pool_options *options);

/* The same for experiments that have threads only if --threads says so. */
int pool_options_resolve_optional(struct pool_options *options);

/* The memory that both kinds of options ask for. */
struct mms_memmap_options pool_memmap(const struct pool_options *pool,
                                      const struct run_options *run);

/*
 * What experiments take besides their own options. Which of these one has is said by the children
 * of its argp; what it doesn't have is as if nothing was said.
 */
struct experiment_options {
	struct bench_options bench;
	struct rounds_options rounds;
	struct geometry_options geometry;
	struct run_options run;
	struct pool_options pool;
	struct background_options background;
};

/* At ARGP_KEY_INIT: give each of the experiment's @children its part of @options. */
void experiment_options_init(struct experiment_options *options, const struct argp_child *children,
                             struct argp_state *state);

/*
 * After parsing: which initializers run, those of @initializers if none were named; how many
 * rounds, by bench's option @rounds, or @usual; and whose rules apply, if plug-ins say so.
 */
int experiment_options_resolve(struct experiment_options *options, const char *initializers,
                               const char *rounds, unsigned int usual);

#endif
