"""The throw-away worktree inside git's directory that a landing is worked out in, by git itself."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from parsess_lab.errors import Conflict, GitFailed
from parsess_lab.git import git, lock, read
from parsess_lab.words import counted
from parsess_lab.worktrees.checkout import commit
from parsess_lab.worktrees.landable import MERGE_SECONDS, SHOWN, How, Ready

FOLDER = "parsess-landing"


async def open_workshop(workshop: Path, ready: Ready) -> None:
    """Make it, at the target's commit. Raises GitFailed, OSError."""
    workshop.parent.mkdir(exist_ok=True)
    env = {"GIT_LFS_SKIP_SMUDGE": "1"}  # pointers merge as well as what they stand for
    async with lock(ready.source.common_dir):
        await git("worktree", "add", "--detach", "--no-checkout", "--lock", "--reason", "parsess landing",
                  workshop, ready.old, cwd=ready.source.place)  # fmt: skip
    await git("reset", "--hard", "--quiet", cwd=workshop, env=env, timeout=MERGE_SECONDS)


async def close_workshop(workshop: Path, common: Path) -> None:
    """The workshop holds nothing of anybody's: what it made is in the target or was refused."""
    if workshop.parent != common / FOLDER or not os.path.lexists(workshop):
        return
    async with lock(common):
        env = {"GIT_DIR": str(common)}
        await git("worktree", "unlock", workshop, cwd=common, env=env, check=False)
        await git("worktree", "remove", "--force", workshop, cwd=common, env=env, check=False)
    with contextlib.suppress(OSError):
        workshop.parent.rmdir()


async def work(workshop: Path, how: How, ready: Ready) -> str:
    """The commit the target is to be at. Raises GitFailed and Conflict (``conflict``, ``nothing_to_land``)."""
    match how:
        case "merge":
            await _merge(workshop, ready)
        case "squash":
            await _squash(workshop, ready)
        case "rebase":
            await _rebase(workshop, ready)
    new = await commit(workshop, "HEAD")
    if new is None or new == ready.old:
        raise Conflict(f"{ready.target} has all changes of this branch already.", code="nothing_to_land")
    return new


async def _run(workshop: Path, ready: Ready, *args: str) -> None:
    """Run git there; its failure is a conflict if files are in conflict, and git's own words otherwise."""
    env = {"GIT_LFS_SKIP_SMUDGE": "1"}
    try:
        await git(*args, cwd=workshop, env=env, timeout=MERGE_SECONDS)
    except GitFailed as error:
        said = await read("diff", "--name-only", "--diff-filter=U", "-z", cwd=workshop)
        files = [os.fsdecode(field) for field in said.fields()]
        if not files:
            raise
        raise Conflict(
            f"{counted(len(files), 'file is', 'files are')} in conflict with {ready.target}: {', '.join(files[:5])}. "
            "Merge it into this branch, resolve them, then land again.",
            code="conflict",
            files=files[:SHOWN],
        ) from error


async def _merge(workshop: Path, ready: Ready) -> None:
    name = ready.source.branch or ready.head[:9]
    message = ready.message or f"Merge branch '{name}' into {ready.target}"
    await _run(workshop, ready, "merge", "--no-ff", "--no-autostash", "--quiet", "-m", message, ready.head)


async def _squash(workshop: Path, ready: Ready) -> None:
    await _run(
        workshop, ready, "-c", "merge.ff=true", "merge", "--squash", "--no-autostash", "--quiet", ready.head
    )
    staged = await read("diff", "--cached", "--quiet", cwd=workshop, check=False)
    if staged.returncode == 0:
        return
    message = ready.message or await _subjects(workshop, ready)
    await _run(workshop, ready, "commit", "--quiet", "-m", message)


async def _subjects(workshop: Path, ready: Ready) -> str:
    """The message when none was given: the only commit's own, else the branch and what its commits say."""
    said = await read(
        "log", "--reverse", "--no-merges", "--format=%B%x00", f"{ready.old}..{ready.head}", cwd=workshop
    )
    bodies = [os.fsdecode(body).strip() for body in said.stdout.split(b"\0") if body.strip()]
    if len(bodies) == 1:
        return bodies[0]
    subjects = "\n".join(f"* {body.splitlines()[0]}" for body in bodies)
    return f"{ready.source.branch or ready.head[:9]}\n\n{subjects}"


async def _rebase(workshop: Path, ready: Ready) -> None:
    await git("checkout", "--quiet", "--detach", ready.head, cwd=workshop, env={"GIT_LFS_SKIP_SMUDGE": "1"},
              timeout=MERGE_SECONDS)  # fmt: skip
    await _run(
        workshop, ready, "-c", "rebase.autoStash=false", "-c", "rebase.autoSquash=false",
        "rebase", "--quiet", "--no-update-refs", "--no-fork-point", "--empty=drop", ready.old,
    )  # fmt: skip
