/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The store tracer in parts: what an instruction accesses (trace_code.c, trace_decode.c,
 * trace_mask.c), how many may be executed before their accesses have to be looked at (trace_run.c),
 * what those mean for the lines that are watched (trace_lines.c), and the child that executes them
 * (trace.c).
 */
#ifndef LIB_VERIFY_TRACE_H
#define LIB_VERIFY_TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include <memmapsim/verify.h>

/* Where it is said which elements of a vector are accessed. */
enum mms_mask_kind {
	MMS_MASK_NONE,
	MMS_MASK_VECTOR,         /* sign bits of a vector register's elements */
	MMS_MASK_OPMASK,         /* bits of k1 to k7 */
	MMS_MASK_OPMASK_COUNTED, /* as many elements as bits, without gaps */
};

/* A memory operand. Registers are indices of 64-bit words in struct user_regs_struct. */
#define MMS_NO_REGISTER UINT8_MAX
struct mms_trace_access {
	uint32_t size; /* bytes; each time, if the instruction repeats */
	bool reads, writes, nontemporal;
	bool address_32;       /* addresses wrap at 4 GiB */
	uint8_t base, index;   /* registers, or MMS_NO_REGISTER */
	uint8_t scale;         /* of index */
	uint8_t segment;       /* register with a base address to add, or MMS_NO_REGISTER */
	uint8_t bit, bit_size; /* register with a bit number to add, as BTS has it, and its bytes */
	uint8_t align;         /* bytes that the address is rounded down to */
	uint8_t mask;          /* enum mms_mask_kind */
	uint8_t mask_register; /* number of the vector or opmask register */
	uint8_t element_size;  /* bytes, if there is a mask */
	uint64_t displacement;
};

/* Where an instruction leads. */
enum mms_trace_flow {
	MMS_FLOW_ON,     /* behind it */
	MMS_FLOW_CALL,   /* to a function at @target */
	MMS_FLOW_JUMP,   /* to @target */
	MMS_FLOW_BRANCH, /* there if the flags say so, else behind it */
	MMS_FLOW_ALONE,  /* nobody knows before; or it is executed by itself for another reason */
};

struct mms_trace_instruction {
	struct mms_traced_code code;
	uint8_t length;
	uint8_t flow;      /* enum mms_trace_flow */
	uint8_t condition; /* of a branch, as its opcode has it */
	uintptr_t target;
	uint32_t changes; /* registers, a bit each by their index */
	bool drains;
	bool repeats;       /* a string instruction with a REP prefix */
	const char *beyond; /* why it can't be followed, or NULL */
	uint8_t nr_accesses;
	struct mms_trace_access accesses[2];
};

/* Instructions that were met, decoded once each. */
struct mms_trace_code {
	struct mms_trace_instruction *instructions;
	uint32_t nr, capacity;
	uint32_t *slots; /* hash table of indices + 1, twice the capacity */
};

void mms_trace_code_finish(struct mms_trace_code *code);

/* Index in code->instructions of what the stopped child executes at @address. */
int mms_trace_decode(struct mms_trace_code *code, pid_t child, uintptr_t address, uint32_t *index);

/* Decode it for the first time. */
int mms_trace_disassemble(pid_t child, uintptr_t address,
                          struct mms_trace_instruction *instruction);

/* Where an access begins, before its instruction is executed. */
uintptr_t mms_trace_address(const struct mms_trace_access *access,
                            const struct user_regs_struct *regs);

/* Which of the (at most 64) bytes of a masked access the stopped child will access, bit by byte. */
int mms_trace_mask(pid_t child, const struct mms_trace_access *access, uint64_t *bytes);

/* What one operand of one executed instruction accesses. */
struct mms_touched {
	uintptr_t start;
	uint64_t size;
	uint64_t bytes; /* which of them, if the access has a mask */
};

/* Where operands are, before the instruction is executed; but not which bytes, of those masked. */
void mms_trace_locate(const struct mms_trace_instruction *instruction,
                      const struct user_regs_struct *regs, struct mms_touched *touched);

/* Instructions that follow each other, and what they access, which is known before the first. */
#define MMS_LONGEST_RUN 64
struct mms_trace_run {
	unsigned int nr; /* 0: the next instruction has to be executed by itself */
	struct {
		uint32_t index; /* in code->instructions */
		struct mms_touched touched[2];
	} steps[MMS_LONGEST_RUN];
	uintptr_t end; /* where they lead, and none of them is */
};

/* The longest run from where the child stopped. */
void mms_trace_gather(struct mms_trace_code *code, pid_t child, const struct user_regs_struct *regs,
                      struct mms_trace_run *run);

/*
 * Where a jump or branch leads with these flags, which needn't be executed to know it.
 * @return false: it is something else
 */
bool mms_trace_follow(const struct mms_trace_instruction *instruction, uint64_t eflags,
                      uintptr_t *next);

struct mms_trace_line;
struct mms_trace_region {
	uintptr_t start, end;
	struct mms_trace_line *lines; /* NULL: MMS_WATCH_PUBLISH */
};

/* The state of all lines that are watched. */
struct mms_trace_lines {
	const struct mms_trace *trace;
	const struct mms_trace_code *code;
	struct mms_trace_region *regions; /* as many as trace->watch */
	uint64_t epoch;                   /* drains so far, and 1 */
	uint64_t pending;                 /* lines with undrained stores */
	uintptr_t oldest_address;         /* the first of them to get one */
	const struct mms_trace_line *oldest;
	const struct mms_trace_line *written; /* last */
	struct mms_store_report report;
};

int mms_trace_lines_init(struct mms_trace_lines *lines, const struct mms_trace *trace,
                         const struct mms_trace_code *code);
void mms_trace_lines_finish(struct mms_trace_lines *lines);

/* Whether any of these addresses is watched. */
bool mms_trace_lines_watch(const struct mms_trace_lines *lines, uintptr_t start, uint64_t size);

/* Instruction @index was executed, and its operands touched this. */
void mms_trace_lines_execute(struct mms_trace_lines *lines, uint32_t index,
                             const struct mms_touched *touched);

/* The traced function returned. */
void mms_trace_lines_return(struct mms_trace_lines *lines, int result);

#endif
