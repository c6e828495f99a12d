"""Forgetting worktrees that were deleted by hand."""

from __future__ import annotations

from pathlib import Path

from parsess_lab.git import git
from parsess_lab.worktrees.checkout import commit, listed


async def prune(place: Path) -> list[str]:
    """Forget worktrees whose folder was deleted by hand.

    Stays away from locked ones, from whole disks that are not there just now (the folder above is missing too),
    and from commits that nothing else has.
    """
    forgotten = []
    for item in (await listed(place))[1:]:
        if not item.prunable or item.locked is not None or not item.path.parent.is_dir():
            continue
        if item.branch is None and not await _reachable(place, item.head):
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
