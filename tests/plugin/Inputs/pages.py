#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Undertow tests - does any page of a module have two owners?

usage: pages.py MODULE

Walks the sections as the kernel's module loader places them: writable,
executable and other sections apart, each at its alignment, in order.  Fails
when a page holds bytes of two regions, or of a region and anything else.
"""

import re
import subprocess
import sys

PAGE = 4096
REGION = re.compile(r"\.undertow\.(text|gate|records|rodata|data|bss)\.|\.undertow\.critical")


def sections(path):
    """Name, size, flags and alignment of the sections that are loaded."""
    text = subprocess.run(["llvm-readelf", "-WS", path], check=True, text=True,
                          capture_output=True).stdout
    for line in text.splitlines():
        found = re.match(r"\s+\[\s*\d+\] (\S+)\s+\S+\s+[0-9a-f]+\s+[0-9a-f]+\s+([0-9a-f]+)\s+\S+\s+"
                         r"([A-Za-z]*)\s+\d+\s+\d+\s+(\d+)", line)
        if found and "A" in found[3]:
            yield found[1], int(found[2], 16), found[3], int(found[4])


def main():
    """Judge."""
    ends, owners, bad, regions = {}, {}, [], 0
    for name, size, flags, align in sections(sys.argv[1]):
        memory = "x" if "X" in flags else "w" if "W" in flags else "r"
        start = -(-ends.get(memory, 0) // align) * align
        ends[memory] = start + size
        owner = name if REGION.match(name) else ""
        regions += bool(owner and size)
        for page in range(start // PAGE, -(-(start + size) // PAGE)):
            other = owners.setdefault((memory, page), owner)
            if other != owner:
                bad.append(f"{name} shares a page with {other or 'what is no region'}")
    for text in bad:
        print(f"{sys.argv[1]}: error: {text}")
    print(f"{regions} regions, {len(bad)} shared pages")
    return 1 if bad else 0


sys.exit(main())
