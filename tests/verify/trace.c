// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The store tracer on small functions, of which every access is known. */
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

/*
 * What functions get as context; the second part stands for pageblocks. Not in C, for the offsets
 * from instructions to it.
 */
extern struct memory {
	unsigned char array[4096];
	uint64_t publish[8];
} memory;
#define PUBLISH "4096"
__asm__(".pushsection .bss\n"
        ".balign 4096\n"
        "memory: .zero 8192\n"
        ".popsection\n");

static const struct mms_watch watch[] = {
	{(uintptr_t)memory.array, (uintptr_t)(memory.array + sizeof(memory.array)),
         MMS_WATCH_ARRAY},
	{(uintptr_t)memory.publish, (uintptr_t)(memory.publish + 8), MMS_WATCH_PUBLISH},
};

static struct mms_store_finding findings[16];
static unsigned int nr_findings;

static void note_finding(void *context, const struct mms_store_finding *finding)
{
	assert_ptr_equal(context, findings);
	if (nr_findings < 16)
		findings[nr_findings] = *finding;
	nr_findings++;
}

static struct mms_store_report trace(int (*run)(void *))
{
	const struct mms_trace trace_memory = {
		.watch = watch,
		.nr_watch = 2,
		.finding = note_finding,
		.finding_context = findings,
	};
	struct mms_store_report report;
	int err;

	nr_findings = 0;
	err = mms_trace_stores(run, &memory, &trace_memory, &report);
	if (err == -EPERM)
		skip_because("%s", mms_last_error());
	if (err)
		fail_msg("%s", mms_last_error());
	assert_int_equal(report.result, 0);
	assert_int_equal(report.findings, nr_findings);
	if (nr_findings)
		assert_memory_equal(&report.first, &findings[0], sizeof(findings[0]));
	return report;
}

static void assert_text(const struct mms_traced_code *code, const char *start)
{
	if (strncmp(code->text, start, strlen(start)) != 0)
		fail_msg("\"%s\" doesn't begin with \"%s\"", code->text, start);
}

TRACED(nothing, "");
TRACED(plain, "mov %rdi, (%rdi)\n\t"
              "movl $1, 8(%rdi)\n\t"
              "movaps %xmm0, 64(%rdi)\n\t"
              "mov 64(%rdi), %rax\n\t"
              "addq $1, 128(%rdi)\n\t"
              "push %rax\n\t"
              "pop %rax");
TRACED(across_lines, "mov %rax, 60(%rdi)\n\t"
                     "mov %rax, -4(%rdi)\n\t"
                     "mov %rax, 4092(%rdi)");

static void counts_accesses(void **state)
{
	struct mms_store_report report = trace(nothing);

	(void)state;
	assert_int_equal(report.instructions, 2);
	assert_int_equal(report.bytes_written + report.bytes_read + report.stores, 0);

	memset(&memory, 0x5a, sizeof(memory));
	report = trace(plain);
	assert_int_equal(report.instructions, 9);
	assert_int_equal(report.stores, 4);
	assert_int_equal(report.bytes_written, 8 + 4 + 16 + 8);
	assert_int_equal(report.bytes_nontemporal, 0);
	assert_int_equal(report.bytes_read, 8 + 8);
	assert_int_equal(report.lines_written, 3);
	assert_int_equal(report.lines_rewritten, 0);
	assert_int_equal(report.findings, 0);
	/* It was another process that wrote. */
	assert_int_equal(memory.array[0], 0x5a);

	report = trace(across_lines);
	assert_int_equal(report.stores, 3);
	assert_int_equal(report.bytes_written, 8 + 4 + 4);
	assert_int_equal(report.lines_written, 3);
}

/* All to the same line, in every way to say where that is. */
TRACED(forms_of_address, "mov %rdi, %r12\n\t"
                         "mov $-8, %r13\n\t"
                         "mov %eax, 64(%r12)\n\t"
                         "mov %eax, 128(%rdi,%r13,8)\n\t"
                         "mov %eax, 72(%rdi,%r13)\n\t"
                         "mov %eax, memory+64(%rip)\n\t"
                         "movl $1, memory+64(%rip)\n\t"
                         "mov %rdi, %rcx\n\t"
                         "sub %fs:0, %rcx\n\t"
                         "mov %eax, %fs:64(%rcx)");

