"""Removing a worktree that we made, after every kind of loss has its consent, and bringing it back.

In this order: look, ask, snapshot, look again, and only then let git remove it. Whatever goes wrong after the
snapshot, a refusal by git or a kill, ends with all files in place or all of them in the snapshot.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from parsess_lab.errors import Conflict, Forbidden, GitFailed, NotFound
from parsess_lab.git import git, lock, read
from parsess_lab.worktrees import snapshot
from parsess_lab.worktrees.ground import Ground, through
from parsess_lab.worktrees.inventory import Mounted
from parsess_lab.worktrees.journal import Intent
from parsess_lab.worktrees.loss import Reason, would_lose
from parsess_lab.worktrees.record import Record, Removed, now, read_marker
from parsess_lab.worktrees.restore import Restored, check_free, put_back
from parsess_lab.worktrees.snapshot import Manifest, Taken
from parsess_lab.worktrees.submodules import gitlinks
from parsess_lab.worktrees.users import release
from parsess_lab.worktrees.withdraw import find_git_dir

_REMOVE_SECONDS = 600.0


def own(record: Record) -> Path:
    """The worktree's git directory. Raises Forbidden (``not_ours``) unless all says that we made it.

    The marker in it carries our id, it is no main checkout, and the folder (if it is still there) is a real
    folder that belongs to it and to nothing else.
    """
    git_dir = find_git_dir(record)
    if (
        git_dir is None
        or read_marker(git_dir) is None
        or git_dir.parent != Path(record.repository) / "worktrees"
    ):
        raise _not_ours(record, "the mark that it was made here is missing")
    folder = Path(record.path)
    if (git_dir / "gitdir").read_text().strip() != f"{folder}/.git":
        raise _not_ours(record, "git has it in another place by now")
    if os.path.lexists(folder):
        link = folder / ".git"
        if (
            folder.is_symlink()
            or not link.is_file()
            or link.is_symlink()
            or os.path.realpath(folder) != str(folder)
        ):
            raise _not_ours(record, "its folder is not the one that was made")
        if Path(os.path.realpath(link.read_text().removeprefix("gitdir: ").strip())) != git_dir:
            raise _not_ours(record, "its folder belongs to another repository")
    return git_dir


def _not_ours(record: Record, why: str) -> Forbidden:
    return Forbidden(
        f"{record.path} is not removed: {why}. Use `git worktree remove` yourself.", code="not_ours"
    )


async def reasons(ground: Ground, record: Record) -> list[Reason]:
    """What removing it would lose or disturb. Raises Forbidden, Conflict (``mounted``), GitFailed."""
    git_dir = await asyncio.to_thread(own, record)
    try:
        return await would_lose(record, git_dir, ground.in_use, ground.snapshot_limit)
    except Mounted as error:
        raise Conflict(f"{record.path} is not removed: {error}. Unmount it first.", code="mounted") from error


async def remove(ground: Ground, record: Record, consent: Collection[str] = ()) -> Record:
    """Remove it, keeping a snapshot; the record that comes back names it.

    Raises Conflict ``would_lose`` with ``reasons`` until each of their kinds is in ``consent``, ``changing`` when
    something is written meanwhile, ``git_refused``; Forbidden ``not_ours``; then all is as it was.
    """
    seen = await snapshot.look(record, await asyncio.to_thread(own, record))
    found = await reasons(ground, record)
    missing = [reason for reason in found if reason.kind not in consent]
    if missing:
        what = "; ".join(reason.detail for reason in missing)
        raise Conflict(
            f"Removing {record.path} needs your consent: {what}.",
            code="would_lose",
            reasons=[msgspec.to_builtins(reason) for reason in found],
        )
    return await through(_remove(ground, record, {reason.kind for reason in found}, seen))


async def _remove(ground: Ground, record: Record, consented: set[str], seen: set[Any]) -> Record:
    git_dir = await asyncio.to_thread(own, record)
    repository = Path(record.repository)
    intent = await ground.journal.begin(
        "remove", repository, id=record.id, session=record.session, path=record.path, git_dir=str(git_dir)
    )
    try:
        taken = await snapshot.take(record, git_dir, ground.snapshot_limit)
    except BaseException:
        await snapshot.drop(repository, record.id)
        await ground.journal.end(intent)
        raise
    removed = msgspec.structs.replace(record, removed=_removed(taken))
    async with lock(repository):
        await ground.journal.step(
            intent, "delete", snapshot=taken.commit, record=msgspec.to_builtins(removed)
        )
        await _check_still(ground, intent, record, git_dir, seen)
        await _delete(ground, intent, taken.manifest, git_dir, consented)
        await _finish(ground, intent, removed, taken.manifest)
        await ground.journal.end(intent)
    return removed


async def _check_still(ground: Ground, intent: Intent, record: Record, git_dir: Path, seen: set[Any]) -> None:
    """The last thing before git deletes: nothing was written since the person was told what would be lost."""
    try:
        if await snapshot.look(record, git_dir) != seen:
            raise Conflict(
                f"Something is being written in {record.path}: stop it, then look at what would be lost again.",
                code="changing",
            )
    except BaseException:
        await _undone(ground, intent, record)
        await ground.journal.end(intent)
        raise


def _removed(taken: Taken) -> Removed:
    manifest = taken.manifest
    branch = (manifest.head_ref or "").removeprefix("refs/heads/") or None
    return Removed(snapshot=taken.commit, at=now(), branch=branch, head=manifest.head)


async def _delete(
    ground: Ground, intent: Intent, manifest: Manifest, git_dir: Path, consented: set[str]
) -> None:
    """git removes it; forced only as far as was consented to. If git refuses, everything is put back."""
    record = manifest.record
    try:
        force = await _force(Path(record.path), consented)
        if "locked" in consented:
            (git_dir / "locked").unlink(missing_ok=True)
        await git("worktree", "remove", *force, record.path, cwd=Path(record.repository), timeout=_REMOVE_SECONDS,
                  env={"GIT_DIR": record.repository, "GIT_OPTIONAL_LOCKS": "0"})  # fmt: skip
    except (GitFailed, OSError) as error:
        await put_back(manifest)
        await _undone(ground, intent, record)
        await ground.journal.end(intent)
        raise Conflict(
            f"git did not remove {record.path}, and nothing is lost: {error}", code="git_refused"
        ) from error


async def _undone(ground: Ground, intent: Intent, record: Record) -> None:
    """All is back in place: only from here on can the snapshot go."""
    await ground.journal.step(intent, "undone")
    await snapshot.drop(Path(record.repository), record.id)


async def _force(worktree: Path, consented: set[str]) -> list[str]:
    """git refuses without it for changed and untracked files, and for any submodule, even an unchanged one."""
    if {"dirty", "untracked", "submodules"} & consented:
        return ["--force"]
    return ["--force"] if worktree.is_dir() and await gitlinks(worktree) else []


async def _finish(ground: Ground, intent: Intent, removed: Record, manifest: Manifest) -> None:
    """The branch made for it goes with it, if it was on it and is still where the snapshot saw it."""
    await ground.journal.step(intent, "branch")
    repository, env = Path(removed.repository), {"GIT_DIR": removed.repository}
    if removed.made_branch and manifest.head_ref == f"refs/heads/{removed.branch}" and manifest.head:
        await git("update-ref", "-d", manifest.head_ref, manifest.head, cwd=repository, env=env, check=False)
        there = await read(
            "rev-parse", "-q", "--verify", manifest.head_ref, cwd=repository, env=env, check=False
        )
        if there.returncode != 0 and manifest.branch_config:
            await git(
                "config",
                "--local",
                "--remove-section",
                f"branch.{removed.branch}",
                cwd=repository,
                env=env,
                check=False,
            )
    await ground.journal.step(intent, "record")
    ground.registry.put(removed)


async def restore(ground: Ground, id: str) -> tuple[Record, Restored]:
    """Undo a removal. Raises NotFound (``snapshot_gone``), Conflict (``folder_exists``, ``not_removed``)."""
    record = ground.registry.get(id)
    if record.removed is None:
        raise Conflict(f"{record.path} was not removed.", code="not_removed")
    repository = Path(record.repository)
    if not repository.is_dir():
        raise NotFound(f"The repository {repository} is gone.", code="snapshot_gone")
    _, manifest = await snapshot.load(repository, id)
    await asyncio.to_thread(check_free, manifest)
    return await through(_restore(ground, record, manifest))


async def _restore(ground: Ground, record: Record, manifest: Manifest) -> tuple[Record, Restored]:
    intent = await ground.journal.begin(
        "restore", Path(record.repository), id=record.id, session=record.session
    )
    async with lock(Path(record.repository)):
        restored = await put_back(manifest)
    back = msgspec.structs.replace(record, removed=None)
    await ground.journal.step(intent, "record")
    ground.registry.put(back)
    await ground.journal.end(intent)
    return back, restored


async def recover_remove(ground: Ground, intent: Intent) -> str:
    """After a kill: if any of the folder is left, all of it comes back; if it is gone, the removal is finished.

    Never deletes: somebody may have written into what is left since.
    """
    id, repository = intent.facts["id"], Path(intent.repository)
    if "snapshot" not in intent.facts:
        await snapshot.drop(repository, id)
        return _became(intent, gone=False)
    removed = msgspec.convert(intent.facts["record"], Record)
    if intent.step == "undone":
        await _undone(ground, intent, removed)
        return _became(intent, gone=False)
    _, manifest = await snapshot.load(repository, id)
    git_dir = Path(intent.facts["git_dir"])
    await asyncio.to_thread(release, git_dir, Path(removed.path), intent.at)
    async with lock(repository):
        if os.path.lexists(removed.path):
            await put_back(manifest)
            await _undone(ground, intent, removed)
            return _became(intent, gone=False)
        if git_dir.is_dir() and _is_own(git_dir, id):
            (git_dir / "locked").unlink(missing_ok=True)
            await git("worktree", "remove", removed.path, cwd=repository, env={"GIT_DIR": str(repository)})
        await _finish(ground, intent, removed, manifest)
    return _became(intent, gone=True)


def _became(intent: Intent, *, gone: bool) -> str:
    became = "It is removed, and can be brought back." if gone else "It was not: all of it is there."
    return f"The server ended while the worktree {intent.facts['path']} was being removed. {became}"


async def recover_restore(ground: Ground, intent: Intent) -> str:
    """After a kill: put back what is still missing."""
    record = ground.registry.get(intent.facts["id"])
    git_dir = await asyncio.to_thread(find_git_dir, record)
    if git_dir is not None:
        await asyncio.to_thread(release, git_dir, Path(record.path), intent.at)
    _, manifest = await snapshot.load(Path(record.repository), record.id)
    async with lock(Path(record.repository)):
        await put_back(manifest)
    ground.registry.put(msgspec.structs.replace(record, removed=None))
    return f"The server ended while the worktree {record.path} was being brought back. It is back."


def _is_own(git_dir: Path, id: str) -> bool:
    marker = read_marker(git_dir)
    return marker is not None and marker.id == id


async def expire(ground: Ground) -> list[str]:
    """Forget snapshots older than their time; returns the ids. What they kept is then git's to collect."""
    forgotten = []
    records = await asyncio.to_thread(ground.registry.all)
    for repository in sorted({record.repository for record in records if Path(record.repository).is_dir()}):
        forgotten += await _expire(ground, Path(repository))
    return forgotten


async def _expire(ground: Ground, repository: Path) -> list[str]:
    oldest = (datetime.now(UTC) - ground.keep).timestamp()
    said = await read(
        *("for-each-ref", "--format=%(committerdate:unix) %(refname)", snapshot.REFS),
        cwd=repository, env={"GIT_DIR": str(repository)},
    )  # fmt: skip
    refs = [line.partition(" ")[::2] for line in said.text.splitlines()]
    old = [ref.removeprefix(f"{snapshot.REFS}/") for at, ref in refs if float(at) < oldest]
    for id in old:
        await snapshot.drop(repository, id)
        if ground.registry.has(id) and ground.registry.get(id).removed is not None:
            ground.registry.drop(id)
    return old
