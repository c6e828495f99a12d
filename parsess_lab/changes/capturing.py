"""The files of a directory as a tree object: changed ones are hashed, the rest is known from last time."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

from parsess_lab.changes.model import LeftOut, LeftOutReason
from parsess_lab.changes.names import to_bytes, to_text
from parsess_lab.changes.seeding import seed
from parsess_lab.changes.store import Space
from parsess_lab.errors import GitFailed, TooLarge

MAX_SIZE = 5 * 10**6
"""Bytes: a larger file is left out of snapshots, unless the repository holds its content already."""
MAX_NEW = 200 * 10**6
"""Bytes that one snapshot may add."""
MAX_PLAIN_FILES = 20_000
"""Files in a plain directory; with more there is no snapshot."""
_PLAIN_SECONDS = 5.0  # to look through a plain directory
_PLAIN_LIST = 16 * 2**20  # bytes of names in a plain directory
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Capture:
    """A tree and what it does not hold."""

    tree: str
    left_out: list[LeftOut]
    nested: list[str]


@dataclass(slots=True)
class _Sorted:
    gone: list[bytes] = field(default_factory=list)
    changed: list[tuple[bytes, os.stat_result]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    nested: list[bytes] = field(default_factory=list)


async def capture(space: Space) -> Capture:
    """Write the directory's tracked and untracked, not ignored files as objects.

    Raises:
        TooLarge: ``no_snapshot``, a plain directory beyond its bounds.
        GitFailed: the disk is full, or files kept changing under the hand.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return await _capture(space, careful=attempt > 0)
        except GitFailed as error:
            if attempt == _ATTEMPTS - 1 or error.returncode is None:
                raise
            # A file changed its kind just now, or the kept index names objects that are gone.
            space.index.unlink(missing_ok=True)
    raise AssertionError


async def _capture(space: Space, *, careful: bool) -> Capture:
    async with _index(space) as index:
        names, forced = await asyncio.gather(_differing(space, index), _tracked_though_ignored(space))
        found = await asyncio.to_thread(_sort, space.top, dict.fromkeys([*names, *forced]), careful=careful)
        _check_plain(space, found, names)
        await _keep_within_bounds(space, found)
        await _update(space, index, found)
        tree = (await space.run("write-tree", index=index)).text
        await asyncio.to_thread(os.replace, index, space.index)
    return Capture(tree, found.left_out, [to_text(name.rstrip(b"/")) for name in found.nested])


@asynccontextmanager
async def _index(space: Space) -> AsyncIterator[Path]:
    """A copy to work on: whatever ends us, the kept one stays whole and unlocked."""
    copy = space.private / f"making-{token_hex(8)}"
    try:
        try:
            await asyncio.to_thread(shutil.copy2, space.index, copy)
        except FileNotFoundError:
            await seed(space, copy)
        yield copy
    finally:
        for left in (copy, copy.with_name(copy.name + ".lock")):
            left.unlink(missing_ok=True)


async def _differing(space: Space, index: Path) -> list[bytes]:
    kinds = ("--others", "--modified", "--deleted", "--exclude-standard")
    asked = ("ls-files", "-z", "-t", *kinds, "--", *space.paths)
    try:
        if space.checkout is None:
            said = await space.run(*asked, index=index, limit=_PLAIN_LIST, timeout=_PLAIN_SECONDS)
        else:
            said = await space.run(*asked, index=index)
    except GitFailed as error:
        if space.checkout is None and error.code in ("git_timeout", "git_too_much"):
            raise _no_snapshot("it holds too many files") from None
        raise
    return [field[2:] for field in said.fields()]


async def _tracked_though_ignored(space: Space) -> list[bytes]:
    if space.checkout is None:
        return []
    said = await space.checkout.read(
        "ls-files", "-z", "--cached", "--ignored", "--exclude-standard", "--", *space.paths
    )
    return said.fields()


def _sort(top: Path, names: Iterable[bytes], *, careful: bool) -> _Sorted:
    found = _Sorted()
    folders = _Folders(os.fsencode(top))
    for name in names:
        if name.endswith(b"/"):
            found.nested.append(name)
            continue
        path = folders.root + b"/" + name
        status = _status(path) if folders.holds(name) else None
        if status is None:
            found.gone.append(name)
        elif careful and not stat.S_ISLNK(status.st_mode) and not os.access(path, os.R_OK):
            found.left_out.append(_left_out(name, status, "unreadable"))
        else:
            found.changed.append((name, status))
    return found


