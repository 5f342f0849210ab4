# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - messages
"""Errors and progress. Everything here goes to stderr: stdout is for results."""

import contextlib
import sys
import threading
import time

HEARTBEAT_SECONDS = 15
QUIET_SECONDS = 2


class LabError(Exception):
    """The lab cannot do its work: `<thing>: error: <message>` plus a hint."""

    def __init__(self, thing, message, hint=None):
        super().__init__(f"{thing}: error: {message}")
        self.hint = hint

    def render(self):
        text = str(self)
        return f"{text}\n  hint: {self.hint}" if self.hint else text


def say(text):
    print(text, file=sys.stderr, flush=True)


def stage_line(name, seconds, note=""):
    dots = "." * max(3, 24 - len(name))
    say(f"   {name} {dots} {seconds:.0f} s{'  ' + note if note else ''}")


@contextlib.contextmanager
def stage(name):
    """Report a stage when it takes longer than QUIET_SECONDS, with heartbeats."""
    start = time.monotonic()
    done = threading.Event()

    def beat():
        while not done.wait(HEARTBEAT_SECONDS):
            stage_line(name, time.monotonic() - start, "(running)")

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    seconds = time.monotonic() - start
    if seconds >= QUIET_SECONDS:
        stage_line(name, seconds)
