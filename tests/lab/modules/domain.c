// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the untrusted half of the functional tests
 */
#include <linux/export.h>
#include <linux/string.h>

#include "functional.h"

long __untrusted domain_counter;

long spin(long rounds)
{
	long done = 0;

	while (done < rounds) {
		done++;
		asm volatile("" : "+r"(done));
	}
	return done;
}

/* With interrupts on, whatever the caller has.  In a byte: the compiler refuses STI. */
long spin_unmasked(long rounds)
{
	asm volatile(".byte 0xfb");
	return spin(rounds);
}

long machine_check(long value)
{
	asm volatile("int $18" ::: "memory");
	return value + 1;
}

/* Until somebody writes to domain_counter; how many rounds? */
long spin_until_told(long rounds)
{
	long done = 0;

	while (done < rounds && !READ_ONCE(domain_counter))
		done++;
	return done;
}

/*
 * Hostile words over an event page, where an interrupt's frame and the way back
 * are: addresses of both sides, no addresses, and flags.
 */
void scribble(unsigned long *page, unsigned long *trusted, u32 seed)
{
	for (int round = 0; round < 500; round++)
		for (int word = round % 2 ? 503 : 247; word % 256; word++) {
			const unsigned long words[] = {
				0, (unsigned long)(trusted + 256), (unsigned long)page,
				(unsigned long)scribble, 0x8000000000000000UL, 0x33, 0x37302, seed,
			};

			seed = seed * 1664525 + 1013904223;
			WRITE_ONCE(page[word], words[seed >> 29]);
		}
}

/*
 * Hold a value in each register, CF and DF for as many rounds; how many differ?
 * RSP needs no test: the code behind would not return.
 */
long spin_registers(long rounds)
{
	long wrong;

	asm volatile("pushq %%rbp\n"
		     "movl $0x1a, %%eax\n movl $0x1b, %%ebx\n movl $0x1d, %%edx\n"
		     "movl $0x15, %%esi\n movl $0x16, %%edi\n movl $0x17, %%ebp\n"
		     "movl $0x18, %%r8d\n movl $0x19, %%r9d\n movl $0x20, %%r10d\n"
		     "movl $0x21, %%r11d\n movl $0x22, %%r12d\n movl $0x23, %%r13d\n"
		     "movl $0x24, %%r14d\n movl $0x25, %%r15d\n"
		     "std\n stc\n"
		     "1: decq %%rcx\n jnz 1b\n"
		     "adcl $0, %%ecx\n xorl $1, %%ecx\n"	/* 1: CF was lost */
		     ".macro ut_held value, register\n"
		     "cmpq $\\value, %%\\register\n je 2f\n incl %%ecx\n 2:\n"
		     ".endm\n"
		     "ut_held 0x1a, rax\n ut_held 0x1b, rbx\n ut_held 0x1d, rdx\n"
		     "ut_held 0x15, rsi\n ut_held 0x16, rdi\n ut_held 0x17, rbp\n"
		     "ut_held 0x18, r8\n ut_held 0x19, r9\n ut_held 0x20, r10\n"
		     "ut_held 0x21, r11\n ut_held 0x22, r12\n ut_held 0x23, r13\n"
		     "ut_held 0x24, r14\n ut_held 0x25, r15\n"
		     ".purgem ut_held\n"
		     "pushfq\n popq %%rax\n cld\n"
		     "btl $10, %%eax\n jc 3f\n incl %%ecx\n 3:\n"	/* DF */
		     "popq %%rbp\n"
		     : "=c"(wrong) : "0"(rounds)
		     : "rax", "rbx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
		       "r13", "r14", "r15", "memory", "cc");
	return wrong;
}

/* Call out with a value in each register that a callee preserves; how many differ? */
static long __untrusted hold_registers(long (*function)(long), long value, long want)
{
	long wrong;

	asm volatile("pushq %%rbp\n pushq %%rdx\n"
		     "movl $0x31, %%ebx\n movl $0x32, %%ebp\n movl $0x33, %%r12d\n"
		     "movl $0x34, %%r13d\n movl $0x35, %%r14d\n movl $0x36, %%r15d\n"
		     "callq *%%rax\n"
		     "popq %%rdx\n xorl %%ecx, %%ecx\n"
		     ".macro ut_held value, register\n"
		     "cmpq \\value, %%\\register\n je 2f\n incl %%ecx\n 2:\n"
		     ".endm\n"
		     "ut_held $0x31, rbx\n ut_held $0x32, rbp\n ut_held $0x33, r12\n"
		     "ut_held $0x34, r13\n ut_held $0x35, r14\n ut_held $0x36, r15\n"
		     "ut_held %%rdx, rax\n"
		     ".purgem ut_held\n"
		     "popq %%rbp\n"
		     : "=c"(wrong), "+a"(function), "+D"(value), "+d"(want)
		     :: "rbx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
			"memory", "cc");
	return wrong;
}

/*
 * What inject.c sends events to: values in all registers, on the stack, over a call
 * out, and over a call of the gate by its own domain.  How many differ?
 */
long window(long depth)
{
	long (*self)(long) = window, wrong = 0;
	volatile long marks[16];

	if (depth < 0)
		return depth;
	for (long i = 0; i < 16; i++)
		marks[i] = depth * 16 + i;
	asm volatile("" : "+r"(self));
	wrong += self(-1) != -1;
	wrong += spin_registers(2);
	wrong += hold_registers(trusted_window, depth, depth + 1);
	wrong += spin_registers(2);
	for (long i = 0; i < 16; i++)
		wrong += marks[i] != depth * 16 + i;
	return wrong;
}
/* As STACK_FRAME_NON_STANDARD() of its body: RBP holds one of the values. */
asm(".pushsection .discard.func_stack_frame_non_standard, \"aw\"\n"
    ".quad window.untrusted\n"
    ".popsection\n");