static void understands_forms_of_address(void **state)
{
	struct mms_store_report report = trace(forms_of_address);

	(void)state;
	assert_int_equal(report.stores, 6);
	assert_int_equal(report.lines_written, 1);
}

TRACED(wraps_at_4g, "mov %rdi, %rcx\n\t"
                    "bts $40, %rcx\n\t"
                    "mov %eax, 60(%ecx)");

static void understands_32_bit_addresses(void **state)
{
	void *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	const struct mms_watch watch_low = {(uintptr_t)low, (uintptr_t)low + 64, MMS_WATCH_ARRAY};
	const struct mms_trace trace_low = {.watch = &watch_low, .nr_watch = 1};
	struct mms_store_report report;
	int err;

	(void)state;
	if (low == MAP_FAILED)
		skip_because("there is no memory below 2 GiB");
	err = mms_trace_stores(wraps_at_4g, low, &trace_low, &report);
	munmap(low, 4096);
	if (err == -EPERM)
		skip_because("%s", mms_last_error());
	assert_int_equal(err, 0);
	assert_int_equal(report.bytes_written, 4);
}

TRACED(lines_in_turns, "mov %rax, (%rdi)\n\t"
                       "mov %rax, 8(%rdi)\n\t"
                       "mov %rax, 64(%rdi)\n\t"
                       "mov %rax, 16(%rdi)\n\t"
                       "mov %rax, 128(%rdi)\n\t"
                       "mov %rax, 24(%rdi)");

static void counts_visits(void **state)
{
	struct mms_store_report report = trace(lines_in_turns);

	(void)state;
	assert_int_equal(report.lines_written, 3);
	assert_int_equal(report.lines_rewritten, 1);
}

TRACED(undrained, "mov %rax, (%rdi)\n\t"
                  "movnti %rax, 128(%rdi)\n\t"
                  "movnti %rax, 136(%rdi)\n\t"
                  "movnti %eax, 256(%rdi)");

static void finds_undrained_at_return(void **state)
{
	struct mms_store_report report = trace(undrained);

	(void)state;
	assert_int_equal(report.bytes_nontemporal, 20);
	assert_int_equal(report.bytes_written, 28);
	assert_int_equal(report.findings, 1);
	assert_int_equal(report.first.undrained, MMS_UNDRAINED_RETURN);
	assert_int_equal(report.first.line, memory.array + 128);
	assert_int_equal(report.first.pending, 2);
	assert_text(&report.first.store, "movnti [rdi+0x88], rax (");
	assert_string_equal(report.first.access.text, "");
	assert_int_equal(report.first.instruction, 6);
}

/* Whether this instruction between store and return drains. */
#define BETWEEN(name, code) TRACED(name, "movnti %rax, (%rdi)\n\t" code)
BETWEEN(with_sfence, "sfence\n\tsfence");
BETWEEN(with_mfence, "mfence");
BETWEEN(with_lock, "lock addl $0, -8(%rsp)");
BETWEEN(with_xchg, "xchg %rax, -8(%rsp)");
BETWEEN(with_cpuid, "mov %rbx, %r8\n\txor %eax, %eax\n\tcpuid\n\tmov %r8, %rbx");
BETWEEN(with_lfence, "lfence");
BETWEEN(with_xchg_registers, "xchg %rax, %rcx");
BETWEEN(with_cmpxchg, "cmpxchg %rax, -8(%rsp)");
BETWEEN(with_clflush, "clflush (%rdi)");
BETWEEN(with_prefetch, "prefetcht0 (%rdi)");
BETWEEN(with_getpid, "mov $39, %eax\n\tsyscall");
BETWEEN(with_rep_stos, "add $64, %rdi\n\tmov $64, %ecx\n\trep stosb");

