# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - one run
"""Prepare the run disk, start the emulator, follow it and give the verdict."""

import os
import secrets
import shlex
import shutil
import sys
import tempfile
import time
from pathlib import Path

from . import cache, debian, debian_host, disk, emulator, hardware, images, kernels, qemu, verdict
from .ui import HEARTBEAT_SECONDS, LabError, say, stage_line

KEPT_LOGS = 40
POLL_SECONDS = 0.05
# How long the host may take to end after a fatal message or the result.
GRACE_SECONDS = 20
# What a guest's init says, said by the host: the verdict needs no second way.
HOST_START = """\
echo "{mark}start" >>result.txt
sh /run/command </dev/null >>result.txt 2>&1
status=$?
printf '\\n{mark}exit=%d\\n' $status >>result.txt
echo "{mark}exit=$status" >/dev/ttyS2
"""
# To save a machine is to log what it writes; the emulated CPU logs addresses with their low
# bits, which are 0 (SDM vol. 3, "Page-Modification Logging"), and KVM warns of each.
PML_OFF = "pml=0"
# QEMU's monitor runs a command when the one before has ended.
MOVE_START = """\
mkfifo /tmp/monitor.in /tmp/monitor.out
cat /tmp/monitor.out >monitor.txt &
{qemu} -chardev pipe,id=monitor,path=/tmp/monitor -mon monitor &
while ! grep -q '^# undertow-lab: move$' result.txt; do
	kill -0 $! 2>/dev/null || exit 1
	sleep 0.1
done
echo 'migrate "exec:cat >/tmp/machine"' >/tmp/monitor.in
echo quit >/tmp/monitor.in
wait $!
exec {qemu} -incoming 'exec:cat /tmp/machine'
"""
STAGE_NAMES = {"boot": "host boot", "kvm": "KVM modules", "qemu": "guest boot",
               "command": "command", "exit": "shutdown", "leaks": "search for leaks"}


class Run:
    """Everything that belongs to one boot; the log directory is also the work directory."""

    def __init__(self, options):
        self.options = options
        self.nonce = secrets.token_hex(8)
        self.work = log_directory(options.log, self.nonce)
        self.timeout_hit = None

    @property
    def interactive(self):
        return self.options.command is None

    def text(self, name):
        return self.data(name).decode(errors="replace")

    def data(self, name):
        try:
            return (self.work / name).read_bytes()
        except FileNotFoundError:
            return b""

    def guest(self, live=False):
        """What the guest reported; without a virtio console it uses its serial port."""
        return verdict.parse_guest(self.data("result.txt") or self.data("guest-console.txt"),
                                   self.nonce, live)

    def qemu_argv(self):
        options = self.options
        kernel = images.guest_kernel(options.guest, options.bzimage)
        if options.accel == "kvm":
            console = "stdio" if self.interactive else f"file,path={self.work}/guest-console.txt"
            files = kernel, self.work / "initrd", f"file,path={self.work}/result.txt", console
        else:
            console = f"serial,path=/dev/ttyS{1 if self.interactive else 2}"
            files = "/run/kernel", "/run/initrd", "file,path=/tmp/log/result.txt,append=on", console
        return qemu.argv(*files, options.cpus, options.guest_memory,
                         options.guest in debian.names(), options.append)

    def write_initrd(self, target):
        script = None if self.interactive else shell_script(self.options.command)
        base = images.guest_image().read_bytes()
        target.write_bytes(base + images.run_archive(self.nonce, script, self.options.add,
                                                     images.guest_modules(self.options.guest)))

    def write_host_command(self, root):
        """Put a command with its files on the run disk; it reports as a guest does."""
        (root / "command").write_text(shell_script(self.options.command))
        (root / "start.sh").write_text(HOST_START.format(mark=verdict.mark(self.nonce)))
        for text in self.options.add:
            source, target = images.parse_add(text)
            target = root / target.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if os.path.isdir(source) else shutil.copy)(source, target)

    def start_script(self):
        start = MOVE_START if self.options.move else "exec {qemu}\n"
        return start.format(qemu=shlex.join(self.qemu_argv()))

    def settings(self):
        options = self.options
        values = {"nonce": self.nonce, "kvm_params": options.kvm_params,
                  "kvm_intel_params": " ".join(filter(None, ["nested=0", options.kvm_args,
                                                             options.move and PML_OFF])),
                  "interactive": str(int(self.interactive)),
                  "leaks": str(int(options.leaks))}
        return "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())

    def host_modules(self):
        if self.options.host == "debian":
            return debian_host.module_files()
        return kernels.kvm_module_files(self.options.host)

    def write_run_disk(self):
        root = self.work / "run"
        root.mkdir()
        if self.options.on == "host":
            self.write_host_command(root)
        else:
            shutil.copy(images.guest_kernel(self.options.guest, self.options.bzimage),
                        root / "kernel")
            self.write_initrd(root / "initrd")
            (root / "start.sh").write_text(self.start_script())
        for module in self.host_modules():
            shutil.copy(module, root)
        (root / "settings").write_text(self.settings())
        disk.make(self.work / "run.img", disk.RUN_DISK, root, self.work / "run-disk.txt",
                  disk.LOG_BYTES)
        shutil.rmtree(root)

    def unpack_logs(self):
        """Take the complete logs from the disk, if the host got to write them."""
        for name, data in disk.read_logs(self.work / "run.img").items():
            (self.work / name).write_bytes(data)

    def link_images(self):
        for name, image in (("host.img", images.host_disk()),
                            ("boot.iso", images.boot_medium(self.options.host))):
            (self.work / name).symlink_to(image)

    def drop_images(self):
        """Leave only logs behind; the images can be made again."""
        for image in ("host.img", "boot.iso", "run.img", "initrd"):
            for name in (image, f"{image}.lock"):
                (self.work / name).unlink(missing_ok=True)


