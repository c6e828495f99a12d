"""Carrying uncommitted changes, untracked files included, from the source checkout into a worktree.

The source is only read: its index, stash and files stay as they are. A file that is the same in both commits is
copied byte for byte; one that differs is merged; if anything collides, nothing is written.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from parsess_lab.errors import Conflict, InvalidRequest
from parsess_lab.git import git, read
from parsess_lab.words import counted
from parsess_lab.worktrees.checkout import look
from parsess_lab.worktrees.record import Record
from parsess_lab.worktrees.status import status


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """Relative paths; ``skipped`` says why not, path by path."""

    files: list[str] = []
    skipped: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class _Change:
    path: str
    merged: bytes | None = None
    """The content when both sides have changed; else the source's file is copied (or was deleted)."""


async def carry_over(record: Record) -> Carried:
    """Bring the source checkout's uncommitted changes here; nothing gets staged.

    Raises Conflict ``carry_over`` with ``files`` if they collide with what the worktree has: then nothing was
    written. Raises InvalidRequest without a source checkout.
    """
    worktree = Path(record.path)
    if record.source is None or not Path(record.source).is_dir():
        raise InvalidRequest("The checkout this worktree came from is gone, so nothing can be carried over.")
    source = Path(record.source)
    checkout = await look(source)
    state = await status(source, checkout.git_dir, whole_folders=False)
    skipped = dict.fromkeys(state.submodules, "is a submodule")
    skipped |= {path: "is a repository of its own" for path in state.untracked if path.endswith("/")}
    paths = [path for path in dict.fromkeys([*state.changed, *state.untracked]) if path not in skipped]
    changes, collisions = await _plan(source, worktree, checkout.head, paths)
    if collisions:
        raise Conflict(
            f"{counted(len(collisions), 'file differs', 'files differ')} here too: "
            f"{', '.join(collisions[:5])}. Nothing was carried over.",
            code="carry_over",
            files=collisions,
        )
    await asyncio.to_thread(_write, source, worktree, changes)
    return Carried(files=[change.path for change in changes], skipped=skipped)


async def _plan(
    source: Path, worktree: Path, head: str | None, paths: list[str]
) -> tuple[list[_Change], list[str]]:
    changes, collisions = [], []
    for path in paths:
        if await asyncio.to_thread(_same, source / path, worktree / path):
            continue
        if not _inside(worktree, path):
            collisions.append(path)
            continue
        change = await _change(source, worktree, head, path)
        if change is None:
            collisions.append(path)
        else:
            changes.append(change)
    return changes, collisions


def _same(one: Path, other: Path) -> bool:
    """Whether both are the same already: absent, the same link, the same bytes."""
    if not os.path.lexists(one) or not os.path.lexists(other):
        return os.path.lexists(one) == os.path.lexists(other)
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    if not (one.is_file() and other.is_file()):
        return False
    return one.stat().st_mode == other.stat().st_mode and one.read_bytes() == other.read_bytes()


def _inside(worktree: Path, path: str) -> bool:
    return Path(os.path.realpath((worktree / path).parent)).is_relative_to(worktree)


async def _change(source: Path, worktree: Path, head: str | None, path: str) -> _Change | None:
    """How to bring ``path`` over; None if the worktree has something else there."""
    was = await _entry(source, head, path)
    here = await _entry(worktree, "HEAD", path)
    touched = await _touched(worktree, path, here)
    if touched is None:
        return None
    if was == here and not touched:
        return _Change(path)
    return await _merged(source, worktree, was, path)


async def _entry(place: Path, revision: str | None, path: str) -> tuple[str, str] | None:
    """Mode and blob of ``path`` in a commit."""
    if revision is None:
        return None
    said = await read("--literal-pathspecs", "ls-tree", "-z", revision, "--", path, cwd=place)
    fields = said.text.split()
    return (fields[0], fields[2]) if said.stdout and fields[1] == "blob" else None


async def _touched(worktree: Path, path: str, here: tuple[str, str] | None) -> bool | None:
    """Whether the worktree's file differs from its commit; None if something untracked is in the way."""
    if here is None:
        return None if os.path.lexists(worktree / path) else False
    said = await read("--literal-pathspecs", "status", "--porcelain", "-z", "--", path, cwd=worktree)
    return bool(said.stdout)


async def _merged(source: Path, worktree: Path, was: tuple[str, str] | None, path: str) -> _Change | None:
    """A three-way merge of one text file, without marks of conflict or not at all."""
    theirs, ours = source / path, worktree / path
    if was is None or any(file.is_symlink() or not file.is_file() for file in (theirs, ours)):
        return None
    with tempfile.TemporaryDirectory(prefix="parsess-") as folder:
        common = Path(folder) / "base"
        common.write_bytes((await read("cat-file", "blob", was[1], cwd=source)).stdout)
        said = await git("merge-file", "-p", "--quiet", ours, common, theirs, cwd=worktree, check=False)
    return _Change(path, said.stdout) if said.returncode == 0 else None


def _write(source: Path, worktree: Path, changes: list[_Change]) -> None:
    for change in changes:
        origin, target = source / change.path, worktree / change.path
        if change.merged is None and not os.path.lexists(origin):
            target.unlink(missing_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".parsess-part-{secrets.token_hex(4)}")
        if origin.is_symlink():
            part.symlink_to(origin.readlink())
        else:
            part.write_bytes(origin.read_bytes() if change.merged is None else change.merged)
            shutil.copymode(origin, part)
        part.replace(target)
