"""Moving the target of a landing: forward, and back when a kill cut that off."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from parsess_lab.errors import GitFailed
from parsess_lab.git import git, read
from parsess_lab.worktrees.checkout import commit, look
from parsess_lab.worktrees.landable import MERGE_SECONDS, Ready, check_clean, dirty, find_holder, moved
from parsess_lab.worktrees.unseen import unseen


async def advance(ready: Ready, new: str) -> None:
    """All of it or nothing. Raises Conflict (``moved_target``, ``dirty_target``), GitFailed."""
    if ready.holder is None:
        holder = await find_holder(ready.source, ready.target)
        if holder is None:
            await _move(ready, new)
            return
        raise moved(ready.target)  # somebody checked it out meanwhile
    await _check_still(ready.holder, ready)
    await check_clean(ready.holder)
    await _check_in_the_way(ready.holder, ready.old, new)
    await _check_unseen(ready.holder, ready.target, ready.old, new)
    await _forward(ready.holder, ready, new)


async def _move(ready: Ready, new: str) -> None:
    """Atomic: git compares the old commit under the ref's own lock."""
    said = await git("update-ref", "-m", f"land: {ready.head[:9]}", ready.ref, new, ready.old,
                     cwd=ready.source.place, check=False)  # fmt: skip
    if said.returncode != 0:
        if await commit(ready.source.place, ready.ref) != ready.old:
            raise moved(ready.target)
        raise GitFailed(f"{ready.target} could not be moved: {said.stderr.decode(errors='replace').strip()}")


async def _check_still(holder: Path, ready: Ready) -> None:
    checkout = await look(holder)
    if checkout.branch != ready.target or checkout.head != ready.old:
        raise moved(ready.target)


async def _check_in_the_way(holder: Path, old: str, new: str) -> None:
    """Files that would come and are there already, tracked by nobody: git would overwrite the ignored ones."""
    said = await read(
        "diff-tree", "-r", "--no-renames", "--name-only", "--diff-filter=A", "-z", old, new, cwd=holder
    )
    there = [os.fsdecode(path) for path in said.fields() if _occupied(holder, path)]
    if there:
        raise dirty("The target", holder, there, "brings files that lie there untracked in")


async def _check_unseen(holder: Path, target: str, old: str, new: str) -> None:
    """Outputs of notebooks, for instance, that a filter keeps out of git's sight: it would overwrite them."""
    said = await read("diff-tree", "-r", "--no-renames", "--name-only", "-z", old, new, cwd=holder)
    hidden = await unseen(holder, said.fields())
    if hidden:
        raise dirty(target, holder, hidden, "changes files that hold more than git sees in")


def _occupied(holder: Path, path: bytes) -> bool:
    """Whether the file itself, or a file where it needs a folder, is there."""
    parts = path.split(b"/")
    top = os.fsencode(holder)
    for count in range(1, len(parts) + 1):
        whole = top + b"/" + b"/".join(parts[:count])
        if not os.path.lexists(whole):
            return False
        if os.path.islink(whole) or not os.path.isdir(whole):  # noqa: PTH112, PTH114 - bytes
            return True
    return True


async def _forward(holder: Path, ready: Ready, new: str) -> None:
    """git refuses by itself, with nothing done, when the checkout changed after all."""
    try:
        await git(
            "-c", "merge.ff=only", "merge", "--ff-only", "--no-autostash", "--no-overwrite-ignore", "--quiet",
            "--no-stat", new, cwd=holder, timeout=MERGE_SECONDS,
        )  # fmt: skip
    except GitFailed as error:
        at = await commit(holder, ready.ref)
        if at == new:
            return  # it is done: only a post-merge hook failed
        if at != ready.old:
            raise moved(ready.target) from error
        await check_clean(holder)
        raise


async def go_back(holder: Path, old: str, new: str) -> None:
    """Files that are as the landing would have them, or half so, go back to what they were; all others stay."""
    said = await read("diff-tree", "-r", "--no-renames", "--name-only", "-z", old, new, cwd=holder)
    ours = [path for path in said.fields() if await _is_ours(holder, path, old, new)]
    came = {path for path in ours if await _blob(holder, old, path) is None}
    for path in came:
        # Nothing lay there before: that was looked at before it began.
        (holder / os.fsdecode(path)).unlink(missing_ok=True)
    await _feed(holder, came, "update-index", "--force-remove", "-z", "--stdin")
    await _feed(
        holder, set(ours) - came, "--literal-pathspecs", "restore", f"--source={old}", "--staged", "--worktree",
        "--pathspec-from-file=-", "--pathspec-file-nul",
    )  # fmt: skip


async def _feed(holder: Path, paths: set[bytes], *args: str) -> None:
    if paths:
        await git(*args, cwd=holder, input=b"".join(path + b"\0" for path in sorted(paths)))


async def _is_as_in(holder: Path, path: bytes, revision: str) -> bool:
    file = holder / os.fsdecode(path)
    wanted = await _blob(holder, revision, path)
    if not os.path.lexists(file):
        return wanted is None
    if file.is_symlink():
        target = os.fsencode(file.readlink())
        return wanted == (await read("hash-object", "--stdin", cwd=holder, input=target)).text
    if not file.is_file():
        return False
    return wanted == (await read("hash-object", "--", os.fsdecode(path), cwd=holder)).text


async def _is_ours(holder: Path, path: bytes, old: str, new: str) -> bool:
    """Nobody's since: its content at least, its mode may be the new one."""
    return (
        await _is_as_in(holder, path, old)
        or await _is_as_in(holder, path, new)
        or await _is_cut_off(holder, path, new)
    )


async def _is_cut_off(holder: Path, path: bytes, new: str) -> bool:
    """Whether git was ended while it wrote this file: it begins like the new one, or git had only deleted the old."""
    file = holder / os.fsdecode(path)
    if not os.path.lexists(file):
        return True  # the checkout was clean when it began, and what the target has is in git
    if file.is_symlink() or not file.is_file():
        return False
    whole = await read("cat-file", "--filters", f"{new}:{os.fsdecode(path)}", cwd=holder, check=False)
    return whole.returncode == 0 and whole.stdout.startswith(await asyncio.to_thread(file.read_bytes))


async def _blob(holder: Path, revision: str, path: bytes) -> str | None:
    said = await read("--literal-pathspecs", "ls-tree", "-z", revision, "--", os.fsdecode(path), cwd=holder)
    return said.text.split()[2] if said.stdout else None
