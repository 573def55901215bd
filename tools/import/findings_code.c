// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import/condition.h"
#include "import/findings.h"
#include "import/tree.h"

/* A definition as tokens with single blanks between them, in which phrases can be looked for. */
struct phrases {
	const struct definition *definition;
	char *text;          /* begins and ends with a blank */
	const char **places; /* where in the file each byte of the text came from */
};

static void phrases_finish(struct phrases *phrases)
{
	free(phrases->text);
	free(phrases->places);
}

static int phrases_init(struct phrases *phrases, const struct definition *definition)
{
	struct lexer lexer = lexer_init(definition->start, definition->end);
	size_t room = 2 * (size_t)(definition->end - definition->start) + 3, length = 0;

	if (definition->kind == DEFINITION_MACRO) {
		struct token directive = {TOKEN_DIRECTIVE, definition->start,
		                          (size_t)(definition->end - definition->start)};

		directive_name(&directive, &lexer);
	}
	phrases->definition = definition;
	phrases->text = malloc(room);
	phrases->places = malloc(room * sizeof(*phrases->places));
	if (!phrases->text || !phrases->places) {
		phrases_finish(phrases);
		return command_fail(STATUS_RESOURCE, "out of memory");
	}
	for (;;) {
		struct token token = lexer_next(&lexer);

		if (token.type == TOKEN_DIRECTIVE)
			continue;
		phrases->places[length] = token.start;
		phrases->text[length++] = ' ';
		if (token.type == TOKEN_END)
			break;
		for (size_t i = 0; i < token.length; i++) {
			phrases->places[length] = token.start;
			phrases->text[length++] = token.start[i];
		}
	}
	phrases->text[length] = '\0';
	return STATUS_OK;
}

static unsigned int line_of(const struct phrases *phrases, const char *at)
{
	return source_line(phrases->definition->file, phrases->places[at - phrases->text]);
}

static bool is_called(const struct definition *definition, const char *name)
{
	return definition->name.length == strlen(name) &&
	       !memcmp(definition->name.start, name, strlen(name));
}

/* A rule that a phrase tells. Where several fit, the first does. */
struct phrase_rule {
	const char *function; /* where it has to be, or NULL: in any */
	const char *phrase;
	size_t offset;
	uint8_t value;
	const char *name, *text;
};

#define RULE(member) offsetof(struct mms_kernel, member)
static const struct phrase_rule phrase_rules[] = {
	{NULL, " page_folio ( page ) -> pgmap = ", RULE(pgmap_by_folio), true, "pgmap is stored",
         "through page_folio()"},
	{NULL, " page -> pgmap = ", RULE(pgmap_by_folio), false, "pgmap is stored", "in the page"},
	{"set_compound_head", " mask | 1 ", RULE(tail_link), MMS_TAIL_LINK_MASK, "tails link by",
         "a mask"},
	{"set_compound_head", " head | 1 ", RULE(tail_link), MMS_TAIL_LINK_HEAD, "tails link by",
         "their head's address"},
	{"set_compound_head", " head + 1 ", RULE(tail_link), MMS_TAIL_LINK_HEAD, "tails link by",
         "their head's address"},
	{NULL, " + 2 ) prep_compound_head ( ", RULE(prep_head), MMS_PREP_HEAD_AFTER_TAIL_2,
         "heads are prepared", "after tail 2"},
	{NULL, " + 2 ) { prep_compound_head ( ", RULE(prep_head), MMS_PREP_HEAD_AFTER_TAIL_2,
         "heads are prepared", "after tail 2"},
	{NULL, " + 1 ) prep_compound_head ( ", RULE(prep_head), MMS_PREP_HEAD_AFTER_TAIL_1,
         "heads are prepared", "after tail 1"},
	{NULL, " + 1 ) { prep_compound_head ( ", RULE(prep_head), MMS_PREP_HEAD_AFTER_TAIL_1,
         "heads are prepared", "after tail 1"},
	{NULL, " } prep_compound_head ( ", RULE(prep_head), MMS_PREP_HEAD_AFTER_LAST_TAIL,
         "heads are prepared", "after the last tail"},
	{NULL, " & ~ 0xffUL ) | order ", RULE(order_in_flags), true, "order in flags", "yes"},
	{NULL, " . compound_order = order ", RULE(order_in_flags), false, "order in flags", "no"},
	{"prep_compound_head", " _deferred_list ) ", RULE(deferred_list), true, "list in tail 2",
         "yes"},
	{NULL, " + = pageblock_nr_pages ", RULE(pageblock_policy), MMS_PAGEBLOCK_RANGE,
         "pageblocks are marked", "once per range"},
	{NULL, " ( pageblock_aligned ( pfn ) ) ", RULE(pageblock_policy), MMS_PAGEBLOCK_PER_PAGE,
         "pageblocks are marked", "page by page"},
	{"compound_nr_pages", " early_section ( ", RULE(early_section_whole), true,
         "compounds in early sections", "whole"},
};

