// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import/array.h"
#include "import/condition.h"
#include "import/needs.h"
#include "import/unit.h"

/* Code that initializes struct pages takes about a hundred. */
#define MAX_PARTS 2000

/* What takes needs, for one definition. */
struct taker {
	struct unit *unit;
	const struct definition *from;
	const struct source_file *home; /* the C file on whose behalf, or NULL */
	bool pointers;                  /* take what pointers lead to, and nothing else */
};

static bool is_begun(const struct unit *unit, const struct definition *definition)
{
	for (size_t i = 0; i < unit->nr_begun; i++)
		if (unit->begun[i]->start == definition->start)
			return true;
	return false;
}

static int add_part(struct unit *unit, const struct definition *definition, bool prototype)
{
	int error =
		array_grow(&unit->parts, &unit->parts_room, unit->nr_parts, sizeof(*unit->parts));

	if (!error)
		unit->parts[unit->nr_parts++] = (struct unit_part){definition, prototype};
	return error;
}

static bool is_there(const struct unit *unit, const struct definition *definition)
{
	for (size_t i = 0; i < unit->nr_parts; i++)
		if (unit->parts[i].definition->start == definition->start)
			return true;
	return false;
}

static bool same(const struct token *a, const struct token *b)
{
	return a->length == b->length && !memcmp(a->start, b->start, a->length);
}

static int add_missing(struct unit *unit, const struct token *name, const struct definition *from)
{
	int error;

	for (size_t i = 0; i < unit->nr_missing; i++)
		if (same(&unit->missing[i].name, name))
			return 0;
	error = array_grow(&unit->missing, &unit->missing_room, unit->nr_missing,
	                   sizeof(*unit->missing));
	if (!error)
		unit->missing[unit->nr_missing++] = (struct unit_missing){*name, from};
	return error;
}

/* Whether a definition by a macro is one by a macro whose name begins like that. */
static bool is_made_by(const struct definition *definition, const char *prefix)
{
	struct lexer lexer = lexer_init(definition->start, definition->end);
	struct token maker = lexer_next(&lexer);

	if (token_is(&maker, "static"))
		maker = lexer_next(&lexer);
	return definition->kind == DEFINITION_BY_MACRO && maker.length >= strlen(prefix) &&
	       !memcmp(maker.start, prefix, strlen(prefix));
}

/* Says only that there is such a variable, somewhere. */
static bool declares(const struct definition *definition)
{
	return is_made_by(definition, "DECLARE_") && !is_made_by(definition, "DECLARE_BITMAP");
}

/* Whether a file's static definitions can be meant: macros are expanded where they are used. */
static bool is_own(const struct taker *taker, const struct source_file *file)
{
	return taker->from->file == file ||
	       (taker->from->kind == DEFINITION_MACRO && taker->home == file);
}

/* Whether a definition can be what is meant by a name used like that, in that file. */
static bool fits(const struct definition *definition, enum usage usage, const struct taker *taker)
{
	bool own = taker && is_own(taker, definition->file);
	bool external = definition->kind == DEFINITION_FUNCTION ||
	                definition->kind == DEFINITION_VARIABLE ||
	                definition->kind == DEFINITION_BY_MACRO;

	if (definition->file->is_unit && !own && (definition->is_static || !external))
		return false;
	if (definition->kind == DEFINITION_BY_MACRO) {
		return usage == USAGE_PLAIN &&
		       (is_made_by(definition, "DEFINE_") || is_made_by(definition, "DECLARE_") ||
		        is_made_by(definition, "LIST_HEAD"));
	}
	if (usage == USAGE_CALL)
		return definition->kind != DEFINITION_CONSTANT;
	if (usage == USAGE_PLAIN)
		return !definition->takes_arguments;
	return true;
}

/*
 * The definitions of a name that may be meant, in the first file that has one: its own, else by
 * rank; and what only declares, last. @first and @count are what to look at.
 */
static const struct source_file *choose_file(const struct definition *first, size_t count,
                                             enum usage usage, const struct taker *taker,
                                             const struct conditions *conditions)
{
	const struct source_file *file = NULL, *declaring = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!fits(&first[i], usage, taker) ||
		    condition_branch(conditions, first[i].branch) == VERDICT_NO)
			continue;
		if (declares(&first[i]))
			declaring = declaring ? declaring : first[i].file;
		else if (taker && is_own(taker, first[i].file))
			return first[i].file;
		else if (!file)
			file = first[i].file;
	}
	return file ? file : declaring;
}

/* Where to look for a name, in this order. */
static size_t order_sources(const struct unit_sources *sources, const struct token *name,
                            const struct source_index *ordered[3])
{
	bool forced = false;

	for (size_t i = 0; i < sources->nr_forced; i++)
		forced |= same(&sources->forced[i], name);
	ordered[0] = sources->extra;
	ordered[1] = forced ? sources->tree : sources->given;
	ordered[2] = forced ? sources->given : sources->tree;
	return 3;
}

static int take_definition(struct unit *unit, const struct definition *definition,
                           const struct taker *asker);

/* All of the definitions that may be meant. @return how many there were, or an error */
static int take_from(struct unit *unit, const struct definition *first, size_t count,
                     enum usage usage, const struct taker *taker)
{
	const struct conditions conditions = {unit->sources->given, unit->sources->tree};
	const struct source_file *file = choose_file(first, count, usage, taker, &conditions);
	int taken = 0;

	for (size_t i = 0; i < count && file; i++) {
		int error;

		if (first[i].file != file || !fits(&first[i], usage, taker) ||
		    condition_branch(&conditions, first[i].branch) == VERDICT_NO)
			continue;
		error = take_definition(unit, &first[i], taker);
		if (error)
			return error;
		taken++;
	}
	return taken;
}

