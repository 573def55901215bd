// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Instructions that were met, decoded once each. */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "verify/trace.h"

static uint32_t *find_slot(const struct mms_trace_code *code, uintptr_t address)
{
	uint32_t nr_slots = 2 * code->capacity; /* a power of two, at most half of it in use */
	uint32_t slot = (uint32_t)(address * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (nr_slots - 1);

	while (code->slots[slot] &&
	       code->instructions[code->slots[slot] - 1].code.address != address)
		slot = (slot + 1) & (nr_slots - 1);
	return &code->slots[slot];
}

static int grow(struct mms_trace_code *code)
{
	uint32_t capacity = code->capacity ? 2 * code->capacity : 256;
	struct mms_trace_instruction *instructions =
		realloc(code->instructions, capacity * sizeof(*instructions));
	uint32_t *slots;

	if (!instructions)
		return mms_fail(ENOMEM, "out of memory for decoded instructions");
	code->instructions = instructions;
	slots = calloc(2 * capacity, sizeof(*slots));
	if (!slots)
		return mms_fail(ENOMEM, "out of memory for decoded instructions");
	free(code->slots);
	code->slots = slots;
	code->capacity = capacity;
	for (uint32_t i = 0; i < code->nr; i++)
		*find_slot(code, instructions[i].code.address) = i + 1;
	return 0;
}

int mms_trace_decode(struct mms_trace_code *code, pid_t child, uintptr_t address, uint32_t *index)
{
	uint32_t *slot;
	int err = code->nr == code->capacity ? grow(code) : 0;

	if (err)
		return err;
	slot = find_slot(code, address);
	if (!*slot) {
		err = mms_trace_disassemble(child, address, &code->instructions[code->nr]);
		if (err)
			return err;
		*slot = ++code->nr;
	}
	*index = *slot - 1;
	return 0;
}

void mms_trace_code_finish(struct mms_trace_code *code)
{
	free(code->instructions);
	free(code->slots);
}
