#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Undertow scripts - docs/invariants.md names only what exists.

Each invariant has a line "- enforced by:" and a line "- tests:".  Names in
backquotes there must occur in the code and in the tests respectively; a tests
line without a name must say [test pending].  Prints findings; exit code 0 if
there are none, 1 otherwise.
"""

import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
CODE = ("runtime", "clang-plugin", "linker-scripts", "hv-support", "include")


def text_of(folders):
    """All text of the files below the folders, as one string."""
    files = (f for d in folders for f in sorted((TOP / d).rglob("*")) if f.is_file())
    return "\n".join(f"{f}\n{f.read_text(errors='replace')}" for f in files)


def check_line(number, line, places):
    """Findings of one line of the document."""
    for key, where in places.items():
        if not line.startswith(f"- {key}:"):
            continue
        names = re.findall(r"`([^`]+)`", line)
        if not names and "[test pending]" not in line:
            yield f"docs/invariants.md:{number}: no name after '{key}'"
        for name in names:
            if name.removesuffix("()") not in where:
                yield f"docs/invariants.md:{number}: {name}: does not exist"


def main():
    document = (TOP / "docs/invariants.md").read_text()
    places = {"enforced by": text_of(CODE), "tests": text_of(("tests", "hv-support"))}
    findings = [f for number, line in enumerate(document.splitlines(), 1)
                for f in check_line(number, line, places)]
    for number in range(1, 13):
        section = re.search(rf"^## INV-{number} .*?(?=^## |\Z)", document, re.M | re.S)
        if not section:
            findings.append(f"docs/invariants.md: INV-{number} is missing")
            continue
        findings += [f"docs/invariants.md: INV-{number}: no '- {key}:' line"
                     for key in places if f"\n- {key}:" not in section[0]]
    print("\n".join(findings), end="\n" if findings else "")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())