/* What follows from a function that is there and hasn't the phrase. */
static const struct phrase_rule otherwise[] = {
	{"prep_compound_head", NULL, RULE(deferred_list), false, "list in tail 2", "no"},
	{"compound_nr_pages", NULL, RULE(early_section_whole), false, "compounds in early sections",
         "as elsewhere"},
};

static void look_for_phrases(const struct phrases *phrases, struct tree_rules *rules)
{
	for (size_t i = 0; i < sizeof(phrase_rules) / sizeof(*phrase_rules); i++) {
		const struct phrase_rule *rule = &phrase_rules[i];
		const char *at;

		if (rule->function && !is_called(phrases->definition, rule->function))
			continue;
		at = strstr(phrases->text, rule->phrase);
		if (at)
			finding_add(rules, rule->offset, rule->value, rule->name, rule->text,
			            phrases->definition->file, line_of(phrases, at));
	}
	for (size_t i = 0; i < sizeof(otherwise) / sizeof(*otherwise); i++)
		if (is_called(phrases->definition, otherwise[i].function))
			finding_add(rules, otherwise[i].offset, otherwise[i].value,
			            otherwise[i].name, otherwise[i].text, phrases->definition->file,
			            line_of(phrases, phrases->text));
}

static const struct memory_type {
	const char *name;
	enum mms_memory_type type;
	const char *rule;
} memory_types[] = {
	{"MEMORY_DEVICE_PRIVATE ", MMS_MEMORY_DEVICE_PRIVATE, "PRIVATE pages start with"},
	{"MEMORY_DEVICE_COHERENT ", MMS_MEMORY_DEVICE_COHERENT, "COHERENT pages start with"},
	{"MEMORY_DEVICE_FS_DAX ", MMS_MEMORY_DEVICE_FS_DAX, "FS_DAX pages start with"},
	{"MEMORY_DEVICE_GENERIC ", MMS_MEMORY_DEVICE_GENERIC, "GENERIC pages start with"},
	{"MEMORY_DEVICE_PCI_P2PDMA ", MMS_MEMORY_DEVICE_PCI_P2PDMA, "PCI_P2PDMA pages start with"},
};

static unsigned int type_bit(const char *at)
{
	for (size_t i = 0; i < sizeof(memory_types) / sizeof(*memory_types); i++)
		if (!strncmp(at, memory_types[i].name, strlen(memory_types[i].name)))
			return 1u << memory_types[i].type;
	return 0;
}

/*
 * Types whose pages are given a count of 0: those named in case labels or in comparisons since the
 * last statement that ended something, when set_page_count(page, 0) comes.
 */
static unsigned int unreferenced_types(const struct phrases *phrases, const char **where)
{
	static const char *const ends[] = {" break ;", " return ;", " switch (", " else "};
	unsigned int named = 0, unreferenced = 0;

	for (const char *at = phrases->text; *at; at++) {
		if (*at != ' ')
			continue;
		for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
			if (!strncmp(at, ends[i], strlen(ends[i])))
				named = 0;
		named |= type_bit(at + 1);
		if (!strncmp(at, " set_page_count ( page , 0 ) ", 29)) {
			unreferenced |= named;
			*where = named ? at : *where;
		}
	}
	return unreferenced;
}

