// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import/scan.h"
#include "import/source.h"

/* A tree's largest headers, of registers, have some ten MiB. */
#define MAX_FILE_SIZE (64 << 20)

static int read_all(int file, char *text, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t got = read(file, text + done, size - done);

		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		done += (size_t)got;
	}
	text[size] = '\0';
	return 0;
}

int source_read(const char *path, char **text, size_t *size)
{
	/* A FIFO would be waited for. */
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), error = 0;
	struct stat stat;

	if (file < 0)
		return -errno;
	if (fstat(file, &stat) < 0)
		error = -errno;
	else if (!S_ISREG(stat.st_mode))
		error = S_ISDIR(stat.st_mode) ? -EISDIR : -EINVAL;
	else if (stat.st_size > MAX_FILE_SIZE)
		error = -EFBIG;
	if (!error) {
		*size = (size_t)stat.st_size;
		*text = malloc(*size + 1);
		error = *text ? read_all(file, *text, *size) : -ENOMEM;
		if (error)
			free(*text);
	}
	close(file);
	return error;
}

const struct source_file *source_find(const struct source_index *index, const char *shown)
{
	for (size_t i = 0; i < index->nr_files; i++)
		if (strcmp(index->files[i]->path, shown) == 0)
			return index->files[i];
	return NULL;
}

static int append(struct source_index *index, struct source_file *file)
{
	struct source_file **files =
		realloc(index->files, (index->nr_files + 1) * sizeof(struct source_file *));

	if (!files)
		return -ENOMEM;
	file->rank = (unsigned int)index->nr_files;
	index->files = files;
	index->files[index->nr_files++] = file;
	return 0;
}

static void free_file(struct source_file *file)
{
	if (!file)
		return;
	branches_free(file->branches);
	free(file->includes);
	free((char *)(uintptr_t)file->text);
	free((char *)(uintptr_t)file->path);
	free(file);
}

int source_add_text(struct source_index *index, char *text, size_t size, const char *shown)
{
	struct source_file *file = calloc(1, sizeof(*file));
	int error;

	if (!file) {
		free(text);
		return -ENOMEM;
	}
	file->text = text;
	file->size = size;
	file->path = strdup(shown);
	error = file->path ? append(index, file) : -ENOMEM;
	if (error) {
		free_file(file);
		return error;
	}
	return scan_file(index, file);
}

int source_add(struct source_index *index, const char *path, const char *shown)
{
	char *text;
	size_t size;
	int error;

	if (source_find(index, shown))
		return -EEXIST;
	error = source_read(path, &text, &size);
	return error ? error : source_add_text(index, text, size, shown);
}

static int compare_names(const struct token *a, const struct token *b)
{
	size_t shorter = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->start, b->start, shorter);

	return order ? order : (a->length > b->length) - (a->length < b->length);
}

static int compare_keys(const struct definition *a, const struct definition *b)
{
	int order = compare_names(&a->name, &b->name);

	return order ? order : (int)definition_is_tag(a) - (int)definition_is_tag(b);
}

static int compare(const void *one, const void *other)
{
	const struct definition *a = one, *b = other;
	int order = compare_keys(a, b);

	if (!order)
		order = (a->file->rank > b->file->rank) - (a->file->rank < b->file->rank);
	return order ? order : (a->start > b->start) - (a->start < b->start);
}

void source_sort(struct source_index *index)
{
	if (index->nr_definitions)
		qsort(index->definitions, index->nr_definitions, sizeof(*index->definitions),
		      compare);
}

const struct definition *source_definitions(const struct source_index *index, struct token name,
                                            bool tag, size_t *count)
{
	struct definition key = {.name = name, .kind = tag ? DEFINITION_TAG : DEFINITION_MACRO};
	size_t from = 0, to = index->nr_definitions;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare_keys(&index->definitions[middle], &key) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	for (to = from; to < index->nr_definitions; to++)
		if (compare_keys(&index->definitions[to], &key) != 0)
			break;
	*count = to - from;
	return index->definitions + from;
}

unsigned int source_line(const struct source_file *file, const char *place)
{
	unsigned int line = 1;

	for (const char *at = file->text; at < place; at++)
		line += *at == '\n';
	return line;
}

void source_finish(struct source_index *index)
{
	for (size_t i = 0; i < index->nr_files; i++)
		free_file(index->files[i]);
	free(index->files);
	free(index->definitions);
	*index = (struct source_index){0};
}
