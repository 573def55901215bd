// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * How far a child may run until it has to be stopped: stopping costs ten thousand times what an
 * instruction does. What instructions access depends on registers, so it is known in advance for as
 * long as those that addresses are made of stay as they are; and where they lead, up to the next
 * branch.
 */
#include "verify/trace.h"

void mms_trace_locate(const struct mms_trace_instruction *instruction,
                      const struct user_regs_struct *regs, struct mms_touched *touched)
{
	for (unsigned int i = 0; i < instruction->nr_accesses; i++)
		touched[i] = (struct mms_touched){
			.start = mms_trace_address(&instruction->accesses[i], regs),
			.size = instruction->accesses[i].size,
		};
}

/* Whether an address is made of any of @registers. */
static bool depends_on(const struct mms_trace_instruction *instruction, uint32_t registers)
{
	for (unsigned int i = 0; i < instruction->nr_accesses; i++) {
		const struct mms_trace_access *access = &instruction->accesses[i];
		const uint8_t parts[] = {access->base, access->index, access->bit};

		for (unsigned int part = 0; part < sizeof(parts); part++)
			if (parts[part] != MMS_NO_REGISTER && registers >> parts[part] & 1)
				return true;
	}
	return false;
}

void mms_trace_gather(struct mms_trace_code *code, pid_t child, const struct user_regs_struct *regs,
                      struct mms_trace_run *run)
{
	struct user_regs_struct here = *regs;
	uint32_t index, changed = 0;

	run->nr = 0;
	run->end = regs->rip;
	while (mms_trace_decode(code, child, run->end, &index) == 0) {
		const struct mms_trace_instruction *instruction = &code->instructions[index];
		bool calls = instruction->flow == MMS_FLOW_CALL;

		if (run->nr == MMS_LONGEST_RUN || depends_on(instruction, changed) ||
		    (instruction->flow != MMS_FLOW_ON && !calls))
			return;
		/* A stop at what is called must not come before. */
		if (calls && instruction->target >= regs->rip && instruction->target <= run->end)
			return;
		here.rip = run->end;
		run->steps[run->nr].index = index;
		mms_trace_locate(instruction, &here, run->steps[run->nr++].touched);
		changed |= instruction->changes;
		run->end = calls ? instruction->target : run->end + instruction->length;
		if (calls)
			return;
	}
	/* There is no code where the last one would lead. */
	if (run->nr)
		run->end = code->instructions[run->steps[--run->nr].index].code.address;
}

/* The conditions of Jcc, in the order of their opcodes; each odd one is the opposite of that before
 * it. */
static bool holds(uint8_t condition, uint64_t eflags)
{
	const bool carry = eflags & 1, parity = eflags >> 2 & 1, zero = eflags >> 6 & 1;
	const bool sign = eflags >> 7 & 1, overflow = eflags >> 11 & 1;
	const bool is[] = {
		overflow,
		carry,
		zero,
		carry || zero,
		sign,
		parity,
		sign != overflow,
		zero || sign != overflow,
	};

	return is[condition >> 1] != (condition & 1);
}

bool mms_trace_follow(const struct mms_trace_instruction *instruction, uint64_t eflags,
                      uintptr_t *next)
{
	if (instruction->flow == MMS_FLOW_JUMP ||
	    (instruction->flow == MMS_FLOW_BRANCH && holds(instruction->condition, eflags)))
		*next = instruction->target;
	else if (instruction->flow == MMS_FLOW_BRANCH)
		*next = instruction->code.address + instruction->length;
	else
		return false;
	return true;
}