static void look_for_counts(const struct phrases *phrases, struct tree_rules *rules)
{
	const char *where = NULL;
	unsigned int unreferenced = unreferenced_types(phrases, &where);

	for (size_t i = 0; i < sizeof(memory_types) / sizeof(*memory_types) && unreferenced; i++) {
		bool referenced = !(unreferenced >> memory_types[i].type & 1);

		finding_add(rules, RULE(refcount[0]) + memory_types[i].type, referenced,
		            memory_types[i].rule, referenced ? "count 1" : "count 0",
		            phrases->definition->file, line_of(phrases, where));
	}
}

/* Compilers inline nothing into the loop that is in another C file. */
static void look_at_place(const struct definition *definition, struct tree_rules *rules)
{
	bool apart = strcmp(definition->file->path, TREE_HOME) != 0;

	if (is_called(definition, "__init_single_page"))
		finding_add(rules, RULE(init_apart), apart, "single-page init is",
		            apart ? "in another C file" : "in the loop's C file", definition->file,
		            source_line(definition->file, definition->name.start));
}

/* What initializes a page that boot reserved, by release. No device page comes to it. */
static const char *const reserved_inits[] = {
	"__init_page_from_nid",
	"__init_deferred_page",
	"init_reserved_page",
};

/* @first: the first of them that there is; @marking: one that marks pageblocks, or NULL */
static int find_reserved_inits(const struct source_index *tree, const struct definition **first,
                               const struct definition **marking)
{
	for (size_t i = 0; i < sizeof(reserved_inits) / sizeof(*reserved_inits); i++) {
		const struct token name = {TOKEN_WORD, reserved_inits[i],
		                           strlen(reserved_inits[i])};
		size_t count;
		const struct definition *found = source_definitions(tree, name, false, &count);

		for (size_t j = 0; j < count && !*marking; j++) {
			struct phrases phrases;

			if (found[j].kind != DEFINITION_FUNCTION)
				continue;
			if (phrases_init(&phrases, &found[j]))
				return STATUS_RESOURCE;
			*first = *first ? *first : &found[j];
			if (strstr(phrases.text, " pageblock_aligned ( pfn ) "))
				*marking = &found[j];
			phrases_finish(&phrases);
		}
	}
	return STATUS_OK;
}

static int look_at_reserved(const struct source_index *tree, struct tree_rules *rules)
{
	static const char name[] = "pageblocks of reserved pages";
	const struct definition *first = NULL, *marking = NULL, *where;
	int status = find_reserved_inits(tree, &first, &marking);

	if (status)
		return status;
	where = marking ? marking : first;
	if (where)
		finding_add(rules, RULE(reserved_movable), marking != NULL, name,
		            marking ? "made movable" : "left as they are", where->file,
		            source_line(where->file, where->name.start));
	finding_sought(rules, RULE(reserved_movable), name);
	return STATUS_OK;
}

/* Of the tree, or the developer's own that takes its place. */
static bool is_code(const struct unit *unit, const struct definition *definition)
{
	const struct source_file *file = definition->file;

	return (definition->kind == DEFINITION_FUNCTION || definition->kind == DEFINITION_MACRO) &&
	       source_find(unit->sources->given, file->path) != file;
}

/* To be called when all code was looked at. */
static void note_sought(struct tree_rules *rules)
{
	for (size_t i = 0; i < sizeof(phrase_rules) / sizeof(*phrase_rules); i++)
		finding_sought(rules, phrase_rules[i].offset, phrase_rules[i].name);
	for (size_t i = 0; i < sizeof(memory_types) / sizeof(*memory_types); i++)
		finding_sought(rules, RULE(refcount[0]) + memory_types[i].type,
		               memory_types[i].rule);
}

int findings_in_code(const struct unit *unit, struct tree_rules *rules)
{
	for (size_t i = 0; i < unit->nr_parts; i++) {
		const struct unit_part *part = &unit->parts[i];
		struct phrases phrases;

		if (part->prototype || !is_code(unit, part->definition))
			continue;
		if (phrases_init(&phrases, part->definition))
			return STATUS_RESOURCE;
		look_for_phrases(&phrases, rules);
		look_for_counts(&phrases, rules);
		look_at_place(part->definition, rules);
		phrases_finish(&phrases);
	}
	note_sought(rules);
	return look_at_reserved(unit->sources->tree, rules);
}
