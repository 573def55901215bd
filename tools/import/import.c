// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From a kernel tree to a plug-in: finds, takes, compiles, and says what it did. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import/build.h"
#include "import/import.h"
#include "import/tree.h"
#include "import/unit.h"
#include "input.h"
#include "output.h"

#define PLUGIN     "plugin.so" /* in the build's folder */
#define MOST_BYTES ((size_t)1 << 30)

/* What is being imported. */
struct import {
	const struct import_request *request;
	const char *entry;
	struct source_index extra, given, tree;
	struct unit_sources sources;
	struct unit unit;
	struct build build;
	struct output output;
	struct tree_rules rules;
	char *kernel_text; /* what the plug-in says of its kernel */
	struct mms_kernel
		*own; /* the description that this is, unless it is a built-in one's name */
};

static int read_sources(struct import *import)
{
	const struct import_request *request = import->request;
	int status = tree_read(request->tree, &import->tree);

	if (!status)
		status = kcompat_read(import->build.kcompat, request->config, &import->given);
	if (!status)
		status = extra_read(request->extra, &import->extra);
	import->sources = (struct unit_sources){
		&import->extra,     &import->given,        &import->tree,
		request->functions, request->nr_functions,
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
		                    import->request->tree, name);
	if (error == -ENAMETOOLONG)
		return command_fail(STATUS_USAGE,
		                    "%s: %s() leads to more than 2000 definitions, the last of "
		                    "them %.*s; give what leads there a definition of your own "
		                    "with --extra FILE.c",
		                    import->request->tree, name,
		                    (int)import->unit.begun[import->unit.nr_begun - 1]->name.length,
		                    import->unit.begun[import->unit.nr_begun - 1]->name.start);
	return error ? command_fail(command_status(error), "%s", strerror(-error)) : STATUS_OK;
}

/* The entry, whatever else was named, and kcompat's own way in. */
static int take_functions(struct import *import)
{
	int status = take(import, import->entry);

	for (size_t i = 1; i < import->request->nr_functions && !status; i++)
		status = take(import, import->request->functions[i].start);
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
		import->request->tree, entry_only ? "" : " without it", messages ? messages : "");
}

static int compile_unit(struct import *import)
{
	char source[PATH_MAX], object[PATH_MAX], entry[160], *messages;
	const char *arguments[] = {"-c", source, "-o", object, entry, NULL};
	FILE *stream = build_open(&import->build, "kernel.c");
	int status;

	if (!stream)
		return STATUS_RESOURCE;
	unit_write(&import->unit, import->request->tree, TREE_HOME, stream);
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

/* All rules as a file that --kernel reads: to look at, or to change and go on with. */
static int write_description(const struct import *import)
{
	FILE *stream;
	char *text;
	int error = mms_kernel_text(import->own ? import->own : import->rules.base, &text);

	if (error)
		return command_fail_library(error);
	stream = build_open(&import->build, "rules.kernel");
	if (stream)
		fputs(text, stream);
	free(text);
	return stream ? build_close(&import->build, stream, "rules.kernel") : STATUS_RESOURCE;
}

/* As a C string: what the plug-in says of its kernel. */
static int write_rules(const struct import *import)
{
	FILE *stream = build_open(&import->build, "rules.h");

	if (!stream)
		return STATUS_RESOURCE;
	fputs("#define KCOMPAT_KERNEL \"", stream);
	unit_write_string(import->kernel_text, stream);
	fputs("\"\n", stream);
	return build_close(&import->build, stream, "rules.h");
}

/* What only the linker notices is missing: declared, used, and nowhere defined. */
static int link_plugin(const struct import *import)
{
	char name[96], description[512], include[PATH_MAX + 8], source[PATH_MAX + 32];
	char object[PATH_MAX], made_include[PATH_MAX + 8], plugin[PATH_MAX], *messages;
	const char *arguments[] = {"-shared",   "-Wl,-z,defs", "-Wl,-Bsymbolic", name,
	                           description, include,       made_include,     source,
	                           object,      "-o",          plugin,           NULL};
	int status;

	snprintf(name, sizeof(name), "-DKCOMPAT_NAME=\"%s\"", import->request->name);
	snprintf(description, sizeof(description),
	         "-DKCOMPAT_DESCRIPTION=\"%.200s() of a kernel "
	         "tree, by the rules of %s\"",
	         import->entry, import->rules.base->name);
	snprintf(include, sizeof(include), "-I%s", import->build.include);
	snprintf(made_include, sizeof(made_include), "-I%s", import->build.folder);
	snprintf(source, sizeof(source), "%s/changed/plugin.c", import->build.kcompat);
	snprintf(object, sizeof(object), "%s/kernel.o", import->build.folder);
	snprintf(plugin, sizeof(plugin), "%s/" PLUGIN, import->build.folder);
	status = build_link(&import->build, arguments, &messages);
	if (status == STATUS_FAILED)
		status = explain(import, messages);
	free(messages);
	return status;
}

/* What was linked, which is then there whole or not at all. */
static int copy_plugin(struct import *import)
{
	char path[PATH_MAX], *data;
	size_t size;
	int status;

	snprintf(path, sizeof(path), "%s/" PLUGIN, import->build.folder);
	status = input_read(path, MOST_BYTES, &data, &size);
	if (status)
		return status;
	status = output_write_text(&import->output, data, size);
	free(data);
	return status;
}

static int write_output(struct import *import)
{
	int status = write_description(import);

	if (!status)
		status = write_rules(import);
	if (!status)
		status = link_plugin(import);
	return status ? status : copy_plugin(import);
}

static void print_functions(const struct import *import)
{
	size_t functions = 0, others = 0;

	printf("From %s, as it stands:\n", import->request->tree);
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
	int status = output_open(&import->output, import->request->output);

	if (!status)
		status = build_init(&import->build, import->request->keep);
	if (!status)
		status = read_sources(import);
	if (!status)
		status = take_functions(import);
	if (!status)
		status = compile_unit(import);
	if (!status)
		status = rules_find(&import->unit, import->request->tree, &import->build,
		                    &import->rules);
	if (!status)
		status = rules_describe(&import->rules, import->request->tree,
		                        import->request->name, &import->kernel_text, &import->own);
	if (!status)
		status = write_output(import);
	if (status)
		return status;
	print_functions(import);
	puts("Rules:");
	rules_print(&import->rules, stdout);
	return STATUS_OK;
}

int import_kernel(const struct import_request *request, const struct mms_kernel **kernel)
{
	static struct mms_kernel *own;
	struct import import = {
		.request = request,
		.build = {.keep = true},
		.output = {.fd = -1},
		.rules = {.given = request->kernel, .configured = request->config},
		.entry = request->nr_functions ? request->functions[0].start : IMPORT_ENTRY,
	};
	int status = run(&import);

	mms_kernel_destroy(own);
	own = import.own;
	if (!status)
		*kernel = own ? own : import.rules.base;
	output_discard(&import.output);
	free(import.kernel_text);
	build_finish(&import.build);
	unit_finish(&import.unit);
	source_finish(&import.extra);
	source_finish(&import.given);
	source_finish(&import.tree);
	return status;
}
