// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>

#include <Zydis/Zydis.h>

#include "error.h"
#include "verify/trace.h"

_Static_assert(ZYDIS_VERSION_MAJOR(ZYDIS_VERSION) >= 4, "Zydis 4 or later is needed");

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define REGISTER(name)                                                                             \
	((uint8_t)(offsetof(struct user_regs_struct, name) / sizeof(unsigned long long)))

/*
 * Stores that go past the caches through write-combining buffers, ordered with no others (Intel SDM
 * volume 1, "Cacheability Control, Prefetch, and Memory Ordering Instructions"; CLZERO: AMD APM
 * volume 3).
 */
static const ZydisMnemonic nontemporal[] = {
	ZYDIS_MNEMONIC_MOVNTI,      ZYDIS_MNEMONIC_MOVNTQ,   ZYDIS_MNEMONIC_MOVNTDQ,
	ZYDIS_MNEMONIC_MOVNTPS,     ZYDIS_MNEMONIC_MOVNTPD,  ZYDIS_MNEMONIC_MOVNTSS,
	ZYDIS_MNEMONIC_MOVNTSD,     ZYDIS_MNEMONIC_VMOVNTDQ, ZYDIS_MNEMONIC_VMOVNTPS,
	ZYDIS_MNEMONIC_VMOVNTPD,    ZYDIS_MNEMONIC_MASKMOVQ, ZYDIS_MNEMONIC_MASKMOVDQU,
	ZYDIS_MNEMONIC_VMASKMOVDQU, ZYDIS_MNEMONIC_MOVDIRI,  ZYDIS_MNEMONIC_MOVDIR64B,
	ZYDIS_MNEMONIC_CLZERO,
};

/*
 * What empties write-combining buffers, beside LOCK and its like (Intel SDM volume 3, "Methods of
 * Caching Available" and "Serializing Instructions"; AMD APM volume 2, "Write-Combining"). The
 * privileged ones can't be met here; interrupts do so too, but nobody can rely on one.
 */
static const ZydisMnemonic draining[] = {
	ZYDIS_MNEMONIC_SFENCE,    ZYDIS_MNEMONIC_MFENCE, ZYDIS_MNEMONIC_CPUID,
	ZYDIS_MNEMONIC_SERIALIZE, ZYDIS_MNEMONIC_IRET,   ZYDIS_MNEMONIC_IRETD,
	ZYDIS_MNEMONIC_IRETQ,
};

/* Instructions with a memory operand whose data they leave alone, beside all prefetches. */
static const ZydisMnemonic dataless[] = {
	ZYDIS_MNEMONIC_NOP,  ZYDIS_MNEMONIC_CLFLUSH,  ZYDIS_MNEMONIC_CLFLUSHOPT,
	ZYDIS_MNEMONIC_CLWB, ZYDIS_MNEMONIC_CLDEMOTE,
};

static const ZydisMnemonic vector_masked[] = {
	ZYDIS_MNEMONIC_MASKMOVDQU, ZYDIS_MNEMONIC_VMASKMOVDQU, ZYDIS_MNEMONIC_VMASKMOVPS,
	ZYDIS_MNEMONIC_VMASKMOVPD, ZYDIS_MNEMONIC_VPMASKMOVD,  ZYDIS_MNEMONIC_VPMASKMOVQ,
};

static const ZydisMnemonic bit_tests[] = {
	ZYDIS_MNEMONIC_BT,
	ZYDIS_MNEMONIC_BTS,
	ZYDIS_MNEMONIC_BTR,
	ZYDIS_MNEMONIC_BTC,
};

static bool is_one_of(ZydisMnemonic mnemonic, const ZydisMnemonic *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == mnemonic)
			return true;
	return false;
}
#define IS_ONE_OF(mnemonic, list) is_one_of(mnemonic, list, COUNT(list))

