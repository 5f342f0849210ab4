// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undertow tests - the domain's record, and a body that is called wrongly
 */
#define SIDE sig_inside
#include "signatures.h"

struct sig_record sig_inside __untrusted;

s16 __untrusted wrong_body(u8 a, s32 b);
s16 wrong_body(u8 a, s32 b)
{
	CALLED();
	CHECK(7, 1, a == 200);
	CHECK(7, 2, b == -5);
	return -300;
}
