// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Addresses and masks of accesses, from the registers of a stopped child. */
#include <cpuid.h>
#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "error.h"
#include "verify/trace.h"

static uint64_t value_of(const struct user_regs_struct *regs, uint8_t index)
{
	return index == MMS_NO_REGISTER ? 0 : ((const unsigned long long *)regs)[index];
}

/* How far a bit number in a register leads from the operand: it is signed, and of any size. */
static uint64_t bit_displacement(const struct mms_trace_access *access, uint64_t bit)
{
	unsigned int unused = 64 - 8 * access->bit_size;
	int64_t number = (int64_t)(bit << unused) >> unused;
	int64_t bits = 8 * (int64_t)access->size;

	return (uint64_t)((number - (number % bits + bits) % bits) / 8);
}

uintptr_t mms_trace_address(const struct mms_trace_access *access,
                            const struct user_regs_struct *regs)
{
	uint64_t address = access->displacement + value_of(regs, access->base) +
	                   value_of(regs, access->index) * access->scale;

	if (access->bit != MMS_NO_REGISTER)
		address += bit_displacement(access, value_of(regs, access->bit));
	if (access->address_32)
		address = (uint32_t)address;
	address += value_of(regs, access->segment);
	return address & -(uint64_t)access->align;
}

/* The XSAVE area, where XMM registers have been since SSE; the others' places vary by CPU. */
enum { XMM_OFFSET = 160, XMM_SIZE = 16, YMM_HIGH = 2, OPMASK = 5 };
struct xstate {
	_Alignas(64) unsigned char bytes[16384];
};

static const unsigned char *component(const struct xstate *xstate, unsigned int number)
{
	unsigned int size, offset, ecx, edx;

	if (!__get_cpuid_count(0xd, number, &size, &offset, &ecx, &edx) ||
	    offset + size > sizeof(xstate->bytes))
		return NULL;
	return xstate->bytes + offset;
}

/* One bit per element, from an opmask register or the signs of a vector register's elements. */
static bool element_bits(const struct xstate *xstate, const struct mms_trace_access *access,
                         uint64_t *bits)
{
	const unsigned char *high = component(xstate, YMM_HIGH);
	const unsigned char *opmasks = component(xstate, OPMASK);
	unsigned char vector[2 * XMM_SIZE] = {0};

	*bits = 0;
	if (access->mask != MMS_MASK_VECTOR) {
		if (opmasks)
			memcpy(bits, opmasks + access->mask_register * sizeof(*bits),
			       sizeof(*bits));
		return opmasks;
	}
	memcpy(vector, xstate->bytes + XMM_OFFSET + access->mask_register * XMM_SIZE, XMM_SIZE);
	if (high)
		memcpy(vector + XMM_SIZE, high + access->mask_register * XMM_SIZE, XMM_SIZE);
	for (unsigned int i = 0; i < access->size / access->element_size; i++)
		*bits |= (uint64_t)(vector[(i + 1) * access->element_size - 1] >> 7) << i;
	return high || access->size <= XMM_SIZE;
}

int mms_trace_mask(pid_t child, const struct mms_trace_access *access, uint64_t *bytes)
{
	struct xstate xstate = {0};
	struct iovec area = {xstate.bytes, sizeof(xstate.bytes)};
	unsigned int elements = access->size / access->element_size;
	uint64_t of_element = (UINT64_C(1) << access->element_size) - 1, bits;

	if (ptrace(PTRACE_GETREGSET, child, NT_X86_XSTATE, &area) != 0)
		return mms_fail(errno, "the traced process's vector registers can't be read: %s",
		                strerror(errno));
	if (!element_bits(&xstate, access, &bits))
		return mms_fail(EOPNOTSUPP, "this CPU doesn't say where it saves mask registers");

	if (elements < 64)
		bits &= (UINT64_C(1) << elements) - 1;
	if (access->mask == MMS_MASK_OPMASK_COUNTED) {
		unsigned int count = (unsigned int)__builtin_popcountll(bits);

		bits = count == 64 ? ~UINT64_C(0) : (UINT64_C(1) << count) - 1;
	}
	*bytes = 0;
	for (unsigned int i = 0; i < elements; i++)
		if (bits >> i & 1)
			*bytes |= of_element << (i * access->element_size);
	return 0;
}
