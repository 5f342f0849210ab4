#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Undertow tests - verdicts of the lab
"""A run is PASS only if both channels say so; everything else is told apart.

Needs neither emulator nor kernel: the functions under test are pure.
"""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lab"))

from undertow_lab import cli, hardware, images, kernels, run, verdict  # noqa: E402
from undertow_lab.ui import LabError  # noqa: E402

NONCE = "0123456789abcdef"
MARK = verdict.mark(NONCE)
START = f"{MARK}start\n"


def stream(output="hello\n", status=0, end=True):
    text = f"{START}{output}\n{MARK}exit={status}\n[    0.1] a guest line\n"
    return (text + (f"{MARK}end\n" if end else "")).encode()


def host_log(qemu=0, extra="", end=True):
    lines = [f"{MARK}stage=kvm", f"{MARK}stage=qemu", extra]
    if qemu is not None:
        lines.append(f"{MARK}qemu={qemu}")
    if end:
        lines.append(f"{MARK}stage=end")
    return "\r\n".join(lines) + "\r\n"


def serial_log(status=0):
    return f"a kernel message\r\n{MARK}exit={status}\r\n"


def judge(result=b"", host="", guest_log="", timeout=None):
    return verdict.judge(verdict.parse_guest(result, NONCE), verdict.parse_host(host, NONCE),
                         host, guest_log, NONCE, timeout)


class Verdicts(unittest.TestCase):
    def check(self, kind, status, *arguments, **named):
        found = judge(*arguments, **named)
        self.assertEqual((found.kind, found.status), (kind, status), found.reason)
        return found.reason

    def test_allow_clean_run(self):
        self.check("PASS", 0, stream(), host_log(), serial_log())

    def test_report_status_of_command(self):
        self.check("FAIL", 3, stream(status=3), host_log(), serial_log(3))
        self.check("SKIP", 77, stream(status=77), host_log(), serial_log(77))

    def test_deny_missing_result(self):
        self.check("CRASH", 124)
        self.check("CRASH", 124, START.encode(), host_log())
        self.check("CRASH", 124, (START + "all tests passed\n").encode(), host_log())

    def test_deny_truncated_result(self):
        whole = stream(status=0)
        cut = whole.index(b"exit=") + len(b"exit=")
        self.check("CRASH", 124, whole[:cut], host_log())
        self.check("CRASH", 124, whole[:cut + 1], host_log())

    def test_deny_forged_result(self):
        for forged in ("exit=0", "undertow-lab- exit=0", "undertow-lab-0000000000000000 exit=0"):
            self.check("CRASH", 124, f"{START}\n{forged}\n".encode(), host_log())

    def test_forged_result_does_not_mask_real_one(self):
        self.check("FAIL", 1, stream("\nundertow-lab-ffffffffffffffff exit=0\n", 1),
                   host_log(), serial_log(1))

    def test_deny_disagreeing_channels(self):
        reason = self.check("CRASH", 124, stream(status=0), host_log(), serial_log(1))
        self.assertIn("result line says 0, the serial port 1", reason)
        self.check("CRASH", 124, stream(status=0), host_log(), "no result here\n")
        self.check("CRASH", 124, stream(status=0), host_log(1), serial_log())

    def test_deny_guest_that_does_not_end(self):
        self.check("CRASH", 124, stream(), host_log(None, end=False), timeout=60)

    def test_report_timeout(self):
        reason = self.check("CRASH", 124, START.encode(), host_log(None, end=False),
                            timeout=60)
        self.assertIn("timeout 60 s", reason)
        self.assertIn("in the command", reason)

    def test_report_guest_panic(self):
        panic = "[    1.0] Kernel panic - not syncing: Fatal exception"
        reason = self.check("CRASH", 124, START.encode(), host_log(),
                            guest_log=f"[    0.9] Oops: 0000 [#1]\n{panic}\n")
        self.assertIn(panic, reason)

    def test_deny_host_trouble(self):
        for line in ("WARNING: CPU: 0 PID: 9 at arch/x86/kvm/mmu/tdp_mmu.c:12 f+0x1/0x2",
                     "BUG: kernel NULL pointer dereference, address: 0",
                     "Oops: 0002 [#1] SMP", "watchdog: BUG: soft lockup - CPU#0 stuck",
                     "INFO: task qemu:9 blocked for more than 60 seconds."):
            self.check("FAIL", 123, stream(), host_log(extra=f"[    3.1] {line}"))
        self.check("FAIL", 123, stream(),
                   host_log(extra="unreferenced object 0xffff888003ad0a00 (size 64):"))
        self.check("CRASH", 123, START.encode(),
                   host_log(None, "Kernel panic - not syncing: x", end=False))

    def test_deny_modules_that_do_not_load_or_unload(self):
        self.check("ERROR", 125, b"", host_log(extra=f"{MARK}lost=modules"))
        self.check("FAIL", 123, stream(), host_log(extra=f"{MARK}lost=rmmod"))


class Streams(unittest.TestCase):
    def test_output_is_exact(self):
        for output in ("hello\n", "no newline", "", "\n\n", "a\n\nb\n"):
            self.assertEqual(verdict.parse_guest(stream(output), NONCE).output, output.encode())

    def test_live_output_holds_back_result_line(self):
        whole = stream("hello\n")
        end = whole.index(f"\n{MARK}exit".encode()) + len(f"\n{MARK}exit=0\n")
        for cut in range(len(START), end):
            seen = verdict.parse_guest(whole[:cut], NONCE, live=True).output
            self.assertTrue(b"hello\n".startswith(seen), (cut, seen))

    def test_lost_guest_keeps_its_last_line(self):
        self.assertEqual(verdict.parse_guest(START.encode() + b"last words\n", NONCE).output,
                         b"last words\n")

    def test_dmesg_follows_result(self):
        self.assertEqual(verdict.parse_guest(stream(), NONCE).dmesg, "[    0.1] a guest line\n")


class Arguments(unittest.TestCase):
    def test_one_word_is_a_script(self):
        self.assertEqual(run.shell_script(["echo a; echo b"]), "echo a; echo b\n")
        self.assertEqual(run.shell_script(["echo", "a b"]), "echo 'a b'\n")

    def test_add_paths(self):
        here = str(Path(__file__).resolve())
        name = Path(here).name
        self.assertEqual(images.parse_add(here), (here, f"/root/{name}"))
        self.assertEqual(images.parse_add(f"{here}:/lib/x"), (here, "/lib/x"))
        self.assertEqual(images.parse_add(f"{here}:/lib/"), (here, f"/lib/{name}"))

    def test_lost_options(self):
        config = "CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\n"
        self.assertEqual(kernels.lost_options("CONFIG_A=y\n# CONFIG_C is not set\n", config), [])
        self.assertEqual(kernels.lost_options("CONFIG_B=y\n# CONFIG_A is not set\n", config),
                         ["CONFIG_B=y", "# CONFIG_A is not set"])

    def test_hardware_names_what_is_missing(self):
        cpu = "flags\t: fpu vmx\nvmx flags\t: ept eptp_switching ept_violation_ve\n"
        self.assertEqual(hardware.missing(cpu, True, True), [])
        self.assertEqual(len(hardware.missing("flags\t: fpu\n", False, False)), 5)

    def test_only_an_emulated_guest_is_moved(self):
        top, _ = cli.parser()
        for wrong in (["--accel", "kvm"], ["--on", "host"]):
            with self.assertRaisesRegex(LabError, "^--move: error: only a guest"):
                cli.do_run(top.parse_args(["run", "--move", *wrong, "true"]))


if __name__ == "__main__":
    unittest.main()
