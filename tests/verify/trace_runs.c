// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The store tracer lets a child run for as long as it knows what will be accessed. Functions here
 * make that hard, and are also called as they are: what then lies in memory is what must have been
 * reported.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include <memmapsim/verify.h>

#include "skip.h"
#include "verify/traced.h"

#define SIZE 16384
static _Alignas(64) unsigned char array[SIZE];

static const struct mms_watch watch = {(uintptr_t)array, (uintptr_t)(array + SIZE),
                                       MMS_WATCH_ARRAY};

static struct mms_store_report trace(int (*run)(void *))
{
	const struct mms_trace trace_array = {.watch = &watch, .nr_watch = 1};
	struct mms_store_report report;
	int err = mms_trace_stores(run, array, &trace_array, &report);

	if (err == -EPERM)
		skip_because("%s", mms_last_error());
	if (err)
		fail_msg("%s", mms_last_error());
	assert_int_equal(report.result, 0);
	return report;
}

/* Each store is of one byte that isn't 0, to a place of its own. */
static void assert_seen_as_done(const char *name, int (*run)(void *))
{
	struct mms_store_report report;
	uint64_t bytes = 0, lines = 0;

	memset(array, 0, SIZE);
	report = trace(run);
	run(array);
	for (size_t line = 0; line < SIZE; line += 64) {
		uint64_t before = bytes;

		for (size_t i = line; i < line + 64; i++)
			bytes += array[i] != 0;
		lines += bytes != before;
	}
	if (!bytes || report.stores != bytes || report.bytes_written != bytes ||
	    report.lines_written != lines)
		fail_msg("%s: %u bytes of %u lines are reported, %u of %u written", name,
		         (unsigned int)report.bytes_written, (unsigned int)report.lines_written,
		         (unsigned int)bytes, (unsigned int)lines);
}

/*
 * A register that addresses are made of, changed in all ways right before it is used; and a jump
 * before that, so that nothing else has ended the run there.
 */
#define CHANGE(code)        "jmp 9f\n\t9: " code "\n\t"
#define STORE(place)        "movb $1, " place "\n\t"
#define USE(register, more) STORE(more "(%" #register ")")

TRACED(moves, "mov %rdi, %rax\n\t" USE(rax, ) /* clang-format off */
	CHANGE("add $64, %rax") USE(rax, )
	CHANGE("lea 64(%rax), %rcx") USE(rcx, )
	CHANGE("xchg %rax, %rcx") USE(rcx, "1") USE(rax, "1")
	"movq $64, -8(%rsp)\n\t"
	CHANGE("add -8(%rsp), %rax") USE(rax, )
	CHANGE("inc %rax") USE(rax, )
	CHANGE("add %rdi, -8(%rsp)") CHANGE("mov -8(%rsp), %r8") USE(r8, "300")
	CHANGE("push %rdi") CHANGE("pop %r9") USE(r9, "400")
	CHANGE("movd %rax, %xmm1") CHANGE("movd %xmm1, %rdx") USE(rdx, "500"));
TRACED(parts, "mov %rdi, %rax\n\txor %ecx, %ecx\n\t"
	CHANGE("mov $3, %cl") STORE("(%rax,%rcx)")
	CHANGE("mov $2, %ch") STORE("(%rax,%rcx)")
	CHANGE("mov $5, %cx") STORE("1024(%rax,%rcx)")
	CHANGE("bts $9, %ecx") STORE("(%rax,%rcx,2)")
	CHANGE("mov $0x80, %cl") STORE("2048(%rax,%rcx)")
	CHANGE("setc %cl") STORE("4096(%rax,%rcx)"));
TRACED(implied, "mov %rdi, %r8\n\tmov $7, %eax\n\tmov $999, %ecx\n\t"
	CHANGE("mul %rcx") STORE("(%r8,%rax)")
	CHANGE("cqto") STORE("1(%r8,%rdx)")
	"mov $100, %ecx\n\tmov $9999, %eax\n\txor %edx, %edx\n\t"
	CHANGE("div %rcx") STORE("200(%r8,%rdx)")
	"mov $-1, %eax\n\t"
	CHANGE("cltq") STORE("400(%r8,%rax)")
	"mov %rbx, %r10\n\txor %eax, %eax\n\t"
	CHANGE("cpuid") "and $63, %eax\n\tmov %r10, %rbx\n\t" STORE("500(%r8,%rax)")
	"mov %rbp, %r11\n\tmov %rsp, %rbp\n\tpush %rdi\n\tmov %rsp, %rbp\n\t"
	CHANGE("leave") USE(rbp, "700") "mov %r11, %rbp");
