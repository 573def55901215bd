// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "sketch.h"

void print_sketch(FILE *stream, const double *values, size_t count)
{
	static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	const int full = sizeof(blocks) / sizeof(*blocks) - 1;

	for (size_t i = 0; i < count; i++) {
		int height = (int)(values[i] * full + 0.5);

		fputs(blocks[height < 0 ? 0 : height > full ? full : height], stream);
	}
}