static uint8_t general_register(ZydisRegister name)
{
	static const uint8_t by_number[] = {
		REGISTER(rax), REGISTER(rcx), REGISTER(rdx), REGISTER(rbx),
		REGISTER(rsp), REGISTER(rbp), REGISTER(rsi), REGISTER(rdi),
		REGISTER(r8),  REGISTER(r9),  REGISTER(r10), REGISTER(r11),
		REGISTER(r12), REGISTER(r13), REGISTER(r14), REGISTER(r15),
	};
	ZyanI8 number = ZydisRegisterGetId(name);

	switch (ZydisRegisterGetClass(name)) {
	case ZYDIS_REGCLASS_GPR16:
	case ZYDIS_REGCLASS_GPR32:
	case ZYDIS_REGCLASS_GPR64:
		return by_number[number];
	case ZYDIS_REGCLASS_IP:
		return REGISTER(rip);
	default:
		return MMS_NO_REGISTER;
	}
}

static uint8_t segment_register(ZydisRegister name)
{
	switch (name) {
	case ZYDIS_REGISTER_FS:
		return REGISTER(fs_base);
	case ZYDIS_REGISTER_GS:
		return REGISTER(gs_base);
	default:
		return MMS_NO_REGISTER;
	}
}

static void decode_mask(struct mms_trace_access *access, const ZydisDecodedInstruction *decoded,
                        const ZydisDecodedOperand *operands, const ZydisDecodedOperand *memory)
{
	if (IS_ONE_OF(decoded->mnemonic, vector_masked)) {
		access->mask = MMS_MASK_VECTOR;
		access->mask_register = (uint8_t)ZydisRegisterGetId(operands[1].reg.value);
		/* Zydis tells the legacy form's elements by the move, not by the mask. */
		access->element_size = decoded->mnemonic == ZYDIS_MNEMONIC_MASKMOVDQU
		                               ? 1
		                               : (uint8_t)(memory->element_size / 8);
	} else if (decoded->avx.mask.mode > ZYDIS_MASK_MODE_DISABLED &&
	           !decoded->avx.broadcast.mode) {
		switch (decoded->meta.category) {
		case ZYDIS_CATEGORY_COMPRESS:
		case ZYDIS_CATEGORY_EXPAND:
			access->mask = MMS_MASK_OPMASK_COUNTED;
			break;
		default:
			access->mask = MMS_MASK_OPMASK;
			break;
		}
		access->mask_register = (uint8_t)ZydisRegisterGetId(decoded->avx.mask.reg);
		access->element_size = (uint8_t)(memory->element_size / 8);
	}
}

static void decode_access(struct mms_trace_access *access, const ZydisDecodedInstruction *decoded,
                          const ZydisDecodedOperand *operands, const ZydisDecodedOperand *memory)
{
	*access = (struct mms_trace_access){
		.size = memory->size / 8,
		.reads = memory->actions & ZYDIS_OPERAND_ACTION_MASK_READ,
		.writes = memory->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE,
		.address_32 = decoded->address_width == 32,
		.base = general_register(memory->mem.base),
		.index = general_register(memory->mem.index),
		.scale = memory->mem.scale,
		.segment = segment_register(memory->mem.segment),
		.bit = MMS_NO_REGISTER,
		.align = 1,
		.displacement = (uint64_t)memory->mem.disp.value,
	};
	access->nontemporal = access->writes && IS_ONE_OF(decoded->mnemonic, nontemporal);
	if (access->base == REGISTER(rip)) /* which points behind the instruction */
		access->displacement += decoded->length;
	if (IS_ONE_OF(decoded->mnemonic, bit_tests) &&
	    operands[1].type == ZYDIS_OPERAND_TYPE_REGISTER) {
		access->bit = general_register(operands[1].reg.value);
		access->bit_size = (uint8_t)(operands[1].size / 8);
	}
	decode_mask(access, decoded, operands, memory);
}

/* Its only operand is the register with the address. */
static const struct mms_trace_access clzero = {
	.size = 64,
	.writes = true,
	.nontemporal = true,
	.base = REGISTER(rax),
	.index = MMS_NO_REGISTER,
	.segment = MMS_NO_REGISTER,
	.bit = MMS_NO_REGISTER,
	.align = 64,
};

