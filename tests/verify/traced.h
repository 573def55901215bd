/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Functions for the store tracer that are instruction for instruction what is written here, in any
 * build: TRACED(name, "code") defines int name(void *context), which gets context in rdi, may use
 * what a called function may, and returns 0.
 */
#ifndef TESTS_VERIFY_TRACED_H
#define TESTS_VERIFY_TRACED_H

#define TRACED(name, code)                                                                         \
	extern int name(void *context);                                                            \
	__asm__(".pushsection .text\n"                                                             \
	        ".type " #name ", @function\n" #name ":\n\t" code "\n\t"                           \
	        "xor %eax, %eax\n\t"                                                               \
	        "ret\n"                                                                            \
	        ".size " #name ", . - " #name "\n"                                                 \
	        ".popsection\n")

#endif