def shell_script(command):
    """One word is a script for sh, several are an argument vector."""
    return (command[0] if len(command) == 1 else shlex.join(command)) + "\n"


def log_directory(wanted, nonce):
    if wanted:
        path = Path(wanted).resolve()
        path.mkdir(parents=True, exist_ok=True)
        for old in path.glob("*.txt"):
            old.unlink()
        shutil.rmtree(path / "run", ignore_errors=True)
        return path
    root = cache.cache_root() / "logs"
    root.mkdir(parents=True, exist_ok=True)
    for old in sorted(root.iterdir(), key=lambda entry: entry.stat().st_mtime)[:-KEPT_LOGS]:
        shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=time.strftime("%Y%m%d-%H%M%S-"), dir=root))


class Emulator:
    """The guest under KVM under Bochs; the host reports on its console."""

    def __init__(self, run, terminal=None):
        # A run that was killed left its own, with their locks.
        run.drop_images()
        run.write_run_disk()
        run.link_images()
        emulator.write_config(run.work, run.options.cpus, run.options.host_memory, terminal)
        self.run = run
        self.process = emulator.Process(emulator.command(run.work),
                                        run.work / "emulator-screen.txt")
        self.poll = self.process.poll
        self.stop = self.process.stop

    def show_cpus(self):
        """Leave in the logs where each CPU of a hanging machine is."""
        self.process.show_cpus(self.run.options.cpus)

    def host(self):
        return verdict.parse_host(self.run.text("host-console.txt"), self.run.nonce)


class Hardware:
    """The guest under KVM on this machine; its kernel log is the host console."""

    def __init__(self, run):
        self.run = run
        run.write_initrd(run.work / "initrd")
        self.log = hardware.KernelLog()
        self.process = emulator.Process(run.qemu_argv(), run.work / "qemu-output.txt")
        self.poll = self.process.poll

    def host(self):
        status = self.process.poll()
        return verdict.Host("qemu" if status is None else "end", status, ended=status is not None)

    def show_cpus(self):
        """The emulator's debugger has no counterpart here."""

    def stop(self):
        self.process.stop()
        (self.run.work / "host-console.txt").write_text(self.log.read())


