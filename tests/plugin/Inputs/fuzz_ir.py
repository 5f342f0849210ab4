#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Undertow tests - odd but valid IR through the passes.

usage: fuzz_ir.py DIRECTORY COMPILER-COMMAND...

Each case is a module of its own, compiled with optimization,
one in four also without.  The
compiler must not crash: it makes an object that can be read, or reports an
error.  Cases that must be one or the other say so.  Prints failures.
"""

import pathlib
import subprocess
import sys

HEAD = """target triple = "x86_64-pc-linux-gnu"
declare void @trusted(ptr)
declare i32 @take(i32)
"""
TAIL = """
attributes #0 = { "undertow-untrusted"="dom" }
attributes #1 = { "undertow-untrusted"="other" }
attributes #2 = { "undertow-untrusted" }
"""
# Values of the attribute, which become names of sections and symbols.
NAMES = ("", "a b", "9", "a-b", "x" * 31, "x" * 32, "y" * 4000, "a\\00b",
         "a\\22, \\22aw\\22", "a\\0A.text", "\\FF", "dom.", "*", "a,b")
BODY = "  ret i32 %a\n"

CASES = {f"name-{n}": f'define i32 @f(i32 %a) "undertow-untrusted"="{name}" {{\n{BODY}}}'
         for n, name in enumerate(NAMES)}
CASES |= {f"variable-name-{n}": f'@v = global i32 1 "undertow-untrusted"="{name}"'
          for n, name in enumerate(NAMES)}
LINKAGES = ("private", "internal", "available_externally", "linkonce", "weak", "linkonce_odr",
            "weak_odr", "external", "hidden", "protected", "dllexport", "extern_weak")
CASES |= {f"linkage-{k}": f"define {k} i32 @f(i32 %a) #0 {{\n{BODY}}}\n"
          "@p = global ptr @f\ndefine i32 @u(i32 %a) { %r = call i32 @f(i32 %a) ret i32 %r }"
          for k in LINKAGES if k != "extern_weak"}
CASES |= {f"copy-{k}": f"define {k} i32 @h(i32 %a) inlinehint {{\n{BODY}}}\n"
          "define i32 @f(i32 %a) #0 { %r = call i32 @h(i32 %a) ret i32 %r }"
          for k in LINKAGES if k not in ("extern_weak", "dllexport")}
CASES |= {f"data-{k}": f"@v = {k} global [3 x i32] zeroinitializer #0\n"
          "define i32 @f(i32 %a) #0 { %p = getelementptr i32, ptr @v, i32 %a "
          "%r = load i32, ptr %p ret i32 %r }"
          for k in LINKAGES + ("common",) if k not in ("extern_weak", "dllexport", "external")}
TYPES = ("i1", "i3", "i8", "i33", "i64", "i65", "i128", "i1024", "half", "bfloat", "float",
         "double", "x86_fp80", "fp128", "<4 x i32>", "<1 x i64>", "[2 x i32]", "{ i32, i64 }",
         "{}", "ptr", "ptr addrspace(1)", "[0 x i8]", "{ ptr, { i8, i8 } }", "<vscale x 2 x i32>")
CASES |= {f"argument-{n}": f"define void @f({t} %a) #0 {{ ret void }}" for n, t in enumerate(TYPES)}
CASES |= {f"result-{n}": f"define {t} @f() #0 {{ ret {t} poison }}" for n, t in enumerate(TYPES)}
CASES |= {f"exit-{n}": f"declare {t} @g({t})\ndefine void @f() #0 {{ %r = call {t} @g({t} poison) "
          "ret void }" for n, t in enumerate(TYPES)}
CASES |= {
    "empty-module": "",
    "huge-switch": "define i32 @f(i32 %a) #0 {\n  switch i32 %a, label %d [\n"
                   + "".join(f"    i32 {n * 3}, label %l{n % 97}\n" for n in range(3000)) + "  ]\n"
                   + "".join(f"l{n}:\n  %r{n} = call i32 @take(i32 {n})\n  ret i32 %r{n}\n"
                             for n in range(97))
                   + "d:\n  ret i32 0\n}",
    "deep-constant": "@v = global i64 0\ndefine ptr @f() #0 { ret ptr "
                     + "getelementptr (i8, ptr " * 60
                     + "@v" + ", i64 ptrtoint (ptr @v to i64))" * 60 + " }",
    "many-arguments": "define void @f(" + ", ".join(f"i64 %a{n}" for n in range(300))
                      + ") #0 { ret void }",
    "many-functions": "".join(f"define i32 @f{n}(i32 %a) #0 {{\n"
                              f"  %r = call i32 @f{n + 1}(i32 %a)\n  ret i32 %r\n}}\n"
                              for n in range(300)) + "declare i32 @f300(i32)",
}
ODD = (pathlib.Path(__file__).parent / "odd.ll").read_text()
CASES |= dict(part.split("\n", 1) for part in ODD.split("\n;--- ")[1:])
# What may not pass in silence, and what must work.
MUST_FAIL = {f"name-{n}" for n, name in enumerate(NAMES) if name != "x" * 31} | {
    "ifunc-resolver", "appending-reference", "thread-local", "thread-local-own", "naked",
    "convention", "prologue", "critical-reference", "blockaddress-own", "blockaddress-foreign",
    "attribute-flood", "annotations-domain", "exit-attribute-forged", "domain-attribute-forged",
    "module-entry-typed", "module-entry-variable", "module-entry-alias",
    "attribute-without-value", "unnamed"}
MUST_WORK = {
    "empty-module", "declaration-only", "recursion", "mutual", "huge-switch", "endless", "comdat",
    "comdat-data", "appending", "self-reference", "reference-cycle", "many-functions", "name-4",
    "unreachable-block", "linkage-weak", "linkage-private", "copy-linkonce_odr", "data-common"}


def problem(name, output, run):
    """What is wrong with a run, or None."""
    if run.returncode not in (0, 1) or "PLEASE submit a bug report" in run.stderr:
        return f"crash, status {run.returncode}"
    if run.returncode:
        if name in MUST_WORK:
            return "must compile"
        return None if "error: " in run.stderr else "failed without an error"
    if name in MUST_FAIL:
        return "must be an error"
    read = subprocess.run(["llvm-readelf", "-aW", str(output)], capture_output=True, text=True,
                          errors="replace", check=False)
    return read.stderr if read.returncode or read.stderr else None


def main():
    directory, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    failures = errors = runs = 0
    for number, (name, text) in enumerate(CASES.items()):
        path, output = directory / f"{name}.ll", directory / f"{name}.o"
        path.write_text(HEAD + text + TAIL)
        for level in ("-O0", "-O2")[number % 4 and 1:]:  # one in four with both
            run = subprocess.run([*command, level, "-x", "ir", "-c", str(path), "-o", str(output)],
                                 capture_output=True, text=True, errors="replace", timeout=120,
                                 check=False)
            runs += 1
            errors += run.returncode == 1
            found = problem(name, output, run)
            if found:
                failures += 1
                print(f"{path} {level}: {found}\n{run.stderr[-1500:]}")
    print(f"{len(CASES)} cases, {runs} runs, {errors} with errors, {failures} failures")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
