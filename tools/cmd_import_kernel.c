// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* memmapsim import-kernel: make an initializer of a kernel tree's own code. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "import/build.h"
#include "import/import.h"
#include "import/rules.h"
#include "import/tree.h"
#include "import/unit.h"
#include "options.h"

#define DEFAULT_ENTRY "memmap_init_zone_device"
#define MAX_FUNCTIONS 64
/* plugin.h: how long the name of an initializer can be. */
#define MAX_NAME 32

enum {
	KEY_FUNCTIONS = 0x3000,
	KEY_CONFIG,
	KEY_EXTRA,
	KEY_KEEP,
	KEY_NAME,
};

static const struct argp_option argp_options[] = {
	{"output", 'o', "FILE.so", 0, "Where the plug-in goes", 0},
	{"functions", KEY_FUNCTIONS, "NAMES", 0,
         "Functions and macros to take from the tree even where kcompat has them; the first is "
         "what a job is given to (" DEFAULT_ENTRY ")",
         0},
	{"extra", KEY_EXTRA, "FILE.c", 0,
         "A file of your own: what it defines is taken before anything else", 0},
	{"config", KEY_CONFIG, "FILE", 0,
         "A kernel's .config, whose options are taken before kcompat's", 0},
	{"name", KEY_NAME, "NAME", 0, "The initializer's name (that of the output)", 0},
	{"keep", KEY_KEEP, "FOLDER", 0, "Leave what is compiled in FOLDER", 0},
	{0},
};

struct import_arguments {
	const char *tree, *output, *extra, *config, *keep, *name;
	char *functions; /* names, separated by NULs */
	size_t nr_functions;
	struct token names[MAX_FUNCTIONS];
	char made_name[MAX_NAME + 1];
};

static int take_function(const char *word, void *context)
{
	struct import_arguments *arguments = context;
	size_t length = strlen(word);
	char *copy;

	if (!length || isdigit((unsigned char)*word) ||
	    strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") !=
	            length)
		return command_fail(STATUS_USAGE,
		                    "--functions: \"%s\" is no name of a function; write names "
		                    "with commas between them",
		                    word);
	if (arguments->nr_functions == MAX_FUNCTIONS)
		return command_fail(STATUS_USAGE, "--functions takes %d names at most",
		                    MAX_FUNCTIONS);
	copy = strdup(word);
	if (!copy)
		return command_fail(STATUS_RESOURCE, "out of memory");
	arguments->names[arguments->nr_functions++] = (struct token){TOKEN_WORD, copy, length};
	return STATUS_OK;
}

static int check_name(const char *name)
{
	size_t length = strlen(name);
	const struct mms_initializer *builtin;

	if (!length || length > MAX_NAME || !isalnum((unsigned char)*name) ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-") !=
	            length)
		return command_fail(STATUS_USAGE,
		                    "an initializer can't be called \"%s\"; give another with "
		                    "--name, up to %d letters, digits, and . _ + - within",
		                    name, MAX_NAME);
	if (strcmp(name, "all") == 0 || mms_initializer_find(name, &builtin) == 0)
		return command_fail(STATUS_USAGE,
		                    "there is a built-in initializer %s; give another name with "
		                    "--name",
		                    name);
	return STATUS_OK;
}

/* my.so and lib/my.so are called my. */
static void name_after_output(struct import_arguments *arguments)
{
	const char *slash = strrchr(arguments->output, '/');
	const char *base = slash ? slash + 1 : arguments->output, *dot = strrchr(base, '.');
	int length = (int)(dot && dot > base ? dot - base : (ptrdiff_t)strlen(base));

	snprintf(arguments->made_name, sizeof(arguments->made_name), "%.*s", length, base);
	arguments->name = arguments->made_name;
}

