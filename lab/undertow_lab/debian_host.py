# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - a stock Debian kernel as the host
"""Boot Debian's own kernel with KVM modules that DKMS built, as an operator has them.

Nothing is installed: DKMS gets trees of its own in the cache.
"""

import functools
import os
import shutil
from pathlib import Path

from . import cache, debian, kernels
from .cpio import CpioWriter
from .ui import stage

DKMS = kernels.TOP / "hv-support" / "dkms"
INIT = kernels.LAB / "initramfs" / "host-boot"
BUSYBOX = "/bin/busybox"


def headers():
    return debian.headers(debian.HOST)


def kernel():
    return debian.kernel(debian.HOST, packed=True)


def release():
    """Return what `uname -r` will say."""
    return debian.packages(debian.HOST)[0].removeprefix("linux-image-").removesuffix("-unsigned")


def stock_modules():
    """Return the package's own modules by name, in the order of loading."""
    return {path.stem[3:]: path for path in debian.modules(debian.HOST)}


def key():
    """Identify kernel and initramfs."""
    return cache.key_of(Path(__file__), INIT, cache.stamp_of(BUSYBOX),
                        debian.archive_key(debian.packages(debian.HOST)))


def initrd():
    """What mounts the root file system: the kernel has no driver for a disk built in."""
    def build(partial):
        image = CpioWriter()
        for name in ("dev", "root"):
            image.directory(name)
        image.char_device("dev/console", 5, 1)
        image.file("bin/busybox", Path(BUSYBOX).read_bytes(), 0o755)
        image.file("init", INIT.read_bytes(), 0o755)
        for name, path in stock_modules().items():
            if name not in ("irqbypass", "kvm", "kvm_intel"):
                image.file(f"modules/{path.name}", path.read_bytes())
        (partial / "initrd").write_bytes(image.archive())
    return cache.entry("host-initrd", key(), build) / "initrd"


def build_by_dkms(partial):
    """Let DKMS build a tree of make-tree and keep the modules."""
    log = partial / "build.log"
    kernels.run_logged([DKMS / "make-tree", "--headers", headers(), partial / "source"], log)
    tree, = (partial / "source").iterdir()
    kernels.run_logged(
        ["dkms", "build", "--dkmstree", partial / "dkms", "--sourcetree", partial / "source",
         "--kernelsourcedir", headers(), "-k", release(), "-j", str(os.cpu_count()),
         "/".join(tree.name.rsplit("-", 1))], log)
    for path in (partial / "dkms").glob(f"*/*/{release()}/*/module/*.ko"):
        shutil.copy(path, partial)
    stock = stock_modules()
    shutil.copy(stock["irqbypass"], partial / "irqbypass.ko")
    (partial / "stock").mkdir()
    for name in ("kvm", "kvm-intel"):
        shutil.copy(stock[name.replace("-", "_")], partial / "stock" / f"{name}.ko")
    for name in ("source", "dkms"):
        shutil.rmtree(partial / name)


@functools.cache
def kvm_modules():
    """Return the directory with the modules, and the package's own in stock/."""
    def build(partial):
        with stage("KVM modules by DKMS"):
            (partial / "dkms").mkdir()
            build_by_dkms(partial)
    recipe = (DKMS / name for name in ("Kbuild", "dkms.conf", "make-tree"))
    of = cache.key_of(key(), kernels.source_key(), *recipe, *kernels.series())
    return cache.entry("dkms-modules", of, build)


def module_files():
    """Return what the host loads, in that order."""
    return [kvm_modules() / f"{name}.ko" for name in ("irqbypass", "kvm", "kvm-intel")]
