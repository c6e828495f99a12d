"""What would be lost, or disturbed, if a worktree went: each kind wants a consent of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from parsess_lab.errors import Conflict
from parsess_lab.git import read
from parsess_lab.words import counted
from parsess_lab.worktrees import precious
from parsess_lab.worktrees.blobs import oversized
from parsess_lab.worktrees.checkout import branch as current_branch
from parsess_lab.worktrees.checkout import commit, listed
from parsess_lab.worktrees.ground import InUse
from parsess_lab.worktrees.record import Record
from parsess_lab.worktrees.status import status
from parsess_lab.worktrees.submodules import gitlinks
from parsess_lab.worktrees.unseen import unseen
from parsess_lab.worktrees.users import processes

ReasonKind = Literal[
    "dirty", "untracked", "ignored", "unpushed", "unmerged", "stashed", "locked", "in_use", "detached",
    "submodules", "too_large",
]  # fmt: skip

_SHOWN = 8


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a worktree is not removed without a word. ``detail`` is for a person."""

    kind: ReasonKind
    detail: str


async def would_lose(record: Record, git_dir: Path, in_use: InUse, limit: int) -> list[Reason]:
    """All reasons, in a fixed order. Files beyond ``limit`` bytes in all can't be kept in the snapshot.

    Raises GitFailed, OSError: what can't be looked at is not removed; Conflict ``contains_worktree``.
    """
    worktree = Path(record.path)
    await _check_alone(worktree, git_dir)
    found: list[Reason] = []
    if worktree.is_dir():
        found += await _files(record, worktree, git_dir)
        found += await _too_large(worktree, git_dir, limit)
    found += await _commits(record, worktree if worktree.is_dir() else git_dir)
    found += await _others(worktree, git_dir, in_use)
    return found


async def _check_alone(worktree: Path, git_dir: Path) -> None:
    """A worktree inside has files, a branch and maybe a session of its own, which nobody has been asked about."""
    for item in await listed(git_dir):
        if item.path != worktree and item.path.is_relative_to(worktree) and item.path.is_dir():
            raise Conflict(
                f"The worktree {item.path} lies inside {worktree}, and would go with it: remove that one first.",
                code="contains_worktree",
                path=str(item.path),
            )


async def _files(record: Record, worktree: Path, git_dir: Path) -> list[Reason]:
    state = await status(worktree, git_dir)
    ignored = await precious.ignored(worktree)
    source = Path(record.source) if record.source else None
    missed = await asyncio.to_thread(precious.missed, worktree, ignored, source)
    under_way = [f"{state.operation} is not finished"] if state.operation else []
    dirty = [*under_way, *state.changed, *await unseen(worktree)]
    submodules = [*state.submodules, *await _submodules(worktree, git_dir)]
    return [
        *_reason("dirty", "uncommitted change", "uncommitted changes", dirty),
        *_reason(
            "untracked", "file that git does not track", "files that git does not track", state.untracked
        ),
        *_reason(
            "ignored",
            "ignored file that exists nowhere else",
            "ignored files that exist nowhere else",
            missed,
        ),
        *_reason(
            "submodules",
            "piece of work in submodules",
            "pieces of work in submodules",
            sorted(set(submodules)),
        ),
    ]


def _reason(kind: ReasonKind, one: str, many: str, paths: Sequence[str]) -> list[Reason]:
    if not paths:
        return []
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    named = ", ".join(map(_printable, paths[:_SHOWN]))
    return [Reason(kind=kind, detail=f"{counted(len(paths), one, many)}: {named}{more}")]


def _printable(path: str) -> str:
    return path.encode(errors="surrogateescape").decode(errors="replace")


async def _submodules(worktree: Path, git_dir: Path) -> list[str]:
    """Commits and stashes that only a submodule's own repository has, and its ignored files."""
    found = []
    for module in await asyncio.to_thread(_modules, git_dir / "modules"):
        said = await read("rev-list", "--count", "--all", "HEAD", "--not", "--remotes",
                          cwd=module, env={"GIT_DIR": str(module)}, check=False)  # fmt: skip
        if said.returncode != 0 or said.text != "0":
            only = counted(int(said.text), "commit") if said.returncode == 0 else "unknown commits"
            found.append(f"{module.relative_to(git_dir / 'modules')} ({only} only here)")
    return found + await _ignored_inside(worktree, "")


async def _ignored_inside(checkout: Path, prefix: str) -> list[str]:
    """Ignored files in submodules, however deep: the status of what is around says nothing of them."""
    found = []
    for path in await gitlinks(checkout):
        inner = checkout / path
        if (inner / ".git").exists():
            missed = await asyncio.to_thread(precious.missed, inner, await precious.ignored(inner), None)
            found += [f"{prefix}{path}/{name}" for name in missed]
            found += await _ignored_inside(inner, f"{prefix}{path}/")
    return found


def _modules(folder: Path) -> list[Path]:
    """Repositories of submodules below the worktree's git directory, also of those no longer checked out."""
    if not folder.is_dir():
        return []
    return [
        Path(here)
        for here, _, files in os.walk(folder)
        if "HEAD" in files and (Path(here) / "objects").is_dir()
    ]


