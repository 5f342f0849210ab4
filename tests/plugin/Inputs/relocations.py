#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Undertow tests - where does code of a domain refer to?

usage: relocations.py OBJECT DOMAIN [ALLOWED-SYMBOL...]

Fails when a relocation in the text of the domain has a target outside of the
domain's own text, gates, rodata, data and bss.
"""

import re
import subprocess
import sys


def readobj(option, path):
    """Lines of llvm-readobj."""
    return subprocess.run(["llvm-readobj", option, path], check=True, text=True,
                          capture_output=True).stdout.splitlines()


def symbol_sections(path):
    """Section of each symbol, as `{name: section}`."""
    sections, name = {}, None
    for line in readobj("--symbols", path):
        if found := re.match(r"\s+Name: (\S*)", line):
            name = found[1]
        elif found := re.match(r"\s+Section: (\S+)", line):
            sections[name] = found[1]
    return sections


def foreign(path, domain, allowed):
    """Targets outside of the domain."""
    sections = symbol_sections(path)
    inside = {f".undertow.{kind}.{domain}"
              for kind in ("text", "gate", "rodata", "data", "bss")}
    count, bad, current = 0, [], ""
    for line in readobj("--relocations", path):
        if found := re.match(r"\s+Section \(\d+\) \.rela(\S+) {", line):
            current = found[1]
        elif (found := re.match(r"\s+0x\S+ R_\S+ (\S+)", line)) and \
                current == f".undertow.text.{domain}":
            count += 1
            target = found[1]
            if sections.get(target, target) not in inside and target not in allowed:
                bad.append(target)
    return count, bad


def main():
    """Judge."""
    count, bad = foreign(sys.argv[1], sys.argv[2], sys.argv[3:])
    for target in bad:
        print(f"{sys.argv[1]}: error: domain text refers to '{target}'")
    print(f"{count} relocations, {len(bad)} foreign")
    return 1 if bad else 0


sys.exit(main())