static int check_arguments(struct import_arguments *arguments)
{
	size_t length;

	if (!arguments->tree)
		return command_fail(STATUS_USAGE, "which kernel? Name the top folder of its tree");
	if (!arguments->output)
		return command_fail(STATUS_USAGE,
		                    "where is the plug-in to go? Say so with -o FILE.so");
	length = strlen(arguments->output);
	if (length < 4 || strcmp(arguments->output + length - 3, ".so") != 0)
		return command_fail(STATUS_USAGE,
		                    "-o %s: a plug-in is a shared object, whose name ends in .so",
		                    path_text(arguments->output));
	if (!arguments->name)
		name_after_output(arguments);
	return check_name(arguments->name);
}

static int parse(int key, char *text, struct argp_state *state)
{
	struct import_arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (arguments->tree)
			return command_fail(STATUS_USAGE,
			                    "import-kernel takes one tree, not both %s and %s",
			                    arguments->tree, text);
		arguments->tree = text;
		return STATUS_OK;
	case 'o':
		arguments->output = text;
		return STATUS_OK;
	case KEY_FUNCTIONS:
		return option_list(text, take_function, arguments);
	case KEY_EXTRA:
		arguments->extra = text;
		return STATUS_OK;
	case KEY_CONFIG:
		arguments->config = text;
		return STATUS_OK;
	case KEY_NAME:
		arguments->name = text;
		return STATUS_OK;
	case KEY_KEEP:
		arguments->keep = text;
		return STATUS_OK;
	case ARGP_KEY_END:
		return check_arguments(arguments);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.args_doc = "TREE",
	.doc = "Make a plug-in of the code with which a kernel tree initializes struct pages of "
	       "devices, as it stands, and say which rules that code follows.\v"
	       "Example:\n"
	       "  memmapsim import-kernel ~/linux -o mine.so",
};

/* What is being imported. */
struct import {
	const struct import_arguments *arguments;
	const char *entry;
	struct source_index extra, given, tree;
	struct unit_sources sources;
	struct unit unit;
	struct build build;
	struct tree_rules rules;
};

static int read_sources(struct import *import)
{
	const struct import_arguments *arguments = import->arguments;
	int status = tree_read(arguments->tree, &import->tree);

	if (!status)
		status = kcompat_read(import->build.kcompat, arguments->config, &import->given);
	if (!status)
		status = extra_read(arguments->extra, &import->extra);
	import->sources = (struct unit_sources){
		&import->extra,   &import->given,          &import->tree,
		arguments->names, arguments->nr_functions,
	};
	import->unit.sources = &import->sources;
	return status;
}

static int take(struct import *import, const char *name)
{
	int error = unit_take(&import->unit, name, false);

	if (error == -ENOENT)
		return command_fail(STATUS_USAGE,
		                    "%s: no %s() in " TREE_HOME
		                    ", what that includes, or mm/*.c; if it is called otherwise "
		                    "there, say how with --functions",
		                    import->arguments->tree, name);
	if (error == -ENAMETOOLONG)
		return command_fail(STATUS_USAGE,
		                    "%s: %s() leads to more than 2000 definitions, the last of "
		                    "them %.*s; give what leads there a definition of your own "
		                    "with --extra FILE.c",
		                    import->arguments->tree, name,
		                    (int)import->unit.begun[import->unit.nr_begun - 1]->name.length,
		                    import->unit.begun[import->unit.nr_begun - 1]->name.start);
	return error ? command_fail(command_status(error), "%s", strerror(-error)) : STATUS_OK;
}

/* The entry, whatever else was named, and kcompat's own way in. */
static int take_functions(struct import *import)
{
	int status = take(import, import->entry);

	for (size_t i = 1; i < import->arguments->nr_functions && !status; i++)
		status = take(import, import->arguments->names[i].start);
	return status ? status : take(import, "kcompat_run");
}

