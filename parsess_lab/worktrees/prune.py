"""Forgetting worktrees that were deleted by hand."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from parsess_lab.git import common_dir, git, read
from parsess_lab.worktrees.checkout import commit, listed
from parsess_lab.worktrees.status import operation


async def prune(place: Path) -> list[str]:
    """Forget worktrees whose folder was deleted by hand.

    Stays away from locked ones, from whole disks that are not there just now (the folder above is missing too), from
    commits that nothing else has, and from work that is in git's directory alone: something staged, a rebase under
    way. The folder may only have been moved, and ``git worktree repair`` brings the two together again.
    """
    forgotten = []
    for item in (await listed(place))[1:]:
        if not item.prunable or item.locked is not None or not item.path.parent.is_dir():
            continue
        if item.branch is None and not await _reachable(place, item.head):
            continue
        if await _holds_work(place, item.path):
            continue
        gone = await git("worktree", "remove", item.path, cwd=place, check=False)
        if gone.returncode == 0:
            forgotten.append(str(item.path))
    return forgotten


async def _reachable(place: Path, head: str | None) -> bool:
    if head is None or await commit(place, head) is None:
        return head is None or set(head) == {"0"}
    said = await git("for-each-ref", "--count=1", f"--contains={head}", cwd=place)
    return bool(said.text)


async def _holds_work(place: Path, folder: Path) -> bool:
    """Whether the worktree's git directory has what neither a commit nor the folder has."""
    git_dir = await asyncio.to_thread(_git_dir, await common_dir(place), folder)
    if git_dir is None:
        return False
    if operation(git_dir) is not None:
        return True
    if not (git_dir / "index").exists():
        return False
    env = {"GIT_DIR": str(git_dir), "GIT_WORK_TREE": str(git_dir)}
    staged = ("diff-index", "--cached", "--quiet", "--ignore-submodules", "HEAD", "--")
    return (await read(*staged, cwd=git_dir, env=env, check=False)).returncode != 0


def _git_dir(common: Path, folder: Path) -> Path | None:
    for entry in sorted((common / "worktrees").glob("*/gitdir")):
        # git 2.48 and newer may name it relative to the entry.
        named = entry.read_text(errors="surrogateescape").strip()
        if os.path.normpath(entry.parent / named) == f"{folder}/.git":
            return entry.parent
    return None