static void decode_accesses(struct mms_trace_instruction *instruction,
                            const ZydisDecodedInstruction *decoded,
                            const ZydisDecodedOperand *operands)
{
	if (decoded->mnemonic == ZYDIS_MNEMONIC_CLZERO)
		instruction->accesses[instruction->nr_accesses++] = clzero;
	if (decoded->meta.category == ZYDIS_CATEGORY_PREFETCH ||
	    IS_ONE_OF(decoded->mnemonic, dataless))
		return;
	for (unsigned int i = 0; i < decoded->operand_count; i++) {
		const ZydisDecodedOperand *operand = &operands[i];

		if (operand->type != ZYDIS_OPERAND_TYPE_MEMORY ||
		    operand->mem.type == ZYDIS_MEMOP_TYPE_AGEN)
			continue;
		if (operand->mem.type != ZYDIS_MEMOP_TYPE_MEM || operand->size == 0)
			instruction->beyond = "its addresses are in vector or tile registers";
		else if (decoded->mnemonic == ZYDIS_MNEMONIC_MASKMOVQ)
			instruction->beyond = "its mask is in an MMX register";
		else if (instruction->nr_accesses == COUNT(instruction->accesses))
			instruction->beyond = "it has more than two memory operands";
		else
			decode_access(&instruction->accesses[instruction->nr_accesses++], decoded,
			              operands, operand);
	}
}

/* Registers that it changes, as far as addresses may be made of them. */
static uint32_t changed_registers(const ZydisDecodedInstruction *decoded,
                                  const ZydisDecodedOperand *operands)
{
	uint32_t changes = 0;

	for (unsigned int i = 0; i < decoded->operand_count; i++) {
		ZydisRegister whole;
		uint8_t index;

		if (operands[i].type != ZYDIS_OPERAND_TYPE_REGISTER ||
		    !(operands[i].actions & ZYDIS_OPERAND_ACTION_MASK_WRITE))
			continue;
		whole = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64,
		                                         operands[i].reg.value);
		index = general_register(whole);
		if (index != MMS_NO_REGISTER)
			changes |= UINT32_C(1) << index;
	}
	return changes;
}

/*
 * Where it leads. Also executed by itself is what repeats, has a mask that isn't known before or is
 * beyond what can be followed, and what changes more than registers that are named.
 */
static enum mms_trace_flow flow_of(const struct mms_trace_instruction *instruction,
                                   const ZydisDecodedInstruction *decoded)
{
	if (instruction->repeats || instruction->beyond)
		return MMS_FLOW_ALONE;
	for (unsigned int i = 0; i < instruction->nr_accesses; i++)
		if (instruction->accesses[i].mask != MMS_MASK_NONE)
			return MMS_FLOW_ALONE;
	switch (decoded->meta.category) {
	case ZYDIS_CATEGORY_CALL:
		return instruction->target ? MMS_FLOW_CALL : MMS_FLOW_ALONE;
	case ZYDIS_CATEGORY_UNCOND_BR:
		return instruction->target ? MMS_FLOW_JUMP : MMS_FLOW_ALONE;
	case ZYDIS_CATEGORY_COND_BR:
		/* The others look at rcx, or begin a transaction. */
		return (decoded->opcode & 0xf0) ==
		                       (decoded->opcode_map == ZYDIS_OPCODE_MAP_0F ? 0x80 : 0x70)
		               ? MMS_FLOW_BRANCH
		               : MMS_FLOW_ALONE;
	case ZYDIS_CATEGORY_RET:
	case ZYDIS_CATEGORY_SYSCALL:
	case ZYDIS_CATEGORY_SYSRET:
	case ZYDIS_CATEGORY_SYSTEM:
	case ZYDIS_CATEGORY_INTERRUPT:
	case ZYDIS_CATEGORY_RDWRFSGS:
		return MMS_FLOW_ALONE;
	default:
		return decoded->mnemonic == ZYDIS_MNEMONIC_POPF ||
		                       decoded->mnemonic == ZYDIS_MNEMONIC_POPFQ
		               ? MMS_FLOW_ALONE
		               : MMS_FLOW_ON;
	}
}

