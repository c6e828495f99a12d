"""Whether a branch can land on another: all that is looked at before anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from parsess_lab.errors import Conflict, InvalidRequest
from parsess_lab.git import git, read, require_version
from parsess_lab.words import counted
from parsess_lab.worktrees.checkout import Checkout, Listed, commit, listed, look
from parsess_lab.worktrees.names import check_branch
from parsess_lab.worktrees.status import Status, operation, status

How = Literal["merge", "squash", "rebase"]
Uncommitted = Literal["refuse", "leave", "include"]

MERGE_SECONDS = 300.0
SHOWN = 200  # files that an error names at most


@dataclass(frozen=True, slots=True)
class Landing:
    """What somebody asks for. ``directory`` is in the checkout whose branch (or detached HEAD) lands.

    ``expected`` is the target's commit as the person saw it. ``uncommitted`` says what to do about changes that are
    in no commit: refuse, leave them behind, or commit all of them first with ``message``. ``session`` is told what
    became of it if the server ends meanwhile.
    """

    directory: Path
    how: How
    target: str
    message: str | None = None
    expected: str | None = None
    uncommitted: Uncommitted = "refuse"
    session: str | None = None


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


async def check(wish: Landing, source: Checkout) -> Ready:
    """Look at everything. Raises InvalidRequest, GitFailed, Conflict (``uncommitted``, ``nothing_to_land``,

    ``dirty_target``, ``moved_target``). Commits what is in no commit yet if that was asked for.
    """
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
        raise moved(wish.target)
    holder = await find_holder(source, wish.target)  # before anything is committed that could not land then
    await _commit_rest(wish, source, source.root)
    head = await commit(source.place, "HEAD")
    if head is None or await contains(source.place, old, head):
        raise Conflict(f"{wish.target} has all commits of this branch already.", code="nothing_to_land")
    return Ready(source, head, wish.target, old, holder, wish.message)


async def _commit_rest(wish: Landing, source: Checkout, root: Path) -> None:
    """Changes in no commit would be left behind without a word: refuse, unless told what to do."""
    state = await status(root, source.git_dir)
    if state.operation:
        raise Conflict(f"{state.operation} is not finished in {root}.", code="uncommitted", files=[])
    files = [*dict.fromkeys([*state.changed, *state.moved]), *state.untracked]
    if not files or wish.uncommitted == "leave":
        return
    if wish.uncommitted == "refuse":
        raise Conflict(
            f"{counted(len(files), 'change is', 'changes are')} not committed and would not land: commit them first.",
            code="uncommitted",
            files=files[:SHOWN],
        )
    if not wish.message:
        raise InvalidRequest("A message is needed to commit what is not committed yet.")
    await git("add", "--all", cwd=root)
    await git("commit", "--quiet", "-m", wish.message, cwd=root, timeout=MERGE_SECONDS)


async def contains(place: Path, branch: str, head: str) -> bool:
    """Whether a branch has a commit."""
    said = await read("merge-base", "--is-ancestor", head, branch, cwd=place, check=False)
    return said.returncode == 0


async def find_holder(source: Checkout, target: str) -> Path | None:
    """The checkout that has the target, clean. Raises Conflict (``dirty_target``)."""
    for item in await listed(source.place):
        if item.bare or item.prunable or not item.path.is_dir():
            continue
        await _check_not_busy(item, target)
        if item.branch == target:
            await check_clean(item.path)
            return item.path
    return None


async def _check_not_busy(item: Listed, target: str) -> None:
    """A branch that is being rebased or bisected is in use, though nothing has it checked out."""
    git_dir = (await look(item.path)).git_dir
    for file in ("rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"):
        named = git_dir / file
        if named.is_file() and named.read_text().strip().removeprefix("refs/heads/") == target:
            raise dirty(target, item.path, [], f"{operation(git_dir)} of it is under way in")


async def check_clean(path: Path) -> Status:
    """Raises Conflict (``dirty_target``) if a checkout has changes, or anything under way."""
    checkout = await look(path)
    state = await status(path, checkout.git_dir)
    if state.operation or state.changed or state.submodules:
        why = f"{state.operation} is not finished in" if state.operation else "has uncommitted changes in"
        raise dirty(checkout.branch or "", path, [*state.changed, *state.submodules], why)
    return state


def dirty(target: str, path: Path, files: list[str], why: str) -> Conflict:
    """The refusal to touch a checkout: ``why`` reads between the target's name and the checkout's path."""
    shown = f" ({', '.join(files[:5])})" if files else ""
    return Conflict(
        f"{target} {why} {path}{shown}: commit or put them away there first.",
        code="dirty_target",
        files=files[:SHOWN],
        path=str(path),
    )


def moved(target: str) -> Conflict:
    """The refusal to land on what is not what the person saw."""
    return Conflict(f"{target} moved meanwhile: look at it, then land again.", code="moved_target")
