"""What lies in a directory, byte for byte: a walk that follows no link and trusts no index."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

EntryKind = Literal["file", "link", "directory", "pipe", "other"]

_KINDS: dict[int, EntryKind] = {
    stat.S_IFREG: "file",
    stat.S_IFLNK: "link",
    stat.S_IFDIR: "directory",
    stat.S_IFIFO: "pipe",
}


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One thing in a directory. ``path`` is relative; its bytes are written as latin-1, so any name survives JSON.

    ``content`` is the blob with a file's bytes as they are on disk; ``smudged`` says that they come from the index
    through a filter (LFS) instead.
    """

    path: str
    kind: EntryKind
    mode: int
    mtime: int
    """Nanoseconds since the epoch."""
    size: int = 0
    target: str = ""
    """Where a link points, in latin-1 too."""
    content: str = ""
    smudged: bool = False

    @property
    def name(self) -> bytes:
        return self.path.encode("latin-1")


Skip = Callable[[bytes, str], bool]
"""Asked with the relative path and the whole path of each directory."""


def walk(top: Path, skip: Skip | None = None) -> list[Entry]:
    """All below ``top``, directories before what is in them. Raises OSError: nothing is passed over in silence."""
    device = top.stat().st_dev
    return list(_walk(os.fsencode(top), b"", device, skip))


class Mounted(OSError):
    """Another file system is mounted inside: what is on it is never ours to touch."""


def _walk(top: bytes, below: bytes, device: int, skip: Skip | None) -> Iterator[Entry]:
    with os.scandir(os.path.join(top, below) if below else top) as found:  # noqa: PTH118 - bytes
        entries = sorted(found, key=lambda item: item.name)
    for item in entries:
        path = below + b"/" + item.name if below else item.name
        status = item.stat(follow_symlinks=False)
        if status.st_dev != device:
            raise Mounted(f"{os.fsdecode(path)} is another file system")
        entry = _entry(path, status, item.path)
        if entry.kind != "directory":
            yield entry
        elif skip is None or not skip(path, os.fsdecode(item.path)):
            yield entry
            yield from _walk(top, path, device, skip)


def _entry(path: bytes, status: os.stat_result, whole: bytes) -> Entry:
    kind = _KINDS.get(stat.S_IFMT(status.st_mode), "other")
    return Entry(
        path=path.decode("latin-1"),
        kind=kind,
        mode=stat.S_IMODE(status.st_mode),
        mtime=status.st_mtime_ns,
        size=status.st_size if kind == "file" else 0,
        target=os.readlink(whole).decode("latin-1") if kind == "link" else "",  # noqa: PTH115 - bytes
    )


def fingerprint(top: Path, skip: Skip | None = None) -> set[tuple[str, str, int, int, int, str]]:
    """Changes whenever anything is written below ``top``; directories' own times don't count."""
    return {
        (
            entry.path,
            entry.kind,
            entry.mode,
            entry.mtime if entry.kind != "directory" else 0,
            entry.size,
            entry.target,
        )
        for entry in walk(top, skip)
    }
