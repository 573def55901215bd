/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Reading a JSON file that somebody else wrote: each value that is missing, of the wrong type or
 * out of its domain is named in one sentence. Functions return an enum status and have printed what
 * was wrong; outputs are then untouched.
 */
#ifndef TOOLS_JSON_INPUT_H
#define TOOLS_JSON_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* An object of the file. */
struct json_input {
	const char *file;   /* where it was read from */
	char prefix[64];    /* what leads to it: "pgmap.altmap.", "" for the outermost */
	const json_t *json; /* borrowed from the outermost */
};

/* Read the file at @path, whose outermost value must be an object; to be given to close. */
int json_input_open(const char *path, struct json_input *input);
void json_input_close(struct json_input *input);

/* Print what is wrong with the value of @key, as a clause: "must be an address". */
__attribute__((format(printf, 3, 4))) int json_input_fail(const struct json_input *input,
                                                          const char *key, const char *format, ...);

/*
 * Refuse control characters in all strings and keys: for files of which more is printed than what
 * functions below return.
 */
int json_input_check_text(const struct json_input *input);

/* Whether @key is there and not null. */
bool json_input_has(const struct json_input *input, const char *key);

int json_input_object(const struct json_input *input, const char *key, struct json_input *inner);
int json_input_array(const struct json_input *input, const char *key, const json_t **array);
int json_input_boolean(const struct json_input *input, const char *key, bool *value);

/* @value is borrowed; printable ASCII. */
int json_input_string(const struct json_input *input, const char *key, const char **value);

/* A whole number from @min to @max. */
int json_input_number(const struct json_input *input, const char *key, uint64_t min, uint64_t max,
                      uint64_t *value);

/* "0x340000000": up to 64 bits, which numbers of JSON don't have. */
int json_input_address(const struct json_input *input, const char *key, uint64_t *value);

/*
 * Element @index of @array, the value of @key: a pair of whole numbers, none above @max.
 */
int json_input_pair(const struct json_input *input, const char *key, const json_t *array,
                    size_t index, uint64_t max, uint64_t pair[2]);

#endif
