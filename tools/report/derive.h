/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Adding to results what reports say of them. */
#ifndef TOOLS_REPORT_DERIVE_H
#define TOOLS_REPORT_DERIVE_H

#include <jansson.h>

/* Add all "derived" members to a result: see derive.c. */
void result_derive(json_t *json);

/* Add what depends on which initializers are shown, once others are gone: best, and warnings. */
void result_derive_chosen(json_t *json);

/* Those of normal memory. */
void derive_normal(json_t *json);

/* To a row that has "adds_per_cycle": "core", its least, median, most, and of how many rounds. */
void derive_core(json_t *row);

/* Add to the environment's warnings those that samples give. */
void derive_warnings(json_t *json);

/* The member "derived" of an object, which gets one if it has none. */
json_t *derived_of(json_t *json);

#endif
