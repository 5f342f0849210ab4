#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Undertow tests - damaged files: damage.py TOOL FILE.

Runs `TOOL verify` on the file cut short everywhere and with changed bytes; it
must end by itself, with a status that it documents.
"""

import pathlib
import subprocess
import sys
import tempfile


def damaged(data):
    """The file with a bit of damage."""
    for size in range(0, len(data), 37):
        yield data[:size]
    headers = int.from_bytes(data[0x28:0x30], "little")
    places = [*range(64), *range(headers, len(data)), *range(64, headers, 29)]
    for number, place in enumerate(places):
        value = (0xff, 0x80, 0x01)[number % 3]
        yield data[:place] + bytes([data[place] ^ value]) + data[place + 1:]


def main():
    tool, path = sys.argv[1:]
    with tempfile.NamedTemporaryFile(suffix=".o") as file:
        for number, data in enumerate(damaged(pathlib.Path(path).read_bytes())):
            pathlib.Path(file.name).write_bytes(data)
            status = subprocess.run([tool, "verify", file.name], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL, timeout=10, check=False).returncode
            if status not in (0, 1, 2):
                sys.exit(f"damage {number}: status {status}")


if __name__ == "__main__":
    main()