class _Folders:
    """Knows which folders are there and no links: git refuses what is behind one."""

    def __init__(self, root: bytes) -> None:
        self.root = root
        self._real = {b"": True}

    def holds(self, name: bytes) -> bool:
        """Whether the folder of a file is reached without a link."""
        folder = name.rpartition(b"/")[0]
        known = self._real.get(folder)
        if known is None:
            path = self.root + b"/" + folder
            known = self._real[folder] = self.holds(folder) and not os.path.islink(path)  # noqa: PTH114
        return known


def _status(path: bytes) -> os.stat_result | None:
    """Of a file or link; None for all else."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status if stat.S_ISLNK(status.st_mode) or stat.S_ISREG(status.st_mode) else None


def _check_plain(space: Space, found: _Sorted, names: list[bytes]) -> None:
    if space.checkout is not None:
        return
    if len(names) > MAX_PLAIN_FILES:
        raise _no_snapshot(f"it holds more than {MAX_PLAIN_FILES:,} files")
    if sum(status.st_size for _, status in found.changed if status.st_size <= MAX_SIZE) > MAX_NEW:
        raise _no_snapshot(f"it holds more than {MAX_NEW // 10**6} MB")


def _no_snapshot(why: str) -> TooLarge:
    return TooLarge(
        f"No snapshot was kept of this directory: it is no git repository and {why}. Start the session in a "
        "smaller directory, run `git init`, or list what doesn't matter in .gitignore.",
        code="no_snapshot",
    )


async def _keep_within_bounds(space: Space, found: _Sorted) -> None:
    """Leave out what is too large, the largest first; what the repository holds anyway costs nothing."""
    large = [name for name, status in found.changed if status.st_size > MAX_SIZE]
    if not large and sum(status.st_size for _, status in found.changed) <= MAX_NEW:
        return
    free = await _held_already(space, found.changed)
    left = MAX_NEW
    kept = []
    for name, status in sorted(found.changed, key=lambda item: item[1].st_size):
        if name in free:
            kept.append((name, status))
        elif status.st_size > MAX_SIZE:
            found.left_out.append(_left_out(name, status, "too_large"))
        elif status.st_size > left:
            found.left_out.append(_left_out(name, status, "over_budget"))
        else:
            left -= status.st_size
            kept.append((name, status))
    found.changed = kept


async def _held_already(space: Space, changed: list[tuple[bytes, os.stat_result]]) -> set[bytes]:
    """Tracked files that are as the index has them, byte for byte as far as their size tells."""
    if space.checkout is None:
        return set()
    listed, differing = await asyncio.gather(
        space.checkout.read("ls-files", "-z", "--stage", "--", *space.paths),
        space.checkout.read("diff-files", "-z", "--name-only", "--ignore-submodules", "--", *space.paths),
    )
    sizes = {name: status.st_size for name, status in changed}
    dirty = set(differing.fields())
    oids = {}
    for entry in listed.fields():
        head, _, name = entry.partition(b"\t")
        if name in sizes and name not in dirty:
            oids[name] = head.split(b" ")[1]
    asked = b"".join(oid + b"\n" for oid in oids.values())
    said = await space.checkout.read("cat-file", "--batch-check=%(objectsize)", input=asked)
    held = zip(oids, said.stdout.split(b"\n"), strict=False)
    return {name for name, size in held if size == b"%d" % sizes[name]}


def _left_out(name: bytes, status: os.stat_result, reason: LeftOutReason) -> LeftOut:
    return LeftOut(path=to_text(name), reason=reason, size=status.st_size, mtime_ns=status.st_mtime_ns)


async def _update(space: Space, index: Path, found: _Sorted) -> None:
    known = index.exists()  # noqa: ASYNC240 - one lookup
    # What is gone goes first: a folder may stand where a file was. Of what is left out an older, smaller
    # version may be there.
    gone = [*found.gone, *(to_bytes(file.path) for file in found.left_out)]
    if gone and known:
        absent = b"".join(b"0 %s\t%s\0" % (_zeros(space), name) for name in gone)
        await space.run("update-index", "-z", "--index-info", index=index, input=absent)
    if found.changed or not known:
        names = b"".join(name + b"\0" for name, _ in found.changed)
        how = ("--add", "--remove", "--replace", "-z", "--stdin")
        await space.run("update-index", *how, index=index, input=names, timeout=600)


def _zeros(space: Space) -> bytes:
    return b"0" * (64 if space.object_format == "sha256" else 40)
