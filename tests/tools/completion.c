// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What bash offers when a person presses tab. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run.h"

/* Words as bash splits them; "$MEMMAPSIM" is the command. */
static const char *offered(const char *words)
{
	struct result result =
		run_expecting(0, "bash '%s' '%s' \"$MEMMAPSIM\" %s", COMPLETE, COMPLETION, words);

	assert_string_equal(result.err, "");
	return result.out;
}

static void assert_offered(const char *words, const char *lines)
{
	assert_string_equal(offered(words), lines);
}

static void subcommands_and_experiments(void **state)
{
	(void)state;
	assert_contains(offered("''"), "list\nbench\nverify\n");
	assert_offered("re", "report\n");
	assert_contains(offered("bench ''"), "rebind\nbackground\n");
	assert_offered("bench backg", "background\n");
	assert_offered("nothing-like-this --x", "");
}

static void options(void **state)
{
	(void)state;
	assert_offered("bench rebind --k", "--kernel=\n");
	assert_offered("report --cs", "--csv\n");
	assert_contains(offered("verify -"), "-i\n--initializer=\n");
	assert_offered("bench --k", "");
}

static void names(void **state)
{
	(void)state;
	assert_offered("bench rebind --kernel v6.1", "v6.1\nv6.12\nv6.16\nv6.18\n");
	assert_offered("bench rebind --kernel = v7", "v7.1\nv7.2\n");
	assert_contains(offered("verify --preset ="), "fsdax-1g\n");
	assert_offered("bench rebind -i template-movnti-", "template-movnti-pb\n");
	assert_offered("dump --initializer = nai", "naive\n");
	assert_offered("report -f h", "html\n");
	assert_offered("bench boot --boots a", "auto\n");
	assert_offered("list ke", "kernels\n");
}

static void names_behind_commas(void **state)
{
	(void)state;
	assert_offered("bench rebind -i naive,stream-m", "naive,stream-movnti\n");
	assert_offered("bench background --policy item,he", "item,help\n");
}

static void files(void **state)
{
	(void)state;
	run_expecting(0, "touch result.json other.txt");
	assert_offered("report res", "result.json\n");
	assert_offered("bench rebind --json = oth", "other.txt\n");
	assert_offered("bench rebind --backing fi", "file:\n");
	assert_offered("bench rebind --backing file : oth", "other.txt\n");
	assert_offered("bench rebind --size 1", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subcommands_and_experiments),
		cmocka_unit_test(options),
		cmocka_unit_test(names),
		cmocka_unit_test(names_behind_commas),
		cmocka_unit_test(files),
	};

	return cmocka_run_group_tests_name("completion", tests, run_setup, run_teardown);
}
