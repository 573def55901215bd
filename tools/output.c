// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "output.h"

static int fail(const struct output *output, int error)
{
	return command_fail(STATUS_RESOURCE, "%s can't be written: %s", path_text(output->path),
	                    strerror(error));
}

/* A file that is there already keeps its permissions. */
static int create_temporary(const struct output *output, int *fd)
{
	int created = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	struct stat old;

	if (created < 0)
		return command_fail(STATUS_RESOURCE,
		                    "%s can't be written, since no file can be made beside it: %s",
		                    output->path, strerror(errno));
	if (stat(output->target, &old) == 0)
		(void)!fchmod(created, old.st_mode & 07777);
	*fd = created;
	return STATUS_OK;
}

/* What already goes to the same file must not be lost with its old contents. */
static int standard_stream(const struct stat *found)
{
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
		struct stat stream;

		if (fstat(fd, &stream) == 0 && stream.st_dev == found->st_dev &&
		    stream.st_ino == found->st_ino)
			return fd;
	}
	return -1;
}

static int open_directly(struct output *output, const struct stat *found)
{
	int stream = standard_stream(found);

	output->is_stdout = stream == STDOUT_FILENO;
	output->fd = stream < 0 ? open(output->path, O_WRONLY | O_CLOEXEC)
	                        : fcntl(stream, F_DUPFD_CLOEXEC, 0);
	return output->fd < 0 ? fail(output, errno) : STATUS_OK;
}

/* A file that is no pipe or the like: whether it can be replaced. */
static int try_replacing(struct output *output, bool exists)
{
	int fd = -1, status;

	if (exists && access(output->target, W_OK) != 0)
		return fail(output, errno);
	snprintf(output->temporary, sizeof(output->temporary), "%s.%d.tmp", output->target,
	         (int)getpid());
	status = create_temporary(output, &fd);
	if (status)
		return status;
	close(fd);
	unlink(output->temporary);
	return STATUS_OK;
}

int output_open(struct output *output, const char *path)
{
	struct stat found;
	bool exists;

	*output = (struct output){.path = path, .fd = -1};
	if (!path)
		return STATUS_OK;
	exists = stat(path, &found) == 0;
	if (!exists && (errno != ENOENT || !*path))
		return fail(output, errno);
	if (!exists && lstat(path, &found) == 0)
		return command_fail(STATUS_RESOURCE,
		                    "%s can't be written: it is a symbolic link to a file that "
		                    "isn't there",
		                    path);
	if (exists && (!S_ISREG(found.st_mode) || standard_stream(&found) >= 0))
		return open_directly(output, &found);
	if (exists && !realpath(path, output->target))
		return fail(output, errno);
	if (!exists && strlen(path) >= sizeof(output->target))
		return fail(output, ENAMETOOLONG);
	if (!exists)
		strcpy(output->target, path);
	return try_replacing(output, exists);
}

/* What is to be written: JSON, or else text. */
struct contents {
	const json_t *json;
	const char *text;
	size_t size;
};

static bool put(const struct contents *contents, FILE *stream)
{
	if (!contents->json)
		return fwrite(contents->text, 1, contents->size, stream) == contents->size;
	return json_dumpf(contents->json, stream, JSON_INDENT(2)) == 0 &&
	       fputc('\n', stream) != EOF;
}

static int write_contents(const struct output *output, int fd, const struct contents *contents)
{
	FILE *stream = fdopen(fd, "w");
	bool failed;

	if (!stream)
		return fail(output, errno);
	errno = 0;
	failed = !put(contents, output->is_stdout ? stdout : stream);
	failed |= output->is_stdout && fflush(stdout) != 0;
	failed |= fclose(stream) != 0;
	return failed ? fail(output, errno ? errno : EIO) : STATUS_OK;
}

static int replace(struct output *output, const struct contents *contents)
{
	int status, fd = output->fd;

	output->fd = -1;
	fflush(stdout);
	if (fd >= 0)
		return write_contents(output, fd, contents);
	status = create_temporary(output, &fd);
	if (status)
		return status;
	status = write_contents(output, fd, contents);
	if (status == STATUS_OK && rename(output->temporary, output->target) != 0)
		status = fail(output, errno);
	if (status)
		unlink(output->temporary);
	return status;
}

/* What is kept until output_release(). */
struct held {
	struct held *next;
	struct output output;
	char *text;
	size_t size;
};

static bool holding;
static struct held *first_held, **last_held = &first_held;

void output_hold(void)
{
	holding = true;
}

/* As text, since what it is made of may be gone by then. */
static int hold(struct output *output, const struct contents *contents)
{
	struct held *held = calloc(1, sizeof(*held));
	FILE *stream = held ? open_memstream(&held->text, &held->size) : NULL;
	bool failed;

	if (!stream) {
		free(held);
		return fail(output, ENOMEM);
	}
	failed = !put(contents, stream);
	failed |= fclose(stream) != 0;
	held->output = *output;
	*last_held = held;
	last_held = &held->next;
	output->fd = -1;
	return failed ? fail(output, ENOMEM) : STATUS_OK;
}

int output_release(void)
{
	int status = STATUS_OK;

	holding = false;
	for (struct held *held = first_held, *next; held; held = next) {
		const struct contents contents = {.text = held->text, .size = held->size};

		if (status == STATUS_OK)
			status = replace(&held->output, &contents);
		next = held->next;
		free(held->text);
		free(held);
	}
	first_held = NULL;
	last_held = &first_held;
	return status;
}

static int write_or_hold(struct output *output, const struct contents *contents)
{
	if (!output->path)
		return STATUS_OK;
	return holding ? hold(output, contents) : replace(output, contents);
}

int output_write_json(struct output *output, const json_t *json)
{
	const struct contents contents = {.json = json};

	return write_or_hold(output, &contents);
}

int output_write_text(struct output *output, const char *text, size_t size)
{
	const struct contents contents = {.text = text, .size = size};

	return write_or_hold(output, &contents);
}

void output_discard(struct output *output)
{
	if (output->fd >= 0)
		close(output->fd);
	output->fd = -1;
}
