"""Making a worktree: a branch and a checkout of its own, or nothing at all and the reason."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from pathlib import Path
from typing import Any, get_args

import msgspec

from parsess_lab.errors import Conflict, GitFailed, ParsessError, StorageFailed
from parsess_lab.git import failure, git, lock
from parsess_lab.worktrees.checkout import commit
from parsess_lab.worktrees.exclude import exclude
from parsess_lab.worktrees.ground import Ground, Note, Report, Steps, silent, through
from parsess_lab.worktrees.include import include
from parsess_lab.worktrees.journal import Intent
from parsess_lab.worktrees.loss import ReasonKind
from parsess_lab.worktrees.plan import Plan, Wanted, plan
from parsess_lab.worktrees.prune import prune
from parsess_lab.worktrees.record import Record, read_marker, write_marker
from parsess_lab.worktrees.remove import remove
from parsess_lab.worktrees.submodules import populate
from parsess_lab.worktrees.withdraw import find_git_dir, mark, withdraw

__all__ = ["Plan", "Wanted", "create", "make_branch", "plan", "recover"]

_NO_COMMIT = "0" * 40
_ROOM = 2**20  # bytes; with less, a disk is full


async def create(
    ground: Ground, wanted: Wanted, report: Report = silent, planned: Plan | None = None
) -> Record:
    """Make the worktree. Its files are there when this returns; so is everything ``.worktreeinclude`` names.

    ``planned`` is what :func:`plan` made of ``wanted`` a moment ago: git itself refuses what changed since.

    A failure stops with the reason, and what was made until then is gone again. Raises InvalidRequest,
    Conflict, Forbidden, GitFailed, StorageFailed.
    """
    steps = Steps(report)
    async with steps.step("base") as note:
        wish = planned or await plan(ground, wanted)
        note.detail = wish.base.age() + (f"; {wish.base.note}" if wish.base.note else "")
    intent = await ground.journal.begin(
        "create",
        wish.checkout.common_dir,
        record=msgspec.to_builtins(wish.record),
        place=str(wish.checkout.place),
    )
    try:
        git_dir = await _make(ground, wish, intent, steps)
        return await _furnish(ground, wish.record, git_dir, intent, steps)
    except BaseException:
        await through(_take_back(ground, wish.record, intent))
        raise


async def _make(ground: Ground, wish: Plan, intent: Intent, steps: Steps) -> Path:
    record, place = wish.record, wish.checkout.place
    async with lock(wish.checkout.common_dir):
        async with steps.step("prune") as note:
            note.detail = ", ".join(await prune(place)) or "nothing stale"
        if wish.exclude_in is not None:
            await asyncio.to_thread(exclude, wish.checkout.common_dir, wish.exclude_in, Path(record.path))
        await ground.journal.step(intent, "add")
        async with steps.step("add") as note:
            await _add(record, place)
            note.detail = record.path
    git_dir = await asyncio.to_thread(find_git_dir, record)
    if git_dir is None:
        raise GitFailed(f"git made no worktree at {record.path}.")
    await ground.journal.step(intent, "mark")
    await asyncio.to_thread(write_marker, git_dir, record)
    await ground.journal.step(intent, "checkout")
    async with steps.step("checkout"):
        await _check_out(Path(record.path), ground.checkout_seconds)
    return git_dir


async def _check_out(worktree: Path, seconds: float) -> None:
    try:
        await git("reset", "--hard", "--quiet", "--no-recurse-submodules", cwd=worktree, timeout=seconds)
    except GitFailed as error:
        # git names the file it could not write, not why.
        if "unable to write" in error.stderr and shutil.disk_usage(worktree).free < _ROOM:
            raise StorageFailed(f"The disk is full: make room, then try again. {error.message}") from error
        raise


async def _add(record: Record, place: Path) -> None:
    """The lock says from the first moment on whose it is, and keeps a prune away until it is complete."""
    branch = record.branch or ""
    try:
        if record.made_branch:
            await make_branch(place, branch, record.base, record.id)
        await git(
            "worktree",
            "add",
            "--no-checkout",
            "--lock",
            "--reason",
            record.id,
            record.path,
            branch,
            cwd=place,
        )
    except GitFailed as error:
        raise _explained(error) from error


async def make_branch(place: Path, branch: str, start: str, id: str) -> None:
    """Atomic: fails if there is one by now. Its reflog says that it is ours, should it have to go again."""
    said = await git(
        *("update-ref", "--create-reflog", "-m", f"worktree {id}", f"refs/heads/{branch}", start, "0" * len(start)),
        cwd=place, check=False,
    )  # fmt: skip
    if said.returncode == 0:
        return
    if await commit(place, f"refs/heads/{branch}") is not None:
        raise Conflict(f"The branch {branch!r} exists by now: take another name.", code="branch_exists")
    raise failure(("update-ref", f"refs/heads/{branch}"), said.returncode, said.stderr)


def _explained(error: GitFailed) -> ParsessError:
    """What git says by exit code alone, as the error it is."""
    if "already checked out" in error.stderr or "already used by" in error.stderr:
        return Conflict(error.message, code="branch_checked_out")
    if "already exists" in error.stderr:
        return Conflict(error.message, code="folder_exists")
    if "No space left" in error.stderr or "Read-only file system" in error.stderr:
        return StorageFailed(error.message)
    return error


async def _furnish(ground: Ground, record: Record, git_dir: Path, intent: Intent, steps: Steps) -> Record:
    """What comes on top of the checkout. Failures here are shown, and leave a worktree that can be used."""
    await ground.journal.step(intent, "furnish")
    ground.registry.put(record)
    worktree = Path(record.path)
    async with steps.step("hook") as note:
        await _hook(ground, record, worktree, note)
    source = Path(record.source) if record.source else None
    async with steps.step("submodules") as note:
        failed = await _tolerant(populate(source, worktree), note)
        if failed:
            note.status, note.detail = "failed", "; ".join(f"{path}: {why}" for path, why in failed.items())
    async with steps.step("include") as note:
        if source is not None:
            included = await _tolerant(include(source, worktree), note)
            note.detail = included.describe() if included else note.detail
    await _settle(ground, git_dir, intent)
    return record


async def _settle(ground: Ground, git_dir: Path, intent: Intent) -> None:
    await ground.journal.step(intent, "unlock")
    (git_dir / "locked").unlink(missing_ok=True)
    await ground.journal.end(intent)


async def _hook(ground: Ground, record: Record, worktree: Path, note: Note) -> None:
    """git runs ``post-checkout`` after ``worktree add``; it can't veto, so its failure is only shown."""
    try:
        await git(
            *("hook", "run", "--ignore-missing", "post-checkout", "--", _NO_COMMIT, record.base, "1"),
            cwd=worktree, timeout=ground.hook_seconds,
        )  # fmt: skip
    except GitFailed as error:
        note.status, note.detail = "failed", error.message


