# SPDX-License-Identifier: GPL-2.0-only
# Undertow tests - KVM's own selftests, without the series and with it
"""Run each on a stock host and on patched ones: the outcome must be the same."""

import re
import shutil
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
LAB = TOP / "lab" / "undertow-lab"
HERE = TOP / "tests" / "lab" / "host"
LIST = HERE / "kvm-selftests.txt"

OUTCOME = re.compile(r"^outcome (\S+) (ok|skip|fail|timeout) (\d+) ?(.*)$", re.M)
# Emulated seconds for one program, real ones for a batch of them.
PROGRAM_SECONDS = 60
BATCH_SECONDS = 3600
# Without the series, with it, and with it turned off; nested virtualization as KVM has it.
HOSTS = {
    "stock": ["--host", "stock", "--kvm-args", "nested=1"],
    "patched": ["--host", "patched", "--kvm-args", "nested=1"],
    "off": ["--host", "patched", "--kvm-args", "nested=1 undertow=0"],
}


def batches():
    """Return the lists of programs, with their arguments, that share a boot."""
    parts = re.split(r"^# batch: .*$", LIST.read_text(), flags=re.M)
    return [[line for line in part.splitlines() if line and not line.startswith(("#", "not run:"))]
            for part in parts[1:]]


def run_batch(programs, options, built, log):
    """Return what one host prints about one batch."""
    names = {line.split()[0] for line in programs}
    # The script runs the program of its name.
    names |= {name.removesuffix(".sh") for name in names}
    files = [HERE / "outcomes", *(built / name for name in sorted(names))]
    add = [word for path in files for word in ("--add", f"{path}:/tests/{path.name}")]
    shutil.rmtree(log, ignore_errors=True)
    log.mkdir(parents=True)
    done = subprocess.run([str(LAB), "run", "--on", "host", *options, "--log", str(log),
                           "--timeout", str(BATCH_SECONDS), *add, "--", "/run/tests/outcomes",
                           str(PROGRAM_SECONDS), *programs],
                          stdout=subprocess.PIPE, text=True, errors="replace", check=False)
    record = log / "result.txt"
    return record.read_text(errors="replace") if record.exists() else done.stdout


def tidy(reason):
    """Return what a program says, without what all say."""
    reason = re.sub(r"^1\.\.0 # SKIP - |Requirement not met: |[pt]id=\d+ |errno=\d+ - ", "", reason)
    return " ".join(reason.split()).replace("|", "\\|")


def outcomes(logs):
    """Return {host: {program: (outcome, seconds, reason)}}."""
    built = Path(subprocess.run([str(LAB), "path", "kvm-own-selftests"], stdout=subprocess.PIPE,
                                text=True, check=True).stdout.strip())
    return {host: {name: (outcome, int(seconds), reason)
                   for number, programs in enumerate(batches())
                   for name, outcome, seconds, reason in OUTCOME.findall(
                       run_batch(programs, options, built, Path(f"{logs}-{host}-{number}")))}
            for host, options in HOSTS.items()}


def table(found):
    """Return the lines of a table in Markdown, with what is not run."""
    nothing = ("missing", 0, "")
    rows = [f"| test | {' | '.join(found)} | why |", "|---|" + "---|" * len(found) + "---|"]
    for line in sum(batches(), []):
        ends = [outcome.get(line.split()[0], nothing) for outcome in found.values()]
        why = "" if ends[0][0] == "ok" else tidy(ends[0][2])
        rows.append(f"| `{line}` | {' | '.join(end[0] for end in ends)} | {why} |")
    for name, why in re.findall(r"^not run: (\S+): (.*)$", LIST.read_text(), flags=re.M):
        rows.append(f"| `{name}` |" + " not run |" * len(found) + f" {why} |")
    return rows


def compare(name, logs):
    """Return [(test, verdict, why)]: passed is the same outcome on all hosts."""
    found = outcomes(logs)
    Path(f"{logs}.md").write_text("\n".join(table(found)) + "\n")
    results = []
    for program in (line.split()[0] for line in sum(batches(), [])):
        ends = {host: found[host].get(program, ("missing", 0, ""))[0] for host in HOSTS}
        same = len(set(ends.values())) == 1 and "missing" not in ends.values()
        results.append((f"{name}/{program}", "passed" if same else "failed",
                        ", ".join(f"{host} {end}" for host, end in ends.items())))
    some = sum(outcome == "ok" for outcome, _, _ in found["patched"].values())
    results.append((f"{name}/most_programs_run", "passed" if 2 * some > len(results) else "failed",
                    f"{some} of {len(results)} end with ok"))
    return results
