# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - QEMU command line
"""The guest's machine: the same on the emulated host and on a real one."""

GUEST_COMMAND_LINE = "console=ttyS0 quiet loglevel=2 panic=-1 oops=panic nokaslr"


def argv(qemu, firmware, kernel, initrd, result, console, cpus, memory):
    """Build the command; RESULT and CONSOLE are QEMU character devices."""
    return [
        qemu, "-accel", "kvm", "-cpu", "host", "-smp", str(cpus), "-m", f"{memory}M",
        "-M", "microvm,x-option-roms=off,isa-serial=on,rtc=on,acpi=off", "-bios", firmware,
        "-kernel", str(kernel), "-initrd", str(initrd), "-append", GUEST_COMMAND_LINE,
        "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
        "-chardev", f"{result},id=result", "-chardev", f"{console},id=console",
        "-device", "virtio-serial-device", "-device", "virtconsole,chardev=result",
        "-serial", "chardev:console", "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
    ]
