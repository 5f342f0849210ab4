#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Undertow tests - addresses in gates.

usage: reach.py FILE.c          make a source with more gates than a page has records
       reach.py --check FILE.o  check the relocations of its gates
"""

import re
import subprocess
import sys

GATES = 150
REACH = 0xf00
PAGE = 0x1000
# Symbols that are at the start of a page, or of a part of one.
ALIGNED = {"ut_state", "ut_cpu", "ut_cpu_bases", "__ut_map_dom"}


def make(path):
    """Write functions of various signatures."""
    kinds = ["int {0}(int a)", "short {0}(int a, int b, int c, long d)",
             "struct s {0}(struct s s, long a)", "void {0}(void)",
             "_Bool {0}(int a, int b, int c, int d, int e, int f, char g)"]
    lines = ["#include <undertow/annotate.h>", "struct s { long a[3]; };", "void out(int a, ...);"]
    for i in range(GATES):
        kind = kinds[i % len(kinds)].format(f"f{i}")
        result = "" if kind.startswith("void") else "return s;" if "struct" in kind else "return 1;"
        arguments = f"{i % 7}" + ", 1" * (i % 9)
        lines.append(f"__untrusted {kind} {{ out({arguments}); {result} }}")
    with open(path, "w", encoding="ascii") as out:
        out.write("\n".join(lines) + "\n")


def check(path):
    """Fail on a reference that is not absolute, or out of reach."""
    text = subprocess.run(["llvm-readelf", "-Wr", path], check=True, text=True,
                          capture_output=True).stdout
    part = text.split("'.rela.undertow.gate.dom'")[1].split("Relocation section")[0]
    found = re.findall(r"(R_X86_64_\w+)\s+[0-9a-f]+ (\S+) \+ ([0-9a-f]+)$", part, re.M)
    found += [(t, s, "0") for t, s in re.findall(r"(R_X86_64_\w+)\s+[0-9a-f]+ (\S+)$", part, re.M)]
    assert len(found) > 15 * GATES, len(found)
    highest = 0
    for kind, symbol, addend in found:
        assert kind == "R_X86_64_32S", (kind, symbol)
        assert symbol in ALIGNED | {".undertow.records.dom"}, symbol
        offset = int(addend, 16)
        highest = max(highest, offset)
        assert offset % PAGE < REACH and offset % 0x100 != 0x0f, (symbol, hex(offset))
    assert highest > PAGE, "the test needs more gates"


if sys.argv[1] == "--check":
    check(sys.argv[2])
else:
    make(sys.argv[1])
