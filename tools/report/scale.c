// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "scale.h"

#include <math.h>

/* Where values are beyond all reason, so that differences overflow: at the start. */
double scale_at(const struct scale *scale, double value)
{
	double low = scale->low, high = scale->high, at;

	if (scale->logarithmic) {
		low = log(low);
		high = log(high);
		value = log(fmax(value, scale->low));
	}
	at = scale->start + (value - low) / (high - low) * (scale->end - scale->start);
	return isfinite(at) ? at : scale->start;
}

/* 1, 2 or 5 times a power of ten, near @size. */
static double round_step(double size)
{
	double power = pow(10, floor(log10(size))), rest = size / power;

	return power * (rest < 1.5 ? 1 : rest < 3.5 ? 2 : rest < 7.5 ? 5 : 10);
}

static double step_of(const struct scale *scale, unsigned int wanted)
{
	return round_step((scale->high - scale->low) / wanted);
}

void scale_fit(struct scale *scale, double low, double high)
{
	scale->low = low;
	scale->high = high > low ? high : low + fmax(fabs(low) * 0.1, 1e-9);
	if (scale->logarithmic) {
		scale->low = fmax(scale->low, 1e-9);
		scale->high = fmax(scale->high, 2 * scale->low);
	} else {
		double step = step_of(scale, 10);

		scale->low = floor(scale->low / step + 1e-9) * step;
		scale->high = ceil(scale->high / step - 1e-9) * step;
	}
}

/* 1, 2 and 5 in each decade; only 1 if there are many. */
static size_t logarithmic_ticks(const struct scale *scale, double ticks[MAX_TICKS])
{
	static const double steps[] = {1, 2, 5};
	bool all = scale->high / scale->low < 1e3;
	double power = pow(10, floor(log10(scale->low)));
	size_t count = 0;

	for (; power <= scale->high && count < MAX_TICKS; power *= 10)
		for (size_t i = 0; i < (all ? 3 : 1) && count < MAX_TICKS; i++)
			if (power * steps[i] >= scale->low * (1 - 1e-9) &&
			    power * steps[i] <= scale->high * (1 + 1e-9))
				ticks[count++] = power * steps[i];
	return count;
}

size_t scale_ticks(const struct scale *scale, unsigned int wanted, double ticks[MAX_TICKS])
{
	double step = step_of(scale, wanted);
	double first = ceil(scale->low / step - 1e-9);
	size_t count = 0;

	if (scale->logarithmic)
		return logarithmic_ticks(scale, ticks);
	for (; count < MAX_TICKS && (first + (double)count) * step <= scale->high + step * 1e-9;
	     count++)
		ticks[count] = (first + (double)count) * step;
	return count;
}

int scale_decimals(const double *ticks, size_t count)
{
	for (int decimals = 0; decimals < 4; decimals++) {
		double factor = pow(10, decimals);
		bool enough = true;

		for (size_t i = 0; i < count; i++)
			enough &=
				fabs(ticks[i] * factor - round(ticks[i] * factor)) < 1e-6 * factor;
		if (enough)
			return decimals;
	}
	return 4;
}