/* Each definition among those given whose name begins like that. */
static int take_prefix(const struct taker *taker, const struct token *prefix)
{
	const struct source_index *given = taker->unit->sources->given;

	for (size_t i = 0; i < given->nr_definitions; i++) {
		const struct definition *definition = &given->definitions[i];
		int error;

		if (definition->name.length <= prefix->length ||
		    memcmp(definition->name.start, prefix->start, prefix->length) != 0 ||
		    !fits(definition, USAGE_PREFIX, taker))
			continue;
		error = take_definition(taker->unit, definition, taker);
		if (error)
			return error;
	}
	return 0;
}

static bool is_type(void *context, const struct token *name)
{
	const struct taker *taker = context;
	const struct source_index *ordered[3];
	size_t count, nr_sources = order_sources(taker->unit->sources, name, ordered);

	for (size_t i = 0; i < nr_sources; i++) {
		const struct definition *found =
			source_definitions(ordered[i], *name, false, &count);

		for (size_t j = 0; j < count; j++)
			if (found[j].kind == DEFINITION_TYPE && fits(&found[j], USAGE_PLAIN, taker))
				return true;
	}
	return false;
}

static int take(void *context, const struct token *name, enum usage usage, bool local)
{
	const struct taker *taker = context;
	const struct source_index *ordered[3];
	size_t count, nr_sources = order_sources(taker->unit->sources, name, ordered);

	if ((usage == USAGE_POINTER) != taker->pointers)
		return 0;
	if (usage == USAGE_PREFIX)
		return local ? 0 : take_prefix(taker, name);
	/* A local name can be that of a macro with parameters as well, when it is called. */
	if (local && usage == USAGE_PLAIN)
		return 0;
	for (size_t i = 0; i < nr_sources; i++) {
		bool tag = usage == USAGE_TAG || usage == USAGE_POINTER;
		const struct definition *found = source_definitions(ordered[i], *name, tag, &count);
		int taken;

		/* Behind the pointers of a tree's structures there is all of the kernel. */
		if (usage == USAGE_POINTER && ordered[i] == taker->unit->sources->tree)
			break;
		taken = take_from(taker->unit, found, count, usage, taker);

		if (taken)
			return taken < 0 ? taken : 0;
	}
	/* IS_ENABLED(CONFIG_X) asks for CONFIG_X_MODULE, too. */
	if (condition_is_option(name))
		return take_prefix(taker, name);
	if (usage == USAGE_CALL && !local && taker->from->kind == DEFINITION_FUNCTION)
		return add_missing(taker->unit, name, taker->from);
	return 0;
}

static int take_definition(struct unit *unit, const struct definition *definition,
                           const struct taker *asker)
{
	const struct conditions conditions = {unit->sources->given, unit->sources->tree};
	struct taker taker = {unit, definition, asker ? asker->home : NULL, false};
	struct needs needs = {&conditions, is_type, take, &taker};
	int error;

	if (definition->file->is_unit)
		taker.home = definition->file;
	if (is_begun(unit, definition)) {
		/* Functions that call each other. */
		if (definition->kind == DEFINITION_FUNCTION && !is_there(unit, definition))
			return add_part(unit, definition, true);
		return 0;
	}
	if (unit->nr_begun == MAX_PARTS)
		return -ENAMETOOLONG;
	error = array_grow(&unit->begun, &unit->begun_room, unit->nr_begun, sizeof(*unit->begun));
	if (error)
		return error;
	unit->begun[unit->nr_begun++] = definition;
	error = needs_of_branch(&needs, definition->branch);
	if (!error)
		error = needs_of(&needs, definition);
	if (!error)
		error = add_part(unit, definition, false);
	/* What a type has pointers to may contain it, and so comes after it. */
	taker.pointers = true;
	if (!error && (definition->kind == DEFINITION_TAG || definition->kind == DEFINITION_TYPE))
		error = needs_of(&needs, definition);
	return error;
}

static struct token as_token(const char *name)
{
	return (struct token){TOKEN_WORD, name, strlen(name)};
}

int unit_take(struct unit *unit, const char *name, bool tag)
{
	const struct source_index *ordered[3];
	struct token token = as_token(name);
	size_t count, nr_sources = order_sources(unit->sources, &token, ordered);

	for (size_t i = 0; i < nr_sources; i++) {
		const struct definition *found = source_definitions(ordered[i], token, tag, &count);
		int taken = take_from(unit, found, count, tag ? USAGE_TAG : USAGE_PREFIX, NULL);

		if (taken)
			return taken < 0 ? taken : 0;
	}
	return -ENOENT;
}

const struct definition *unit_find(const struct unit *unit, const char *name, bool tag)
{
	const struct conditions conditions = {unit->sources->given, unit->sources->tree};
	const struct source_index *ordered[3];
	struct token token = as_token(name);
	size_t count, nr_sources = order_sources(unit->sources, &token, ordered);

	for (size_t i = 0; i < nr_sources; i++) {
		const struct definition *found = source_definitions(ordered[i], token, tag, &count);
		enum usage usage = tag ? USAGE_TAG : USAGE_PREFIX;
		const struct source_file *file =
			choose_file(found, count, usage, NULL, &conditions);

		for (size_t j = 0; j < count && file; j++)
			if (found[j].file == file && fits(&found[j], usage, NULL) &&
			    condition_branch(&conditions, found[j].branch) != VERDICT_NO)
				return &found[j];
	}
	return NULL;
}

void unit_finish(struct unit *unit)
{
	free(unit->parts);
	free(unit->missing);
	free(unit->begun);
}
