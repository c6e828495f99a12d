"""``git status`` of a worktree, sorted by what would be lost with it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from parsess_lab.git import read

_OPERATIONS = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "BISECT_LOG": "a bisection",
    "sequencer": "a sequence of picks",
}


@dataclass(slots=True)
class Status:
    """Paths relative to the checkout."""

    changed: list[str] = field(default_factory=list)
    """Tracked files that differ from HEAD, staged or not; also those git was told not to look at."""
    untracked: list[str] = field(default_factory=list)
    """Directories with nothing tracked in them end with a slash."""
    submodules: list[str] = field(default_factory=list)
    """Submodules with other commits, changes or untracked files."""
    moved: list[str] = field(default_factory=list)
    """Those of them that are at another commit than the index says: what a commit of this checkout would take."""
    operation: str | None = None
    """``a merge``, ``a rebase`` … that is not finished."""

    @property
    def clean(self) -> bool:
        return not (self.changed or self.untracked or self.submodules or self.operation)


async def status(worktree: Path, git_dir: Path, *, whole_folders: bool = True) -> Status:
    """Raises GitFailed. ``whole_folders`` names an untracked folder instead of all that is in it."""
    said = await read(
        *("status", "--porcelain=v2", "-z", "--no-renames", "--ignore-submodules=none", "--no-ahead-behind"),
        f"--untracked-files={'normal' if whole_folders else 'all'}",
        cwd=worktree,
    )
    found = Status(operation=operation(git_dir))
    for line in said.fields():
        _sort(found, line)
    found.changed += await _hidden(worktree)
    return found


def operation(git_dir: Path) -> str | None:
    return next((name for file, name in _OPERATIONS.items() if (git_dir / file).exists()), None)


def _sort(found: Status, line: bytes) -> None:
    kind = line[:1]
    if kind == b"?":
        found.untracked.append(os.fsdecode(line[2:]))
        return
    fields = line.split(b" ", 10 if kind == b"u" else 8)
    path, state, sub = os.fsdecode(fields[-1]), fields[1], fields[2]
    if sub.startswith(b"S") and sub != b"S...":
        found.submodules.append(path)
        if sub[1:2] == b"C":
            found.moved.append(path)
    if not sub.startswith(b"S") or state[:1] != b"." or state[1:] == b"D":
        found.changed.append(path)


async def _hidden(worktree: Path) -> list[str]:
    """Changed files that are flagged *assume unchanged* or *skip worktree*: git's status is silent about them."""
    said = await read("ls-files", "-v", "-z", cwd=worktree)
    flagged = [os.fsdecode(line[2:]) for line in said.fields() if line[:1] == b"S" or line[:1].islower()]
    present = [path for path in flagged if os.path.lexists(worktree / path)]
    if not present:
        return []
    listed = await read("ls-files", "--stage", "-z", cwd=worktree)
    known = {line.partition(b"\t")[2]: line.split(b" ", 2)[1].decode() for line in listed.fields()}
    return [path for path in present if await _differs(worktree, path, known)]


async def _differs(worktree: Path, path: str, known: dict[bytes, str]) -> bool:
    file = worktree / path
    if file.is_symlink() or not file.is_file():
        return True  # rare enough to be asked about
    said = await read("hash-object", "--", path, cwd=worktree, check=False)
    return said.text != known.get(os.fsencode(path))