/* Variants of one function under #if are one. */
static bool is_variant(const struct import *import, size_t part)
{
	const struct definition *one = import->unit.parts[part].definition;
	const struct definition *before = part ? import->unit.parts[part - 1].definition : NULL;

	return before && before->file == one->file && before->name.length == one->name.length &&
	       !memcmp(before->name.start, one->name.start, one->name.length);
}

/* Which names were looked for in vain, and what the compiler said. */
static int explain(const struct import *import, const char *messages)
{
	bool entry_only = true;

	for (size_t i = 0; i < import->unit.nr_missing; i++) {
		const struct unit_missing *missing = &import->unit.missing[i];

		if (token_is(&missing->name, "KCOMPAT_ENTRY"))
			continue;
		entry_only = false;
		command_fail(STATUS_USAGE,
		             "%s:%u: %.*s() is in neither the tree's mm/ and headers nor kcompat; "
		             "write it in a file of your own and add --extra FILE.c",
		             missing->where->file->path,
		             source_line(missing->where->file, missing->name.start),
		             (int)missing->name.length, missing->name.start);
	}
	return command_fail(
		STATUS_USAGE,
		"%s does not compile%s:\n%s"
		"What is missing, or does not suit user space, can be defined in a file "
		"of your own, which goes first: --extra FILE.c",
		import->arguments->tree, entry_only ? "" : " without it", messages ? messages : "");
}

static int compile_unit(struct import *import)
{
	char source[PATH_MAX], object[PATH_MAX], entry[160], *messages;
	const char *arguments[] = {"-c", source, "-o", object, entry, "-fmax-errors=5", NULL};
	FILE *stream = build_open(&import->build, "kernel.c");
	int status;

	if (!stream)
		return STATUS_RESOURCE;
	unit_write(&import->unit, import->arguments->tree, TREE_HOME, stream);
	status = build_close(&import->build, stream, "kernel.c");
	if (status)
		return status;
	snprintf(source, sizeof(source), "%s/kernel.c", import->build.folder);
	snprintf(object, sizeof(object), "%s/kernel.o", import->build.folder);
	snprintf(entry, sizeof(entry), "-DKCOMPAT_ENTRY=%s", import->entry);
	status = build_compile(&import->build, arguments, &messages);
	if (status == STATUS_FAILED)
		status = explain(import, messages);
	free(messages);
	return status;
}

/* As a C string: what the plug-in says of its kernel. */
static int write_rules(const struct import *import)
{
	char *text = rules_kernel_text(&import->rules, import->arguments->name);
	FILE *stream = text ? build_open(&import->build, "rules.h") : NULL;

	if (!stream) {
		free(text);
		return text ? STATUS_RESOURCE : command_fail(STATUS_RESOURCE, "out of memory");
	}
	fputs("#define KCOMPAT_KERNEL \"", stream);
	for (const char *at = text; *at; at++)
		if (*at == '\n')
			fputs("\\n", stream);
		else
			fprintf(stream, "%s%c", strchr("\"\\", *at) ? "\\" : "", *at);
	fputs("\"\n", stream);
	free(text);
	return build_close(&import->build, stream, "rules.h");
}

/* What only the linker notices is missing: declared, used, and nowhere defined. */
static int link_plugin(const struct import *import, const char *made)
{
	char name[96], description[512], include[PATH_MAX + 8], source[PATH_MAX + 32];
	char object[PATH_MAX], made_include[PATH_MAX + 8], *messages;
	const char *arguments[] = {"-shared", "-Wl,-z,defs", "-Wl,-Bsymbolic", name,   description,
	                           include,   made_include,  source,           object, "-o",
	                           made,      NULL};
	int status;

	snprintf(name, sizeof(name), "-DKCOMPAT_NAME=\"%s\"", import->arguments->name);
	snprintf(description, sizeof(description),
	         "-DKCOMPAT_DESCRIPTION=\"%.200s() of a kernel "
	         "tree, by the rules of %s\"",
	         import->entry, import->rules.base->name);
	snprintf(include, sizeof(include), "-I%s", import->build.include);
	snprintf(made_include, sizeof(made_include), "-I%s", import->build.folder);
	snprintf(source, sizeof(source), "%s/changed/plugin.c", import->build.kcompat);
	snprintf(object, sizeof(object), "%s/kernel.o", import->build.folder);
	status = build_link(&import->build, arguments, &messages);
	if (status == STATUS_FAILED)
		status = explain(import, messages);
	free(messages);
	return status;
}

