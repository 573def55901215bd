// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Works out what statistics.py holds against scipy. Each line of its input is a word and numbers,
 *and has a line of JSON as its answer:
 *
 *	summary N…      the summary of these samples
 *	paired N… / N…  median and interval of the ratios, pair by pair
 *	unpaired N… / N…  of the ratio of the medians
 *	block N…        the mean length of blocks that the bootstrap draws
 *	dip N…          the dip, of any numbers in ascending order
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bootstrap.h"
#include "dip.h"
#include "json_values.h"

#define MOST 100000

static double numbers[2][MOST];
static uint64_t samples[2][MOST];
static double scratch[MOST];
static size_t counts[2], knots[2 * MOST];

static void read_numbers(char *text)
{
	size_t list = 0;

	counts[0] = counts[1] = 0;
	for (char *word = strtok(text, " \n"); word; word = strtok(NULL, " \n")) {
		if (strcmp(word, "/") == 0) {
			list = 1;
			continue;
		}
		numbers[list][counts[list]] = strtod(word, NULL);
		samples[list][counts[list]] = (uint64_t)numbers[list][counts[list]];
		counts[list]++;
	}
}

static json_t *ratio_json(struct mms_ratio ratio)
{
	return json_pack("[f, f, f]", ratio.median, ratio.low, ratio.high);
}

static json_t *answer(const char *word)
{
	const struct mms_series series = {.samples = samples[0], .count = counts[0]};
	struct mms_samples all = {.count = counts[0], .ns = samples[0]};

	if (strcmp(word, "summary") == 0) {
		mms_summarize(&all, scratch);
		return mms_json_summary(&all);
	}
	if (strcmp(word, "paired") == 0)
		return ratio_json(mms_paired_ratio(samples[0], samples[1], counts[0], scratch));
	if (strcmp(word, "unpaired") == 0)
		return ratio_json(
			mms_unpaired_ratio(samples[0], counts[0], samples[1], counts[1], scratch));
	if (strcmp(word, "block") == 0)
		return json_real(mms_bootstrap_block(&series, scratch));
	if (strcmp(word, "dip") == 0)
		return json_real(mms_dip(numbers[0], counts[0], knots));
	fprintf(stderr, "%s is no question\n", word);
	exit(2);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		char *rest = strchr(line, ' ');
		json_t *json;

		if (!rest)
			return 2;
		*rest = '\0';
		read_numbers(rest + 1);
		json = answer(line);
		json_dumpf(json, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
		putchar('\n');
		json_decref(json);
	}
	free(line);
	return 0;
}
