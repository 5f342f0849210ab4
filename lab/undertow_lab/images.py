# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - images
"""Make the disk of the emulated host, its boot medium and the guest's initramfs.

The host disk changes only with the installed QEMU; whatever differs from run
to run (kernels, modules, the command) goes to a small second disk.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import cache, debian, debian_host, disk, kernels
from .cpio import CpioWriter
from .qemu import FIRMWARE, QEMU
from .ui import LabError, stage

BUSYBOX = "/bin/busybox"
ISOLINUX = ("/usr/lib/ISOLINUX/isolinux.bin", "/usr/lib/syslinux/modules/bios/ldlinux.c32")
# The emulator counts ips=100000000 ticks a second; the CPUID leaf says 3.5 GHz, which would
# stretch every delay 35 times. Its compacted XSAVE sizes are wrong. A CPU in MWAIT misses a
# write to the line that it watches when the writer has the page in its TLB. The console stays
# silent until init: it costs seconds.
HOST_COMMAND_LINE = (f"root=PARTUUID={disk.HOST_DISK:08x}-01 rootwait ro init=/init "
                     "console=ttyS0 loglevel=1 tsc=reliable tsc_early_khz=100000 no_timer_check "
                     "idle=halt clearcpuid=xsaves,xsavec")
HERE = Path(__file__)
SCRIPTS = kernels.LAB / "initramfs"


def applets():
    return subprocess.run([BUSYBOX, "--list"], capture_output=True, text=True,
                          check=True).stdout.split()


def libraries(binary):
    """Return the shared objects a program needs, loader included."""
    text = subprocess.run(["ldd", binary], capture_output=True, text=True, check=True).stdout
    return re.findall(r"(/\S+) \(0x", text)


def guest_image():
    """The base initramfs: busybox and the guest's init."""
    init = SCRIPTS / "guest-init"
    key = cache.key_of(HERE, HERE.with_name("cpio.py"), init, cache.stamp_of(BUSYBOX))

    def build(partial):
        image = CpioWriter()
        for name in ("dev", "proc", "sys", "tmp", "root", "lab"):
            image.directory(name)
        image.char_device("dev/console", 5, 1)
        image.file("bin/busybox", Path(BUSYBOX).read_bytes(), 0o755)
        for name in applets():
            if name != "busybox":
                image.symlink(f"bin/{name}", "busybox")
        image.file("init", init.read_bytes(), 0o755)
        (partial / "initramfs.cpio").write_bytes(image.archive())
    return cache.entry("guest-image", key, build) / "initramfs.cpio"


def fill_host_root(root):
    for name in ("dev", "proc", "sys", "tmp", "run", "bin", "lib/modules", "usr/share/qemu"):
        (root / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(BUSYBOX, root / "bin/busybox")
    for name in applets():
        if name != "busybox":
            (root / "bin" / name).symlink_to("busybox")
    for path in [QEMU, FIRMWARE, *libraries(QEMU)]:
        target = root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    shutil.copy(SCRIPTS / "host-init", root / "init")
    (root / "init").chmod(0o755)


def host_disk():
    """The emulated host's root file system."""
    files = [cache.stamp_of(path) for path in (BUSYBOX, QEMU, FIRMWARE, *libraries(QEMU))]
    key = cache.key_of(HERE, SCRIPTS / "host-init", *files)

    def build(partial):
        with stage("host disk"):
            root = partial / "root"
            fill_host_root(root)
            disk.make(partial / "host.img", disk.HOST_DISK, root, partial / "build.log")
            shutil.rmtree(root)
    return cache.entry("host-disk", key, build) / "host.img"


def host_files(host):
    """Return the kernel of a kind of host and its initramfs, if it needs one."""
    if host == "debian":
        return debian_host.kernel(), debian_host.initrd()
    return kernels.host_build(host) / "arch/x86/boot/bzImage", None


def host_key(host):
    return (debian_host.key() if host == "debian"
            else kernels.build_key(kernels.host_kernel(host)))


def boot_medium(host="patched"):
    """An ISO image with the host kernel and its initramfs alone: the BIOS reads it slowly."""
    key = cache.key_of(HERE, host_key(host), *map(cache.stamp_of, ISOLINUX))

    def build(partial):
        kernel, initrd = host_files(host)
        tree = partial / "iso"
        tree.mkdir()
        for path in ISOLINUX:
            shutil.copy(path, tree)
        shutil.copy(kernel, tree / "linux")
        lines = ["default linux", "prompt 0", "label linux", "kernel linux",
                 f"append {HOST_COMMAND_LINE}"]
        if initrd:
            shutil.copy(initrd, tree / "initrd")
            lines += ["initrd initrd"]
        (tree / "isolinux.cfg").write_text("".join(f"{line}\n" for line in lines))
        kernels.run_logged(
            ["xorriso", "-as", "mkisofs", "-quiet", "-o", partial / "boot.iso",
             "-b", "isolinux.bin", "-c", "boot.cat", "-no-emul-boot", "-boot-load-size", "4",
             "-boot-info-table", tree], partial / "build.log")
        shutil.rmtree(tree)
    return cache.entry("boot-medium", key, build) / "boot.iso"


def guests():
    """Return the names that --guest knows."""
    return [*kernels.guests(), *debian.names()]


def guest_build(name):
    """Return the tree that modules for a guest are built against."""
    if name in debian.names():
        return debian.headers(name)
    if name in kernels.guests():
        return kernels.guest_build(name)
    raise LabError(name, "no kernel tree for this guest", f"choose from {' '.join(guests())}")


def guest_modules(name):
    """Return modules that the guest loads before it can report."""
    return debian.modules(name) if name in debian.names() else []


def strip_kernel(vmlinux, target):
    kernels.run_logged([f"llvm-strip{kernels.versions()['LLVM']}", "--strip-all", "-o", target,
                        vmlinux], target.with_suffix(".log"))


def guest_kernel(name, packed=False):
    """Resolve --guest to a file that QEMU boots: our own kernel, Debian's or the user's."""
    if name in debian.names():
        return debian.kernel(name, packed)
    if name not in kernels.guests():
        path = Path(name)
        if not path.is_file():
            raise LabError(name, "no such guest kernel",
                           f"give one of {' '.join(guests())}, a bzImage or a vmlinux with PVH")
        return path
    key = cache.key_of("stripped", kernels.build_key(kernels.guest_kernel(name)))

    def build(partial):
        strip_kernel(kernels.guest_build(name) / "vmlinux", partial / "vmlinux")
    return cache.entry("guest-kernel", key, build) / "vmlinux"


def parse_add(text):
    """Split FILE[:PATH]; without a path the file goes to /root/."""
    source, _, target = text.partition(":")
    if not os.path.exists(source):
        raise LabError(source, "no such file or directory to add")
    if not target:
        target = f"/root/{os.path.basename(os.path.abspath(source))}"
    elif target.endswith("/"):
        target += os.path.basename(os.path.abspath(source))
    return source, target


def run_archive(nonce, script, additions, modules=()):
    """The part of the initramfs that belongs to one run."""
    image = CpioWriter()
    image.file("lab/nonce", nonce.encode())
    if script is not None:
        image.file("lab/command", script.encode(), 0o755)
    for path in modules:
        image.file(f"lab/modules/{path.name}", path.read_bytes())
    for text in additions:
        image.add(*parse_add(text))
    return image.archive()