TRACED(conditional, "lea 128(%rdi), %rcx\n\tmov %rdi, %rax\n\tcmp %rdi, %rax\n\t" USE(rax, "3")
	CHANGE("cmove %rcx, %rax") USE(rax, )
	CHANGE("cmovne %rdi, %rax") USE(rax, "1")
	"mov %rdi, -8(%rsp)\n\tlea 300(%rdi), %r8\n\t"
	CHANGE("cmpxchg %r8, -8(%rsp)") USE(rax, "2")
	"mov $1000, %edx\n\t"
	CHANGE("xadd %rdx, -8(%rsp)") STORE("64(%rdx)")
	CHANGE("bsf %rdi, %rdx") STORE("700(%rdi,%rdx)"));
TRACED(strings, "mov %rdi, %rdx\n\tmov $1, %eax\n\tcld\n\t"
	CHANGE("stosb") USE(rdi, "63")
	CHANGE("stosb") USE(rdi, "64")
	"mov %rdx, %rsi\n\tadd $600, %rdi\n\t"
	CHANGE("movsb") USE(rdi, "63") USE(rsi, "255")
	CHANGE("lodsb") USE(rsi, "1086"));
TRACED(on_the_stack, "mov %rsp, %r9\n\tlea 8192(%rdi), %rsp\n\t" USE(rsp, "-1")
	CHANGE("sub $64, %rsp") USE(rsp, "-1")
	CHANGE("lea -100(%rsp), %rsp") USE(rsp, )
	"mov %r9, %rsp"); /* clang-format on */

static void addresses_are_known_when_they_matter(void **state)
{
	(void)state;
	assert_seen_as_done("moves", moves);
	assert_seen_as_done("parts", parts);
	assert_seen_as_done("implied", implied);
	assert_seen_as_done("conditional", conditional);
	assert_seen_as_done("strings", strings);
	assert_seen_as_done("on the stack", on_the_stack);
}

/* Calls, also of what called; far jumps; loops of one instruction; more than a run may have. */
TRACED(calls, "mov $10, %ecx\n\tcall 1f\n\tmovb $1, 4000(%rdi)\n\tjmp 3f\n\t"
              "1: movb $1, (%rdi,%rcx)\n\tdec %rcx\n\tjz 2f\n\tcall 1b\n\t"
              "2: ret\n\t"
              "3:");
TRACED(calls_by_register, "lea 1f(%rip), %rax\n\tcall *%rax\n\tmovb $1, (%rdi)\n\t"
                          "lea 2f(%rip), %rax\n\tjmp *%rax\n\t"
                          "1: movb $1, 1(%rdi)\n\tret $0\n\t"
                          "2: movb $1, 2(%rdi)");
TRACED(counts_down, "mov $200, %ecx\n\t"
                    "1: movb $1, (%rdi,%rcx)\n\tloop 1b\n\t"
                    "mov $1, %ecx\n\tjrcxz 2f\n\tmovb $1, 300(%rdi)\n\t"
                    "2: mov $100, %eax\n\t"
                    "3: dec %eax\n\tjnz 3b\n\t"
                    "movb $1, 400(%rdi)");
TRACED(is_long, ".set at, 0\n\t"
                ".rept 300\n\tmovb $1, at(%rdi)\n\t.set at, at + 3\n\t.endr");
TRACED(jumps, "jmp 2f\n\t"
              "1: movb $1, 1(%rdi)\n\tjmp 3f\n\t"
              ".skip 300, 0xcc\n\t"
              "2: movb $1, 2(%rdi)\n\tjmp 1b\n\t"
              "3:");

static void jumps_lead_where_they_lead(void **state)
{
	(void)state;
	assert_seen_as_done("calls", calls);
	assert_seen_as_done("calls by register", calls_by_register);
	assert_seen_as_done("counts down", counts_down);
	assert_seen_as_done("is long", is_long);
	assert_seen_as_done("jumps", jumps);
}

