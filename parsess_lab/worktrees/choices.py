"""What a worktree could start from, for the form: branches and tags, newest first, each with its age."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from parsess_lab.errors import InvalidRequest, ParsessError
from parsess_lab.git import read
from parsess_lab.worktrees.base import Base, resolve
from parsess_lab.worktrees.checkout import Checkout, default_branch, listed, look
from parsess_lab.worktrees.status import status

LISTED = 200
_FORMAT = "%00".join(
    ("%(refname)", "%(objectname)", "%(*objectname)", "%(creatordate:unix)", "%(contents:subject)",
     "%(upstream)", "%(upstream:track,nobracket)", "%(symref)")
)  # fmt: skip
_KINDS = {"branches": "refs/heads", "remotes": "refs/remotes", "tags": "refs/tags"}


class BaseChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A possible start. ``name`` is what to ask for, ``age`` says how old it is in words.

    ``ahead`` and ``behind`` count commits against ``upstream``, which was last asked at ``fetched_at``.
    """

    name: str
    ref: str | None
    commit: str
    subject: str
    committed_at: str | None
    upstream: str | None = None
    ahead: int | None = None
    behind: int | None = None
    fetched_at: str | None = None
    checked_out_in: str | None = None
    age: str = ""


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """All possible starts. ``more``: lists end at two hundred each, newest first."""

    repository: str
    head: BaseChoice | None
    default: BaseChoice | None
    branches: list[BaseChoice]
    remotes: list[BaseChoice]
    tags: list[BaseChoice]
    more: bool
    uncommitted: int


async def choices(directory: Path) -> Choices:
    """What a worktree of the repository around ``directory`` could start from.

    Raises InvalidRequest (``not_a_repository``), GitFailed.
    """
    checkout = await look(directory)
    holders = {
        item.branch: str(item.path) for item in await listed(checkout.place) if item.branch and not item.bare
    }
    found = {kind: await _refs(checkout, prefix, holders) for kind, prefix in _KINDS.items()}
    by_ref = {choice.ref: choice for choice in (*found["branches"], *found["remotes"])}
    default = await default_branch(checkout.place)
    return Choices(
        repository=str(checkout.place), head=await _head(checkout, by_ref),
        default=by_ref.get(default) if default else None, branches=found["branches"][:LISTED],
        remotes=found["remotes"][:LISTED], tags=found["tags"][:LISTED],
        more=any(len(one) > LISTED for one in found.values()), uncommitted=await _uncommitted(checkout),
    )  # fmt: skip


async def _refs(checkout: Checkout, prefix: str, holders: dict[str, str]) -> list[BaseChoice]:
    said = await read(
        "for-each-ref", f"--count={LISTED + 1}", "--sort=-creatordate", f"--format={_FORMAT}", prefix,
        cwd=checkout.place,
    )  # fmt: skip
    fetched = await asyncio.to_thread(_fetched, checkout.common_dir)
    rows = [line.split("\0") for line in said.stdout.decode(errors="replace").split("\n") if line]
    return [_choice(row, prefix, holders, fetched) for row in rows if not row[-1]]


def _choice(row: list[str], prefix: str, holders: dict[str, str], fetched: float | None) -> BaseChoice:
    ref, oid, peeled, at, subject, upstream, track, _ = row
    name = ref.removeprefix(f"{prefix}/")
    known = upstream and track != "gone"
    ahead, behind = _count(track, "ahead"), _count(track, "behind")
    base = Base(
        name=name, commit=peeled or oid, ref=ref,
        upstream=upstream.removeprefix("refs/remotes/").removeprefix("refs/heads/") if known else None,
        ahead=ahead if known else None, behind=behind if known else None, fetched_at=fetched,
    )  # fmt: skip
    holder = holders.get(name) if prefix == _KINDS["branches"] else None
    return _shown(base, subject, at, holder)


def _shown(base: Base, subject: str, at: str, holder: str | None) -> BaseChoice:
    return BaseChoice(
        name=base.name, ref=base.ref, commit=base.commit, subject=subject, committed_at=_time(at),
        upstream=base.upstream, ahead=base.ahead, behind=base.behind,
        fetched_at=_time(base.fetched_at) if base.upstream else None, checked_out_in=holder, age=base.age(),
    )  # fmt: skip


def _count(track: str, word: str) -> int:
    found = re.search(rf"{word} (\d+)", track)
    return int(found[1]) if found else 0


def _time(seconds: str | float | None) -> str | None:
    if seconds in (None, ""):
        return None
    return datetime.fromtimestamp(float(seconds), UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _fetched(common_dir: Path) -> float | None:
    try:
        return (common_dir / "FETCH_HEAD").stat().st_mtime
    except OSError:
        return None


async def _head(checkout: Checkout, by_ref: dict[str | None, BaseChoice]) -> BaseChoice | None:
    """The current HEAD; None before the first commit."""
    known = by_ref.get(f"refs/heads/{checkout.branch}") if checkout.branch else None
    if known is not None or checkout.head is None:
        return known
    try:
        base = await resolve(checkout, None)
    except InvalidRequest:
        return None
    said = await read("log", "-1", "--format=%ct%x00%s", base.commit, "--", cwd=checkout.place)
    at, _, subject = said.text.partition("\0")
    return _shown(base, subject, at, str(checkout.root) if checkout.root else None)


async def _uncommitted(checkout: Checkout) -> int:
    if checkout.root is None:
        return 0
    try:
        state = await status(checkout.root, checkout.git_dir)
    except ParsessError:
        return 0
    return len(state.changed) + len(state.untracked)
