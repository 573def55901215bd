// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a compiler makes of the tree's structures, asked as kernels ask it: by a function in whose
 * assembly the numbers stand, as strings that any assembler takes. It is never run.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import/findings.h"
#include "import/tree.h"

#define PROBE_SOURCE   "layout.c"
#define PROBE_ASSEMBLY "layout.s"
#define MARK           "->memmapsim "

/* Constants, and the rules that they are. */
static const struct {
	const char *name;
	size_t rule;
	const char *what;
} constants[] = {
	{"NR_PAGEBLOCK_BITS", offsetof(struct mms_kernel, pageblock_bits), "bits per pageblock"},
};
enum { NR_CONSTANTS = sizeof(constants) / sizeof(*constants) };

static bool has_word(const struct definition *definition, const char *word)
{
	struct lexer lexer = lexer_init(definition->start, definition->end);
	struct token token;

	do {
		token = lexer_next(&lexer);
		if (token_is(&token, word))
			return true;
	} while (token.type != TOKEN_END);
	return false;
}

/* The metadata of a compound: in tail 1's struct page, or, as of the folio, 64 bytes before that.
 */
static const char *structure_of(const struct unit *unit, const char *member)
{
	static const char *const tags[] = {"page", "folio"};

	for (size_t i = 0; i < 2; i++) {
		const struct definition *definition = unit_find(unit, tags[i], true);

		if (definition && has_word(definition, member))
			return tags[i];
	}
	return NULL;
}

static void write_probe(const struct unit *unit, const struct unit *types, const char *tree,
                        const struct layout_name *members, size_t nr_members, FILE *stream)
{
	const struct definition *flags = unit_find(types, "pageflags", true);

	unit_write(types, tree, TREE_HOME, stream);
	fputs("#line 1 \"" PROBE_SOURCE "\"\nvoid kcompat_layout(void)\n{\n", stream);
	for (size_t i = 0; i < NR_CONSTANTS; i++)
		if (unit_find(types, constants[i].name, false))
			fprintf(stream,
			        "\t__asm__ volatile(\".ascii \\\"" MARK
			        "%s %%c0 0\\\"\" : : \"i\"((long)%s));\n",
			        constants[i].name, constants[i].name);
	for (size_t i = 0; i < nr_members; i++) {
		const char *tag = structure_of(unit, members[i].name);

		if (tag)
			fprintf(stream,
			        "\t__asm__ volatile(\".ascii \\\"" MARK "%s %%c0 %%c1\\\"\" : : "
			        "\"i\"(__builtin_offsetof(struct %s, %s) %s), "
			        "\"i\"(sizeof(((struct %s *)0)->%s)));\n",
			        members[i].name, tag, members[i].name,
			        strcmp(tag, "folio") == 0 ? "- 64" : "", tag, members[i].name);
	}
	if (flags)
		flags_write_questions(flags, stream);
	fputs("}\n", stream);
}

static void read_names(FILE *assembly, struct layout_name *names, size_t count)
{
	char line[512], name[64];
	unsigned int offset, size;

	rewind(assembly);
	while (fgets(line, sizeof(line), assembly)) {
		const char *mark = strstr(line, MARK);

		if (!mark || sscanf(mark, MARK "%63s %u %u", name, &offset, &size) != 3)
			continue;
		for (size_t i = 0; i < count; i++)
			if (strcmp(names[i].name, name) == 0)
				names[i] = (struct layout_name){names[i].name, true, offset, size};
	}
}

static int compile_probe(const struct build *build)
{
	char source[PATH_MAX + 16], assembly[PATH_MAX + 16], *messages;
	const char *arguments[] = {"-S", source, "-o", assembly, NULL};
	int status;

	snprintf(source, sizeof(source), "%s/" PROBE_SOURCE, build->folder);
	snprintf(assembly, sizeof(assembly), "%s/" PROBE_ASSEMBLY, build->folder);
	status = build_compile(build, arguments, &messages);
	if (status == STATUS_FAILED)
		status = command_fail(STATUS_USAGE,
		                      "the tree's struct page, struct folio or enum pageflags "
		                      "can't be compiled:\n%s",
		                      messages ? messages : "");
	free(messages);
	return status;
}

