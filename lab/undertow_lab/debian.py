# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - stock Debian kernels
"""Fetch a kernel and its headers from the Debian archive, and install nothing.

The packages are extracted into the cache, which is keyed by the hashes that
the archive signs. The kernel that runs is the package's own, built by gcc;
only modules are built against its headers.
"""

import functools
import re
import shutil
import subprocess
from pathlib import Path

from . import cache, kernels
from .ui import LabError, stage

# Raise when what is made of the packages changes.
RECIPE = "3"
PREFIX = "debian-"
# What a guest reports through, and what a host needs for its disk and for KVM; as far
# as it is not built in.
GUEST_MODULES = ("virtio_mmio", "virtio_console")
HOST = "host-debian"
HOST_MODULES = ("ata_piix", "sd_mod", "crc32c_generic", "ext4", "kvm_intel")
# Offsets in the setup header of a bzImage (Documentation/arch/x86/boot.rst).
SETUP_SECTORS, PAYLOAD_OFFSET, PAYLOAD_LENGTH = 0x1f1, 0x248, 0x24c
# First bytes of what a payload can be, and who unpacks it.
UNPACKERS = {b"\xfd7zXZ\x00": "xz", b"\x02\x21\x4c\x18": "lz4", b"\x28\xb5\x2f\xfd": "zstd"}


def output_of(*command, text=True, **named):
    try:
        return subprocess.run(command, capture_output=True, text=text, check=True, **named).stdout
    except FileNotFoundError:
        raise LabError(command[0], "command not found",
                       "install what 'undertow-lab packages' lists") from None
    except subprocess.CalledProcessError as error:
        stderr = error.stderr if text else error.stderr.decode(errors="replace")
        raise LabError(" ".join(command[:3]), stderr.strip().replace("\n", "; "),
                       "apt-get update, and see lab/versions.env") from None


def newest(names):
    """Return the name with the highest numbers in it."""
    return max(names, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])


def names():
    """Return the guests that lab/versions.env has a pattern for."""
    keys = re.findall(r"^DEBIAN_(\w+)$", "\n".join(kernels.versions()), re.M)
    return [PREFIX + key.replace("_", ".") for key in keys]


@functools.cache
def packages(name):
    """Return image, headers and what the headers need, of the newest kernel there is."""
    pattern = kernels.versions()[name.upper().replace("-", "_").replace(".", "_")]
    listing = output_of("apt-cache", "search", "--names-only", f"^{pattern}$")
    found = [line.split()[0] for line in listing.splitlines()]
    if not found:
        raise LabError(pattern, "no such Debian package",
                       "apt-get update, and see lab/versions.env")
    image = newest(found)
    headers = image.replace("-image-", "-headers-").removesuffix("-unsigned")
    record = output_of("apt-cache", "show", "--no-all-versions", headers)
    needed = re.search(r"^Depends: (.*)$", record, re.M).group(1)
    return [image, headers, *re.findall(r"linux-(?:headers-\S+-common|kbuild-[\w.+]+)", needed)]


def archive_key(wanted):
    """Identify packages by file name, size and hash."""
    lines = output_of("apt-get", "download", "--print-uris", *wanted).splitlines()
    return cache.key_of(RECIPE, *(line.split(maxsplit=1)[1] for line in sorted(lines)))


def decompress(data):
    for start, tool in UNPACKERS.items():
        if data.startswith(start):
            return output_of(tool, "-d", "-c", text=False, input=data)
    raise LabError("vmlinuz", f"compressed in an unknown way, starts with {data[:6].hex()}")


def vmlinux_of(image):
    """Take the ELF file out of a bzImage, which the emulated CPU unpacks slowly."""
    def number(offset):
        return int.from_bytes(image[offset:offset + 4], "little")

    start = (image[SETUP_SECTORS] + 1) * 512 + number(PAYLOAD_OFFSET)
    payload = image[start:start + number(PAYLOAD_LENGTH)]
    # The last word is the size of the result.
    return decompress(payload[:-4])


def plain_module(path):
    data = path.read_bytes()
    return data if path.suffix == ".ko" else decompress(data)


def load_order(files, wanted, done):
    """Collect {name: contents} of modules behind those that they depend on."""
    for name in wanted:
        if name in files and name not in done:
            data = plain_module(files[name])
            depends = re.search(rb"\bdepends=([^\0]*)\0", data).group(1).decode()
            load_order(files, depends.replace("-", "_").split(","), done)
            done[name] = data
    return done


def extract_modules(tree, wanted, target):
    """Leave the modules that exist and what they need, numbered in the order of loading."""
    files = {path.name.partition(".")[0].replace("-", "_"): path for path in tree.rglob("*.ko*")}
    target.mkdir()
    for index, (name, data) in enumerate(load_order(files, wanted, {}).items()):
        (target / f"{index:02}-{name}.ko").write_bytes(data)


def fetch(wanted, modules_wanted, partial):
    """Download packages, extract them, and keep what the lab needs."""
    output_of("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *wanted, cwd=partial)
    for archive in partial.glob("*.deb"):
        output_of("dpkg-deb", "-x", str(archive), str(partial))
        archive.unlink()
    image, = (partial / "boot").glob("vmlinuz-*")
    (partial / "vmlinux").write_bytes(vmlinux_of(image.read_bytes()))
    shutil.copy(image, partial / "bzImage")
    extract_modules(partial / "lib/modules", modules_wanted, partial / "modules")
    headers, = (partial / "usr/src").glob("linux-headers-*-amd64")
    # Names the installed place.
    makefile = headers / "Makefile"
    makefile.write_text(makefile.read_text().replace("/usr/src/", "../"))
    for name in ("boot", "lib"):
        shutil.rmtree(partial / name)


@functools.cache
def extracted(name):
    def build(partial):
        with stage(f"kernel {name}"):
            fetch(packages(name), HOST_MODULES if name == HOST else GUEST_MODULES, partial)
    return cache.entry(name, archive_key(packages(name)), build)


def headers(name):
    """Return the directory for `make -C`."""
    return extracted(name) / "usr/src" / packages(name)[1]


def kernel(name, packed=False):
    return extracted(name) / ("bzImage" if packed else "vmlinux")


def modules(name):
    return sorted((extracted(name) / "modules").iterdir())
