#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Undertow tests - C full of bytes that spell forbidden instructions.

The same output on each run.
"""

import random

# MOV to CR3, VMFUNC, WRPKRU, SWAPGS, XRSTORS, XRSTOR.
FORBIDDEN = ("0f22d8", "0f221a", "0f225f", "0f01d4", "0f01ef", "0f01f8",
             "0fc718", "0fc75c", "0fc79b", "0fae2f", "0fae6c", "0faea9",
             "f30fae d0", "f3480faedb")
FUNCTIONS = 300


def constant(draw, size):
    """A number of some bytes that spells one, or the end of one."""
    data = bytes.fromhex(draw.choice(FORBIDDEN).replace(" ", ""))
    if draw.random() < 0.3:
        data = data[data.index(0x0f) + 1:]
    data = data[:size]
    before = draw.randrange(size - len(data) + 1)
    data = draw.randbytes(before) + data + draw.randbytes(size - len(data) - before)
    return int.from_bytes(data, "little")


def statement(draw):
    """One that the compiler makes an instruction with the constant of."""
    number = constant(draw, draw.choice((4, 4, 8)))
    short = draw.choice((0x22, 0xf8, 0xef, 0xd4, 0x18, 0x5f))
    return draw.choice((
        f"p[{draw.randrange(4)}] = {number:#x}UL;",
        f"p[{draw.randrange(4)}] ^= {number:#x}UL + a;",
        f"if (b == (long){number:#x}UL) p[3]++;",
        f"b = b * {number & 0x7fffffff:#x}L + a;",
        f"kernel_function({number & 0xffffffff:#x}U, {number:#x}UL);",
        f"c[a + {short}] = {draw.choice((0x18, 0x5f, 0xd8, 0xf8)):#x};",
        f"if (c[a + 1] == {draw.choice((0xf8, 0xef, 0xd4)):#x}) b++;",
        f"if (c[15] == {short:#x}) b--;",
        f"*(unsigned int *)(c + a) |= {short:#x};",
    ))


def main():
    draw = random.Random(22)
    print("#include <undertow/annotate.h>")
    print("extern void kernel_function(unsigned int, unsigned long);")
    for number in range(FUNCTIONS):
        name = f"f{number}"
        print(f"long __untrusted {name}(volatile unsigned long *p, volatile unsigned char *c, "
              "long a, long b);")
        print(f"long {name}(volatile unsigned long *p, volatile unsigned char *c, "
              "long a, long b)\n{")
        for _ in range(6):
            print(f"\t{statement(draw)}")
        print("\treturn b;\n}")


if __name__ == "__main__":
    main()
