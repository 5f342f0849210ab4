# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - cpio archives
"""Write initramfs archives (newc) without root: device nodes are just headers."""

import os
import stat
from pathlib import Path

TRAILER = "TRAILER!!!"


class CpioWriter:
    """Collect entries; parents are created on demand, a later name wins."""

    def __init__(self):
        self._blob = bytearray()
        self._inode = 0
        self._dirs = set()

    def _append(self, name, mode, data=b"", rdev=(0, 0)):
        self._inode += 1
        raw = name.encode() + b"\0"
        fields = (self._inode, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev, len(raw), 0)
        self._blob += b"070701" + "".join(f"{field:08x}" for field in fields).encode() + raw
        self._pad()
        self._blob += data
        self._pad()

    def _pad(self):
        self._blob += b"\0" * (-len(self._blob) % 4)

    def directory(self, name):
        name = name.strip("/")
        if not name or name in self._dirs:
            return
        self.directory(os.path.dirname(name))
        self._dirs.add(name)
        self._append(name, stat.S_IFDIR | 0o755)

    def _parent_of(self, name):
        name = name.strip("/")
        self.directory(os.path.dirname(name))
        return name

    def file(self, name, data, mode=0o644):
        self._append(self._parent_of(name), stat.S_IFREG | mode, data)

    def symlink(self, name, target):
        self._append(self._parent_of(name), stat.S_IFLNK | 0o777, target.encode())

    def char_device(self, name, major, minor):
        self._append(self._parent_of(name), stat.S_IFCHR | 0o600, rdev=(major, minor))

    def add(self, source, name):
        """Copy a file, a symbolic link or a whole directory."""
        source = Path(source)
        if source.is_dir():
            self.directory(name)
            for child in sorted(source.iterdir()):
                self.add(child, f"{name}/{child.name}")
        else:
            self.file(name, source.read_bytes(), stat.S_IMODE(source.stat().st_mode))

    def archive(self):
        self._append(TRAILER, 0)
        self._blob += b"\0" * (-len(self._blob) % 512)
        return bytes(self._blob)
