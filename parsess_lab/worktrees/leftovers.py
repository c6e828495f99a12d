"""What is left of worktrees that nobody finished with. Found and shown; nothing here deletes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Literal

import msgspec

from parsess_lab.errors import GitFailed
from parsess_lab.git import read
from parsess_lab.worktrees.checkout import listed
from parsess_lab.worktrees.record import Record, read_marker
from parsess_lab.worktrees.snapshot import REFS
from parsess_lab.worktrees.withdraw import find_git_dir
from parsess_lab.worktrees.workshop import FOLDER

LeftoverKind = Literal["folder_gone", "metadata_gone", "unknown_worktree", "workshop", "snapshot"]


class Leftover(msgspec.Struct, frozen=True, kw_only=True):
    """``detail`` says what it is and what can be done."""

    kind: LeftoverKind
    path: str
    detail: str
    worktree: str | None = None


async def leftovers(records: list[Record]) -> list[Leftover]:
    """All of them, over the repositories that ``records`` name."""
    found: list[Leftover] = []
    for record in records:
        if record.removed is None:
            found += await asyncio.to_thread(_of_record, record)
    for repository in sorted({record.repository for record in records}):
        if Path(repository).is_dir():
            found += await _of_repository(Path(repository), {record.id for record in records})
    return found


def _of_record(record: Record) -> list[Leftover]:
    there = os.path.lexists(record.path)
    git_dir = find_git_dir(record)
    if git_dir is not None and not there:
        said = (
            "Its folder was deleted or moved by hand; the branch and what git keeps of it are still there. "
            "If it was moved: git worktree repair NEW_PATH. If not, a new worktree of its branch goes on from there."
        )
        return [Leftover(kind="folder_gone", path=record.path, detail=said, worktree=record.id)]
    if git_dir is None and there:
        said = "git no longer knows this folder; its files are still there. Keep what you need of them."
        return [Leftover(kind="metadata_gone", path=record.path, detail=said, worktree=record.id)]
    return []


async def _of_repository(repository: Path, known: set[str]) -> list[Leftover]:
    try:
        items = await listed(repository)
        refs = await read(
            "for-each-ref", "--format=%(refname)", REFS, cwd=repository, env={"GIT_DIR": str(repository)}
        )
    except GitFailed:
        return []
    found = [
        Leftover(kind="workshop", path=str(item.path), detail="A landing was cut off here.")
        for item in items[1:]
        if item.path.parent == repository / FOLDER
    ]
    for git_dir in await asyncio.to_thread(lambda: sorted((repository / "worktrees").glob("*"))):
        marker = read_marker(git_dir)
        if marker is not None and marker.id not in known:
            said = "It was made here, but is not in the list: another data folder made it."
            found.append(Leftover(kind="unknown_worktree", path=marker.path, detail=said, worktree=marker.id))
    for ref in refs.text.split():
        id = ref.removeprefix(f"{REFS}/")
        if id not in known:
            said = "A snapshot of a removed worktree that is not in the list; `git show` can look into it."
            found.append(Leftover(kind="snapshot", path=ref, detail=said, worktree=id))
    return found
