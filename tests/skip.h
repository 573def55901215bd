/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Skipping a cmocka test that this machine can't run. The reason goes where ./check finds it, so
 * that nothing is skipped silently.
 */
#ifndef TESTS_SKIP_H
#define TESTS_SKIP_H

/* skip_because("no free %s hugepages", "1 GiB"): a clause, without a full stop. */
#define skip_because(...)                                                                          \
	do {                                                                                       \
		print_message("# reason: " __VA_ARGS__);                                           \
		print_message("\n");                                                               \
		skip();                                                                            \
	} while (0)

#endif
