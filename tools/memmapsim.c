// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The command: finds the subcommand and leaves everything else to it. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <memmapsim/cpu.h>

#include "command.h"
#include "error.h"

const char *argp_program_version = "memmapsim " MEMMAPSIM_VERSION;

#define COMMAND_ENTRY(id, text) {.name = #id, .summary = text, .run = cmd_##id},
static struct command {
	char name[24];
	const char *summary;
	int (*run)(int argc, char **argv);
} commands[] = {COMMANDS(COMMAND_ENTRY)};
enum { NR_COMMANDS = sizeof(commands) / sizeof(*commands) };

/* What stands for a hyphen in the names of functions. */
static void hyphenate(void)
{
	for (size_t i = 0; i < NR_COMMANDS; i++)
		for (char *at = commands[i].name; *at; at++)
			if (*at == '_')
				*at = '-';
}

static void print_help(FILE *stream)
{
	fprintf(stream, "Usage: memmapsim SUBCOMMAND [OPTION...]\n"
	                "Initialize struct pages as the Linux kernel does for persistent memory: "
	                "right first, then fast.\n\n");
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(stream, "  %-13s %s\n", commands[i].name, commands[i].summary);
	fprintf(stream,
	        "\nmemmapsim SUBCOMMAND --help explains each, with an example.\n\n"
	        "Exit status: 0 all well; 1 a verification or comparison failed; 2 wrong usage or "
	        "input;\n3 a resource is missing (memory, hugepages, permission); 4 not supported "
	        "here.\n");
}

static int run_subcommand(const struct command *command, int argc, char **argv)
{
	char name[64];

	snprintf(name, sizeof(name), "memmapsim %.50s", command->name);
	argv[0] = name; /* for argp's usage and messages */
	return command->run(argc, argv);
}

static int unknown_subcommand(const char *typed)
{
	const char *names[NR_COMMANDS];

	for (size_t i = 0; i < NR_COMMANDS; i++)
		names[i] = commands[i].name;
	return command_fail_library(mms_fail_unknown("subcommand", typed, names, NR_COMMANDS));
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return STATUS_USAGE;
	}
	if (command_asks_for_help(argv[1])) {
		print_help(stdout);
		return STATUS_OK;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts(argp_program_version);
		return STATUS_OK;
	}
	for (size_t i = 0; i < NR_COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return run_subcommand(&commands[i], argc - 1, argv + 1);
	return unknown_subcommand(argv[1]);
}

/* At exit, since argp leaves by itself after --help. */
static void close_stdout(void)
{
	int status = command_flush_stdout();

	if (status)
		_exit(status);
}

/* A stream that is closed must not become the first file that is opened. */
static void hold_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	hold_streams();
	hyphenate();
	atexit(close_stdout);
	/* So that a write beyond the limit fails and is told. */
	signal(SIGXFSZ, SIG_IGN);
	argp_err_exit_status = STATUS_USAGE;
	/* Examples stay on one line; a user's own setting goes first. */
	setenv("ARGP_HELP_FMT", "no-dup-args-note,rmargin=100", 0);
	if (mms_cpu_check_environment() != 0)
		return command_fail(STATUS_USAGE, "%s", mms_last_error());
	return dispatch(argc, argv);
}
