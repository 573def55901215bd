// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "data_folder.h"
#include "import/build.h"
#include "input.h"
#include <kernel_flags.h>

#define COUNT(array)  (sizeof(array) / sizeof(*(array)))
#define MAX_ARGUMENTS 96
#define MESSAGES      "messages.txt"

extern char **environ;

static const char *const compiler[] = {MEMMAPSIM_COMPILER};

/* How lib/meson.build compiles kernel code, and what makes of it a part of a shared object. */
static const char *const kernel_flags[] = {
	MEMMAPSIM_FEW_ERRORS,
	MEMMAPSIM_KERNEL_FLAGS,
	"-std=gnu11",
	"-fPIC",
	"-fvisibility=hidden",
	/* Old C takes these; kernels are built without. */
	"-Werror=implicit-function-declaration",
	"-Werror=implicit-int",
	"-Werror=int-conversion",
	"-Werror=incompatible-pointer-types",
	"-D__KERNEL__",
};
static const char *const user_flags[] = {"-std=gnu11", "-O2", "-fPIC", "-fvisibility=hidden"};

static int find_folders(struct build *build)
{
	/* As installed, then as built. */
	static const char *const kcompats[] = {MEMMAPSIM_DATA "/kcompat", "../kcompat"};
	static const char *const includes[] = {MEMMAPSIM_INCLUDE, "../kcompat/include"};

	if (!data_folder(kcompats, COUNT(kcompats), "changed/plugin.c", build->kcompat,
	                 sizeof(build->kcompat)))
		return command_fail(STATUS_RESOURCE,
		                    "kcompat, the headers that a kernel tree's code is compiled "
		                    "with, is not where memmapsim was installed; install it again");
	if (!data_folder(includes, COUNT(includes), "memmapsim/plugin.h", build->include,
	                 sizeof(build->include)))
		return command_fail(STATUS_RESOURCE,
		                    "memmapsim/plugin.h is not where memmapsim was installed; "
		                    "install its headers, too");
	return STATUS_OK;
}

static bool can_make_files_in(const char *path)
{
	struct stat found;

	if (stat(path, &found) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(found.st_mode) && access(path, W_OK | X_OK) == 0;
}

static int make_folder(struct build *build, const char *keep)
{
	const char *parent = getenv("TMPDIR");

	build->keep = keep;
	if (keep) {
		if (strlen(keep) >= sizeof(build->folder))
			return command_fail(STATUS_USAGE, "%.40s... is too long a path", keep);
		strcpy(build->folder, keep);
		if ((mkdir(keep, 0777) < 0 && errno != EEXIST) || !can_make_files_in(keep))
			return command_fail(STATUS_RESOURCE, "--keep %s can't be written: %s",
			                    path_text(keep), strerror(errno));
		return STATUS_OK;
	}
	if (!parent || !*parent)
		parent = "/tmp";
	if (snprintf(build->folder, sizeof(build->folder), "%s/memmapsim-XXXXXX", parent) >=
	            (int)sizeof(build->folder) ||
	    !mkdtemp(build->folder)) {
		build->folder[0] = '\0';
		return command_fail(STATUS_RESOURCE, "no folder can be made in %s: %s", parent,
		                    strerror(errno));
	}
	return STATUS_OK;
}

int build_init(struct build *build, const char *keep)
{
	int status;

	*build = (struct build){.keep = true};
	status = find_folders(build);
	return status ? status : make_folder(build, keep);
}

static void path_in(const struct build *build, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%.60s", build->folder, name);
}

static int fail_file(const struct build *build, const char *name)
{
	return command_fail(STATUS_RESOURCE, "%s/%s: %s", build->folder, name, strerror(errno));
}

FILE *build_open(const struct build *build, const char *name)
{
	char path[PATH_MAX];
	FILE *stream;

	path_in(build, name, path);
	stream = fopen(path, "w");
	if (!stream)
		fail_file(build, name);
	return stream;
}

int build_close(const struct build *build, FILE *stream, const char *name)
{
	bool failed = ferror(stream);

	if (fclose(stream) != 0 || failed)
		return fail_file(build, name);
	return STATUS_OK;
}

/* A compiler that speaks to us in English, and to nobody else. */
static char **english_environment(void)
{
	size_t count = 0;
	char **copy;

	while (environ[count])
		count++;
	copy = calloc(count + 2, sizeof(*copy));
	if (!copy)
		return NULL;
	copy[0] = (char *)(uintptr_t) "LC_ALL=C";
	for (size_t i = 0, to = 1; i < count; i++)
		if (strncmp(environ[i], "LC_ALL=", 7) != 0)
			copy[to++] = environ[i];
	return copy;
}

static int start(char *const *command, const char *messages, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	char **environment = english_environment();
	int error = environment ? posix_spawn_file_actions_init(&actions) : ENOMEM;

	if (!error) {
		error = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, messages,
		                                         O_WRONLY | O_CREAT | O_TRUNC, 0666);
		if (!error)
			error = posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO,
			                                         STDERR_FILENO);
		if (!error)
			error = posix_spawnp(child, command[0], &actions, NULL, command,
			                     environment);
		posix_spawn_file_actions_destroy(&actions);
	}
	free(environment);
	if (error == ENOENT)
		return command_fail(STATUS_RESOURCE,
		                    "there is no %s, with which memmapsim was built; install it",
		                    command[0]);
	if (error)
		return command_fail(STATUS_RESOURCE, "%s can't be run: %s", command[0],
		                    strerror(error));
	return STATUS_OK;
}

