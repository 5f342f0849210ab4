#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Undertow tests - every attribute on every subject with every argument.

usage: fuzz_attributes.py DIRECTORY COMPILER-COMMAND...

Each case is a line of a source file.  A first run of the compiler may report
errors at any line; the lines without one must then compile to an object, or
each failure must have an error at its line.  A crash of the compiler, an error
without a place, or output that cannot be read is a failure.  Nothing is random:
the same cases in the same order each time.
"""

import itertools
import pathlib
import re
import subprocess
import sys

ARGUMENTS = (
    "", "()", '("dom")', '("other")', '("")', '("a b")', '("9")', '("%s")', '("\\0x")',
    '("a\\0b")', f'("{"x" * 31}")', f'("{"x" * 32}")', f'("{"y" * 5000}")', '(L"a")', '(u8"a")',
    '(u"a")', '(U"a")', "(5)", "(-1)", "(1.5)", "('a')", "(name)", "(unknown)", "(1 + 1)",
    "(sizeof(int))", "(int)", "(struct s)", '("a", "b")', '("a" "b")', "(,)", '("a",)', "(&name)",
    '(("dom"))', '((char *)"dom")', '("\u00e4")', '("dom"[0])', "(__func__)", '("\\n")', "(0)",
    '("*/")', "(f())", "({ 1; })",
)
CXX_ARGUMENTS = ('(R"(dom)")', "(nullptr)", "(true)", "([]{})", "(T)", "(T...)", '("dom"...)')
# @ stands for the attribute, # for the number of the case.
SUBJECTS = (
    "int @ f#(int a);", "int f#(int a) @;", "@ int f#(int a) { return a; }",
    "int (@ f#)(int a);", "int * @ f#(int a);", "int f#(int a @) { return a; }",
    "int f#(@ int a);", "int f#(int @);", "int @ v#;", "int v# @ = 1;", "static int v# @;",
    "extern int v# @;", "int v#[3] @;", "int @ v#, w#;", "int v#, w# @;", "const int v# @ = 3;",
    "typedef int t# @;", "typedef @ int t#(int); t# f#;", "struct @ s# { int a; };",
    "struct s# { int a @; };", "struct s# { int a : 3 @; };", "struct s# { @ struct { int b; }; };",
    "union @ u# { int a; };", "enum @ e# { A# };", "enum e# { A# @ };",
    "void f#(void) { int v @ = 1; (void)v; }", "void f#(void) { static int v @; v++; }",
    "void f#(void) { extern int w# @; w#++; }", "void f#(void) { extern int g#(int) @; g#(1); }",
    "void f#(void) { @; }", "void f#(void) { l: @; goto l; }",
    "void f#(int a) { switch (a) { case 1: @; default: break; } }",
    "void f#(int a) { if (a) @ return; }", "void f#(void) { for (@ int i = 0; i < 1; i++) ; }",
    "int (@ *p#)(int);", "int (*p# @)(int);", "int (*p#)(int) = (int (* @)(int))0;",
    "int v# = sizeof(int @);", "void f#(void) { (void)(struct { int a @; }){ 1 }; }", "@;",
    "int f#(int a) { int @ g(int); return g(a); }", "_Thread_local int v# @;",
    "int v# __attribute__((alias(\"name\"))) @;", "register int v# __asm__(\"rbx\") @;",
    "int f#(int a) __attribute__((weak)) @;", "inline int f#(int a) @;",
    "static inline int f#(int a) @ { return a; }", "int @ @ f#(int a);",
    "int f#(int a, ...) @;", "_Static_assert(1, \"\") @;", "__asm__(\"\") @;",
)
C_SUBJECTS = (
    "int f#(a) int a @; { return a; }", "@ int f#(a) int a; { return a; }", "int @ f#();",
    "int f#() @;",
    "int f#(int a) { int g(int b) @; return g(a); }",
)
CXX_SUBJECTS = (
    "namespace @ n# {}", "namespace n# { int @ f(int); int v @; }", "using t# @ = int;",
    "template <class T> int @ f#(T a) { return 1; } int u# = f#(1);",
    "template <class T> struct s# { static int v @; int @ m(T); }; s#<int> u#;",
    "template <class T> int v# @ = 1; int u# = v#<int>;",
    "template <class T @> struct s#;", "struct s# { int @ m(int); static int @ n(int); };",
    "struct s# { @ s#(); @ ~s#(); int operator+(int) @; };",
    "struct s# { static int v @; }; int s#::v @ = 1;", "auto v# = [](int a) @ { return a; };",
    "auto v# = [] @ (int a) { return a; };", "struct s# { friend int f#(int) @; };",
    "extern \"C\" { int @ f#(int); }", "extern \"C\" int f#(int) @;", "enum class @ e# { a @ };",
    "int f#(int a) { try { throw a; } catch (int b @) { return b; } }",
    "template <int N> @ int f#() { return N; } template @ int f#<1>();",
    "template <> @ int missing#<1>();", "struct s# { int a @ = 1; };",
    "int &v# @ = *new int;", "int f#(int &a @);", "struct s# { virtual int f() @ = 0; };",
    "auto f#(int a) @ -> int;", "int f#(int a) noexcept @;", "concept @ c# = true;",
    "void f#() { auto [a @, b] = \"x\"; }", "using n#::f @;", "union { int v# @; };",
)
WRITTEN = ("__attribute__((undertow_untrusted{}))", "__attribute__((undertow_critical{}))",
           "[[undertow::untrusted{}]]", "[[undertow::critical{}]]", 
           "__attribute__((__undertow_untrusted__{}))", "[[gnu::undertow_untrusted{}]]")
PRAGMAS = (
    '#pragma clang attribute push ({}, apply_to = function)\nint f#(int a) {{ return a; }}\n'
    '#pragma clang attribute pop',
    '#pragma clang attribute push ({}, apply_to = variable)\nint v#;\n#pragma clang attribute pop',
    '#pragma clang attribute push ({}, apply_to = any(function, variable(is_global)))\n'
    'int f#(int a);\n#pragma clang attribute pop',
)


def cases(cxx):
    """Each subject with each spelling, arguments in turn; each argument once on
    a function and on a variable."""
    subjects = SUBJECTS + (CXX_SUBJECTS if cxx else C_SUBJECTS)
    arguments = ARGUMENTS + (CXX_ARGUMENTS if cxx else ())
    turn = itertools.cycle(arguments)
    for subject, written in itertools.product(subjects, WRITTEN):
        yield subject.replace("@", written.format(""))
        yield subject.replace("@", written.format(next(turn)))
    for argument, written in itertools.product(arguments, WRITTEN):
        yield "int @ f#(int a) { return a; }".replace("@", written.format(argument))
        yield "@ int v#;".replace("@", written.format(argument))
    for pragma, written in itertools.product(PRAGMAS, WRITTEN[:4]):
        yield pragma.format(written.format(next(turn)))


class Fuzzer:
    """Runs the compiler on files of cases."""

    def __init__(self, directory, command):
        self.directory = pathlib.Path(directory)
        self.command = command
        self.failures = []

    def compile(self, name, texts, *options):
        """Numbers of the cases with errors, and the status."""
        lines, owner = ["int name(int); struct s { int a; };"], [None]
        for number, text in enumerate(texts):
            for line in text.replace("#pragma", "\1").replace("#", str(number)) \
                    .replace("\1", "#pragma").splitlines():
                lines.append(line)
                owner.append(number)
        path = self.directory / name
        path.write_text("\n".join(lines) + "\n")
        run = subprocess.run([*self.command, *options, str(path)], text=True, errors="replace",
                             capture_output=True, timeout=120, check=False)
        if run.returncode not in (0, 1) or "PLEASE submit a bug report" in run.stderr:
            self.failures.append(f"{path}: crash, status {run.returncode}\n{run.stderr[-3000:]}")
        found = {owner[int(n) - 1] for n in
                 re.findall(rf"^{re.escape(str(path))}:(\d+):\d+: error: ", run.stderr, re.M)}
        for line in run.stderr.splitlines():
            if line.startswith("error: "):
                self.failures.append(f"{path}: error without a place: {line}")
        if run.returncode == 1 and not found:
            self.failures.append(f"{path}: failed without an error\n{run.stderr[-3000:]}")
        return found, run.returncode

    def check(self, language, standard, texts):
        """Errors first, then objects of what had none."""
        common = ("-x", language, f"-std={standard}", "-ferror-limit=0", "-w")
        suffix = standard.replace("+", "p")
        bad, _ = self.compile(f"all-{suffix}.txt", texts, *common, "-fsyntax-only")
        good = [t for n, t in enumerate(texts) if n not in bad]
        for level in ("-O0", "-O2"):
            rest = good
            output = self.directory / f"{suffix}{level}.o"
            # Errors of the passes stop the object: drop their cases, once or twice.
            for attempt in range(4):
                found, status = self.compile(f"good-{suffix}{level}-{attempt}.txt", rest, *common,
                                             level, "-c", "-o", str(output))
                if not status:
                    break
                rest = [t for n, t in enumerate(rest) if n not in found]
            else:
                self.failures.append(f"{output}: still errors after four runs")
                continue
            self.read_object(output)
        print(f"{standard}: {len(texts)} cases, {len(bad)} with errors, {len(rest)} in the object")

    def read_object(self, output):
        """A well-formed object."""
        run = subprocess.run(["llvm-readelf", "-aW", str(output)], text=True, errors="replace",
                             capture_output=True, check=False)
        if run.returncode or run.stderr:
            self.failures.append(f"{output}: {run.stderr[-1000:]}")


def main():
    fuzzer = Fuzzer(sys.argv[1], sys.argv[2:])
    for language, standard in (("c", "gnu11"), ("c", "gnu23"), ("c++", "gnu++20")):
        fuzzer.check(language, standard, list(cases(language == "c++")))
    print("\n".join(fuzzer.failures))
    return bool(fuzzer.failures)


if __name__ == "__main__":
    sys.exit(main())
