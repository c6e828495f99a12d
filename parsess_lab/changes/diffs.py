"""Asks git for the differences of a scope, as exact bytes within bounds."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from parsess_lab.changes.checkout import Checkout
from parsess_lab.changes.parsing import ABSENT, UNMERGED, RawFile, RawHunk, parse
from parsess_lab.errors import GitFailed
from parsess_lab.git import GitResult

MAX_SIZE = 2**20
"""Bytes: a larger file is listed without hunks."""
MAX_CHANGED = 5_000
"""Lines: a file with more changed ones is listed without hunks."""
_PATCH_LIMIT = 32 * 2**20  # bytes of all patches together; beyond, only counts are asked for
_UNTRACKED_LIMIT = 16 * 2**20  # bytes of untracked files that are read
_SNIFFED = 8_000  # bytes in which a NUL makes a file binary, as for git
UNTRACKED = b"?"
FOLDER = b"160000"

OPTIONS = (
    "--raw", "-z", "--full-index", "--no-abbrev", "--no-color", "--no-ext-diff", "--no-textconv",
    "--ignore-submodules=dirty", "--submodule=short", "-M", "--src-prefix=a/", "--dst-prefix=b/", "--no-relative",
)  # fmt: skip
# Lines are counted from the patch: git would compare everything once more to count them.
_PATCH = ("--patch", "--unified=3", "--inter-hunk-context=0")
_COUNTS = ("--numstat",)
# git itself then treats larger files as binary and never diffs them.
_BOUNDED = ("-c", f"core.bigFileThreshold={MAX_SIZE}")

Runner = Callable[..., Coroutine[Any, Any, GitResult]]


@dataclass(frozen=True, slots=True)
class Diff:
    """The files of one comparison. ``complete`` is false when patches together were too large."""

    files: list[RawFile]
    complete: bool = True


async def diff(run: Runner, top: Path, command: str, *args: str, paths: tuple[str, ...] = ()) -> Diff:
    """Run ``git command args`` (of the diff family) and read what it says."""
    asked = (*_BOUNDED, command, *OPTIONS, *args)
    complete = True
    try:
        said = await run(*asked, *_PATCH, "--", *paths, limit=_PATCH_LIMIT)
    except GitFailed as error:
        if error.code != "git_too_much":
            raise
        complete = False
        said = await run(*asked, *_COUNTS, "--", *paths)
    return Diff(await asyncio.to_thread(_read, said.stdout, top, patched=complete), complete)


async def staged(checkout: Checkout, paths: tuple[str, ...] = ()) -> Diff:
    """HEAD to index."""
    return await diff(checkout.read, checkout.top, "diff", "--cached", checkout.base, paths=paths)


async def unstaged(checkout: Checkout, paths: tuple[str, ...] = ()) -> Diff:
    """Index to working tree; a conflict is compared with our side."""
    async with _own_index(checkout) as run:
        return await diff(run, checkout.top, "diff", "--ours", paths=paths)


async def since(checkout: Checkout, base: str, paths: tuple[str, ...] = ()) -> Diff:
    """Commit ``base`` to working tree. Untracked files count as if they were tracked, renamed ones too."""
    new = await _untracked_names(checkout, paths)
    async with _own_index(checkout) as run:
        await run(
            "update-index", "-z", "--index-info", input=await asyncio.to_thread(_entries, checkout, new)
        )
        return await diff(run, checkout.top, "diff", base, paths=paths)


def _entries(checkout: Checkout, names: list[bytes]) -> bytes:
    """Index entries for files whose content git shall look up itself."""
    nothing = hashlib.new(checkout.object_format, b"blob 0\0", usedforsecurity=False).hexdigest().encode()
    found = []
    for name in names:
        with suppress(OSError):
            mode = _mode(os.lstat(os.path.join(os.fsencode(checkout.top), name)))  # noqa: PTH118
            found.append(b"%s %s\t%s\0" % (mode, nothing, name))
    return b"".join(entry for entry in found if not entry.startswith(FOLDER))


@asynccontextmanager
async def _own_index(checkout: Checkout) -> AsyncIterator[Runner]:
    """Run git on a copy of the index: it notes there which files it found unchanged.

    On the real one it would do so under a lock that a git of the person or the agent could trip over.
    """
    with tempfile.TemporaryDirectory(prefix="parsess-") as folder:
        copy = Path(folder) / "index"
        with suppress(FileNotFoundError):
            await asyncio.to_thread(shutil.copy2, checkout.git_dir / "index", copy)
        yield partial(checkout.read, index=copy)


async def untracked(checkout: Checkout, paths: tuple[str, ...] = ()) -> list[RawFile]:
    """Files that git neither tracks nor ignores, as wholly added; repositories inside as their folder."""
    return await asyncio.to_thread(_added, checkout.top, await _untracked_names(checkout, paths))


async def nested(checkout: Checkout, paths: tuple[str, ...] = ()) -> list[RawFile]:
    """Untracked repositories inside this one."""
    names = [name for name in await _untracked_names(checkout, paths) if name.endswith(b"/")]
    return await asyncio.to_thread(_added, checkout.top, names)


async def _untracked_names(checkout: Checkout, paths: tuple[str, ...]) -> list[bytes]:
    said = await checkout.read("ls-files", "--others", "--exclude-standard", "-z", "--", *paths)
    return said.fields()


def _added(top: Path, names: list[bytes]) -> list[RawFile]:
    left = _UNTRACKED_LIMIT
    found = []
    for name in names:
        try:
            file, size = added(top, name, left)
        except OSError:  # gone again, or unreadable: git would say no more
            continue
        left -= size
        found.append(file)
    return found


def added(top: Path, name: bytes, limit: int = MAX_SIZE) -> tuple[RawFile, int]:
    """One untracked file and how many bytes of it were read. Raises OSError."""
    path = os.path.join(os.fsencode(top), name)  # noqa: PTH118 - a name of bytes
    found = os.lstat(path)
    mode = _mode(found)
    file = RawFile(name, name, UNTRACKED, ABSENT, mode, b"", b"")
    if stat.S_ISDIR(found.st_mode):
        return file, 0
    if stat.S_ISLNK(found.st_mode):
        return _with_content(file, os.readlink(path)), 0  # noqa: PTH115
    if found.st_size > min(MAX_SIZE, limit):
        return replace(file, too_large=True, binary=found.st_size > 0 and _is_binary(path)), 0
    with open(path, "rb") as opened:  # noqa: PTH123
        content = opened.read(MAX_SIZE + 1)
    return _with_content(file, content), len(content)


def _mode(found: os.stat_result) -> bytes:
    if stat.S_ISLNK(found.st_mode):
        return b"120000"
    if stat.S_ISDIR(found.st_mode):
        return FOLDER
    return b"100755" if found.st_mode & stat.S_IXUSR else b"100644"


def _with_content(file: RawFile, content: bytes) -> RawFile:
    if b"\0" in content[:_SNIFFED]:
        return replace(file, binary=True)
    lines = [b"+" + line for line in content.split(b"\n")]
    if content.endswith(b"\n"):
        lines.pop()
    else:
        lines.append(b"\\ No newline at end of file")
    count = len(lines) - (not content.endswith(b"\n"))
    if not content:
        return file
    if count > MAX_CHANGED:
        return replace(file, added=count, too_large=True)
    return replace(file, added=count, hunks=[RawHunk(0, 0, 1, count, b"", lines)])


def _read(output: bytes, top: Path, *, patched: bool) -> list[RawFile]:
    return [_bounded(file, top, patched=patched) for file in _merged(parse(output))]


def _merged(files: list[RawFile]) -> list[RawFile]:
    """A conflict comes twice, as unmerged and compared with our side: one of them, marked."""
    unmerged = {file.path for file in files if file.status == UNMERGED}
    if not unmerged:
        return files
    compared = {file.path: file for file in files if file.status != UNMERGED}
    both = {path: replace(compared[path], status=UNMERGED) for path in unmerged & compared.keys()}
    first = {file.path: both.get(file.path, file) for file in files if file.status == UNMERGED}
    return [*first.values(), *(file for file in compared.values() if file.path not in unmerged)]


def _bounded(file: RawFile, top: Path, *, patched: bool) -> RawFile:
    if file.added + file.removed > MAX_CHANGED or not patched:
        return replace(file, too_large=True, hunks=[])
    if file.binary and file.new_mode.startswith(b"100"):
        return _sized(file, os.path.join(os.fsencode(top), file.path))  # noqa: PTH118
    return file


def _sized(file: RawFile, path: bytes) -> RawFile:
    """git calls a file binary that is only large: told apart where the file can be looked at."""
    try:
        if os.lstat(path).st_size > MAX_SIZE:
            return replace(file, too_large=True, binary=_is_binary(path))
    except OSError:
        pass
    return file


def _is_binary(path: bytes) -> bool:
    with open(path, "rb") as opened:  # noqa: PTH123
        return b"\0" in opened.read(_SNIFFED)
