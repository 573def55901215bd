// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "units.h"

const struct unit milliseconds = {"ms", 1e6, 2};
const struct unit microseconds = {"us", 1e3, 1};

void print_time(FILE *stream, const struct unit *unit, double ns)
{
	fprintf(stream, "%9.*f", unit->decimals, ns / unit->ns);
}
