#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Undertow tests - how many instructions does a gate execute?

usage: count.py OBJECT SYMBOL [TAKEN-JUMP...]

Follows the code of a gate from its symbol to its RET.  Conditional jumps are
not taken, but for those whose number is given: the first is 1.
"""

import re
import subprocess
import sys


def instructions(path, symbol):
    """List of (address, mnemonic, operands)."""
    text = subprocess.run(["llvm-objdump", "-d", "--no-show-raw-insn",
                           f"--disassemble-symbols={symbol}", path], check=True,
                          text=True, capture_output=True).stdout
    rows = re.findall(r"^\s*([0-9a-f]+):\s+(\S+)[ \t]*([^\n]*)$", text, re.M)
    return [(int(address, 16), name, operands) for address, name, operands in rows]


def follow(code, taken):
    """Number of executed instructions of the gate."""
    index = {address: i for i, (address, _, _) in enumerate(code)}
    at = executed = jumps = 0
    while True:
        _, name, operands = code[at]
        executed += 1
        if name.startswith("ret"):
            return executed
        at += 1
        if name.startswith("j") and not name.startswith("jmp"):
            jumps += 1
            if jumps in taken:
                at = index[int(operands.split()[0], 16)]


def main():
    """Print the count."""
    print(follow(instructions(sys.argv[1], sys.argv[2]), {int(a) for a in sys.argv[3:]}))


main()
