// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reports: what they say of results. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "run.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define RESULTS      TEST_DATA "/results"
#define COMMITTED    TEST_DATA "/../../docs/results"

/* A page of all results has 2 MB. */
#define FILE_ROOM (8 << 20)

static const char *const formats[] = {"text", "cover-letter", "html", "svg", "csv"};

static char *file_text(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, FILE_ROOM);

	assert_non_null(text);
	if (file) {
		assert_true(fread(text, 1, FILE_ROOM - 1, file) < FILE_ROOM - 1);
		fclose(file);
	}
	return text;
}

/* Or, with MMS_UPDATE_REPORTS, let what is there now be what is right. */
static void assert_is_as_before(const char *result, const char *format)
{
	struct result report = run_expecting(0, "cd %s && memmapsim report %s.json --format %s",
	                                     RESULTS, result, format);
	char path[512];
	char *before;

	snprintf(path, sizeof(path), "%s/reports/%s-%s.txt", TEST_DATA, result, format);
	if (getenv("MMS_UPDATE_REPORTS")) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(report.out, file);
		assert_int_equal(fclose(file), 0);
	}
	before = file_text(path);
	if (strcmp(before, report.out) != 0)
		fail_msg("%s is not what report makes of %s.json any more:\n%s", path, result,
		         report.out);
	free(before);
}