async def _too_large(worktree: Path, git_dir: Path, limit: int) -> list[Reason]:
    large = await oversized(worktree, git_dir, limit)
    what = "too large for the snapshot, which undo can't bring back"
    return _reason("too_large", f"file {what}", f"files {what}", large)


async def _commits(record: Record, place: Path) -> list[Reason]:
    env = {} if (place / ".git").exists() else {"GIT_DIR": str(place)}
    head = await _head(place, env)
    branch = await _branch(place, env)
    found = [*await _stashes(place, env, branch or record.branch)]
    if branch is None:
        found.append(await _detached(place, env, head))
    elif branch == record.branch and record.made_branch and not await _has_landed(record, place, env, head):
        found += await _unpushed(place, env, head)
        found += await _unmerged(record, place, env, head)
    return found


async def _head(place: Path, env: dict[str, str]) -> str | None:
    said = await read("rev-parse", "--quiet", "--verify", "HEAD^{commit}", cwd=place, env=env, check=False)
    return said.text if said.returncode == 0 else None


async def _branch(place: Path, env: dict[str, str]) -> str | None:
    if not env:
        return await current_branch(place)
    said = await read("symbolic-ref", "--quiet", "HEAD", cwd=place, env=env, check=False)
    return said.text.removeprefix("refs/heads/") if said.returncode == 0 else None


async def _has_landed(record: Record, place: Path, env: dict[str, str], head: str | None) -> bool:
    """Whether all of it is in what it landed as, and another branch still has that: a target can be taken back."""
    if record.landed is None or record.landed.head != head:
        return False
    holding = (f"--contains={record.landed.commit}", "refs/heads", "refs/remotes")
    said = await read("for-each-ref", "--format=%(refname)", *holding, cwd=place, env=env, check=False)
    return bool(set(said.text.split()) - {f"refs/heads/{record.branch}"})


async def _unpushed(place: Path, env: dict[str, str], head: str | None) -> list[Reason]:
    remotes = await read("for-each-ref", "--count=1", "refs/remotes", cwd=place, env=env)
    if head is None or not remotes.text:
        return []
    count = await _count(place, env, head, "--not", "--remotes")
    return [Reason(kind="unpushed", detail=f"{counted(count, 'commit')} that no remote has")] if count else []


async def _unmerged(record: Record, place: Path, env: dict[str, str], head: str | None) -> list[Reason]:
    """Commits that no other local branch has, nor what the base tracks, nor a remote's default branch."""
    if head is None:
        return []
    elsewhere = await _published(record, place, env)
    others = (f"--exclude={record.branch}", "--branches")
    count = await _count(place, env, head, "--not", *elsewhere, *others, record.base)
    target = f" into {record.base_name}"
    return (
        [Reason(kind="unmerged", detail=f"{counted(count, 'commit')} of {record.branch} not merged{target}")]
        if count
        else []
    )


async def _published(record: Record, place: Path, env: dict[str, str]) -> list[str]:
    said = await read(
        "for-each-ref", "--format=%(refname) %(upstream)", "refs/heads", "refs/remotes", cwd=place, env=env
    )
    refs = dict(line.partition(" ")[::2] for line in said.text.splitlines())
    wanted = [name for name in refs if name.startswith("refs/remotes/") and name.endswith("/HEAD")]
    if record.base_ref in refs:
        wanted += [record.base_ref or "", refs[record.base_ref or ""]]
    return [name for name in wanted if name and name != f"refs/heads/{record.branch}"]


async def _count(place: Path, env: dict[str, str], *revisions: str) -> int:
    return int((await read("rev-list", "--count", *revisions, "--", cwd=place, env=env)).text)


async def _detached(place: Path, env: dict[str, str], head: str | None) -> Reason:
    if head is None:
        return Reason(kind="detached", detail="HEAD names no commit")
    count = await _count(place, env, head, "--not", "--branches", "--tags", "--remotes")
    only = f", with {counted(count, 'commit')} that nothing else has" if count else ""
    return Reason(kind="detached", detail=f"no branch is checked out (detached at {head[:9]}){only}")


async def _stashes(place: Path, env: dict[str, str], branch: str | None) -> list[Reason]:
    """Stashes live in the repository and stay; they are named because their branch goes."""
    if branch is None or await _no_stash(place, env):
        return []
    said = await read("log", "-g", "--format=%gs", "refs/stash", "--", cwd=place, env=env, check=False)
    starts = (f"WIP on {branch}: ", f"On {branch}: ")
    made = [line for line in said.text.splitlines() if line.startswith(starts)]
    where = f"made on {branch}, to stay in the repository"
    return _reason("stashed", f"stash {where}", f"stashes {where}", made)


async def _no_stash(place: Path, env: dict[str, str]) -> bool:
    if not env:
        return await commit(place, "refs/stash") is None
    return (
        await read("rev-parse", "-q", "--verify", "refs/stash", cwd=place, env=env, check=False)
    ).returncode != 0


async def _others(worktree: Path, git_dir: Path, in_use: InUse) -> list[Reason]:
    found = []
    locked = git_dir / "locked"
    if locked.exists():
        why = locked.read_text(errors="replace").strip()
        found.append(Reason(kind="locked", detail=f"it is locked: {why}" if why else "it is locked"))
    users = [*await in_use(worktree), *await asyncio.to_thread(processes, worktree)]
    return [*found, *_reason("in_use", "user", "users", users)]
