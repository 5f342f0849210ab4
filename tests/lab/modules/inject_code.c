// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - instructions of gates and stubs
 *
 * Follows the jumps from what hardware and records point to, so that the runtime
 * needs no symbols for tests.  An instruction that was not reached has an excuse
 * when the straight code from it on ends the call; anything else is a gap.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/apic.h>
#include <asm/desc.h>
#include <asm/text-patching.h>
#include <asm/irq_vectors.h>
#include <asm/trapnr.h>

#include <undertow/map.h>

#include "testmod_expect.h"
#include "functional.h"
#include "inject.h"

#define CODE_BYTES	512

extern struct ut_map __ut_map_ut_functional;
/* struct ut_state of the runtime, as the full view shows it. */
extern const u8 ut_state[];

struct code codes[CODES];
struct instruction instructions[INSTRUCTIONS_MAX];
unsigned int instruction_count;

static unsigned int modrm_length(const u8 *at)
{
	unsigned int mod = *at >> 6, rm = *at & 7, length = 1;

	if (mod == 3)
		return length;
	if (rm == 4) {
		length++;
		rm = at[1] & 7;
		if (rm == 4)
			rm = 0;
	}
	return length + (mod == 1 ? 1 : mod == 2 || rm == 5 ? 4 : 0);
}

/* Length of an instruction of the few kinds that are there; 0: another. */
static unsigned int decode(const u8 *code)
{
	const u8 *at = code;

	while ((*at & 0xf0) == 0x40 || memchr("\x2e\x65\x66\x67\xf2\xf3", *at, 6))
		at++;
	switch (*at++) {
	case 0x50 ... 0x5f: case 0x90: case 0x99: case 0x9c: case 0x9d: case 0xa4: case 0xaa:
	case 0xc3: case 0xcf: case 0xfa: case 0xfb: case 0xfc:
		return at - code;
	case 0x6a: case 0x70 ... 0x7f: case 0xe3: case 0xeb:
		return at + 1 - code;
	case 0x25: case 0x3d: case 0x68: case 0xa9: case 0xb8 ... 0xbf: case 0xe8: case 0xe9:
		return at + 4 - code;
	case 0x01: case 0x03: case 0x29: case 0x2b: case 0x31: case 0x39: case 0x3b: case 0x85:
	case 0x89: case 0x8b: case 0x8d: case 0x8f: case 0xd1: case 0xff:
		return at + modrm_length(at) - code;
	case 0x80: case 0x83: case 0xc1: case 0xf6:
		return at + modrm_length(at) + 1 - code;
	case 0x81: case 0xc7:
		return at + modrm_length(at) + 4 - code;
	case 0x0f:
		break;
	default:
		return 0;
	}
	switch (*at++) {
	case 0x32:
		return at - code;
	case 0x80 ... 0x8f:
		return at + 4 - code;
	case 0x01: case 0x03: case 0x1e: case 0x1f: case 0x20: case 0x21: case 0xa3: case 0xae:
	case 0xb6: case 0xb7: case 0xbe: case 0xbf:
		return at + modrm_length(at) - code;
	default:
		return 0;
	}
}

static bool is_padding(const u8 *at)
{
	while (*at == 0x66 || *at == 0x2e)
		at++;
	return *at == 0x90 || (at[0] == 0x0f && at[1] == 0x1f);
}

static bool is_symbol(unsigned long address, const char *name)
{
	char text[KSYM_SYMBOL_LEN];

	sprint_symbol_no_offset(text, address);
	return !strncmp(text, name, strlen(name)) && !isalnum(text[strlen(name)]) &&
	       text[strlen(name)] != '_';
}

static unsigned long symbol_size(unsigned long address)
{
	char text[KSYM_SYMBOL_LEN];
	unsigned long size = 0;

	sprint_symbol(text, address);
	sscanf(strchr(text, '/') ?: "", "/%lx", &size);
	return size;
}

/* Target of a jump or call, or the address that a push has; 0: none of these. */
static unsigned long operand_of(const struct instruction *insn)
{
	const u8 *code = (void *)insn->at;

	if (*code == 0xe9 || *code == 0xe8)
		return insn->at + 5 + *(s32 *)(code + 1);
	if (*code == 0xeb)
		return insn->at + 2 + *(s8 *)(code + 1);
	return *code == 0x68 ? *(s32 *)(code + 1) : 0;
}