static void knows_what_drains(void **state)
{
	static const struct {
		int (*run)(void *);
		bool drains;
	} cases[] = {
		{with_sfence, true},    {with_mfence, true},          {with_lock, true},
		{with_xchg, true},      {with_cpuid, true},           {with_lfence, false},
		{with_cmpxchg, false},  {with_xchg_registers, false}, {with_clflush, false},
		{with_prefetch, false}, {with_getpid, false},         {with_rep_stos, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mms_store_report report = trace(cases[i].run);

		if (report.drains != cases[i].drains || report.findings == cases[i].drains)
			fail_msg("case %zu: %u drains, %u findings", i, (unsigned int)report.drains,
			         (unsigned int)report.findings);
		assert_int_equal(report.bytes_nontemporal, 8);
		assert_int_equal(report.bytes_read, 0);
	}
}

#define PENDING(name, code) TRACED(name, "movnti %rax, 64(%rdi)\n\t" code "\n\tsfence")
PENDING(reads_it, "mov 120(%rdi), %rax");
PENDING(reads_next, "mov 128(%rdi), %rax\n\tmov 56(%rdi), %rax");
PENDING(writes_it, "movb $0, 127(%rdi)");
PENDING(writes_into_it, "mov %rax, 60(%rdi)");
PENDING(modifies_it, "btsq $5, 64(%rdi)");
PENDING(locks_it, "lock btsq $5, 64(%rdi)");
PENDING(streams_it, "movnti %rax, 72(%rdi)\n\tmovnti %rax, 64(%rdi)");
PENDING(copies_it, "lea 96(%rdi), %rsi\n\tadd $512, %rdi\n\tmov $1, %ecx\n\trep movsq");

static void finds_access_to_pending_line(void **state)
{
	static const struct {
		int (*run)(void *);
		unsigned int findings;
		enum mms_undrained undrained;
		unsigned int accessed;
		const char *text;
	} cases[] = {
		{reads_it, 1, MMS_UNDRAINED_READ, 120, "mov rax, [rdi+0x78]"},
		{writes_it, 1, MMS_UNDRAINED_WRITE, 127, "mov byte ptr [rdi+0x7F]"},
		{writes_into_it, 1, MMS_UNDRAINED_WRITE, 64, "mov [rdi+0x3C], rax"},
		{modifies_it, 1, MMS_UNDRAINED_WRITE, 64, "bts qword ptr [rdi+0x40]"},
		{copies_it, 1, MMS_UNDRAINED_READ, 96, "rep movsq"},
		{reads_next, 0, 0, 0, NULL},
		{locks_it, 0, 0, 0, NULL},
		{streams_it, 0, 0, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mms_store_report report = trace(cases[i].run);

		assert_int_equal(report.findings, cases[i].findings);
		if (!report.findings)
			continue;
		assert_int_equal(report.first.undrained, cases[i].undrained);
		assert_int_equal(report.first.line, memory.array + 64);
		assert_int_equal(report.first.pending, 1);
		assert_int_equal(report.first.accessed, memory.array + cases[i].accessed);
		assert_text(&report.first.access, cases[i].text);
		assert_text(&report.first.store, "movnti [rdi+0x40], rax (");
	}
}

TRACED(reads_and_returns, "movnti %rax, (%rdi)\n\t"
                          "mov (%rdi), %rax\n\t"
                          "mov (%rdi), %rax\n\t"
                          "sfence\n\t"
                          "mov (%rdi), %rax\n\t"
                          "movnti %rax, (%rdi)");

static void tells_all_findings_in_order(void **state)
{
	(void)state;
	trace(reads_and_returns);
	assert_int_equal(nr_findings, 3);
	assert_int_equal(findings[0].undrained, MMS_UNDRAINED_READ);
	assert_int_equal(findings[0].instruction, 1);
	assert_int_equal(findings[1].instruction, 2);
	assert_int_equal(findings[2].undrained, MMS_UNDRAINED_RETURN);
}

PENDING(reads_published, "mov " PUBLISH "(%rdi), %rax");
PENDING(locks_published, "lock btsq $1, " PUBLISH "(%rdi)");
PENDING(sets_far_bit, "lea " PUBLISH "+8(%rdi), %rdx\n\tmov $-1, %rax\n\tbts %rax, (%rdx)");
PENDING(sets_far_bit_32, "lea " PUBLISH "-64(%rdi), %rdx\n\tmov $512, %eax\n\tbtsl %eax, (%rdx)");
PENDING(sets_farther_bit, "lea " PUBLISH "+8(%rdi), %rdx\n\tmov $512, %eax\n\tbts %rax, (%rdx)");
PENDING(drains_and_publishes, "sfence\n\tlock btsq $1, " PUBLISH "(%rdi)");

static void finds_publishing_while_pending(void **state)
{
	static const struct {
		int (*run)(void *);
		unsigned int findings, accessed;
	} cases[] = {
		{reads_published, 1, 4096}, {locks_published, 1, 4096},   {sets_far_bit, 1, 4096},
		{sets_far_bit_32, 1, 4096}, {drains_and_publishes, 0, 0}, {sets_farther_bit, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mms_store_report report = trace(cases[i].run);

		assert_int_equal(report.findings, cases[i].findings);
		assert_int_equal(report.bytes_written, 8);
		if (!report.findings)
			continue;
		assert_int_equal(report.first.undrained, MMS_UNDRAINED_PUBLISH);
		assert_int_equal(report.first.line, memory.array + 64);
		assert_int_equal(report.first.accessed, memory.array + cases[i].accessed);
	}
}

/* The lines that a string instruction writes: bytes written, read, and lines. */
TRACED(rep_stosb, "mov $1000, %ecx\n\trep stosb");
TRACED(rep_stosq, "mov $8, %ecx\n\trep stosq");
TRACED(rep_stosb_none, "xor %ecx, %ecx\n\trep stosb");
TRACED(rep_movsb, "mov $65, %ecx\n\tlea 2048(%rdi), %rsi\n\trep movsb");
TRACED(rep_movsq_down,
       "mov $16, %ecx\n\tlea 2048(%rdi), %rsi\n\tadd $120, %rdi\n\tstd\n\trep movsq\n\tcld");
TRACED(repe_cmpsb, "mov $100, %ecx\n\tlea 2048(%rdi), %rsi\n\trepe cmpsb");
TRACED(stosq, "stosq\n\tstosq");

static void counts_repeated_instructions_at_once(void **state)
{
	static const struct {
		int (*run)(void *);
		unsigned int instructions, stores, written, read, lines;
	} cases[] = {
		{rep_stosb, 4, 1, 1000, 0, 16},
		{rep_stosq, 4, 1, 64, 0, 1},
		{rep_stosb_none, 4, 0, 0, 0, 0},
		{rep_movsb, 5, 1, 65, 65, 2},
		{rep_movsq_down, 8, 1, 128, 128, 2},
		{repe_cmpsb, 5, 0, 0, 2 * 11, 0},
		{stosq, 4, 2, 16, 0, 1},
	};

	(void)state;
	memset(&memory, 0, sizeof(memory));
	memory.array[10] = 1; /* where cmpsb ends */
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mms_store_report report = trace(cases[i].run);

		assert_int_equal(report.instructions, cases[i].instructions);
		assert_int_equal(report.stores, cases[i].stores);
		assert_int_equal(report.bytes_written, cases[i].written);
		assert_int_equal(report.bytes_read, cases[i].read);
		assert_int_equal(report.lines_written, cases[i].lines);
		assert_int_equal(report.bytes_nontemporal + report.findings, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_accesses),
		cmocka_unit_test(understands_forms_of_address),
		cmocka_unit_test(understands_32_bit_addresses),
		cmocka_unit_test(counts_visits),
		cmocka_unit_test(finds_undrained_at_return),
		cmocka_unit_test(knows_what_drains),
		cmocka_unit_test(finds_access_to_pending_line),
		cmocka_unit_test(tells_all_findings_in_order),
		cmocka_unit_test(finds_publishing_while_pending),
		cmocka_unit_test(counts_repeated_instructions_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
