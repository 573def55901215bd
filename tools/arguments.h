/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Options before argp parses them, which would print two lines about a wrong one. */
#ifndef TOOLS_ARGUMENTS_H
#define TOOLS_ARGUMENTS_H

#include <argp.h>

/*
 * Whether all options in @argv, as far as they are looked at before --help and the like, are among
 * those of @argp and have values where they need some.
 * @return an enum status; what is wrong is printed
 */
int arguments_check(const struct argp *argp, int argc, char **argv);

#endif
