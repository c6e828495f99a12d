"""Where the work of a checkout could land: its branches, and how far each is away."""

from __future__ import annotations

from pathlib import Path

import msgspec

from parsess_lab.git import read
from parsess_lab.worktrees.checkout import Checkout, default_branch, listed, look
from parsess_lab.worktrees.publish import Forge, forge
from parsess_lab.worktrees.record import Record
from parsess_lab.worktrees.status import status

_TARGETS = 50
_FILES = 200


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A branch to land on. ``ahead`` counts commits that it would get, ``behind`` those it has and we have not."""

    name: str
    commit: str
    checked_out_in: str | None
    ahead: int
    behind: int


class LandInfo(msgspec.Struct, frozen=True, kw_only=True):
    """For the button: ``target`` is the likely one. ``uncommitted`` would not land unless it is committed."""

    branch: str | None
    head: str | None
    targets: list[Target]
    target: str | None
    uncommitted: list[str]
    remotes: list[str]
    forge: Forge | None


async def land_info(directory: Path, record: Record | None) -> LandInfo:
    """What landing from ``directory`` could mean. Raises InvalidRequest (``not_a_repository``), GitFailed."""
    checkout = await look(directory)
    state = await status(checkout.place, checkout.git_dir) if checkout.root else None
    targets = await _targets(checkout)
    remotes = (await read("remote", cwd=checkout.place)).text.split()
    changed = [*dict.fromkeys([*state.changed, *state.moved]), *state.untracked] if state else []
    return LandInfo(
        branch=checkout.branch, head=checkout.head, targets=targets,
        target=await _likely(checkout, record, {one.name for one in targets}),
        uncommitted=changed[:_FILES], remotes=remotes, forge=await forge(checkout.place),
    )  # fmt: skip


async def _targets(checkout: Checkout) -> list[Target]:
    place = checkout.place
    said = await read(
        "for-each-ref", f"--count={_TARGETS + 1}", "--sort=-committerdate",
        "--format=%(refname:lstrip=2)%00%(objectname)", "refs/heads", cwd=place,
    )  # fmt: skip
    rows = [line.split("\0") for line in said.text.split("\n") if line]
    holders = {item.branch: str(item.path) for item in await listed(place) if item.branch}
    found = []
    for name, commit in rows:
        if name != checkout.branch:
            ahead, behind = await _distance(checkout, commit)
            holder = holders.get(name)
            found.append(Target(name=name, commit=commit, checked_out_in=holder, ahead=ahead, behind=behind))
    return found


async def _distance(checkout: Checkout, commit: str) -> tuple[int, int]:
    if checkout.head is None:
        return 0, 0
    spread = f"{checkout.head}...{commit}"
    said = await read("rev-list", "--left-right", "--count", spread, "--", cwd=checkout.place)
    ahead, behind = said.text.split()
    return int(ahead), int(behind)


async def _likely(checkout: Checkout, record: Record | None, names: set[str]) -> str | None:
    """The branch it started from, else the default branch."""
    base = record.base_ref if record else None
    default = await default_branch(checkout.place)
    candidates = [ref.removeprefix("refs/heads/") for ref in (base, default) if ref]
    return next((name for name in candidates if name in names), None)
