"""What a new worktree does not have that the checkout it came from has, in one line."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import msgspec

from parsess_lab.git import read
from parsess_lab.words import counted
from parsess_lab.worktrees import precious
from parsess_lab.worktrees.base import Base
from parsess_lab.worktrees.checkout import commit, look
from parsess_lab.worktrees.record import Record
from parsess_lab.worktrees.status import status
from parsess_lab.worktrees.submodules import gitlinks

_LISTED = 50
_NAMED = 3


class Lacks(msgspec.Struct, frozen=True, kw_only=True):
    """Paths are relative; lists hold at most fifty, the counts are whole."""

    uncommitted: int = 0
    uncommitted_files: list[str] = []
    commits: int = 0
    """Commits of the source checkout that the worktree has not."""
    ignored: list[str] = []
    """Ignored files and folders (with a slash) of the source checkout, those made again by tools left out."""
    submodules: list[str] = []
    """Submodules that are not checked out here."""
    behind: int = 0
    upstream: str | None = None

    @property
    def anything(self) -> bool:
        return bool(self.uncommitted or self.commits or self.ignored or self.submodules or self.behind)

    def describe(self) -> str:
        """One line for the pane, empty if nothing is lacking."""
        parts = [
            counted(self.uncommitted, "uncommitted change") if self.uncommitted else "",
            f"{counted(self.commits, 'commit')} of the checkout it came from" if self.commits else "",
            f"ignored files ({_some(self.ignored)})" if self.ignored else "",
            f"submodules ({_some(self.submodules)})" if self.submodules else "",
            f"{counted(self.behind, 'commit')} of {self.upstream}" if self.behind else "",
        ]
        said = ", ".join(part for part in parts if part)
        return f"Not in this worktree: {said}." if said else ""


def _some(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


async def lacks(record: Record, base: Base | None = None) -> Lacks:
    """Compare the worktree with the checkout it came from. Raises GitFailed."""
    worktree = Path(record.path)
    behind, upstream = (base.behind or 0, base.upstream) if base else await _behind(record)
    missing = [path for path in await gitlinks(worktree) if not (worktree / path / ".git").exists()]
    source = Path(record.source) if record.source and Path(record.source).is_dir() else None
    if source is None:
        return Lacks(submodules=missing[:_LISTED], behind=behind, upstream=upstream)
    checkout = await look(source)
    state = await status(source, checkout.git_dir)
    changes = [*state.changed, *state.untracked]
    ahead = await _ahead(worktree, checkout.head)
    ignored = await asyncio.to_thread(_ignored, source, worktree, await precious.ignored(source))
    return Lacks(
        uncommitted=len(changes), uncommitted_files=changes[:_LISTED], commits=ahead, ignored=ignored[:_LISTED],
        submodules=missing[:_LISTED], behind=behind, upstream=upstream,
    )  # fmt: skip


async def _ahead(worktree: Path, head: str | None) -> int:
    if head is None:
        return 0
    return int((await read("rev-list", "--count", head, "--not", "HEAD", "--", cwd=worktree)).text)


async def _behind(record: Record) -> tuple[int, str | None]:
    """Commits that the upstream of the base has by now and the worktree has not."""
    worktree = Path(record.path)
    if record.base_ref is None or not record.base_ref.startswith("refs/heads/"):
        return 0, None
    upstream = (await read("for-each-ref", "--format=%(upstream)", record.base_ref, cwd=worktree)).text
    if not upstream or await commit(worktree, upstream) is None:
        return 0, None
    said = await read("rev-list", "--count", upstream, "--not", "HEAD", "--", cwd=worktree)
    return int(said.text), upstream.removeprefix("refs/remotes/").removeprefix("refs/heads/")


def _ignored(source: Path, worktree: Path, paths: list[bytes]) -> list[str]:
    found = []
    for path in paths:
        whole = source / os.fsdecode(path.rstrip(b"/"))
        elsewhere = whole == worktree or worktree.is_relative_to(whole)
        if elsewhere or precious.made_again(path.rstrip(b"/"), str(whole)) or precious.trifle(path):
            continue
        if not os.path.lexists(worktree / os.fsdecode(path.rstrip(b"/"))):
            found.append(os.fsdecode(path))
    return found
