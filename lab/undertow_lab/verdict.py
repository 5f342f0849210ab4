# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - verdicts
"""Decide from what the consoles recorded how a run ended. Pure functions.

Two devices must agree on the command's exit status: the result line on the
virtio console and the one on the serial port; both carry the nonce of the run.
A missing result is a lost guest, never a PASS.
"""

import dataclasses
import re

STATUS_SKIP = 77
STATUS_HOST = 123
STATUS_CRASH = 124
STATUS_ERROR = 125

HOST_TROUBLE = re.compile(
    r"^.*(?:WARNING: |BUG: |kernel BUG at|Oops: |general protection fault|Kernel panic"
    r"|INFO: rcu|blocked for more than|soft lockup|unreferenced object).*$", re.M)
GUEST_PANIC = re.compile(r"^.*(?:Kernel panic - not syncing.*|Oops: .*|BUG: .*)$", re.M)
MARK = "undertow-lab-"
FATAL_HOST = re.compile(r"^.*Kernel panic.*$", re.M)


@dataclasses.dataclass
class Guest:
    """What the result channel of the guest says."""
    started: bool = False
    output: bytes = b""
    status: int | None = None
    dmesg: str = ""
    ended: bool = False


@dataclasses.dataclass
class Host:
    """What the console of the host says."""
    stage: str = "boot"
    qemu: int | None = None
    lost: str = ""
    ended: bool = False


@dataclasses.dataclass
class Verdict:
    kind: str
    status: int
    reason: str = ""


def mark(nonce):
    return f"{MARK}{nonce} "


def parse_guest(stream, nonce, live=False):
    """Split the result channel into the command's output, status and dmesg.

    While the run is LIVE, a tail that may become the result line is not output.
    """
    tag = re.escape(mark(nonce).encode())
    start = re.search(rb"^" + tag + rb"start\r?\n", stream, re.M)
    if not start:
        return Guest()
    body = stream[start.end():]
    result = re.search(rb"\n" + tag + rb"exit=(\d+)\n", body)
    if not result:
        return Guest(True, strip_partial_mark(body, nonce) if live else body)
    rest = body[result.end():]
    end = re.search(rb"^" + tag + rb"end\n", rest, re.M)
    dmesg = rest[:end.start()] if end else rest
    return Guest(True, body[:result.start()], int(result.group(1)),
                 dmesg.decode(errors="replace"), end is not None)


def strip_partial_mark(body, nonce):
    """Hold back a tail that may be the beginning of the result line."""
    tag = b"\n" + mark(nonce).encode()
    tail = body.rfind(b"\n")
    if tail >= 0 and (tag.startswith(body[tail:]) or body[tail:].startswith(tag)):
        return body[:tail]
    return body


def parse_host(text, nonce):
    """Follow the stages that the host's init reports on its console."""
    host = Host()
    tag = mark(nonce)
    for word, value in re.findall(re.escape(tag) + r"(\w+)=(\w+)", text):
        if word == "stage":
            host.stage, host.ended = value, value == "end"
        elif word == "qemu":
            host.qemu = int(value)
        elif word == "lost":
            host.lost = value
    return host


def host_trouble(text):
    """Return the first console line in which the host kernel complains.

    Before the lab's init speaks, the kernel warns about the emulated CPU.
    """
    init = text.find(MARK)
    found = FATAL_HOST.search(text) or HOST_TROUBLE.search(text, max(init, 0))
    return found.group().strip() if found else None


def guest_panic(text):
    """Return the most telling last words of the guest kernel, if any."""
    found = GUEST_PANIC.findall(text)
    panics = [line for line in found if "Kernel panic" in line]
    return (panics or found or [None])[0]


def second_status(guest_log, nonce):
    """Return the exit status that the serial port reports, if any."""
    found = re.search(re.escape(mark(nonce)) + r"exit=(\d+)\r?\n", guest_log)
    return int(found.group(1)) if found else None


def judge(guest, host, host_log, guest_log, nonce, timeout=None):
    """Return the verdict of a finished run; TIMEOUT is set if the lab ended it."""
    trouble = host_trouble(host_log)
    if trouble:
        kind = "FAIL" if guest.status is not None and host.qemu == 0 else "CRASH"
        return Verdict(kind, STATUS_HOST, f"host kernel: {trouble}")
    if host.lost == "modules":
        return Verdict("ERROR", STATUS_ERROR, "the host could not load the KVM modules")
    if host.lost:
        return Verdict("FAIL", STATUS_HOST, "the host could not unload the KVM modules")
    if guest.status is None:
        return Verdict("CRASH", STATUS_CRASH, lost_reason(guest, host, guest_log, timeout))
    if host.qemu is None:
        why = f"timeout {timeout} s" if timeout else "the emulator ended"
        return Verdict("CRASH", STATUS_CRASH, f"the guest did not end after its result ({why})")
    if host.qemu != 0:
        return Verdict("CRASH", STATUS_CRASH, f"QEMU ended with {host.qemu}")
    second = second_status(guest_log, nonce)
    if second != guest.status:
        return Verdict("CRASH", STATUS_CRASH, f"the result line says {guest.status}, the serial "
                       f"port {'nothing' if second is None else second}")
    if guest.status == 0:
        return Verdict("PASS", 0)
    if guest.status == STATUS_SKIP:
        return Verdict("SKIP", STATUS_SKIP, "the command asked to be skipped")
    return Verdict("FAIL", guest.status, f"exit status {guest.status}")


def lost_reason(guest, host, guest_log, timeout):
    where = "in the command" if guest.started else f"in stage '{host.stage}'"
    panic = guest_panic(guest_log)
    if panic:
        return f"no result line, lost {where}: {panic}"
    if timeout:
        return f"no result line, lost {where} (timeout {timeout} s)"
    if host.qemu is not None:
        return f"no result line, lost {where}: QEMU ended with {host.qemu}"
    return f"no result line, lost {where}: the emulator ended"
