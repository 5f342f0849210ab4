# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - cache
"""Keep build results outside the checkout, keyed by everything that goes in.

An entry appears only when complete: it is made under a `.partial` name while
an flock is held, then renamed. Deleting the cache is always safe.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
from pathlib import Path

from .ui import LabError, say


def cache_root():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "undertow"


def key_of(*parts):
    """Hash strings and file contents (Path objects) into a short key."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()[:16]


def stamp_of(path):
    """Identify a large installed file without reading it."""
    path = Path(path)
    try:
        info = path.stat()
    except FileNotFoundError:
        raise LabError(path, "no such file",
                       "install what 'undertow-lab packages' lists") from None
    return f"{path}:{info.st_size}:{info.st_mtime_ns}"


@contextlib.contextmanager
def locked(path, waiting_for):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"   waiting for another build of {waiting_for}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def entry(kind, key, build, resume=False):
    """Return the cached entry KIND-KEY; make it with build(partial) if absent.

    With resume=True an interrupted build continues in its partial directory
    (kernel trees: make knows what is left to do).
    """
    final = cache_root() / f"{kind}-{key}"
    if final.exists():
        return final
    with locked(cache_root() / f".{final.name}.lock", kind):
        if final.exists():
            return final
        partial = final.with_name(final.name + ".partial")
        if partial.exists() and not resume:
            shutil.rmtree(partial)
        partial.mkdir(exist_ok=True)
        build(partial)
        partial.rename(final)
    return final


def clean():
    root = cache_root()
    if root.exists():
        shutil.rmtree(root)
    return root
