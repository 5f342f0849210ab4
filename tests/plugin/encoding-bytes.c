// SPDX-License-Identifier: GPL-2.0-only
// Code of a domain spells no forbidden instruction: not in an immediate, not in
// an address, not across two instructions.  Without the plugin it does.
// RUN: %ut-clang -O2 -c %s -o %t.o
// RUN: %undertow_dir/bin/undertow verify %t.o
// RUN: llvm-objdump -d --no-leading-addr %t.o | FileCheck %s
// RUN: clang -I%top/include %kernel %module -O2 -c %s -o %t.plain.o
// RUN: llvm-objcopy --rename-section .text=.undertow.text.dom %t.plain.o
// RUN: not %undertow_dir/bin/undertow verify %t.plain.o | FileCheck --check-prefix=PLAIN %s
#include <undertow/annotate.h>

// CHECK-LABEL: <immediate.untrusted>:
// PLAIN-DAG: immediate()+{{.*}}: untrusted text spells a forbidden instruction: MOV to CR3
unsigned long __untrusted immediate(volatile unsigned long *p);
unsigned long immediate(volatile unsigned long *p)
{
	*p = 0x1234567818220f11;
	return *p & 0xf8010f;
}

// The end of an instruction, and the beginning of the next.
// CHECK-LABEL: <across.untrusted>:
// CHECK: 8b 0f movl (%rdi), %ecx
// CHECK-NEXT: 90 nop
// CHECK-NEXT: 01 f8 addl %edi, %eax
// CHECK: 0f 22 movl 0x22(%rdi,%rcx), %eax
// CHECK-NEXT: 90 nop
// PLAIN-DAG: across()+{{.*}}: untrusted text spells a forbidden instruction: SWAPGS
// PLAIN-DAG: across()+{{.*}}: untrusted text spells a forbidden instruction: MOV to CR3
void __untrusted across(void);
void across(void)
{
	asm volatile("movl (%%rdi), %%ecx\n addl %%edi, %%eax\n"
		     "movl 0x22(%%rdi,%%rcx), %%eax\n popq %%rbx"
		     ::: "rax", "rbx", "rcx", "rdi");
}

// Base and index change places.
// CHECK-LABEL: <address.untrusted>:
// CHECK: 44 39 01 f8 movb $-0x8, 0x1(%rcx,%rdi)
// PLAIN-DAG: address()+{{.*}}: untrusted text spells a forbidden instruction: SWAPGS
void __untrusted address(void);
void address(void)
{
	asm volatile("movb $0xf8, 1(%%rdi,%%rcx)" ::: "rdi", "rcx", "memory");
}

// A constant that comes by two ways.
// CHECK-LABEL: <chosen.untrusted>:
int __untrusted chosen(int a, int *p);
int chosen(int a, int *p)
{
	int value = 0x11d4010f;

	if (a) {
		*p = 1;
		value = 0x22d8220f;
	}
	asm volatile("" : "+r"(value));
	return value;
}

// Cases of a switch, two of them with the same target.
int __untrusted switched(int a);
int switched(int a)
{
	switch (a) {
	case 0x11d4010f:
	case 0x22d8220f:
		return 0x33ef010f;
	case 0x44f8010f:
		return 1;
	case 7:
		return 0x55d4010f;
	default:
		return a;
	}
}
