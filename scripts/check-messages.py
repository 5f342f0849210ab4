#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Undertow scripts - docs/messages.md lists the messages, and they are tested.

A row of the document is | `message` | meaning | fix |, with <values> for what
varies.  Checked, for each part of the project:

- the fixed text of each row is made of string literals of that part;
- each literal that reads like text of a message (two words) is in a row;
- each row of the compiler, Kbuild and linker parts is expected by a test.

Prints findings; exit code 0 if there are none, 1 otherwise.
"""

import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
# Heading of the document: files with its messages, folder with the tests.
PARTS = {
    "Compiler": (("clang-plugin/*.cpp",), ("tests/plugin",)),
    "Kbuild": (("linker-scripts/module.mk",), ("tests/plugin",)),
    "Linker": (("linker-scripts/undertow-module.lds.S",), ("tests/plugin",)),
    "Tool": (("tools/*.c",), ("tests/plugin",)),
    "Runtime": (("runtime/*.c",), ()),
}
# Assembler with its comments.
NOT_MESSAGES_IN = ("GateAsm.cpp", "RegionMap.cpp")
# Text that nobody sees as a message.
NOT_MESSAGES = {
    "Undertow supports LLVM 19 and 22",
    "kind of scalar",
    "that is incomplete",
    "exit gate records",
    "gate records",
    "Look at kernel modules compiled with the Undertow plugin.",
    "Exit status: 0 nothing found, 1 findings, 2 bad usage or an unreadable file.",
    "  verify   untrusted text spells no forbidden instruction, at any byte offset",
    "section header",
    "symbol table",
    "no command",
    "isolate untrusted code in restricted views",
    "object of an isolated domain",
    "object that no restricted view shows",
    "trusted function that a domain may call",
}
VALUE = re.compile(r"<[^<>]*>")


def strip_comments(text):
    """C and C++ without comments; literals stay."""
    pattern = r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*'
    return re.sub(pattern, lambda m: m[0] if m[0][0] == '"' else " ", text, flags=re.S)


def c_literals(text):
    """String literals, adjacent ones joined."""
    one = r'"((?:\\.|[^"\\\n])*)"'
    text = re.sub(r"\bMODULE_\w+\(.*?\);|llvm_unreachable\(.*?\);", "", strip_comments(text),
                  flags=re.S)
    for run in re.finditer(rf"{one}(?:\s*{one})*", text):
        yield "".join(re.findall(one, run[0]))


def make_literals(text):
    """Arguments of $(error), with %s for references."""
    for match in re.finditer(r"\$\(error (.*?)\)\n", text.replace("\\\n", " "), re.S):
        literal, count = match[1], 1
        while count:  # innermost references first
            literal, count = re.subn(r"\$\([^()]*\)", "%s", literal)
        yield re.sub(r"\s+", " ", literal)


def linker_literals(text):
    """Arguments of ASSERT() and of the macro that makes strings."""
    yield from c_literals(text)
    for match in re.finditer(r"UT_WORDS\((error: [^)]*)\)", text):
        yield re.sub(r"KIND\.D|WHAT", "%s", match[1]).replace("%s", "%s.%s", 1)


def fragments(path):
    """Fixed text of the messages in a file."""
    text = path.read_text()
    if path.name in NOT_MESSAGES_IN:
        return
    kinds = {".mk": make_literals, ".S": linker_literals}
    for literal in kinds.get(path.suffix, c_literals)(text):
        for piece in re.split(r"%[-#0-9.]*(?:p[A-Z]?|(?:ll|l|z)?[a-zA-Z])|<[^<>]*>|\\n",
                              literal):
            yield piece.replace('\\"', '"')


def is_text(fragment):
    """Two words, and no assembler, no regular expression, no format."""
    return (fragment not in NOT_MESSAGES and not re.search(r"\\|\[|\t|@", fragment)
            and re.search(r"[a-z]{2,},? [a-z]{2,}", fragment))


def rows(document, part):
    """Messages below a heading: number of the line and cells."""
    inside = False
    for number, line in enumerate(document.splitlines(), 1):
        if line.startswith("## "):
            inside = line[3:].strip() == part
        elif inside and line.startswith("| `"):
            yield number, [c.strip() for c in re.split(r"(?<!\\)\|", line.strip(" |"))]


def covers(pieces, text):
    """Is the text made of these pieces?  Longest first, no words may be left."""
    for piece in pieces:
        text = text.replace(piece, "\0")
    return not re.search(r"[a-zA-Z]", text)


def expectations(folders):
    """What the tests expect, a line each, without the syntax around it."""
    for folder in folders:
        for path in sorted((TOP / folder).rglob("*")):
            if path.is_file():
                for line in path.read_text(errors="replace").splitlines():
                    if re.search(r"expected-(error|warning|note|remark)|[A-Z0-9]+(-[A-Z]+)*:",
                                 line):
                        yield line


def check_part(document, part):
    """Findings of one part."""
    patterns, tests = PARTS[part]
    found = {f for p in patterns for path in sorted(TOP.glob(p)) for f in fragments(path)}
    pieces = sorted({f.strip(" ,;'") for f in found if re.search("[a-zA-Z]", f)},
                    key=len, reverse=True)
    expected = list(expectations(tests))
    messages = []
    for number, cells in rows(document, part):
        where = f"docs/messages.md:{number}"
        if len(cells) != 3 or not all(cells):
            yield f"{where}: not a message, a meaning and a fix"
            continue
        message = cells[0].strip("`").replace("\\|", "|")
        messages.append(message)
        fixed = VALUE.split(message)
        if not all(covers(pieces, text) for text in fixed):
            yield f"{where}: not in the source: {message}"
        wanted = re.compile(".*".join(re.escape(f.strip()) for f in fixed if f.strip()))
        if tests and not any(wanted.search(line) for line in expected):
            yield f"{where}: no test expects: {message}"
    text = "\n".join(VALUE.sub("<>", m) for m in messages)
    for fragment in sorted(f.strip(" ,;'\"") for f in found if is_text(f)):
        if fragment not in text:
            yield f"docs/messages.md: missing in '{part}': {fragment}"


def main():
    document = (TOP / "docs/messages.md").read_text()
    findings = [f for part in PARTS for f in check_part(document, part)]
    print("\n".join(findings), end="\n" if findings else "")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())
