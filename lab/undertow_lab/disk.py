# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - disks of the emulated host
"""Make partitioned disk images from directories and read the logs back.

The kernel names disks in the order in which it happens to probe them, so the
root file system is found by the signature in its partition table.
"""

import io
import struct
import tarfile

from . import kernels

SECTOR = 512
# The emulated disk has whole cylinders only.
CYLINDER = 16 * 63 * SECTOR
FIRST_PARTITION = 1 << 20
LOG_BYTES = 16 << 20
HOST_DISK = 0x55540001
RUN_DISK = 0x55540002
LINUX_PARTITION = 0x83


def master_boot_record(signature, partitions):
    """Partitions are (start, length) in bytes; all are of type Linux, none is bootable."""
    table = b"".join(struct.pack("<8xII", start // SECTOR, length // SECTOR)
                     for start, length in partitions)
    entries = bytearray(table.ljust(64, b"\0"))
    for index in range(len(partitions)):
        entries[16 * index + 4] = LINUX_PARTITION
    return struct.pack("<440xI2x64s2s", signature, bytes(entries), b"\x55\xaa")


def blocks_for(root):
    """4 KiB blocks for the files below a directory, with little room to spare."""
    used = sum(-(-path.stat().st_size // 4096) for path in root.rglob("*")
               if path.is_file() and not path.is_symlink())
    return used * 102 // 100 + 512


def make(image, signature, root, log, log_bytes=0):
    """Make a disk with an ext2 partition and, if asked for, room for logs behind it."""
    blocks = blocks_for(root)
    image.unlink(missing_ok=True)
    kernels.run_logged(["/sbin/mke2fs", "-q", "-t", "ext2", "-b", "4096", "-I", "128", "-m", "0",
                        "-N", "1024", "-E", f"root_owner=0:0,offset={FIRST_PARTITION}",
                        "-O", "^resize_inode,^dir_index", "-d", root, image, str(blocks)], log)
    partitions = [(FIRST_PARTITION, blocks * 4096)]
    if log_bytes:
        partitions.append((FIRST_PARTITION + blocks * 4096, log_bytes))
    end = sum(partitions[-1])
    with open(image, "r+b") as handle:
        handle.write(master_boot_record(signature, partitions))
        handle.truncate(-(-end // CYLINDER) * CYLINDER)


def read_logs(image):
    """Return {name: contents} of the tar archive in the second partition, if any."""
    try:
        with open(image, "rb") as handle:
            start, length = struct.unpack_from("<II", handle.read(SECTOR), 446 + 16 + 8)
            handle.seek(start * SECTOR)
            archive = tarfile.open(fileobj=io.BytesIO(handle.read(length * SECTOR)))
            return {member.name.rpartition("/")[2]: archive.extractfile(member).read()
                    for member in archive if member.isfile()}
    except (tarfile.TarError, FileNotFoundError):
        return {}