/* Raise the interrupt whose cost figures.c measures, as INT n: nobody asked for it. */
void raise_100(bool really)
{
	if (really)
		asm volatile(".rept 100\n int %0\n .endr" :: "i"(FIGURE_VECTOR) : "memory");
}

bool back_bool(bool v) { return v; }
s8 back_s8(s8 v) { return v; }
u8 back_u8(u8 v) { return v; }
s16 back_s16(s16 v) { return v; }
u16 back_u16(u16 v) { return v; }
s32 back_s32(s32 v) { return v; }
u32 back_u32(u32 v) { return v; }
s64 back_s64(s64 v) { return v; }
u64 back_u64(u64 v) { return v; }
void *back_pointer(void *v) { return v; }
enum colour back_enum(enum colour v) { return v; }

void back_nothing(long v)
{
	domain_counter = v;
}

long six(s8 a, u16 b, s32 c, u64 d, bool e, long f)
{
	return a + 10L * b + 100L * c + 1000L * d + 10000L * e + 100000L * f;
}

bool is_less(long a, long b)
{
	return a < b;
}

u32 digest(u32 seed, u32 rounds)
{
	while (rounds--)
		seed = (seed ^ 0x9e3779b9) * 16777619 + (seed >> 13);
	return seed;
}
EXPORT_SYMBOL_GPL(digest);

/* A table of pointers to strings: constants of the domain, relocated. */
static const char *const days[] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
};

const char *day_name(unsigned int day)
{
	return day < 7 ? days[day] : NULL;
}

/* A dense switch, which must not become a jump table outside the view. */
static long letter_value(char letter)
{
	switch (letter) {
	case 'f': return 50;
	case 'm': return 10;
	case 's': return 60;
	case 't': return 20;
	case 'w': return 30;
	case 'u': return 21;
	case 'h': return 22;
	case 'e': return 23;
	case 'i': return 24;
	default: return -1;
	}
}

long day_number(const char *name)
{
	long sum = 0;

	for (size_t i = 0; i < 7; i++)
		if (!strcmp(name, days[i]))
			sum += 1000 * (i + 1);
	return sum + letter_value(name[0]) + strlen(name);
}

long relink(struct link *link, struct link *next)
{
	link->next = next;
	return 0;
}

long list_sum(const struct link *head)
{
	long sum = 0;

	for (; head; head = head->next)
		sum += head->value;
	return sum;
}

long copy_and_compare(char *buffer, size_t size)
{
	size_t half = size / 2;

	memset(buffer, 'a', size);
	memcpy(buffer, "undertow", 9);
	memcpy(buffer + half, buffer, half);
	if (memcmp(buffer, buffer + half, half))
		return -1;
	memmove(buffer + 1, buffer, half);
	if (strncmp(buffer, "uundertow", 10))
		return -2;
	return buffer[half - 1] == 'a' ? (long)strlen(buffer) : -3;
}

long recurse(long depth)
{
	volatile long here = depth;

	return depth ? recurse(depth - 1) + here : 0;
}

const struct digest_ops digest_ops = { .digest = digest };

long middle_fails(long value)
{
	return trusted_middle_fails(value) == -14 ? value : -1;
}

long outer(long value)
{
	return trusted_middle(value + 1) * 2;
}

long inner(long value)
{
	return value + 100;
}

long sleeper(unsigned int ms)
{
	long mark = 0x51ee9;

	return trusted_sleep(ms) == ms ? mark : -1;
}

long all_out(void)
{
	if (trusted_six(-1, 65535, -100000, 1ULL << 60, true, -7) !=
	    six(-1, 65535, -100000, 1ULL << 60, true, -7))
		return -1;
	if (trusted_s8(-128) != -128 || trusted_s8(127) != 127)
		return -2;
	if (!trusted_bool(true) || trusted_bool(false))
		return -3;
	return trusted_pointer(&domain_counter) == &domain_counter ? 0 : -4;
}

long nest(long depth)
{
	return depth ? trusted_nest(depth - 1) + 1 : 0;
}

long touch(const long *address)
{
	return *(const volatile long *)address;
}
EXPORT_SYMBOL_GPL(touch);

void *touch_pointer(void *const *address)
{
	return *(void *const volatile *)address;
}

bool touch_bool(const bool *address)
{
	return *(const volatile bool *)address;
}

s32 touch_s32(const s32 *address)
{
	return *(const volatile s32 *)address;
}

void touch_void(const long *address)
{
	(void)*(const volatile long *)address;
}

long fill(u8 *buffer, size_t size, u8 value)
{
	long sum = 0;

	for (size_t i = 0; i < size; i++) {
		sum += buffer[i];
		buffer[i] = value;
	}
	return sum;
}

void null_call(void)
{
}

long null_six(long a, long b, long c, long d, long e, long f)
{
	return a;
}

long leave(long value)
{
	return trusted_null(value);
}

long through_pointer(long (*function)(long), long value)
{
	return function(value);
}

long traced(long value)
{
	return trusted_trace(value) + 1;
}

short traced_narrow(long value, int b, int c, int d, int e, int f, short g)
{
	return trusted_trace(value) + g;
}

long traced_nested(long value)
{
	return trusted_trace_nested(value);
}
