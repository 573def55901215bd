// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <string.h>

#include "import/condition.h"
#include "import/unit.h"

static void write_condition(const struct branch *branch, bool negated, FILE *stream)
{
	struct lexer lexer = branch_condition(branch);
	static const char *const operators[] = {
		[BRANCH_IF] = "(",
		[BRANCH_IFDEF] = "(defined ",
		[BRANCH_IFNDEF] = "(!defined ",
	};

	fprintf(stream, "#if %s%s", negated ? "!" : "", operators[branch->kind]);
	for (;;) {
		struct token token = lexer_next(&lexer);

		if (token.type == TOKEN_END)
			break;
		/* The lexer gives && and == singly; they stay together. */
		fprintf(stream, "%.*s%s", (int)token.length, token.start,
		        token.type == TOKEN_OPERATOR ? "" : " ");
	}
	fputs(")\n", stream);
}

/* Those conditions that are the compiler's to decide. @return how many #if were written */
static unsigned int write_branches(const struct conditions *conditions, const struct branch *branch,
                                   FILE *stream)
{
	unsigned int count = 0;

	if (!branch)
		return 0;
	count = write_branches(conditions, branch->outer, stream);
	for (const struct branch *one = branch; one; one = one->before) {
		if (condition_own(conditions, one) != VERDICT_UNKNOWN)
			continue;
		write_condition(one, one != branch, stream);
		count++;
	}
	return count;
}

void unit_write_string(const char *text, FILE *stream)
{
	for (; *text; text++)
		if (*text == '\n')
			fputs("\\n", stream);
		else
			fprintf(stream, "%s%c", strchr("\"\\", *text) ? "\\" : "", *text);
}

static void write_part(const struct unit *unit, const struct unit_part *part, const char *directory,
                       const char *home, FILE *stream)
{
	const struct conditions conditions = {unit->sources->given, unit->sources->tree};
	const struct definition *definition = part->definition;
	const struct source_file *file = definition->file;
	const char *end = part->prototype ? definition->body : definition->end;
	bool from_tree = source_find(unit->sources->tree, file->path) == file;
	unsigned int wraps = write_branches(&conditions, definition->branch, stream);

	if (definition->kind == DEFINITION_FUNCTION && from_tree && file->is_unit &&
	    strcmp(file->path, home) != 0)
		fputs("KCOMPAT_OTHER_FILE\n", stream);
	fprintf(stream, "#line %u \"", source_line(file, definition->start));
	if (from_tree) {
		unit_write_string(directory, stream);
		fputc('/', stream);
	}
	unit_write_string(file->path, stream);
	fputs("\"\n", stream);
	fwrite(definition->start, 1, (size_t)(end - definition->start), stream);
	fputs(part->prototype ? ";\n" : "\n", stream);
	while (wraps--)
		fputs("#endif\n", stream);
}

void unit_write(const struct unit *unit, const char *directory, const char *home, FILE *stream)
{
	fputs("#if __has_attribute(noipa)\n"
	      "#define KCOMPAT_OTHER_FILE __attribute__((__noipa__))\n"
	      "#else\n"
	      "#define KCOMPAT_OTHER_FILE __attribute__((__noinline__))\n"
	      "#endif\n",
	      stream);
	for (size_t i = 0; i < unit->nr_parts; i++)
		write_part(unit, &unit->parts[i], directory, home, stream);
}
