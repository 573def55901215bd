/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A translation unit put together of definitions from several places: a function, and all that it
 * needs, each before what needs it.
 */
#ifndef TOOLS_IMPORT_UNIT_H
#define TOOLS_IMPORT_UNIT_H

#include <stdio.h>

#include "import/source.h"

/* Where definitions come from; what comes first is taken. */
struct unit_sources {
	const struct source_index *extra; /* the developer's own */
	const struct source_index *given; /* configuration and kcompat */
	const struct source_index *tree;
	const struct token *forced; /* names to take from the tree although they are given */
	size_t nr_forced;
};

struct unit_part {
	const struct definition *definition;
	bool prototype; /* only what comes before a function's body */
};

/* A function or macro that is called and can't be found. */
struct unit_missing {
	struct token name;
	const struct definition *where;
};

struct unit {
	const struct unit_sources *sources;
	struct unit_part *parts; /* in order */
	size_t nr_parts, parts_room;
	struct unit_missing *missing;
	size_t nr_missing, missing_room;
	const struct definition **begun; /* taken, or being taken */
	size_t nr_begun, begun_room;
};

/*
 * Take what defines @name (with @tag: a struct, union or enum), and before it what that needs.
 * @return 0; -ENOENT: there is no such name; -ENOMEM; -ENAMETOOLONG: it leads to much too much
 */
int unit_take(struct unit *unit, const char *name, bool tag);

/* The definition of @name that unit_take() would begin with, or NULL. */
const struct definition *unit_find(const struct unit *unit, const char *name, bool tag);

/*
 * Write it as C source, with #line directives to where each part stands. @directory is what paths
 * of the tree's files are relative to; @home, a path as in the tree, is the file that the unit
 * stands for, so that functions of other .c files are kept from being inlined.
 */
void unit_write(const struct unit *unit, const char *directory, const char *home, FILE *stream);

/* Write @text as it stands between the quotes of a C string. */
void unit_write_string(const char *text, FILE *stream);

void unit_finish(struct unit *unit);

#endif
