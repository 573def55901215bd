// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Options that say how many rounds an experiment has. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "options.h"

#define MOST_ROUNDS       1000000
#define MOST_AUTOMATIC    1000
#define DEFAULT_PRECISION 0.02

int option_rounds(const char *option, const char *text, struct rounds_options *rounds)
{
	rounds->automatic = strncmp(text, "auto", 4) == 0 && (!text[4] || text[4] == ':');
	if (!rounds->automatic)
		return option_number(option, text, 1, MOST_ROUNDS, &rounds->number);
	rounds->number = MOST_AUTOMATIC;
	return text[4] ? option_number(option, text + 5, 1, MOST_ROUNDS, &rounds->number)
	               : STATUS_OK;
}

static int take_precision(const char *text, double *precision)
{
	char *end;
	double percent = strtod(text, &end);

	if (end == text || *end || !(percent > 0 && percent <= 100))
		return command_fail(
			STATUS_USAGE,
			"--precision must be a percentage above 0 and up to 100, as 2 or "
			"0.5, not %s",
			text);
	*precision = percent / 100;
	return STATUS_OK;
}

enum {
	KEY_PRECISION = 0x8000,
};

static const struct argp_option argp_options[] = {
	{"precision", KEY_PRECISION, "PERCENT", 0,
         "If their number is auto, go on until intervals of ratios are narrower (2)", 0},
	{0},
};

static int parse(int key, char *text, struct argp_state *state)
{
	struct rounds_options *rounds = state->input;

	return key == KEY_PRECISION ? take_precision(text, &rounds->precision) : ARGP_ERR_UNKNOWN;
}

const struct argp rounds_argp = {.options = argp_options, .parser = parse};

int rounds_options_resolve(const char *option, struct rounds_options *rounds, unsigned int usual)
{
	if (rounds->precision > 0 && !rounds->automatic)
		return command_fail(STATUS_USAGE,
		                    "--precision says when %s auto ends; add that, or leave "
		                    "--precision out",
		                    option);
	if (!rounds->number)
		rounds->number = usual;
	if (rounds->automatic && !(rounds->precision > 0))
		rounds->precision = DEFAULT_PRECISION;
	return STATUS_OK;
}