/* With the flags that are in the first word, store if the branch is not taken. */
#define BRANCH(name)                                                                               \
	TRACED(if_##name, "pushq (%rdi)\n\tpopfq\n\tj" #name " 1f\n\tmovb $1, 64(%rdi)\n\t1:");    \
	TRACED(far_if_##name, "pushq (%rdi)\n\tpopfq\n\tj" #name                                   \
	                      " 1f\n\tmovb $1, 64(%rdi)\n\t.skip 200, 0x90\n\t1:")
BRANCH(o);
BRANCH(no);
BRANCH(b);
BRANCH(ae);
BRANCH(e);
BRANCH(ne);
BRANCH(be);
BRANCH(a);
BRANCH(s);
BRANCH(ns);
BRANCH(p);
BRANCH(np);
BRANCH(l);
BRANCH(ge);
BRANCH(le);
BRANCH(g);

static void branches_go_by_the_flags(void **state)
{
	static int (*const branches[])(void *) = {
		if_o,     if_no,     if_b,     if_ae,     if_e,     if_ne,     if_be,     if_a,
		if_s,     if_ns,     if_p,     if_np,     if_l,     if_ge,     if_le,     if_g,
		far_if_o, far_if_no, far_if_b, far_if_ae, far_if_e, far_if_ne, far_if_be, far_if_a,
		far_if_s, far_if_ns, far_if_p, far_if_np, far_if_l, far_if_ge, far_if_le, far_if_g,
	};

	(void)state;
	/* Carry, parity, zero, sign and overflow. */
	for (unsigned int flags = 0; flags < 32; flags++) {
		const uint64_t word = 1 << 1 | (flags & 1) | (flags >> 1 & 1) << 2 |
		                      (flags >> 2 & 1) << 6 | (flags >> 3 & 1) << 7 |
		                      (flags >> 4 & 1) << 11;

		for (size_t i = 0; i < sizeof(branches) / sizeof(*branches); i++) {
			struct mms_store_report report;

			memset(array, 0, SIZE);
			memcpy(array, &word, sizeof(word));
			report = trace(branches[i]);
			branches[i](array);
			if (report.stores != array[64])
				fail_msg("branch %zu with flags 0x%x", i, (unsigned int)word);
		}
	}
}

/* All that was executed before a crash was executed once. */
TRACED(crashes, "movb $1, (%rdi)\n\txor %eax, %eax\n\tmovb $1, (%rax)\n\tmovb $1, 1(%rdi)");
TRACED(traps, "movb $1, (%rdi)\n\tint3\n\tmovb $1, 1(%rdi)");

static void assert_crashes(int (*run)(void *), const char *signal)
{
	const struct mms_trace trace_array = {.watch = &watch, .nr_watch = 1};
	struct mms_store_report report;
	int err = mms_trace_stores(run, array, &trace_array, &report);

	if (err == -EPERM)
		skip_because("%s", mms_last_error());
	assert_int_equal(err, -EFAULT);
	if (!strstr(mms_last_error(), "the traced function crashed at 0x") ||
	    !strstr(mms_last_error(), signal))
		fail_msg("%s", mms_last_error());
}

static void crashes_on_the_way_are_told(void **state)
{
	(void)state;
	assert_crashes(crashes, "Segmentation fault");
	assert_int_equal(trace(traps).stores, 2);
}

/* Behind the last instruction there is no code, and no place to stop at. */
static void code_may_end_with_a_page(void **state)
{
	static const unsigned char end[] = {0xc6, 0x07, 0x01, 0x0f,
	                                    0x0b}; /* movb $1, (%rdi); ud2 */
	unsigned char *code =
		mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *first = code + 4096 - sizeof(end);
	int (*run)(void *);

	(void)state;
	assert_ptr_not_equal(code, MAP_FAILED);
	memcpy(first, end, sizeof(end));
	assert_int_equal(munmap(code + 4096, 4096), 0);
	if (mprotect(code, 4096, PROT_READ | PROT_EXEC))
		skip_because("memory can't be made code here");
	memcpy(&run, &first, sizeof(run));
	assert_crashes(run, "Illegal instruction");
	munmap(code, 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_known_when_they_matter),
		cmocka_unit_test(jumps_lead_where_they_lead),
		cmocka_unit_test(branches_go_by_the_flags),
		cmocka_unit_test(crashes_on_the_way_are_told),
		cmocka_unit_test(code_may_end_with_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
