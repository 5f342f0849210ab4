# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - emulator
"""Run Bochs without a screen: its text display gets a pseudo-terminal of ours."""

import contextlib
import ctypes
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time
import tty

from .ui import LabError

BOCHS = "bochs-bin"
PR_SET_PDEATHSIG = 1
# The debugger drops what it is not waiting for.
DEBUGGER_SECONDS = 0.5
SCREEN = re.compile(rb'connected to screen "(/dev/pts/\d+)"')

CONFIG = """\
config_interface: textconfig
display_library: term
memory: guest={memory}, host={memory}
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/vgabios/vgabios.bin
cpu: model=corei7_skylake_x, count={cpus}, ips=100000000, reset_on_triple_fault=0, \
cpuid_limit_winnt=0
pci: enabled=1, chipset=i440fx
clock: sync=none, time0=local
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, path={work}/host.img, mode=flat
ata0-slave: type=disk, path={work}/run.img, mode=flat
ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15
ata1-master: type=cdrom, path={work}/boot.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev={work}/host-console.txt
com2: enabled=1, {result}
com3: enabled=1, mode=file, dev={work}/guest-console.txt
log: {work}/bochs.txt
panic: action=fatal
error: action=ignore
info: action=ignore
debug: action=ignore
"""


def config(work, cpus, memory, terminal=None):
    result = f"mode=term, dev={terminal}" if terminal else f"mode=file, dev={work}/result.txt"
    return CONFIG.format(work=work, cpus=cpus, memory=memory, result=result)


def command(work):
    return [BOCHS, "-q", "-f", f"{work}/bochsrc", "-rc", f"{work}/bochs.rc"]


def write_config(work, cpus, memory, terminal=None):
    (work / "bochsrc").write_text(config(work, cpus, memory, terminal))
    # The Debian build contains the debugger, which waits for this first.
    (work / "bochs.rc").write_text("continue\n")


def die_with_parent():
    """Ask the kernel to end this process with the lab, however the lab ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def discard(terminal):
    """Read what the emulator draws on a terminal of its own: it would wait for that for ever."""
    slave = os.open(terminal, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(slave)
    with contextlib.suppress(OSError):
        while os.read(slave, 65536):
            pass
    os.close(slave)


class Process:
    """A process group on a pseudo-terminal whose output goes to a file."""

    def __init__(self, argv, screen):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
        try:
            self._child = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave,
                                           start_new_session=True, preexec_fn=die_with_parent,
                                           env=os.environ | {"TERM": "xterm"})
        except FileNotFoundError:
            raise LabError(argv[0], "command not found",
                           "install what 'undertow-lab packages' lists") from None
        finally:
            os.close(slave)
        self._master = master
        self._reader = threading.Thread(target=self._drain, args=(master, screen), daemon=True)
        self._reader.start()

    @staticmethod
    def _drain(master, screen):
        head, drawing = b"", None
        with open(screen, "wb") as output:
            while True:
                try:
                    data = os.read(master, 65536)
                except OSError:
                    break
                if not data:
                    break
                output.write(data)
                output.flush()
                if not drawing:
                    head = (head + data)[:65536]
                    drawing = SCREEN.search(head)
                    if drawing:
                        threading.Thread(target=discard, args=drawing.groups(),
                                         daemon=True).start()
        os.close(master)

    def poll(self):
        return self._child.poll()

    def show_cpus(self, cpus):
        """Stop the emulator in its debugger and let it print its CPUs into the screen file."""
        os.killpg(self._child.pid, signal.SIGINT)
        for cpu in range(cpus):
            for line in (f"set $cpu = {cpu}", "registers", "creg", "u /16", "print-stack 60"):
                time.sleep(DEBUGGER_SECONDS)
                os.write(self._master, line.encode() + b"\n")
        time.sleep(DEBUGGER_SECONDS)

    def stop(self):
        """End the whole group; harmless if it has ended."""
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        self._reader.join(5)
