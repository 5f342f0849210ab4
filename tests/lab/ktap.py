# SPDX-License-Identifier: GPL-2.0-only
# Undertow tests - strict KTAP reader
"""Read the output of ut-tests: a subtest for each suite.

Strict: results are numbered from 1 without gaps, their number is the plan's,
and every suite that was asked for is there. Whatever is missing has failed.
"""

import re

RESULT = re.compile(r"^( *)(not ok|ok) (\d+) ([^#]*?)\s*(?:# (.*))?$")
PLAN = re.compile(r"^( *)1\.\.(\d+)(?: # .*)?$")
NOTE = re.compile(r"^ +# (.*)$")
INDENT = 4


class Suite:
    """Results of one subtest, in the order of arrival."""

    def __init__(self):
        self.plan = None
        self.results = []
        self.notes = []

    def add(self, good, number, name, directive):
        why = "; ".join(note for note in self.notes if not note.startswith("Totals:"))
        self.notes = []
        if number != len(self.results) + 1:
            self.results.append((name, "failed", f"numbered {number}"))
        elif directive and directive.upper().startswith("SKIP"):
            self.results.append((name, "skipped", directive[4:].strip()))
        else:
            self.results.append((name, "passed" if good else "failed", why))

    def missing(self):
        if self.plan is None:
            return ["no plan: " + "; ".join(self.notes)]
        return [f"no result for test {number} of {self.plan}"
                for number in range(len(self.results) + 1, self.plan + 1)]


def read(text):
    """Return [(suite name, passed, Suite)] of one document."""
    done, current = [], Suite()
    for line in text.splitlines():
        line = line.rstrip("\r")
        if line.strip().startswith("Bail out!"):
            current.notes.append(line.strip())
        elif (match := RESULT.match(line)) and len(match[1]) == INDENT:
            current.add(match[2] == "ok", int(match[3]), match[4], match[5])
        elif match and not match[1]:
            done.append((match[4], match[2] == "ok", current))
            current = Suite()
        elif (match := PLAN.match(line)) and len(match[1]) == INDENT:
            current.plan = int(match[2])
        elif match := NOTE.match(line):
            current.notes.append(match[1])
    if current.plan is not None:
        done.append(("(unfinished)", False, current))
    return done


def results(text, suites):
    """Yield (test, verdict, why) for all suites that should have run."""
    found = read(text)
    for index, name in enumerate(suites):
        if index >= len(found):
            yield f"{name}", "failed", "CRASH: the suite did not run"
            continue
        label, passed, suite = found[index]
        for test, verdict, why in suite.results:
            yield f"{name}/{test}", verdict, why
        for why in suite.missing():
            yield f"{name}", "failed", f"CRASH: {why}"
        whole = all(verdict != "failed" for _, verdict, _ in suite.results)
        if label != name or passed != (whole and not suite.missing()):
            yield f"{name}/verdict", "failed", f"the suite's own line says {label}: {passed}"
