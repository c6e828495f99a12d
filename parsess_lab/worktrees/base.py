"""Where a new worktree starts, and how old that is."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from parsess_lab.errors import GitFailed, InvalidRequest
from parsess_lab.git import git, read
from parsess_lab.words import counted
from parsess_lab.worktrees.checkout import Checkout, commit, default_branch

FETCH_SECONDS = 15.0

HEAD = "HEAD"
DEFAULT = "default"
"""Stands for the repository's default branch."""


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """The commit a worktree starts from. ``behind`` counts commits its upstream has and it has not."""

    name: str
    commit: str
    ref: str | None = None
    """Full name of the branch or tag, None for a bare commit or a detached HEAD."""
    upstream: str | None = None
    behind: int | None = None
    ahead: int | None = None
    fetched_at: float | None = None
    """When the remote was last asked, in seconds since the epoch; None if never from here."""
    note: str | None = None

    @property
    def branch(self) -> str | None:
        """The local branch it is, if it is one."""
        return (
            self.ref.removeprefix("refs/heads/") if self.ref and self.ref.startswith("refs/heads/") else None
        )

    def age(self) -> str:
        """In words: ``main, 77 commits behind origin/main (fetched 3 days ago)``."""
        if self.upstream is None:
            return self.name
        state = f"{counted(self.behind, 'commit')} behind" if self.behind else "up to date with"
        asked = f" (fetched {_ago(self.fetched_at)})" if self.fetched_at else " (never fetched)"
        return f"{self.name}, {state} {self.upstream}{asked}"


async def resolve(checkout: Checkout, asked: str | None, *, fetch: bool = False) -> Base:
    """The base that ``asked`` names: None or ``HEAD``, ``default``, any branch, tag or commit.

    ``fetch`` asks its remote first, for at most FETCH_SECONDS; a failure is a note, not an error.
    Raises InvalidRequest (``no_commit``, ``unknown_base``).
    """
    if checkout.head is None and asked in (None, "", HEAD):
        raise InvalidRequest(
            "The repository has no commit yet, so a worktree can't start from it: make a first commit.",
            code="no_commit",
        )
    place = checkout.place
    name, ref = await _named(checkout, asked or HEAD)
    note = await _fetch(place, ref) if fetch else None
    found = await commit(place, ref or name)
    if found is None:
        raise InvalidRequest(
            f"{asked!r} is no branch, tag or commit of this repository. Fetch it first, or pick another base.",
            code="unknown_base",
        )
    upstream, ahead, behind = await _upstream(place, ref, found)
    return Base(
        name=name, commit=found, ref=ref, upstream=upstream, ahead=ahead, behind=behind,
        fetched_at=_fetched(checkout.common_dir), note=note,
    )  # fmt: skip


async def _named(checkout: Checkout, asked: str) -> tuple[str, str | None]:
    """How ``asked`` is shown, and its full ref."""
    if asked == HEAD:
        branch = checkout.branch
        return (
            (branch, f"refs/heads/{branch}")
            if branch
            else (f"detached at {checkout.head or ''}"[:19], checkout.head)
        )
    if asked == DEFAULT:
        ref = await default_branch(checkout.place)
        if ref is None:
            raise InvalidRequest("This repository has no default branch: name the base.", code="unknown_base")
        return ref.removeprefix("refs/heads/").removeprefix("refs/remotes/"), ref
    if asked.startswith("-"):
        return asked, None
    found = await read(
        "rev-parse", "--quiet", "--verify", "--symbolic-full-name", asked, cwd=checkout.place, check=False
    )
    return asked, found.text if found.returncode == 0 and found.text.startswith("refs/") else None


async def _upstream(place: Path, ref: str | None, found: str) -> tuple[str | None, int | None, int | None]:
    if ref is None or not ref.startswith("refs/heads/"):
        return None, None, None
    said = await read("for-each-ref", "--format=%(upstream)", ref, cwd=place)
    upstream = said.text
    if not upstream or await commit(place, upstream) is None:
        return None, None, None
    counted = await read("rev-list", "--left-right", "--count", f"{found}...{upstream}", "--", cwd=place)
    ahead, behind = counted.text.split()
    return upstream.removeprefix("refs/remotes/").removeprefix("refs/heads/"), int(ahead), int(behind)


async def _fetch(place: Path, ref: str | None) -> str | None:
    try:
        remote = await _remote(place, ref)
        if remote is None:
            return "nothing to fetch from"
        await git(
            *("fetch", "--quiet", "--no-recurse-submodules", "--no-auto-maintenance", remote),
            cwd=place, timeout=FETCH_SECONDS,
        )  # fmt: skip
    except GitFailed as error:
        return f"could not fetch: {error.message}"
    return None


async def _remote(place: Path, ref: str | None) -> str | None:
    remotes = (await read("remote", cwd=place)).text.split()
    if ref and ref.startswith("refs/heads/"):
        said = await read("for-each-ref", "--format=%(upstream:remotename)", ref, cwd=place)
        if said.text in remotes:
            return said.text
    named = (ref or "").removeprefix("refs/remotes/")
    own = [remote for remote in remotes if named.startswith(f"{remote}/")]
    return next(iter([*own, *[remote for remote in remotes if remote == "origin"], *remotes]), None)


def _fetched(common_dir: Path) -> float | None:
    try:
        return (common_dir / "FETCH_HEAD").stat().st_mtime
    except OSError:
        return None


def _ago(then: float) -> str:
    seconds = max(0.0, time.time() - then)
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            return f"{counted(int(seconds // size), unit)} ago"
    return "just now"
