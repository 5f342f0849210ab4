// SPDX-License-Identifier: GPL-2.0-only
// A domain that calls nothing outside: its bodies can be run without gates.
#include "program.h"
#include <undertow/annotate.h>

typedef unsigned char u8;
void *memcpy(void *to, const void *from, unsigned long len);
void *memset(void *to, int value, unsigned long len);
int memcmp(const void *a, const void *b, unsigned long len);
unsigned long strlen(const char *s);

struct record {
	unsigned int kind : 3, count : 13;
	signed int level : 9;
	u8 bytes[40];
	long total;
};

static const unsigned short primes[] = { 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37 };
static const char *const words[] = { "alpha", "beta", "", "delta echo", "a longer word than these" };
static unsigned long state __untrusted = 12345;
static u8 scratch[700] __untrusted;

static inline unsigned long rotate(unsigned long x, unsigned int n)
{
	return x << n | x >> (-n & 63);
}

static unsigned long __untrusted next(void)
{
	static unsigned long calls;

	state ^= rotate(state, 13) + ++calls;
	state *= 0x9e3779b97f4a7c15ul;
	return state >> 7;
}

static int __untrusted classify(unsigned int x)
{
	switch (x % 9) {
	case 0: return 17;
	case 1: return -4;
	case 2: return primes[x % 12];
	case 3: return words[x % 5][0];
	case 4: return (int)x >> 3;
	case 5: return 1 << (x & 15);
	case 6: return -(int)(x % 1000) / 7;
	default: return 3;
	}
}

static unsigned long __untrusted recurse(unsigned int depth, struct record r)
{
	if (!depth)
		return r.total + r.level;
	r.count += depth;
	r.level = r.level * 3 + 1;
	r.bytes[depth % sizeof(r.bytes)] ^= depth;
	r.total += r.count ^ r.bytes[r.kind];
	return recurse(depth - 1, r) + r.total;
}

static void __untrusted sort(u8 *a, unsigned int n)
{
	for (unsigned int i = 1; i < n; i++)
		for (unsigned int j = i; j && a[j - 1] > a[j]; j--) {
			u8 t = a[j];

			a[j] = a[j - 1];
			a[j - 1] = t;
		}
}

unsigned long __untrusted run(unsigned long seed)
{
	struct record a, b;
	unsigned long sum = 0;
	const char *word = words[seed % 5];

	state += seed;
	memset(&a, (int)seed, sizeof(a));
	a.kind = seed;
	b = a;
	for (unsigned int i = 0; i < sizeof(scratch); i++)
		scratch[i] = next();
	sort(scratch, 1 + seed % 64);
	memcpy(b.bytes, scratch, seed % sizeof(b.bytes));
	memcpy(scratch + 20, word, strlen(word) + 1);
	sum += memcmp(&a.bytes, &b.bytes, sizeof(a.bytes)) < 0;
	sum = sum * 31 + recurse(seed % 9, b);
	for (unsigned int i = 0; i < 50; i++)
		sum = rotate(sum, 5) + classify(next());
	for (unsigned int i = 0; i < sizeof(scratch); i++)
		sum = sum * 131 + scratch[i];
	return sum / (seed | 1) + sum % (seed + 7);
}
