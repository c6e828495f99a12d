"""``.worktreeinclude``: ignored files that a new worktree gets a copy of, ``.env`` for instance.

Copied is what matches the file's patterns (gitignore syntax) *and* git ignores. Nothing is overwritten, and
no link is followed out of either checkout.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from pathlib import Path

import msgspec

from parsess_lab.errors import GitFailed
from parsess_lab.git import read

NAME = ".worktreeinclude"
_SHOWN = 5


class Included(msgspec.Struct, frozen=True, kw_only=True):
    """Paths relative to the checkout; ``skipped`` says why not, path by path."""

    copied: list[str] = []
    skipped: dict[str, str] = {}

    def describe(self) -> str:
        names = ", ".join(self.copied[:_SHOWN]) + (" …" if len(self.copied) > _SHOWN else "")
        copied = f"copied {len(self.copied)}: {names}" if self.copied else "nothing to copy"
        left = "; ".join(f"{path}: {why}" for path, why in list(self.skipped.items())[:_SHOWN])
        return f"{copied}; not copied: {left}" if left else copied


async def include(source: Path, worktree: Path) -> Included:
    """Copy what ``source``'s ``.worktreeinclude`` names into ``worktree``. Raises GitFailed."""
    if not (source / NAME).is_file():
        return Included()
    return await copy(source, worktree, await matching(source))


async def matching(source: Path) -> list[str]:
    """Files that match the patterns and are ignored; never those of a repository inside."""
    try:
        found = await read(
            "ls-files", "--others", "--ignored", f"--exclude-from={source / NAME}", "-z", cwd=source
        )
        files = [field for field in found.fields() if not field.endswith(b"/")]
        ignored = await read(
            "check-ignore", "--stdin", "-z", cwd=source, input=b"\0".join(files) + b"\0", check=False
        ) if files else None  # fmt: skip
    except GitFailed as error:
        raise GitFailed(f"{NAME} could not be read: {error.message}", stderr=error.stderr) from error
    return [os.fsdecode(field) for field in ignored.fields()] if ignored else []


async def copy(source: Path, worktree: Path, paths: list[str]) -> Included:
    """Copy ``paths``, relative to ``source``, keeping modes and times."""
    copied: list[str] = []
    skipped: dict[str, str] = {}
    for path in paths:
        why = await asyncio.to_thread(_copy, source, worktree, path)
        if why is None:
            copied.append(path)
        else:
            skipped[path] = why
    return Included(copied=copied, skipped=skipped)


def _copy(source: Path, worktree: Path, path: str) -> str | None:
    """Copy one file; the reason if it is not."""
    origin, target = source / path, worktree / path
    if not _is_within(origin.parent, source) or not _is_within(target.parent, worktree):
        return "lies behind a link that leads out of the checkout"
    if os.path.lexists(target):
        return "is there already"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return _copy_link(source, origin, target) if origin.is_symlink() else _copy_file(origin, target)
    except OSError as error:
        return error.strerror or str(error)


def _is_within(path: Path, top: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(top)


def _copy_link(source: Path, origin: Path, target: Path) -> str | None:
    aim = origin.readlink()
    if aim.is_absolute() or not _is_within(origin.parent / aim, source):
        return "is a link that leads out of the checkout"
    target.symlink_to(aim)
    return None


def _copy_file(origin: Path, target: Path) -> str | None:
    """All of it or none: what is there never gets overwritten, what fails is taken away again."""
    if not stat.S_ISREG(origin.lstat().st_mode):
        return "is no file"
    reading = os.open(origin, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(reading, "rb") as stream:
        writing = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(writing, "wb") as out:
                shutil.copyfileobj(stream, out, 2**20)
            shutil.copystat(origin, target, follow_symlinks=False)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return None
