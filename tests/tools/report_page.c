// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The page that report makes, as a browser takes it: on wide and narrow screens and on paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run.h"
#include "skip.h"

/* As it can run anywhere, root or not, with nothing that it does on its own account. */
#define CHROMIUM                                                                                   \
	"HOME=$PWD timeout 100 chromium --headless --no-sandbox --disable-gpu --no-first-run "     \
	"--disable-background-networking --disable-component-update --disable-sync "               \
	"--user-data-dir=$(mktemp -d -p .) --enable-logging=stderr "

#define RESULTS                                                                                    \
	TEST_DATA "/../../docs/results/*.json " TEST_DATA "/results/rebind-v1.json " TEST_DATA     \
		  "/results/rebind-wrong.json " TEST_DATA "/results/[^r]*.json " TEST_DATA         \
		  "/results/rebind-sizes.json"

static int make_page(void **state)
{
	if (run_setup(state))
		return -1;
	run_expecting(0, "memmapsim report %s --format html -o page.html", RESULTS);
	return 0;
}

static void need_browser(void)
{
	if (run("command -v chromium").status != 0)
		skip_because("there is no chromium");
	if (run(CHROMIUM "--dump-dom about:blank").status != 0)
		skip_because("chromium doesn't start here");
}

/*
 * What the browser writes with these options. Once in a while it crashes or writes nothing, on a
 * busy machine: that says nothing of the page, so it is asked again.
 */
static struct result browse(const char *options)
{
	struct result shown;

	for (int i = 0; i < 3; i++) {
		shown = run(CHROMIUM "%s", options);
		if (shown.status == 0 && *shown.out)
			return shown;
	}
	fail_msg("chromium %s ends with status %d and writes %zu bytes:\n%s", options, shown.status,
	         strlen(shown.out), shown.err);
	return shown;
}

static size_t count(const char *text, const char *part)
{
	size_t nr = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		nr++;
	return nr;
}

/* All of the page's elements stay, in a way that a browser understands. */
static void browsers_show_it_without_complaint(void **state)
{
	size_t plots, tables;
	struct result shown;

	(void)state;
	need_browser();
	plots = (size_t)atoi(run("grep -c '<svg ' page.html").out);
	tables = (size_t)atoi(run("grep -c '<caption>' page.html").out);
	assert_true(plots > 30 && tables > 20);
	shown = browse("--dump-dom file://$PWD/page.html");
	assert_int_equal(count(shown.out, "<svg "), plots);
	assert_int_equal(count(shown.out, "<caption>"), tables);
	assert_int_equal(count(shown.out, "<title id="), plots);
	assert_contains(shown.out,
	                "100 GiB of devdax in 2 MiB compounds, map=dev (dax_pmem), v7.2");
	assert_contains(shown.out, "every struct page: after each first bind");
	assert_contains(shown.out, "template-movnti-pb");
	if (strstr(shown.err, "CONSOLE"))
		fail_msg("the browser says:\n%s", shown.err);
}

/* The page forbids browsers to load anything. They would say so if it tried, as this copy does. */
static void browsers_load_nothing_else(void **state)
{
	(void)state;
	need_browser();
	run_expecting(
		0,
		"sed 's|<footer>|<img src=\"http://localhost:9/x.png\">&|' page.html > bad.html");
	assert_contains(browse("--dump-dom file://$PWD/bad.html").err, "Content Security Policy");
}

/* Nothing but what scrolls by itself is wider than a small screen, in a frame, as windows are
 * wider. */
static void narrow_screens_need_no_scrolling(void **state)
{
	(void)state;
	need_browser();
	/* A copy that may run a script, which measures; it is there under a long name as well. */
	run_expecting(
		0,
		"name=$(printf 'a%%.0s' $(seq 120)).json && "
		"cp " TEST_DATA "/results/boot.json $name && "
		"memmapsim report " RESULTS " $name --format html -o long.html && "
		"sed '/Content-Security-Policy/d' long.html > narrow.html && echo '<script>"
		"document.title = \"fits: \" + (document.documentElement.scrollWidth <= "
		"innerWidth)</script>' >> narrow.html && "
		"echo '<iframe src=narrow.html width=375 height=800></iframe><script>const frame = "
		"document.querySelector(\"iframe\"); frame.onload = () => { "
		"document.title = frame.contentDocument.title }</script>' >frame.html");
	assert_contains(browse("--allow-file-access-from-files --dump-dom file://$PWD/frame.html "
	                       "| grep --only-matching '<title>fits: [a-z]*'")
	                        .out,
	                "fits: true");
}

/* Tables that are closed on the screen are there on paper. */
static void paper_has_all_tables(void **state)
{
	(void)state;
	need_browser();
	if (run("command -v pdftotext").status != 0)
		skip_because("there is no pdftotext");
	run_expecting(
		0,
		"memmapsim report %s/../../docs/results/fsdax-100g-v7.2-zen5.json -f html -o one.html",
		TEST_DATA);
	browse("--print-to-pdf=page.pdf file://$PWD/one.html && ls page.pdf");
	assert_contains(run_expecting(0, "pdftotext -layout page.pdf -").out, "0.521 - 0.544");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(browsers_show_it_without_complaint),
		cmocka_unit_test(browsers_load_nothing_else),
		cmocka_unit_test(narrow_screens_need_no_scrolling),
		cmocka_unit_test(paper_has_all_tables),
	};

	return cmocka_run_group_tests_name("report page", tests, make_page, run_teardown);
}
