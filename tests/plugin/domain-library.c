// SPDX-License-Identifier: GPL-2.0-only
// Library functions are copies in the view, never exit gates; also those that
// the optimizer makes, and those that the backend would.
// RUN: for o in -O0 -O2 -Os; do %ut-clang $o -c %s -o %t.o && \
// RUN:   %python %relocs %t.o dom && llvm-readelf -Ws %t.o | FileCheck %s || exit 1; done
// RUN: llvm-objdump -d --disassemble-symbols=small.untrusted %t.o | FileCheck --check-prefix=SMALL %s
#include <undertow/annotate.h>
typedef unsigned long size_t;
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
void *memchr(const void *, int, size_t);
size_t strlen(const char *);
size_t strnlen(const char *, size_t);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
char *strcpy(char *, const char *);
char *strncpy(char *, const char *, size_t);
char *strcat(char *, const char *);
char *strchr(const char *, int);
char *strrchr(const char *, int);
char *strstr(const char *, const char *);
long sized_strscpy(char *, const char *, size_t);
struct page { char bytes[4096]; };

// CHECK-NOT: .exit.dom
// CHECK-NOT: UND mem
// CHECK-NOT: UND str
int __untrusted strings(char *a, const char *b, size_t n)
{
	strcpy(a, b);
	strcat(a, b);
	strncpy(a, b, n);
	sized_strscpy(a, b, n);
	return strlen(a) + strnlen(a, n) + strcmp(a, b) + strncmp(a, b, n) + (strchr(a, 'x') == b) +
	       (strrchr(a, 'y') == b) + (strstr(a, b) != 0);
}
int __untrusted memory(char *a, const char *b, size_t n)
{
	memcpy(a, b, n);
	memmove(a, b, n);
	memset(a, n, n);
	return memcmp(a, b, n) + (memchr(a, 3, n) == b);
}
void __untrusted idioms(char *a, const char *restrict b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		a[i] = 0;
	for (size_t i = 0; i < n; i++)
		a[i] = b[i];
}
void __untrusted structures(struct page *a, const struct page *b) { *a = *b; }
void __untrusted zero_page(struct page *a) { *a = (struct page){ { 0 } }; }
// A small constant size is a few moves.
// SMALL-NOT: call
void __untrusted small(char *a, const char *b) { __builtin_memcpy(a, b, 24); __builtin_memset(a + 24, 1, 40); __builtin_memmove(a, a + 8, 16); }
void *(*__untrusted address(void))(void *, const void *, size_t) { return memcpy; }
// Tables that inline functions of kernel headers read.
extern const unsigned char _ctype[];
int __untrusted classes(unsigned char c) { return (_ctype[c] & 0x20) != 0 || _ctype['a'] == 2; }