/* The output is there whole or not at all. */
static int write_output(const struct import *import)
{
	const char *output = import->arguments->output;
	char made[PATH_MAX + 16];
	int status = write_rules(import);

	if (status)
		return status;
	if (snprintf(made, sizeof(made), "%s.new", output) >= PATH_MAX)
		return command_fail(STATUS_USAGE, "-o %.40s... is too long a path", output);
	status = link_plugin(import, made);
	if (!status && rename(made, output) < 0)
		status = command_fail(STATUS_RESOURCE, "%s: %s", output, strerror(errno));
	if (status)
		unlink(made);
	return status;
}

static void print_functions(const struct import *import)
{
	size_t functions = 0, others = 0;

	printf("From %s, as it stands:\n", import->arguments->tree);
	for (size_t i = 0; i < import->unit.nr_parts; i++) {
		const struct unit_part *part = &import->unit.parts[i];
		const struct definition *definition = part->definition;
		const struct source_file *file = definition->file;

		if (part->prototype || is_variant(import, i) ||
		    source_find(&import->given, file->path) == file)
			continue;
		if (definition->kind != DEFINITION_FUNCTION) {
			others++;
			continue;
		}
		functions++;
		printf("  %-34.*s %s:%u\n", (int)definition->name.length, definition->name.start,
		       file->path, source_line(file, definition->name.start));
	}
	printf("  %zu functions; with them %zu types, macros and variables\n\n", functions, others);
}

static int run(struct import *import)
{
	int status = build_init(&import->build, import->arguments->keep);

	if (!status)
		status = read_sources(import);
	if (!status)
		status = take_functions(import);
	if (!status)
		status = compile_unit(import);
	if (!status)
		status = rules_find(&import->unit, import->arguments->tree, &import->build,
		                    &import->rules);
	if (!status)
		status = write_output(import);
	if (status)
		return status;
	print_functions(import);
	puts("Rules:");
	rules_print(&import->rules, stdout);
	return STATUS_OK;
}

static int run_and_finish(struct import *import)
{
	const struct import_arguments *arguments = import->arguments;
	int status;

	import->entry = arguments->nr_functions ? arguments->names[0].start : DEFAULT_ENTRY;
	status = run(import);
	build_finish(&import->build);
	unit_finish(&import->unit);
	source_finish(&import->extra);
	source_finish(&import->given);
	source_finish(&import->tree);
	return status;
}

int import_tree(const char *tree, const char *output, const struct mms_kernel **kernel)
{
	static struct mms_kernel own;
	const struct import_arguments arguments = {.tree = tree, .output = output, .name = "tree"};
	struct import import = {.arguments = &arguments};
	int status = run_and_finish(&import);

	if (status)
		return status;
	*kernel = import.rules.base;
	if (import.rules.nr_differences) {
		own = rules_own_kernel(&import.rules, arguments.name);
		*kernel = &own;
	}
	return STATUS_OK;
}

int cmd_import_kernel(int argc, char **argv)
{
	struct import_arguments arguments = {0};
	struct import import = {.arguments = &arguments};
	int status = command_parse(&argp, argc, argv, &arguments);

	if (!status)
		status = run_and_finish(&import);
	if (!status)
		printf("\n%s has the initializer %s.\n", arguments.output, arguments.name);
	for (size_t i = 0; i < arguments.nr_functions; i++)
		free((char *)(uintptr_t)arguments.names[i].start);
	return status;
}