/* From outside, as by who is out of memory; or by what it was given. */
static int fail_killed(const char *name, int signal_number)
{
	bool killed = signal_number == SIGKILL || signal_number == SIGTERM ||
	              signal_number == SIGINT || signal_number == SIGHUP;

	if (killed)
		return command_fail(STATUS_RESOURCE, "%s was ended by signal %d (%s)", name,
		                    signal_number, strsignal(signal_number));
	return command_fail(
		STATUS_USAGE,
		"%s crashed, by signal %d (%s), on what it was to compile, which --keep "
		"FOLDER leaves to look at",
		name, signal_number, strsignal(signal_number));
}

static int run(const struct build *build, const char *const *flags, size_t nr_flags,
               const char *const *arguments, char **messages)
{
	char *command[MAX_ARGUMENTS], path[PATH_MAX];
	size_t count = 0;
	int status, result;
	pid_t child;

	for (size_t i = 0; i < COUNT(compiler); i++)
		command[count++] = (char *)compiler[i];
	for (size_t i = 0; i < nr_flags; i++)
		command[count++] = (char *)flags[i];
	while (*arguments && count < MAX_ARGUMENTS - 1)
		command[count++] = (char *)*arguments++;
	command[count] = NULL;
	path_in(build, MESSAGES, path);
	*messages = NULL;
	status = start(command, path, &child);
	if (status)
		return status;
	while (waitpid(child, &result, 0) < 0)
		if (errno != EINTR)
			return command_fail(STATUS_RESOURCE, "%s got lost: %s", command[0],
			                    strerror(errno));
	if (WIFSIGNALED(result))
		return fail_killed(command[0], WTERMSIG(result));
	*messages = input_text(path);
	return WIFEXITED(result) && WEXITSTATUS(result) == 0 ? STATUS_OK : STATUS_FAILED;
}

int build_compile(const struct build *build, const char *const *arguments, char **messages)
{
	return run(build, kernel_flags, COUNT(kernel_flags), arguments, messages);
}

int build_link(const struct build *build, const char *const *arguments, char **messages)
{
	return run(build, user_flags, COUNT(user_flags), arguments, messages);
}

void build_finish(struct build *build)
{
	DIR *folder = build->keep ? NULL : opendir(build->folder);
	struct dirent *entry;
	char path[PATH_MAX];

	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		path_in(build, entry->d_name, path);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	closedir(folder);
	rmdir(build->folder);
}
