/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Files of C source and the definitions in them, each as the stretch of text that it is. Nothing is
 * preprocessed: a definition knows which branches of #if it stands in, and several of a name may be
 * there.
 */
#ifndef TOOLS_IMPORT_SOURCE_H
#define TOOLS_IMPORT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "import/branch.h"
#include "import/lexer.h"

enum definition_kind {
	DEFINITION_FUNCTION,
	DEFINITION_MACRO,
	DEFINITION_TAG,      /* struct, union or enum by its tag */
	DEFINITION_TYPE,     /* typedef */
	DEFINITION_CONSTANT, /* of an enum; the text is the whole enum's */
	DEFINITION_VARIABLE,
	DEFINITION_BY_MACRO, /* a macro's call that has the name as an argument */
};

struct source_file {
	const char *path; /* as people know it: mm/mm_init.c */
	const char *text; /* all of it, then a NUL */
	size_t size;
	struct branch *branches;
	struct token *includes; /* what follows #include, in order */
	size_t nr_includes;
	unsigned int rank; /* among all files: where a name is looked for first */
	bool is_unit;      /* a tree's .c file, whose static functions and types are its own */
};

/* A name and what defines it. Definitions with equal start are the same text. */
struct definition {
	struct token name;
	enum definition_kind kind;
	bool is_static;
	bool takes_arguments; /* a macro with parameters */
	const struct source_file *file;
	const char *start, *end;
	const char *body;            /* of a function: its opening brace; otherwise the end */
	const struct branch *branch; /* or NULL */
};

/* All definitions of some files, sorted by name, then by rank of file, then by place. */
struct source_index {
	struct source_file **files;
	size_t nr_files;
	struct definition *definitions;
	size_t nr_definitions, room;
};

/* Whether a definition's name is that of a struct, union or enum: a name space of its own. */
static inline bool definition_is_tag(const struct definition *definition)
{
	return definition->kind == DEFINITION_TAG;
}

/*
 * Read the file @path, known to people as @shown, and add its definitions.
 * @return 0 or a negative errno; -EEXIST if it is there already
 */
int source_add(struct source_index *index, const char *path, const char *shown);

/* The same for a text that was made, which now belongs to @index also on failure. */
int source_add_text(struct source_index *index, char *text, size_t size, const char *shown);

/* Read a file into memory that is to be freed, with a NUL behind it. @return 0 or a negative errno
 */
int source_read(const char *path, char **text, size_t *size);

/* The file known as @shown, or NULL. */
const struct source_file *source_find(const struct source_index *index, const char *shown);

/* To be called when all files are there, before source_definitions(). */
void source_sort(struct source_index *index);

/* Definitions of a name (as a tag or as anything else): the first, and how many follow. */
const struct definition *source_definitions(const struct source_index *index, struct token name,
                                            bool tag, size_t *count);

/* The line, from 1, that a place in a file's text is in. */
unsigned int source_line(const struct source_file *file, const char *place);

void source_finish(struct source_index *index);

#endif
