// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - SHA-256 (FIPS 180-4), to compare files without shipping both
 */
#include "guest.h"

#include <stdio.h>
#include <string.h>

static uint32_t constants[64];

static uint32_t rotate(uint32_t v, int by)
{
	return v >> by | v << (32 - by);
}

/* Fractional part of the cube root of the first 64 primes, by bisection. */
static void constants_make(void)
{
	unsigned int n = 0;

	for (uint64_t p = 2; n < 64; p++) {
		unsigned __int128 low = 0, high = (unsigned __int128)8 << 32;
		bool prime = true;

		for (uint64_t d = 2; d * d <= p; d++)
			prime &= p % d != 0;
		if (!prime)
			continue;
		while (high - low > 1) {
			unsigned __int128 mid = (low + high) / 2;

			if (mid * mid * mid <= (unsigned __int128)p << 96)
				low = mid;
			else
				high = mid;
		}
		constants[n++] = (uint32_t)low;
	}
}

static void block_add(uint32_t state[8], const uint8_t *block)
{
	uint32_t w[64], v[8];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | block[4 * i + 1] << 16 |
		       block[4 * i + 2] << 8 | block[4 * i + 3];
	for (int i = 16; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3) +
		       (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10);
	memcpy(v, state, sizeof(v));
	for (int i = 0; i < 64; i++) {
		uint32_t t1 = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) +
			      ((v[4] & v[5]) ^ (~v[4] & v[6])) + constants[i] + w[i];
		uint32_t t2 = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) +
			      ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		state[i] += v[i];
}

void sha256_hex(const void *data, size_t size, char hex[65])
{
	uint32_t state[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	const uint8_t *bytes = data;
	uint8_t tail[128] = {};
	size_t whole = size / 64 * 64, rest = size - whole;
	size_t padded = rest < 56 ? 64 : 128;

	constants_make();
	for (size_t at = 0; at < whole; at += 64)
		block_add(state, bytes + at);
	memcpy(tail, bytes + whole, rest);
	tail[rest] = 0x80;
	for (int i = 0; i < 8; i++)
		tail[padded - 1 - i] = (uint64_t)size * 8 >> (8 * i);
	for (size_t at = 0; at < padded; at += 64)
		block_add(state, tail + at);
	for (int i = 0; i < 8; i++)
		sprintf(hex + 8 * i, "%08x", state[i]);
}
