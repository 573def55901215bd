// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The tree's page flags. Which of them there are is up to conditions inside enum pageflags, so that
 * is written once more for the compiler: as it stands, with a question in the place of each flag.
 */
#include <stddef.h>
#include <string.h>

#include "import/findings.h"

#define FLAG_MARK "->memmapsim-flag "

static void write_question(const struct token *name, bool conditional, FILE *stream)
{
	fprintf(stream,
	        "\t__asm__ volatile(\".ascii \\\"" FLAG_MARK
	        "%.*s %%c0 %d\\\"\" : : \"i\"(%.*s));\n",
	        (int)name->length, name->start, conditional, (int)name->length, name->start);
}

static bool is_flag(const struct token *token)
{
	return token->type == TOKEN_WORD && token->length > 3 && !memcmp(token->start, "PG_", 3);
}

static void follow(const struct token *directive, unsigned int *depth)
{
	enum branch_kind kind;
	struct lexer rest;
	struct token name = directive_name(directive, &rest);
	bool next;

	*depth += branch_begins(&name, &kind, &next) && !next;
	*depth -= *depth && token_is(&name, "endif");
}

void flags_write_questions(const struct definition *flags, FILE *stream)
{
	struct lexer lexer = lexer_init(flags->start, flags->end);
	bool expected = false;  /* whether a word here is a constant's name, not part of a value */
	unsigned int depth = 0; /* of conditionals */

	for (;;) {
		struct token token = lexer_next(&lexer);

		if (token.type == TOKEN_END)
			return;
		if (token.type == TOKEN_DIRECTIVE) {
			follow(&token, &depth);
			fprintf(stream, "%.*s\n", (int)token.length, token.start);
			continue;
		}
		if (expected && is_flag(&token))
			write_question(&token, depth > 0, stream);
		expected = token_is(&token, "{") || token_is(&token, ",");
	}
}

/* Several names for one bit: the first is its own. */
static void take_flag(struct tree_rules *rules, const char *name, unsigned int bit,
                      bool conditional)
{
	struct tree_flags *flags = &rules->flags;

	if (bit >= MAX_FLAGS) {
		finding_obstacle(rules, "%s:%u: %s is %u; page flags are bits up to %d",
		                 flags->file->path, flags->line, name, bit, MAX_FLAGS - 1);
		return;
	}
	if (!*flags->names[bit]) {
		snprintf(flags->names[bit], sizeof(flags->names[bit]), "%s", name + strlen("PG_"));
		flags->conditional[bit] = conditional;
	}
	if (bit >= flags->count)
		flags->count = bit + 1;
}

static void name_gaps(struct tree_flags *flags)
{
	for (unsigned int bit = 0; bit < flags->count; bit++)
		if (!*flags->names[bit])
			snprintf(flags->names[bit], sizeof(flags->names[bit]), "bit_%u", bit);
}

void flags_read_answers(FILE *assembly, struct tree_rules *rules)
{
	char line[512], name[MAX_FLAG_NAME + 3];
	unsigned int bit, conditional;

	while (fgets(line, sizeof(line), assembly)) {
		const char *mark = strstr(line, FLAG_MARK);

		if (mark && sscanf(mark, FLAG_MARK "%50s %u %u", name, &bit, &conditional) == 3)
			take_flag(rules, name, bit, conditional);
	}
	name_gaps(&rules->flags);
}

void flags_add_findings(const struct unit *unit, struct tree_rules *rules)
{
	static const struct {
		const char *name, *what;
		size_t rule;
	} single[] = {
		{"PG_head", "bit of PG_head", offsetof(struct mms_kernel, pg_head)},
		{"PG_reserved", "bit of PG_reserved", offsetof(struct mms_kernel, pg_reserved)},
		{"PG_hwpoison", "bit of PG_hwpoison", offsetof(struct mms_kernel, pg_hwpoison)},
	};

	if (!rules->flags.count)
		finding_sought(rules, offsetof(struct mms_kernel, pageflags), "page flags");
	for (size_t i = 0; i < sizeof(single) / sizeof(*single); i++) {
		const struct definition *definition = unit_find(unit, single[i].name, false);
		char text[16];

		for (unsigned int bit = 0; bit < rules->flags.count && definition; bit++) {
			if (strcmp(rules->flags.names[bit], single[i].name + strlen("PG_")) != 0)
				continue;
			snprintf(text, sizeof(text), "%u", bit);
			finding_add(rules, single[i].rule, (uint8_t)bit, single[i].what, text,
			            definition->file,
			            source_line(definition->file, definition->name.start));
		}
	}
}