static unsigned long find_operand(unsigned int code, const char *name)
{
	for (unsigned int i = 0; i < instruction_count; i++) {
		unsigned long operand = operand_of(&instructions[i]);

		if (instructions[i].code == code && operand && is_symbol(operand, name))
			return operand;
	}
	return 0;
}

/* Decode @size bytes, or with 0 up to a jump; without padding at the end. */
static int code_add(unsigned int code, const char *name, unsigned long start, unsigned long size)
{
	unsigned int first = instruction_count;
	unsigned long at = start;

	if (!start)
		return -ENOENT;
	while (at - start < (size ?: CODE_BYTES)) {
		struct instruction *insn = &instructions[instruction_count];
		unsigned int length;

		/* No way comes here: padding, also behind a return, against speculation. */
		if (*(u8 *)at == INT3_INSN_OPCODE) {
			at++;
			continue;
		}
		length = decode((u8 *)at);
		if (!length || instruction_count == INSTRUCTIONS_MAX) {
			testmod_say("%s: cannot decode %*ph\n", name, 8, (void *)at);
			return -ENOEXEC;
		}
		*insn = (struct instruction){ at, length, code };
		instruction_count++;
		at += length;
		/* The last of a stub and of a reentry gate. */
		if (!size && (*(u8 *)insn->at == 0xe9 || *(u16 *)insn->at == 0x24ff))
			break;
	}
	while (instruction_count > first && is_padding((u8 *)instructions[instruction_count - 1].at))
		instruction_count--;
	codes[code] = (struct code){ name, start, at - start };
	return 0;
}

static int symbol_add(unsigned int code, const char *name, unsigned long start)
{
	return code_add(code, name, start, start ? symbol_size(start) : 0);
}

static unsigned long record_find(unsigned long target)
{
	const struct ut_region *region = ut_map_find(&__ut_map_ut_functional, UT_REGION_RECORDS);
	const struct ut_record *record = (void *)region->start;

	for (; record < (const struct ut_record *)region->end; record++)
		if (record->gate && record->target == target)
			return record->gate;
	return 0;
}

/* The restricted IDT is an overlay: read it as the domain. */
static unsigned long restricted_stub(unsigned long idt, unsigned int vector)
{
	long low = touch((long *)(idt + vector * 16)), high = touch((long *)(idt + vector * 16 + 8));

	return (low & 0xffff) | (low >> 32 & 0xffff0000) | high << 32;
}

static void bar_debug_path(void)
{
	codes[CODE_DEBUG].barred = codes[CODE_DEBUG].start + codes[CODE_DEBUG].size;
	for (unsigned int i = 0; i < instruction_count; i++)
		if (instructions[i].code == CODE_EVENT &&
		    !memcmp((void *)instructions[i].at, "\x0f\x01\xd4", 3))
			codes[CODE_EVENT].barred = instructions[i].at + 3;
}

int code_find(unsigned long entry, unsigned long target)
{
	const gate_desc *idt;
	struct desc_ptr ptr;
	int err;

	store_idt(&ptr);
	idt = (void *)ptr.address;
	instruction_count = 0;
	err = symbol_add(CODE_ENTRY, "entry gate", entry);
	err = err ?: symbol_add(CODE_ENTRY_SLOW, "ut_gate_slow",
				*(unsigned long *)(ut_state + UT_STATE_ENTRY_SLOW));
	err = err ?: symbol_add(CODE_EXIT, "exit gate", record_find(target));
	err = err ?: symbol_add(CODE_EXIT_SLOW, "ut_exit_slow",
				*(unsigned long *)(ut_state + UT_STATE_EXIT_SLOW));
	err = err ?: code_add(CODE_REENTRY, "reentry gate", record_find(0), 0);
	err = err ?: code_add(CODE_STUB, "stub", restricted_stub(ptr.address, INJECT_VECTOR), 0);
	err = err ?: symbol_add(CODE_EVENT, "ut_event", find_operand(CODE_STUB, "ut_event"));
	err = err ?: symbol_add(CODE_EVENT_CALL, "ut_event_call",
				find_operand(CODE_EVENT, "ut_event_call"));
	err = err ?: symbol_add(CODE_RESUME, "ut_resume", find_operand(CODE_EVENT_CALL, "ut_resume"));
	err = err ?: code_add(CODE_FULL_STUB, "full view's stub", gate_offset(&idt[INJECT_VECTOR]), 0);
	err = err ?: symbol_add(CODE_INTERRUPT, "ut_interrupt",
				find_operand(CODE_FULL_STUB, "ut_interrupt"));
	err = err ?: symbol_add(CODE_DEBUG, "ut_debug", gate_offset(&idt[X86_TRAP_DB]));
	if (err)
		return err;
	bar_debug_path();
	return code_handlers() && code_apic_isr() ? 0 : -ENOENT;
}

