"""Landing a branch on another: merge, squash or rebase, all of it or nothing.

The work is done by git itself in a throw-away worktree inside git's directory, so hooks, merge drivers, signing
and the person's identity are as in any merge of theirs. Only the last step touches the target: one atomic
move of its ref, or a fast-forward of the checkout that has it, and only if it is clean and did not move.

Hooks: those of the commit or merge (``pre-merge-commit``, ``commit-msg``, ``pre-rebase`` …) run in the throw-away
worktree, bounded in time, and a refusal of theirs refuses the landing. ``post-merge`` runs in a checkout that is
fast-forwarded, since its files did change. Nothing passes ``--no-verify``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from parsess_lab.errors import Conflict, GitFailed, InvalidRequest
from parsess_lab.git import git, lock, read, require_version
from parsess_lab.worktrees.checkout import Checkout, Listed, commit, listed, look
from parsess_lab.worktrees.ground import Ground, Report, Steps, silent, through
from parsess_lab.worktrees.journal import Intent
from parsess_lab.worktrees.names import check_branch
from parsess_lab.worktrees.record import Landed, now, read_marker, write_marker
from parsess_lab.worktrees.status import Status, operation, status
from parsess_lab.worktrees.users import release

How = Literal["merge", "squash", "rebase"]
Uncommitted = Literal["refuse", "leave", "include"]

FOLDER = "parsess-landing"
_MERGE_SECONDS = 300.0
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Landing:
    """What somebody asks for. ``directory`` is in the checkout whose branch (or detached HEAD) lands.

    ``expected`` is the target's commit as the person saw it. ``uncommitted`` says what to do about changes that are
    in no commit: refuse, leave them behind, or commit all of them first with ``message``.
    """

    directory: Path
    how: How
    target: str
    message: str | None = None
    expected: str | None = None
    uncommitted: Uncommitted = "refuse"


@dataclass(frozen=True, slots=True)
class Ready:
    """All that was looked at before anything is done."""

    source: Checkout
    head: str
    target: str
    old: str
    holder: Path | None
    """The checkout that has the target."""
    message: str | None

    @property
    def ref(self) -> str:
        return f"refs/heads/{self.target}"


async def land(ground: Ground, wish: Landing, report: Report = silent) -> Landed:
    """Land and say where. Raises InvalidRequest, GitFailed (a hook refused, for instance) and Conflict:

    ``uncommitted`` (with ``files``), ``nothing_to_land``, ``dirty_target`` (``files``, ``path``), ``moved_target``,
    ``conflict`` (``files``). After any of them the target, its checkout and the source are as they were.
    """
    steps = Steps(report)
    source = await look(wish.directory)
    async with lock(source.common_dir, "landing"):
        async with steps.step("check"):
            ready = await _ready(wish, source)
        return await through(_land(ground, wish.how, ready, steps))


async def _ready(wish: Landing, source: Checkout) -> Ready:
    await require_version(source.place)
    if source.root is None:
        raise InvalidRequest("A bare repository has nothing to land.", code="invalid_request")
    await check_branch(source.place, wish.target)
    old = await commit(source.place, f"refs/heads/{wish.target}")
    if old is None:
        raise InvalidRequest(f"There is no local branch {wish.target!r} to land on.", code="unknown_branch")
    if wish.target == source.branch:
        raise InvalidRequest(
            f"{wish.target!r} is the branch itself: name another target.", code="invalid_request"
        )
    if wish.expected is not None and await commit(source.place, wish.expected) != old:
        raise _moved(wish.target)
    await _commit_rest(wish, source, source.root)
    head = await commit(source.place, "HEAD")
    if head is None or await _contains(source.place, old, head):
        raise Conflict(f"{wish.target} has all commits of this branch already.", code="nothing_to_land")
    holder = await _holder(source, wish.target)
    return Ready(source, head, wish.target, old, holder, wish.message)


async def _commit_rest(wish: Landing, source: Checkout, root: Path) -> None:
    """Changes in no commit would be left behind without a word: refuse, unless told what to do."""
    state = await status(root, source.git_dir)
    if state.operation:
        raise Conflict(f"{state.operation} is not finished in {root}.", code="uncommitted", files=[])
    files = [*state.changed, *state.untracked]
    if not files or wish.uncommitted == "leave":
        return
    if wish.uncommitted == "refuse":
        raise Conflict(
            f"{len(files)} changes are not committed and would not land: commit them first.",
            code="uncommitted",
            files=files[:_SHOWN],
        )
    if not wish.message:
        raise InvalidRequest("A message is needed to commit what is not committed yet.")
    await git("add", "--all", cwd=root)
    await git("commit", "--quiet", "-m", wish.message, cwd=root, timeout=_MERGE_SECONDS)


async def _contains(place: Path, branch: str, head: str) -> bool:
    said = await read("merge-base", "--is-ancestor", head, branch, cwd=place, check=False)
    return said.returncode == 0


async def _holder(source: Checkout, target: str) -> Path | None:
    """The checkout that has the target, clean. Raises Conflict (``dirty_target``)."""
    for item in await listed(source.place):
        if item.bare or item.prunable or not item.path.is_dir():
            continue
        await _check_not_busy(item, target)
        if item.branch == target:
            await _check_clean(item.path)
            return item.path
    return None


async def _check_not_busy(item: Listed, target: str) -> None:
    """A branch that is being rebased or bisected is in use, though nothing has it checked out."""
    git_dir = (await look(item.path)).git_dir
    for file in ("rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"):
        named = git_dir / file
        if named.is_file() and named.read_text().strip().removeprefix("refs/heads/") == target:
            raise _dirty(target, item.path, [], f"{operation(git_dir)} of it is under way in")


async def _check_clean(path: Path) -> Status:
    checkout = await look(path)
    state = await status(path, checkout.git_dir)
    if state.operation or state.changed or state.submodules:
        why = f"{state.operation} is not finished in" if state.operation else "has uncommitted changes in"
        raise _dirty(checkout.branch or "", path, [*state.changed, *state.submodules], why)
    return state


def _dirty(target: str, path: Path, files: list[str], why: str) -> Conflict:
    shown = f" ({', '.join(files[:5])})" if files else ""
    return Conflict(
        f"{target} {why} {path}{shown}: commit or put them away there first.",
        code="dirty_target",
        files=files[:_SHOWN],
        path=str(path),
    )


def _moved(target: str) -> Conflict:
    return Conflict(f"{target} moved meanwhile: look at it, then land again.", code="moved_target")


async def _land(ground: Ground, how: How, ready: Ready, steps: Steps) -> Landed:
    common = ready.source.common_dir
    intent = await ground.journal.begin(
        "land", common, target=ready.target, old=ready.old, head=ready.head, how=how,
        holder=str(ready.holder) if ready.holder else None, source=str(ready.source.git_dir),
    )  # fmt: skip
    workshop = common / FOLDER / intent.id
    try:
        await ground.journal.step(intent, "workshop", workshop=str(workshop))
        async with steps.step("workshop"):
            await _open(workshop, ready)
        await ground.journal.step(intent, "work")
        async with steps.step(how):
            new = await _work(workshop, how, ready)
        await ground.journal.step(intent, "advance", new=new)
        async with steps.step("advance") as note:
            await _advance(ready, new)
            note.detail = f"{ready.target} is at {new[:9]}"
        landed = Landed(head=ready.head, target=ready.target, commit=new, how=how, at=now())
        await ground.journal.step(intent, "note", landed=msgspec.to_builtins(landed))
        _note(ground, ready.source.git_dir, landed)
    finally:
        await _close(workshop, common)
        await ground.journal.end(intent)
    return landed


async def _open(workshop: Path, ready: Ready) -> None:
    workshop.parent.mkdir(exist_ok=True)
    env = {"GIT_LFS_SKIP_SMUDGE": "1"}  # pointers merge as well as what they stand for
    async with lock(ready.source.common_dir):
        await git("worktree", "add", "--detach", "--no-checkout", "--lock", "--reason", "parsess landing",
                  workshop, ready.old, cwd=ready.source.place)  # fmt: skip
    await git("reset", "--hard", "--quiet", cwd=workshop, env=env, timeout=_MERGE_SECONDS)


async def _close(workshop: Path, common: Path) -> None:
    """The workshop holds nothing of anybody's: what it made is in the target or was refused."""
    if workshop.parent != common / FOLDER or not os.path.lexists(workshop):
        return
    async with lock(common):
        env = {"GIT_DIR": str(common)}
        await git("worktree", "unlock", workshop, cwd=common, env=env, check=False)
        await git("worktree", "remove", "--force", workshop, cwd=common, env=env, check=False)
    with contextlib.suppress(OSError):
        workshop.parent.rmdir()