class Follower:
    """Watch the channels of a running machine: stages, live output, the end."""

    def __init__(self, run, machine):
        self.run = run
        self.machine = machine
        self.stage = "boot"
        self.start = self.stage_start = self.last_beat = time.monotonic()
        self.printed = 0
        self.ending_since = None
        self.timings = []

    def current_stage(self, guest, host):
        if host.stage == "leaks":
            return "leaks"
        if guest.status is not None or host.qemu is not None:
            return "exit"
        if guest.started:
            return "command"
        return host.stage if host.stage in STAGE_NAMES else "boot"

    def progress(self, stage):
        now = time.monotonic()
        if stage != self.stage:
            self.finish_stage(now)
            self.stage, self.stage_start, self.last_beat = stage, now, now
        elif now - self.last_beat >= HEARTBEAT_SECONDS:
            stage_line(STAGE_NAMES[stage], now - self.stage_start, "(running)")
            self.last_beat = now

    def finish_stage(self, now):
        seconds = now - self.stage_start
        self.timings.append((STAGE_NAMES[self.stage], seconds))
        if seconds >= 2 or self.run.options.verbose:
            stage_line(STAGE_NAMES[self.stage], seconds)

    def forward(self, guest):
        """Print what is new of the command's output."""
        fresh = guest.output[self.printed:]
        if fresh:
            sys.stdout.buffer.write(fresh)
            sys.stdout.buffer.flush()
            self.printed += len(fresh)

    def over(self, host):
        now = time.monotonic()
        if host.ended or self.machine.poll() is not None:
            return True
        if now - self.start > self.run.options.timeout:
            self.run.timeout_hit = self.run.options.timeout
            self.machine.show_cpus()
            return True
        if self.ending_since is None and (
                host.qemu is not None
                or verdict.FATAL_HOST.search(self.run.text("host-console.txt"))):
            self.ending_since = now
        return (self.ending_since is not None and host.stage != "leaks"
                and now - self.ending_since > GRACE_SECONDS)

    def follow(self):
        while True:
            ended = self.machine.poll() is not None
            guest = self.run.guest(live=True)
            host = self.machine.host()
            self.forward(guest)
            self.progress(self.current_stage(guest, host))
            if ended or self.over(host):
                break
            time.sleep(POLL_SECONDS)
        self.finish_stage(time.monotonic())
        return host


def execute(options):
    """Run one command; return the process exit status."""
    if options.accel == "kvm":
        hardware.require()
    run = Run(options)
    if options.dry_run:
        return dry_run(run)
    announce(run)
    start = time.monotonic()
    machine = (Hardware if options.accel == "kvm" else Emulator)(run)
    follower = Follower(run, machine)
    try:
        host = follower.follow()
    finally:
        machine.stop()
        run.unpack_logs()
        run.drop_images()
    guest = run.guest()
    follower.forward(guest)
    return conclude(run, guest, host, time.monotonic() - start)


def announce(run):
    options = run.options
    what = "shell" if run.interactive else shlex.join(options.command)
    if options.host == "patched" and not kernels.series():
        say("undertow-lab: warning: no KVM series in hv-support/linux-6.12, "
            "the patched host is the stock one")
    guest = f"guest {options.guest}, " if options.on == "guest" else "on the "
    say(f"=> {what}   ({guest}host {options.host}, {options.accel}, "
        f"{options.cpus} CPU{'s' if options.cpus > 1 else ''})")


def conclude(run, guest, host, seconds):
    """Write the last logs, print the verdict line and return the exit status."""
    host_log, guest_log = run.text("host-console.txt"), run.text("guest-console.txt")
    result = verdict.judge(guest, host, host_log, guest_log, run.nonce, run.timeout_hit)
    if guest.dmesg:
        (run.work / "guest-dmesg.txt").write_text(guest.dmesg)
    if result.kind in ("CRASH", "ERROR") or result.status == verdict.STATUS_HOST:
        for name in ("host-console.txt", "guest-console.txt"):
            for line in run.text(name).splitlines()[-20:]:
                say(f"   {name.partition('-')[0]} | {line}")
    reason = f"   {result.reason}" if result.reason else ""
    say(f"{result.kind}  {seconds:.0f} s{reason}   log: {run.work}")
    if result.kind != "PASS":
        say(f"   rerun: {rerun_command(run.options)}")
    return result.status


def rerun_command(options):
    return shlex.join([sys.argv[0], *options.original])


def dry_run(run):
    """Show what would be started, without building anything."""
    emulator.write_config(run.work, run.options.cpus, run.options.host_memory)
    print(shlex.join(emulator.command(run.work)))
    for name in ("bochsrc", "bochs.rc"):
        print(f"# {run.work}/{name}")
        print((run.work / name).read_text(), end="")
    print("# settings")
    print(run.settings(), end="")
    print("# start.sh, in the emulated host")
    print(shlex.join(run.options.command if run.options.on == "host" else run.qemu_argv()))
    return 0