/* What isn't there is no error: other trees have it. */
static int take_types(struct unit *types)
{
	static const char *const tags[] = {"page", "folio", "pageflags"};
	int error = 0;

	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags) && (!error || error == -ENOENT); i++)
		error = unit_take(types, tags[i], true);
	for (size_t i = 0; i < NR_CONSTANTS && (!error || error == -ENOENT); i++)
		error = unit_take(types, constants[i].name, false);
	if (error && error != -ENOENT)
		return command_fail(command_status(error), "the tree's types: %s",
		                    strerror(-error));
	return STATUS_OK;
}

static int probe(const struct unit *unit, const struct unit *types, const char *tree,
                 const struct build *build, const struct layout_name *names, size_t count)
{
	FILE *stream = build_open(build, PROBE_SOURCE);
	int status;

	if (!stream)
		return STATUS_RESOURCE;
	write_probe(unit, types, tree, names, count, stream);
	status = build_close(build, stream, PROBE_SOURCE);
	return status ? status : compile_probe(build);
}

static void add_constants(const struct unit *types, const struct layout_name *found,
                          struct tree_rules *rules)
{
	for (size_t i = 0; i < NR_CONSTANTS; i++) {
		const struct definition *definition = unit_find(types, constants[i].name, false);
		unsigned int line;
		char text[16];

		if (!found[i].found || !definition) {
			finding_sought(rules, constants[i].rule, constants[i].what);
			continue;
		}
		line = source_line(definition->file, definition->name.start);
		if (found[i].offset > UINT8_MAX) {
			finding_obstacle(rules, "%s:%u: %s is %u; descriptions have it up to %d",
			                 definition->file->path, line, constants[i].name,
			                 found[i].offset, UINT8_MAX);
			continue;
		}
		snprintf(text, sizeof(text), "%u", found[i].offset);
		finding_add(rules, constants[i].rule, (uint8_t)found[i].offset, constants[i].what,
		            text, definition->file, line);
	}
}

static int read_answers(const struct build *build, struct layout_name *constants_found,
                        struct layout_name *members, size_t nr_members, struct tree_rules *rules)
{
	char path[PATH_MAX + 16];
	FILE *assembly;

	snprintf(path, sizeof(path), "%s/" PROBE_ASSEMBLY, build->folder);
	assembly = fopen(path, "r");
	if (!assembly)
		return command_fail(STATUS_RESOURCE, "%s can't be read", path);
	read_names(assembly, constants_found, NR_CONSTANTS);
	read_names(assembly, members, nr_members);
	rewind(assembly);
	flags_read_answers(assembly, rules);
	fclose(assembly);
	return STATUS_OK;
}

int findings_in_layout(const struct unit *unit, const char *tree, const struct build *build,
                       struct layout_name *members, size_t nr_members, struct tree_rules *rules)
{
	struct unit types = {.sources = unit->sources};
	struct layout_name found[NR_CONSTANTS] = {0};
	const struct definition *flags = unit_find(unit, "pageflags", true);
	int status = take_types(&types);

	if (flags) {
		rules->flags.file = flags->file;
		rules->flags.line = source_line(flags->file, flags->name.start);
	}
	for (size_t i = 0; i < NR_CONSTANTS; i++)
		found[i].name = constants[i].name;
	if (!status)
		status = probe(unit, &types, tree, build, members, nr_members);
	if (!status)
		status = read_answers(build, found, members, nr_members, rules);
	if (!status) {
		add_constants(&types, found, rules);
		flags_add_findings(&types, rules);
	}
	unit_finish(&types);
	return status;
}