async def _work(workshop: Path, how: How, ready: Ready) -> str:
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
        await git(*args, cwd=workshop, env=env, timeout=_MERGE_SECONDS)
    except GitFailed as error:
        said = await read("diff", "--name-only", "--diff-filter=U", "-z", cwd=workshop)
        files = [os.fsdecode(field) for field in said.fields()]
        if not files:
            raise
        raise Conflict(
            f"{len(files)} files are in conflict with {ready.target}: {', '.join(files[:5])}. "
            "Merge it into this branch, resolve them, then land again.",
            code="conflict",
            files=files[:_SHOWN],
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
              timeout=_MERGE_SECONDS)  # fmt: skip
    await _run(
        workshop, ready, "-c", "rebase.autoStash=false", "-c", "rebase.autoSquash=false",
        "rebase", "--quiet", "--no-update-refs", "--no-fork-point", "--empty=drop", ready.old,
    )  # fmt: skip


async def _advance(ready: Ready, new: str) -> None:
    if ready.holder is None:
        holder = await _holder(ready.source, ready.target)
        if holder is None:
            await _move(ready, new)
            return
        raise _moved(ready.target)  # somebody checked it out meanwhile
    await _check_still(ready.holder, ready)
    await _check_clean(ready.holder)
    await _check_in_the_way(ready.holder, ready.old, new)
    await _forward(ready.holder, ready, new)