static void reports_are_as_before(void **state)
{
	static const struct {
		const char *result, *format;
	} reports[] = {
		{"rebind", "text"},
		{"rebind", "cover-letter"},
		{"rebind", "svg"},
		{"rebind-v1", "text"},
		{"rebind-wrong", "text"},
		{"rebind-wrong", "cover-letter"},
		{"rebind-sizes", "text"},
		{"rebind-sizes", "cover-letter"},
		{"background", "text"},
		{"background-v1", "text"},
		{"background", "cover-letter"},
		{"boot", "text"},
		{"boot", "cover-letter"},
		{"boot", "svg"},
		{"aftermath", "text"},
		{"aftermath", "cover-letter"},
		{"verify", "text"},
		{"normal", "text"},
		{"normal", "cover-letter"},
		{"normal", "svg"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(reports); i++)
		assert_is_as_before(reports[i].result, reports[i].format);
}

/* In all formats that there are of its experiment, with each of its initializers. */
static void assert_is_reported(const char *path)
{
	json_t *json = json_load_file(path, 0, NULL), *runs = json_object_get(json, "runs");
	const json_t *result = runs ? json_array_get(runs, 0) : json, *row;
	size_t index;

	for (size_t i = 0; i < COUNT(formats); i++) {
		struct result report = run("memmapsim report %s --format %s", path, formats[i]);

		if (report.status == 2 && i && strstr(report.err, "which has no "))
			continue;
		assert_int_equal(report.status, 0);
		assert_string_equal(report.err, "");
		if (strcmp(formats[i], "svg") == 0)
			continue;
		json_array_foreach (json_object_get(result, "results"), index, row)
			assert_contains(report.out,
			                json_string_value(json_object_get(row, "name")));
	}
	json_decref(json);
}

static void committed_results_have_all_formats(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob(COMMITTED "/*.json", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		assert_is_reported(found.gl_pathv[i]);
	assert_true(found.gl_pathc > 8);
	globfree(&found);
}

static void text_has_the_figures(void **state)
{
	struct result report =
		run_expecting(0, "memmapsim report %s/fsdax-100g-v7.2-zen5.json", COMMITTED);

	(void)state;
	assert_contains(report.out,
	                "\nkernel      v7.2 (6 captures, layout as in the BTF of 7.2.13)\n");
	assert_contains(report.out,
	                "Rebinds: all on the same memory, 30 per initializer; times in ms");
	assert_contains(
		report.out,
		"  template-movnti     26.91   27.05  27.15  27.47    1.048  61.06    0.536  "
		"0.521 - 0.544    1.455\n");
	assert_contains(report.out, "  initializer         published  series\n"
	                            "  template-movnti         0.396  v5\n\n");
	assert_contains(report.out, "the fastest, fill-avx2, is the limit.\n");
	assert_contains(report.out,
	                "verified    every struct page: after each first bind, and rebinds "
	                "1, 11, 30 of dirty memory\n");
}

static void cover_letters_fit_into_mails(void **state)
{
	struct result report = run_expecting(
		0,
		"memmapsim report %s/fsdax-100g-v7.1-zen5.json %s/background.json --format cover-letter",
		COMMITTED, RESULTS);

	(void)state;
	assert_contains(report.out, "First binding, and average of 30 rebinds; times in ms");
	assert_contains(report.out, "-45.1%");
	for (const char *line = report.out; *line; line += strcspn(line, "\n") + 1) {
		size_t length = strcspn(line, "\n");

		if (length > 72)
			fail_msg("too long: %.*s", (int)length, line);
		assert_false(length && line[length - 1] == ' ');
	}
}

/* Each line of CSV has as many fields as the first, commas in quotes left aside. */
static void csv_has_a_row_per_sample(void **state)
{
	struct result report =
		run_expecting(0, "memmapsim report %s/rebind-wrong.json --csv", RESULTS);
	size_t fields = 1, wanted = 0, rows = 0;
	bool quoted = false;

	(void)state;
	assert_contains(report.out, "file,experiment,kernel,");
	assert_contains(report.out, ",naive,naive,,,,,,,rebind,8,");
	for (const char *c = report.out; *c; c++) {
		quoted ^= *c == '"';
		fields += *c == ',' && !quoted;
		if (*c != '\n' || quoted)
			continue;
		assert_int_equal(c[-1], '\r');
		wanted = wanted ? wanted : fields;
		assert_int_equal(fields, wanted);
		fields = 1;
		rows++;
	}
	/* Two initializers and six fills, twelve rebinds each; three first binds; phases; the head.
	 */
	assert_true(rows > 8 * 12 + 2 * 3);
	assert_int_equal(wanted, 18);
}

/* No two samples have the same of all that says what they are of. */
static void csv_tells_samples_apart(void **state)
{
	static const char *const results[] = {"rebind", "rebind-sizes", "background",
	                                      "boot",   "normal",       "aftermath"};

	(void)state;
	for (size_t i = 0; i < COUNT(results); i++)
		assert_string_equal(run_expecting(0,
		                                  "memmapsim report %s/%s.json --csv | "
		                                  "sed 's/,[^,]*$//' | sort | uniq -d",
		                                  RESULTS, results[i])
		                            .out,
		                    "");
}

/* All figures with decimals that stand in the lines of @printed between @first and @last. */
static void assert_has_figures(const char *report, char *printed, const char *first,
                               const char *last)
{
	char *at = strstr(printed, first), *end = at ? strstr(at, last) : NULL;
	size_t figures = 0;

	assert_non_null(at);
	if (end)
		*end = '\0';
	for (char *word = strtok(at, " \n"); word; word = strtok(NULL, " \n"))
		if (strspn(word, "0123456789.") == strlen(word) && strchr(word, '.')) {
			assert_contains(report, word);
			figures++;
		}
	assert_true(figures >= 6);
}

/* Live printing and reports are two pieces of code for the same tables. */
static void reports_have_the_figures_that_were_printed(void **state)
{
	char *printed;

	(void)state;
	run_expecting(0, "memmapsim bench rebind --backing 4k --size 64M -i naive,template-movnti "
	                 "--rebinds 7 --no-fills --json rebind.json > printed");
	printed = file_text(scratch("printed"));
	assert_has_figures(run_expecting(0, "memmapsim report rebind.json").out, printed,
	                   "First binds", "\n  A first touch");
	free(printed);
	printed = file_text(scratch("printed"));
	assert_has_figures(run_expecting(0, "memmapsim report rebind.json").out, printed,
	                   "Rebinds:", "\n  ns/page and GB/s");
	free(printed);
	run_expecting(0, "memmapsim bench background --backing 4k --size 64M -i naive --binds 7 "
	                 "--streams 1 --threads 1 --json background.json > printed");
	printed = file_text(scratch("printed"));
	assert_has_figures(run_expecting(0, "memmapsim report background.json").out, printed,
	                   "naive: binds", "\n  with a stream");
	free(printed);
}

static void names_with_commas_are_quoted(void **state)
{
	(void)state;
	run_expecting(0, "cp %s/rebind.json 'a, \"b\".json'", RESULTS);
	assert_contains(run_expecting(0, "memmapsim report 'a, \"b\".json' --csv").out,
	                "\r\n\"a, \"\"b\"\".json\",rebind,");
}

static void pages_escape_what_results_say(void **state)
{
	struct result report =
		run_expecting(0, "memmapsim report %s/rebind-wrong.json -f html", RESULTS);

	(void)state;
	assert_contains(report.out, "&quot;Odd&quot;, &lt;CPU&gt; &amp; Sons");
	assert_contains(report.out, "is wrong &amp; &lt;odd&gt;");
	assert_contains(report.out, "not timed: wrong in rebind 7");
	assert_null(strstr(report.out, "<CPU>"));
	assert_null(strstr(report.out, "<odd>"));
}

static void pages_load_nothing(void **state)
{
	static const char *const loading[] = {"http:",   "https:",  " src=",   "url(",
	                                      "@import", "<script", "<iframe", "<object"};
	struct result report = run_expecting(
		0, "memmapsim report %s/rebind.json %s/background.json -f html", RESULTS, RESULTS);

	(void)state;
	for (size_t i = 0; i < COUNT(loading); i++)
		if (strstr(report.out, loading[i]))
			fail_msg("the page has %s", loading[i]);
}

/* What a plot shows can be read as figures, too: those who can't see it have nothing else. */
static void plots_have_tables_behind_them(void **state)
{
	char *page;
	size_t plots = 0;

	(void)state;
	run_expecting(0, "memmapsim report %s/*.json %s/*.json -f html -o page.html", RESULTS,
	              COMMITTED);
	page = file_text(scratch("page.html"));
	for (char *at = page, *end; (at = strstr(at, "<section>")); at = end) {
		end = strstr(at, "</section>");
		assert_non_null(end);
		*end++ = '\0';
		if (!strstr(at, "<svg "))
			continue;
		plots++;
		if (!strstr(at, "<table>"))
			fail_msg("no table behind the plot of %.60s", at + strlen("<section>"));
	}
	assert_true(plots > 20);
	free(page);
}

static void samples_that_drift_are_told_of(void **state)
{
	(void)state;
	run_expecting(0,
	              "printf '{\"schema_version\": 2, \"experiment\": \"rebind\", \"ok\": true, "
	              "\"environment\": {\"warnings\": []}, \"kernel\": {}, \"backing\": {}, "
	              "\"config\": {}, \"results\": [{\"name\": \"naive\", \"rebind\": "
	              "{\"samples_ns\": [%%s]}}]}' $(seq -s, 1000 50 2500) > drift.json");
	assert_contains(run_expecting(0, "memmapsim report drift.json").out,
	                "\nwarning     times of rebinds changed as the run went on");
	assert_contains(run_expecting(0, "memmapsim report drift.json -f html").out,
	                "<li>times of rebinds changed as the run went on");
}

static void warnings_name_the_size(void **state)
{
	json_t *json = json_load_file(RESULTS "/rebind-sizes.json", 0, NULL), *row;
	json_t *samples = json_array();

	(void)state;
	row = json_array_get(json_object_get(json, "runs"), 1);
	row = json_array_get(json_object_get(row, "results"), 0);
	for (int i = 0; i < 50; i++)
		json_array_append_new(samples, json_integer(1000 + 50 * i));
	json_object_set_new(json_object_get(row, "rebind"), "samples_ns", samples);
	assert_int_equal(json_dump_file(json, scratch("sizes.json"), 0), 0);
	json_decref(json);
	assert_contains(run_expecting(0, "memmapsim report sizes.json").out,
	                "\nwarning     at 1 GiB, times of rebinds changed as the run went on");
}

static void plugins_that_failed_are_told_of(void **state)
{
	(void)state;
	run_expecting(0,
	              "printf '{\"schema_version\": 2, \"experiment\": \"rebind\", \"ok\": true, "
	              "\"environment\": {}, \"kernel\": {}, \"backing\": {}, \"config\": {}, "
	              "\"results\": [], \"left_out\": [{\"name\": \"mine\", \"plugin\": "
	              "\"./mine.so\", \"reason\": \"it crashed\"}]}' > left.json");
	assert_contains(run_expecting(0, "memmapsim report left.json").out,
	                "\nmine of the plug-in ./mine.so was left out: it crashed\n");
	assert_contains(run_expecting(0, "memmapsim report left.json -f html").out,
	                "<li>mine of the plug-in ./mine.so was left out: it crashed</li>");
}

/* The limit is none if an initializer is faster, at whichever size. */
static void missing_fills_are_told(void **state)
{
	struct result report;

	(void)state;
	run_expecting(0,
	              "sed 's/\\(\"ratio_to_fill_limit\": \\)[0-9.]*/\\10.8/' %s/rebind-sizes.json "
	              ">sizes.json",
	              RESULTS);
	report = run_expecting(0, "memmapsim report sizes.json");
	assert_contains(
		report.out,
		" at 2 GiB is more than 3 % faster than the fastest fill: a fill is missing");
	report = run_expecting(0, "memmapsim report %s/rebind-sizes.json", RESULTS);
	assert_null(strstr(report.out, "a fill is missing"));
}

static void initializers_can_be_chosen(void **state)
{
	struct result report = run_expecting(
		0, "memmapsim report %s/fsdax-100g-v7.2-zen5.json -i naive,template-movnti",
		COMMITTED);

	(void)state;
	assert_contains(report.out, "  template-movnti  ");
	assert_contains(report.out, "  MOVNTI");
	assert_null(strstr(report.out, "  stream-avx2"));
	assert_null(strstr(report.out, "  our streams"));
	assert_null(strstr(report.out, "template-heads (-"));
	report = run_expecting(
		0,
		"memmapsim report %s/fsdax-100g-v7.2-zen5.json -i naive,template-movnti "
		"-f cover-letter",
		COMMITTED);
	assert_contains(report.out, "By rounds, template-movnti takes 0.536 of naive's time");
	/* It's of a time when results didn't say what built memmapsim. */
	assert_contains(report.out, "\nMachine: AMD EPYC, 2 cores, a virtual machine (KVM), Linux\n"
	                            "6.18.44-fc-v595.\n");
	run_refused(2, "no result has the initializer nave",
	            "memmapsim report %s/rebind.json -i nave", RESULTS);
}

static void reports_go_to_files(void **state)
{
	struct result report =
		run_expecting(0, "memmapsim report %s/rebind.json -o here && cat here", RESULTS);
	char *text = file_text(scratch("here"));

	(void)state;
	assert_string_equal(report.err, "");
	assert_contains(text, "Rebinds: all on the same memory");
	assert_string_equal(text, report.out);
	free(text);
	run_refused(3, "can't be written", "memmapsim report %s/rebind.json -o no/such/folder",
	            RESULTS);
	assert_contains(
		run_expecting(3, "memmapsim report %s/rebind.json > /dev/full", RESULTS).err,
		"standard output can't be written");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_are_as_before),
		cmocka_unit_test(committed_results_have_all_formats),
		cmocka_unit_test(text_has_the_figures),
		cmocka_unit_test(cover_letters_fit_into_mails),
		cmocka_unit_test(csv_has_a_row_per_sample),
		cmocka_unit_test(csv_tells_samples_apart),
		cmocka_unit_test(reports_have_the_figures_that_were_printed),
		cmocka_unit_test(names_with_commas_are_quoted),
		cmocka_unit_test(pages_escape_what_results_say),
		cmocka_unit_test(pages_load_nothing),
		cmocka_unit_test(plots_have_tables_behind_them),
		cmocka_unit_test(samples_that_drift_are_told_of),
		cmocka_unit_test(warnings_name_the_size),
		cmocka_unit_test(plugins_that_failed_are_told_of),
		cmocka_unit_test(missing_fills_are_told),
		cmocka_unit_test(initializers_can_be_chosen),
		cmocka_unit_test(reports_go_to_files),
	};

	return cmocka_run_group_tests_name("report", tests, run_setup, run_teardown);
}
