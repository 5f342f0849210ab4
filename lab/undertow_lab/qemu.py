# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - QEMU command line
"""The guest's machine: the same on the emulated host and on a real one.

Debian builds QEMU a second time from the same source with only KVM and the
microvm devices; it needs 9 libraries where the full binary needs 51.
"""

QEMU = "/usr/bin/qemu-system-x86_64-microvm"
FIRMWARE = "/usr/share/qemu/qboot.rom"

GUEST_COMMAND_LINE = "console=ttyS0 quiet loglevel=2 panic=-1 oops=panic reboot=t"
# The runtime refuses page-table isolation, which the emulated CPU seems to need.
# Self-tests of all ciphers take half of the boot.
STOCK_COMMAND_LINE = "pti=off cryptomgr.notests=1"


def argv(kernel, initrd, result, console, cpus, memory, stock=False, append=""):
    """Build the command; RESULT and CONSOLE are QEMU character devices.

    A stock kernel takes virtio devices from ACPI tables and not from its command
    line; no interrupt of the second I/O APIC, where they would be, reaches the guest.
    """
    words = [GUEST_COMMAND_LINE, STOCK_COMMAND_LINE if stock else "", append]
    acpi = "acpi=on,ioapic2=off" if stock else "acpi=off"
    return [
        QEMU, "-accel", "kvm", "-cpu", "host", "-smp", str(cpus), "-m", f"{memory}M",
        "-M", f"microvm,x-option-roms=off,isa-serial=on,rtc=on,{acpi}", "-bios", FIRMWARE,
        "-kernel", str(kernel), "-initrd", str(initrd), "-append", " ".join(filter(None, words)),
        "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
        "-chardev", f"{result},id=result", "-chardev", f"{console},id=console",
        "-device", "virtio-serial-device", "-device", "virtconsole,chardev=result",
        "-serial", "chardev:console",
    ]