async def _tolerant(work: Any, note: Note) -> Any:
    try:
        return await work
    except (GitFailed, OSError) as error:
        note.status, note.detail = "failed", str(error)
        return None


async def _take_back(ground: Ground, record: Record, intent: Intent) -> None:
    """Nothing of it stays. What a hook made in it goes as with any removal: kept in a snapshot first."""
    with contextlib.suppress(ParsessError, OSError):  # why it failed is what counts
        if not await _undo(ground, intent):
            await remove(ground, record, get_args(ReasonKind))


async def _undo(ground: Ground, intent: Intent) -> bool:
    """Take back what was made; a folder somebody put files of their own into stays, and is then listed: False."""
    record = msgspec.convert(intent.facts["record"], Record)
    gone = await withdraw(record, Path(intent.facts["place"]))
    git_dir = await asyncio.to_thread(find_git_dir, record)
    if not gone and git_dir is not None:
        await asyncio.to_thread(mark, git_dir, record)
        ground.registry.put(record)
        (git_dir / "locked").unlink(missing_ok=True)
    elif ground.registry.has(record.id):
        ground.registry.drop(record.id)
    await ground.journal.end(intent)
    return gone


async def recover(ground: Ground, intent: Intent) -> str:
    """After a kill: a worktree whose checkout was complete is finished, anything less is undone."""
    record = msgspec.convert(intent.facts["record"], Record)
    git_dir = await asyncio.to_thread(find_git_dir, record)
    complete = (
        intent.step in ("furnish", "unlock") and git_dir is not None and read_marker(git_dir) is not None
    )
    if not complete or git_dir is None:
        await _undo(ground, intent)
        return f"The worktree {record.path} was not complete and was taken back."
    await _furnish(ground, record, git_dir, intent, Steps(silent))
    return f"The worktree {record.path} was completed."
