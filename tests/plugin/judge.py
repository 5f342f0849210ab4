#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Undertow tests - run lit over tests/plugin for one build: judge.py BUILD-DIR.

Prints a line per test as it ends, the output of those that failed, and leaves
"passed failed skipped" in BUILD-DIR/tests/plugin-totals.  A report of a sanitizer
is a failure of its own, whatever the test that made it expected.
Exit codes: 0 all passed, 1 some failed, 2 usage or no lit.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORDS = {"PASS": "passed", "XFAIL": "passed", "UNSUPPORTED": "skipped", "SKIPPED": "skipped"}


def find_lit(tools):
    """lit of this LLVM: its place depends on the version."""
    for path in (tools / "lit", tools.parent / "build" / "utils" / "lit" / "lit.py"):
        if path.exists():
            return path
    sys.exit("judge.py: error: no lit, install llvm-<version>-tools")


def reason(label, name):
    """Why a test was not run."""
    if name.startswith("installed-") and label.endswith("-sanitized"):
        return "a preloaded runtime looks for short names in its own library path"
    if name.startswith("installed-"):
        return "the plugin is not installed, and overlays are refused here"
    if name.startswith("sanitizer-"):
        return "only in a sanitized build"
    if "ccache" in name:
        return "no ccache"
    return "no kernel build tree, set UNDERTOW_KERNEL_BUILD"


def show(label, name, code):
    if WORDS.get(code) == "passed":
        line = f"ok {label}/{name}"
    elif WORDS.get(code) == "skipped":
        line = f"skip {label}/{name}: {reason(label, name)}"
    else:
        line = f"FAIL {label}/{name}: {code.lower()}, output below"
    print(line, flush=True)


def run(build, label, tools, results):
    """Run lit and follow it."""
    command = [sys.executable, str(find_lit(tools)), "-v", "-o", str(results),
               "--param", f"undertow_dir={build}/undertow", str(HERE)]
    if "UNDERTOW_LIT_FILTER" in os.environ:
        command += ["--filter", os.environ["UNDERTOW_LIT_FILTER"]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace") as lit:
        for line in lit.stdout:
            test = re.match(r"([A-Z]+): plugin :: (\S+) \(\d+ of \d+\)", line)
            if test:
                show(label, test[2], test[1])


def take_reports(build):
    """What sanitizers reported in a sanitized build: the text of each."""
    texts = []
    for report in sorted((build / "tests" / "reports").glob("report*")):
        texts.append(report.read_text(errors="replace"))
        report.unlink()
    return texts


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: judge.py BUILD-DIR")
    build = Path(sys.argv[1]).resolve()
    version, tools = (build / "undertow" / "llvm").read_text(encoding="ascii").split()
    label = f"llvm-{version}"
    if (build / "undertow" / "sanitizer").exists():
        label += "-sanitized"
    results = build / "tests" / "plugin-results.json"
    totals = build / "tests" / "plugin-totals"
    results.parent.mkdir(exist_ok=True)
    for old in (results, totals):
        old.unlink(missing_ok=True)
    (build / "tests" / "reports").mkdir(exist_ok=True)
    take_reports(build)
    run(build, label, Path(tools), results)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for test in json.loads(results.read_text())["tests"]:
        kind = WORDS.get(test["code"], "failed")
        counts[kind] += test["code"] != "EXCLUDED"
        if kind == "failed" and test["code"] != "EXCLUDED":
            print(f"--- {label}: {test['name']}\n{test['output']}")
    for text in take_reports(build):
        counts["failed"] += 1
        print(f"FAIL {label}/report: the plugin did what no C++ may\n{text}")
    totals.write_text(" ".join(map(str, counts.values())) + "\n")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
