# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - interactive shell
"""Connect the user's terminal to the guest's hvc0.

The emulator opens one end of a pseudo-terminal as its second serial port; the
host and QEMU pass its bytes through to the guest.
"""

import os
import pty
import select
import subprocess
import sys
import termios
import tty

from . import hardware, run, verdict
from .ui import LabError, say

LEAVE = b"\x1d"


def relay(channel, machine):
    """Copy bytes both ways until the guest ends or the user types LEAVE."""
    user_in, user_out = sys.stdin.fileno(), sys.stdout.fileno()
    sources = [user_in, channel]
    while machine.poll() is None:
        ready, _, _ = select.select(sources, [], [], 0.2)
        if channel in ready:
            os.write(user_out, os.read(channel, 4096))
        if user_in in ready:
            data = os.read(user_in, 1024)
            if not data:
                sources.remove(user_in)
            if LEAVE in data:
                return
            os.write(channel, data)


def with_raw_terminal(function):
    if not sys.stdin.isatty():
        return function()
    saved = termios.tcgetattr(sys.stdin)
    tty.setraw(sys.stdin)
    try:
        return function()
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, saved)


def on_emulator(one):
    master, slave = pty.openpty()
    tty.setraw(slave)
    machine = run.Emulator(one, os.ttyname(slave))
    try:
        with_raw_terminal(lambda: relay(master, machine))
    finally:
        machine.stop()
        one.drop_images()
        os.close(slave)
        os.close(master)


def on_hardware(one):
    hardware.require()
    one.write_initrd(one.work / "initrd")
    with_raw_terminal(lambda: subprocess.run(one.qemu_argv()))


def execute(options):
    options.command = None
    one = run.Run(options)
    if options.dry_run:
        return run.dry_run(one)
    say("=> shell in the guest; leave with 'exit', or Ctrl-] to stop at once")
    (on_hardware if options.accel == "kvm" else on_emulator)(one)
    trouble = verdict.host_trouble(one.text("host-console.txt"))
    say(f"\r\n   log: {one.work}")
    if trouble:
        raise LabError("host kernel", trouble)
    return 0