/* From ut_debug: pushq handler(%rip). */
unsigned long code_handlers(void)
{
	for (unsigned int i = 0; i < instruction_count; i++) {
		const struct instruction *insn = &instructions[i];

		if (insn->code == CODE_DEBUG && *(u16 *)insn->at == 0x35ff)
			return insn->at + 6 + *(s32 *)(insn->at + 2) -
			       X86_TRAP_DB * sizeof(long);
	}
	return 0;
}

/* From ut_event_call: cmpq $UT_APIC_MSR, ut_apic_isr(%rip). */
unsigned long code_apic_isr(void)
{
	for (unsigned int i = 0; i < instruction_count; i++) {
		const struct instruction *insn = &instructions[i];

		if (insn->code == CODE_EVENT_CALL && !memcmp((void *)insn->at, "\x48\x81\x3d", 3))
			return insn->at + insn->length + *(s32 *)(insn->at + 3);
	}
	return 0;
}

/* Behind callq *%r11, the body. */
unsigned long code_domain_instruction(void)
{
	for (unsigned int i = 0; i < instruction_count; i++) {
		const struct instruction *insn = &instructions[i];

		if (insn->code == CODE_ENTRY && !memcmp((void *)insn->at, "\x41\xff\xd3", 3))
			return insn->at + 3;
	}
	return 0;
}

int code_poke(unsigned long address, const void *bytes, size_t size)
{
	struct page *page = is_vmalloc_addr((void *)address) ||
			    (address >= MODULES_VADDR && address < MODULES_END) ?
			    vmalloc_to_page((void *)address) :
			    virt_to_page(lm_alias((void *)address));
	void *window = vmap(&page, 1, VM_MAP, PAGE_KERNEL);

	if (!window)
		return -ENOMEM;
	memcpy(window + offset_in_page(address), bytes, size);
	vunmap(window);
	return 0;
}

/* Does straight code end here? */
static bool is_end(const struct instruction *insn)
{
	const u8 *bytes = (void *)insn->at;

	return *bytes == 0xe9 || *bytes == 0xeb || *bytes == 0xc3 || *(u16 *)bytes == 0x24ff ||
	       *(u16 *)bytes == 0xcf48;
}

static const char *excuse_of(const struct instruction *insn)
{
	const u8 *bytes = (void *)insn->at;
	unsigned long target = operand_of(insn);

	if (*(u16 *)bytes == 0x24ff && *(s32 *)(bytes + 3) == (s32)(long)ut_state + UT_STATE_ABORT)
		return "ends the call";
	/* CQTO, of a wide result: the error that a call returns at once. */
	if (*(u16 *)bytes == 0x9948)
		return "no call";
	/* RDMSR, and the load from the page of the registers. */
	if (*(u16 *)bytes == 0x320f && !x2apic_mode)
		return "the local APIC has no MSRs";
	if (*(u16 *)bytes == 0x008b && x2apic_mode)
		return "the local APIC has MSRs";
	if (!is_end(insn) || !target)
		return NULL;
	if (is_symbol(target, "ut_unwind_call") || is_symbol(target, "ut_abort"))
		return "ends the call";
	return is_symbol(target, "ut_user_call") ? "a process executed VMFUNC" : NULL;
}

const char *code_excuse(const struct instruction *insn)
{
	const struct instruction *end = instructions + instruction_count;
	unsigned int code = insn->code;

	if (insn->at < codes[code].barred)
		return "a #DB passes here itself";
	while (insn > instructions && insn[-1].code == code && !insn[-1].hit && !is_end(&insn[-1]))
		insn--;
	for (; insn < end && insn->code == code && !insn->hit; insn++) {
		const char *excuse = excuse_of(insn);

		/* Code that switches the view is no way of an error. */
		if (excuse || !memcmp((void *)insn->at, "\x0f\x01\xd4", 3))
			return excuse;
		if (is_end(insn))
			break;
	}
	return NULL;
}