/* Where a jump or call with an offset in it leads; 0: it has none. */
static uintptr_t target_of(uintptr_t address, const ZydisDecodedInstruction *decoded,
                           const ZydisDecodedOperand *operands)
{
	ZyanU64 target = 0;

	if (decoded->operand_count && operands[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE &&
	    operands[0].imm.is_relative)
		ZydisCalcAbsoluteAddress(decoded, &operands[0], address, &target);
	return target;
}

/* The operation, and which file of the process it is in at which address of that file. */
static void describe(struct mms_trace_instruction *instruction,
                     const ZydisDecodedInstruction *decoded, const ZydisDecodedOperand *operands)
{
	struct mms_traced_code *code = &instruction->code;
	char operation[sizeof(code->text) / 2];
	ZydisFormatter formatter;
	const char *name;
	Dl_info info;

	ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL);
	if (ZYAN_FAILED(ZydisFormatterFormatInstruction(&formatter, decoded, operands,
	                                                decoded->operand_count_visible, operation,
	                                                sizeof(operation), code->address, NULL)))
		snprintf(operation, sizeof(operation), "%s",
		         ZydisMnemonicGetString(decoded->mnemonic));
	if (!dladdr((const void *)code->address, &info) || !info.dli_fname) {
		snprintf(code->text, sizeof(code->text), "%s", operation);
		return;
	}
	name = strrchr(info.dli_fname, '/');
	snprintf(code->text, sizeof(code->text), "%s (%.32s+0x%" PRIxPTR ")", operation,
	         name ? name + 1 : info.dli_fname, code->address - (uintptr_t)info.dli_fbase);
}

/* Code of the child from @address on, as far as it is mapped. @return bytes */
static size_t read_code(pid_t child, uintptr_t address, unsigned char *bytes)
{
	enum { WORD = sizeof(long) };
	unsigned char words[3 * WORD];
	size_t skip = address % WORD, size = 0;

	while (size < sizeof(words)) {
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKTEXT, child, address - skip + size, NULL);
		if (errno)
			break;
		memcpy(words + size, &word, WORD);
		size += WORD;
	}
	if (size <= skip)
		return 0;
	size -= skip;
	if (size > ZYDIS_MAX_INSTRUCTION_LENGTH)
		size = ZYDIS_MAX_INSTRUCTION_LENGTH;
	memcpy(bytes, words + skip, size);
	return size;
}

int mms_trace_disassemble(pid_t child, uintptr_t address, struct mms_trace_instruction *instruction)
{
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	unsigned char bytes[ZYDIS_MAX_INSTRUCTION_LENGTH];
	size_t size = read_code(child, address, bytes);
	ZydisDecodedInstruction decoded;
	ZydisDecoder decoder;

	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	if (ZYAN_FAILED(ZydisDecoderDecodeFull(&decoder, bytes, size, &decoded, operands)))
		return mms_fail(EOPNOTSUPP,
		                "Zydis doesn't know the instruction at 0x%" PRIxPTR
		                ", so its stores can't be followed",
		                address);

	*instruction = (struct mms_trace_instruction){
		.code.address = address,
		.length = decoded.length,
		.condition = decoded.opcode & 0xf,
		.target = target_of(address, &decoded, operands),
		.changes = changed_registers(&decoded, operands),
		.repeats = decoded.attributes &
	                   (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE),
		.drains = decoded.attributes & ZYDIS_ATTRIB_HAS_LOCK ||
	                  (decoded.mnemonic == ZYDIS_MNEMONIC_XCHG &&
	                   decoded.attributes & ZYDIS_ATTRIB_HAS_MODRM &&
	                   decoded.raw.modrm.mod != 3) ||
	                  IS_ONE_OF(decoded.mnemonic, draining),
	};
	decode_accesses(instruction, &decoded, operands);
	instruction->flow = flow_of(instruction, &decoded);
	describe(instruction, &decoded, operands);
	return 0;
}
