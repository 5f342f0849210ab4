// SPDX-License-Identifier: GPL-2.0-only
// Runs program.c: as it is, or with -DBODY the body that the plugin made of it.
#include <stdio.h>
#ifdef BODY
unsigned long run(unsigned long seed) __asm__("run.untrusted");
#else
unsigned long run(unsigned long seed);
#endif

int main(void)
{
	for (unsigned long seed = 0; seed < 200; seed++)
		printf("%lu %016lx\n", seed, run(seed * seed + seed / 3));
	return 0;
}
