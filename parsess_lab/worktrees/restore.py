"""Putting a snapshot back: every file as it was, the branch, the index, a merge under way.

Only ever writes what is missing. Where something is in the way now, that stays and is named.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import msgspec

from parsess_lab.errors import Conflict
from parsess_lab.git import git, read
from parsess_lab.worktrees.checkout import listed
from parsess_lab.worktrees.record import read_marker
from parsess_lab.worktrees.snapshot import Manifest, branch_config
from parsess_lab.worktrees.unpack import smudge, unpack

_NAMED = 3
_REDIRECTS = frozenset({b"gitdir", b"commondir", b"locked"})


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, and what could not: ``notes`` are for a person."""

    path: str
    branch: str | None
    notes: list[str]


def check_free(manifest: Manifest) -> None:
    """Raises Conflict (``folder_exists``) if something is where the worktree was, but for a half of itself."""
    path = Path(manifest.record.path)
    if os.path.lexists(path) and not _is_half_back(manifest, path):
        raise Conflict(f"{path} exists again: move it away first, then undo.", code="folder_exists")


def _is_half_back(manifest: Manifest, path: Path) -> bool:
    """Whether an undo that failed (a full disk) left the folder: it can be gone on with."""
    try:
        text = "" if path.is_symlink() else (path / ".git").read_text()
    except (OSError, UnicodeDecodeError):
        return False
    git_dir = Path(text.removeprefix("gitdir: ").strip())
    return git_dir.parent == Path(manifest.record.repository) / "worktrees" and _belongs(git_dir, manifest)


async def put_back(manifest: Manifest) -> Restored:
    """Write all that is missing. Can be repeated after a kill. Raises GitFailed, Conflict, OSError."""
    repository, worktree, id = (
        Path(manifest.record.repository),
        Path(manifest.record.path),
        manifest.record.id,
    )
    git_dir, notes = await asyncio.to_thread(_git_dir, manifest, repository)
    branch = await _branch(manifest, repository, worktree, notes)
    await asyncio.to_thread(_found, manifest, worktree, git_dir, detached=branch is None)
    await unpack(
        git_dir, [entry for entry in manifest.git_files if entry.name not in _REDIRECTS], repository, id
    )
    await unpack(worktree, [entry for entry in manifest.files if entry.name != b".git"], repository, id)
    notes += await smudge(worktree, [entry for entry in manifest.files if entry.smudged])
    await git("update-index", "-q", "--refresh", cwd=worktree, check=False)
    await _finish(manifest, worktree, git_dir)
    return Restored(path=str(worktree), branch=branch, notes=[*notes, *_not_kept(manifest)])


def _not_kept(manifest: Manifest) -> list[str]:
    """What the snapshot never had."""
    notes = []
    if manifest.left_out:
        notes.append(f"{len(manifest.left_out)} paths were too large or special and did not come back")
    if manifest.made_again:
        names = [path.encode("latin-1").decode(errors="replace") for path in manifest.made_again]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        notes.append(f"{', '.join(names[:_NAMED])}{more} did not come back: run the setup to make it again")
    return notes


def _git_dir(manifest: Manifest, repository: Path) -> tuple[Path, list[str]]:
    """The name it had, or another one if a new worktree has that name now."""
    folder = repository / "worktrees"
    wanted = folder / manifest.git_dir
    for number in range(100):
        candidate = wanted if number == 0 else folder / f"{manifest.git_dir}{number}"
        if not candidate.exists() or _belongs(candidate, manifest):
            moved = number > 0 and any(entry.name == b"modules" for entry in manifest.git_files)
            return candidate, [
                "submodules must be set up again: the name of git's directory changed"
            ] if moved else []
    raise Conflict(f"There are a hundred worktrees named {manifest.git_dir}.", code="folder_exists")


def _belongs(git_dir: Path, manifest: Manifest) -> bool:
    """Whether a restore that was killed, or a removal that git refused halfway, left it."""
    marker, locked = read_marker(git_dir), git_dir / "locked"
    if marker is not None:
        return marker.id == manifest.record.id
    return locked.is_file() and locked.read_text(errors="replace") == manifest.record.id


def _found(manifest: Manifest, worktree: Path, git_dir: Path, *, detached: bool) -> None:
    """The bones of a worktree. Locked first, so that no prune takes it while it is empty."""
    git_dir.mkdir(parents=True, exist_ok=True)
    bones = {"locked": manifest.record.id, "commondir": "../..\n", "gitdir": f"{worktree}/.git\n"}
    if detached and manifest.head_ref and manifest.head:
        bones["HEAD"] = f"{manifest.head}\n"
    for name, text in bones.items():
        if not (git_dir / name).exists():
            (git_dir / name).write_text(text)
    worktree.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(worktree / ".git"):
        (worktree / ".git").write_text(f"gitdir: {git_dir}\n")


async def _finish(manifest: Manifest, worktree: Path, git_dir: Path) -> None:
    """The folder's mode, and the lock it had or had not."""
    worktree.chmod(manifest.folder_mode)
    locked = git_dir / "locked"
    if locked.is_file() and locked.read_text(errors="replace") == manifest.record.id:
        locked.unlink()
    was = [entry for entry in manifest.git_files if entry.name == b"locked"]
    await unpack(git_dir, was, Path(manifest.record.repository), manifest.record.id)


async def _branch(manifest: Manifest, repository: Path, worktree: Path, notes: list[str]) -> str | None:
    """Bring the branch back, never over another one; None leaves HEAD detached at the same commit."""
    ref, head = manifest.head_ref, manifest.head
    if ref is None:
        return None
    env = {"GIT_DIR": str(repository)}
    name = ref.removeprefix("refs/heads/")
    now = await read("rev-parse", "-q", "--verify", ref, cwd=repository, env=env, check=False)
    if now.returncode != 0 and head is not None:
        await git("update-ref", ref, head, "0" * len(head), cwd=repository, env=env)
        await _branch_extras(manifest, repository, env)
        return name
    holder = next(
        (item for item in await listed(repository) if item.branch == name and item.path != worktree), None
    )
    if (head is None or now.text == head) and holder is None:
        await _branch_extras(manifest, repository, env)  # an undo that was cut off here had not come to these
        return name
    why = f"is checked out in {holder.path}" if holder else "has moved on since"
    notes.append(f"the branch {name} {why}, so HEAD is detached at {head}")
    return None


async def _branch_extras(manifest: Manifest, repository: Path, env: dict[str, str]) -> None:
    """Settings and reflog of the branch that went with the worktree, as far as they are not there."""
    if manifest.head_ref != f"refs/heads/{manifest.record.branch}":
        return
    there = await branch_config(manifest.record)
    for key, value in manifest.branch_config:
        if (key, value) not in there:
            await git("config", "--local", "--add", key, value, cwd=repository, env=env, check=False)
    if manifest.branch_log:
        raw = await read("cat-file", "blob", manifest.branch_log, cwd=repository, env=env)
        log = repository / "logs" / manifest.head_ref
        await asyncio.to_thread(_put_log, log, raw.stdout)


def _put_log(log: Path, raw: bytes) -> None:
    """Instead of the one line that bringing the branch back wrote, never of one that somebody has gone on with."""
    now = log.read_bytes() if log.exists() else b""
    if now.count(b"\n") <= 1 and len(now) < len(raw):
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(raw)
