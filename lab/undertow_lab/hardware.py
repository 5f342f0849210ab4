# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - real hardware
"""Find out whether this machine can run the guest without the emulator."""

import os
import re
from pathlib import Path

from .ui import LabError

VMX_FLAGS = {"eptp_switching": "VMFUNC EPTP switching", "ept_violation_ve": "EPT-violation #VE"}


def missing(cpuinfo, has_device, has_module):
    """Name precisely what is absent for --accel kvm; empty if all is there."""
    found = re.search(r"^vmx flags\s*:(.*)$", cpuinfo, re.M)
    flags = found.group(1).split() if found else []
    lacks = []
    if not re.search(r"^flags\s*:.*\bvmx\b", cpuinfo, re.M):
        lacks.append("an Intel CPU with VMX")
    lacks += [f"CPU feature {text} ('{flag}' in 'vmx flags')"
              for flag, text in VMX_FLAGS.items() if flag not in flags]
    if not has_device:
        lacks.append("a usable /dev/kvm")
    if not has_module:
        lacks.append("the patched module (/sys/module/kvm_intel/parameters/undertow)")
    return lacks


def require():
    lacks = missing(Path("/proc/cpuinfo").read_text(),
                    os.access("/dev/kvm", os.R_OK | os.W_OK),
                    Path("/sys/module/kvm_intel/parameters/undertow").exists())
    if lacks:
        raise LabError("--accel kvm", "this machine lacks " + "; ".join(lacks),
                       "use --accel bochs (the default), which needs nothing of the machine")


class KernelLog:
    """What this machine's kernel logs from now on; empty if it may not be read."""

    def __init__(self):
        try:
            self._file = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
            os.lseek(self._file, 0, os.SEEK_END)
        except OSError:
            self._file = None

    def read(self):
        records = []
        while self._file is not None:
            try:
                record = os.read(self._file, 8192).decode(errors="replace")
            except BrokenPipeError:
                continue
            except OSError:
                break
            records.append(record.partition(";")[2].splitlines()[0])
        return "".join(f"{line}\n" for line in records)
