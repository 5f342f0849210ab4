# SPDX-License-Identifier: GPL-2.0-only
"""Undertow tests - addresses: address.py FILE [last:]SYMBOL[+OFFSET]...

last: the last byte of the symbol instead of its first.
"""

import re
import subprocess
import sys

table = {}
for line in subprocess.run(["llvm-readelf", "-Ws", sys.argv[1]], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines():
    fields = line.split()
    if len(fields) == 8 and fields[3] == "FUNC":
        table[fields[7]] = (int(fields[1], 16), int(fields[2], 0))
for word in sys.argv[2:]:
    last, name, offset = re.fullmatch(r"(last:)?(.*?)(?:\+(\d+))?", word).groups()
    start, size = table[name]
    print(hex(start + (size - 1 if last else int(offset or 0))))