async def _move(ready: Ready, new: str) -> None:
    """Atomic: git compares the old commit under the ref's own lock."""
    said = await git("update-ref", "-m", f"land: {ready.head[:9]}", ready.ref, new, ready.old,
                     cwd=ready.source.place, check=False)  # fmt: skip
    if said.returncode != 0:
        if await commit(ready.source.place, ready.ref) != ready.old:
            raise _moved(ready.target)
        raise GitFailed(f"{ready.target} could not be moved: {said.stderr.decode(errors='replace').strip()}")


async def _check_still(holder: Path, ready: Ready) -> None:
    checkout = await look(holder)
    if checkout.branch != ready.target or checkout.head != ready.old:
        raise _moved(ready.target)


async def _check_in_the_way(holder: Path, old: str, new: str) -> None:
    """Files that would come and are there already, tracked by nobody: git would overwrite the ignored ones."""
    said = await read(
        "diff-tree", "-r", "--no-renames", "--name-only", "--diff-filter=A", "-z", old, new, cwd=holder
    )
    there = [os.fsdecode(path) for path in said.fields() if _occupied(holder, path)]
    if there:
        raise _dirty("The target", holder, there, "brings files that lie there untracked in")


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
            "--no-stat", new, cwd=holder, timeout=_MERGE_SECONDS,
        )  # fmt: skip
    except GitFailed as error:
        at = await commit(holder, ready.ref)
        if at == new:
            return  # it is done: only a post-merge hook failed
        if at != ready.old:
            raise _moved(ready.target) from error
        await _check_clean(holder)
        raise


def _note(ground: Ground, git_dir: Path, landed: Landed) -> None:
    """So that removing the worktree knows that its commits are not lost."""
    record = read_marker(git_dir)
    if record is not None:
        record = msgspec.structs.replace(record, landed=landed)
        write_marker(git_dir, record)
        ground.registry.put(record)


async def recover(ground: Ground, intent: Intent) -> str:
    """After a kill: landed if the target moved; else nothing happened, and a half-forwarded checkout goes back."""
    facts, common = intent.facts, Path(intent.repository)
    if "workshop" in facts:
        await _close(Path(facts["workshop"]), common)
    said = f"Landing on {facts['target']} had not begun to change it."
    if "new" in facts:
        said = await _settle(ground, facts["source"], facts, common, intent.at)
    await ground.journal.end(intent)
    return said


async def _settle(ground: Ground, source: str, facts: dict[str, str], common: Path, since: float) -> str:
    target, old, new = facts["target"], facts["old"], facts["new"]
    holder = Path(facts["holder"]) if facts["holder"] else None
    if holder is not None and holder.is_dir():
        await asyncio.to_thread(release, (await look(holder)).git_dir, holder, since)
    at = await commit(common, f"refs/heads/{target}")
    if at is not None and (at == new or await _contains(common, at, new)):
        landed = Landed(head=facts["head"], target=target, commit=new, how=facts["how"], at=now())
        await asyncio.to_thread(_note, ground, Path(source), landed)
        return f"Landing on {target} was finished."
    if holder is not None and holder.is_dir() and at == old:
        await _go_back(holder, old, new)
    return f"Landing on {target} was undone."


async def _go_back(holder: Path, old: str, new: str) -> None:
    """Files that are exactly as the landing would have them go back to what they were; all others stay."""
    said = await read("diff-tree", "-r", "--no-renames", "--name-only", "-z", old, new, cwd=holder)
    ours = [
        path
        for path in said.fields()
        if await _is_as_in(holder, path, new) and not await _is_as_in(holder, path, old)
    ]
    came = {path for path in ours if await _blob(holder, old, path) is None}
    for path in came:
        (holder / os.fsdecode(path)).unlink()  # nothing lay there before: that was looked at before it began
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


async def _blob(holder: Path, revision: str, path: bytes) -> str | None:
    said = await read("--literal-pathspecs", "ls-tree", "-z", revision, "--", os.fsdecode(path), cwd=holder)
    return said.text.split()[2] if said.stdout else None
