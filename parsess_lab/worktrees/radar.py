"""What collides while there is still time: sessions in one directory, or whose changes won't go together.

Works on the files as they are now, committed or not: each checkout's state becomes a tree (through an index of
our own, the person's is only read), and git itself says whether two of them merge. Every answer is kept by the
names of the trees, so that looking again costs next to nothing while nothing changes.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Literal

import msgspec

from parsess_lab.errors import GitFailed, InvalidRequest
from parsess_lab.git import git, read
from parsess_lab.worktrees.checkout import Checkout, look

CollisionKind = Literal["same_directory", "same_files", "would_conflict"]

INDEX = "parsess-radar.index"
_KEPT = 500
_WHEN = "2000-01-01T00:00:00Z"  # always the same, so that the same files make the same commit
_STILL = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Parsess Lab"), ("EMAIL", "parsess-lab@localhost"), ("DATE", _WHEN))
}


@dataclass(frozen=True, slots=True)
class Place:
    """A session and where it works, resolved."""

    session: str
    directory: Path


class Collision(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions ``a`` and ``b``; ``files`` are relative to the checkout, none for a shared directory."""

    a: str
    b: str
    kind: CollisionKind
    files: list[str]


@dataclass(frozen=True, slots=True)
class _State:
    """A checkout just now: HEAD, and its files as a tree."""

    checkout: Checkout
    head: str
    tree: str


_Key = tuple[str, str, str, str]
_Answer = tuple[CollisionKind, list[str]] | None


class Radar:
    """Holds what was found out before."""

    def __init__(self) -> None:
        self._changed: OrderedDict[_Key, frozenset[str]] = OrderedDict()
        self._clashes: OrderedDict[_Key, tuple[str, ...]] = OrderedDict()
        self._heads: dict[Path, str] = {}
        self._busy = asyncio.Lock()

    async def collisions(self, places: Sequence[Place]) -> list[Collision]:
        """All pairs that collide. A checkout that git can't read just now is left out."""
        async with self._busy:
            checkouts = {place.session: await _checkout(place.directory) for place in places}
            found = [*_together(places, checkouts)]
            roots = {one.root: one for one in checkouts.values() if one and one.root and one.head}
            shared = [one for one in roots.values() if _is_shared(one, roots.values())]
            states = {one.root: await self._state(one) for one in shared}
            pairs: dict[tuple[Path, Path], _Answer] = {}
            for one, other in combinations(places, 2):
                answer = await self._pair(checkouts[one.session], checkouts[other.session], states, pairs)
                if answer is not None:
                    found.append(Collision(a=one.session, b=other.session, kind=answer[0], files=answer[1]))
            return found

    async def _state(self, checkout: Checkout) -> _State | None:
        """None if git can't read it just now, in the middle of a commit for instance."""
        head = checkout.head or ""
        try:
            tree = await working_tree(checkout, anew=self._heads.get(checkout.git_dir) != head)
        except (GitFailed, OSError):
            self._heads.pop(checkout.git_dir, None)
            return None
        self._heads[checkout.git_dir] = head
        return _State(checkout, head, tree)

    async def _pair(
        self,
        one: Checkout | None,
        other: Checkout | None,
        states: dict[Path | None, _State | None],
        pairs: dict[tuple[Path, Path], _Answer],
    ) -> _Answer:
        if one is None or other is None or one.root is None or other.root is None or one.root == other.root:
            return None
        if one.common_dir != other.common_dir:
            return None
        a, b = states.get(one.root), states.get(other.root)
        if a is None or b is None:
            return None
        key = (min(one.root, other.root), max(one.root, other.root))
        if key not in pairs:
            pairs[key] = await self._compare(a, b)
        return pairs[key]

    async def _compare(self, a: _State, b: _State) -> _Answer:
        clash = await self._clash(a, b)
        if clash:
            return "would_conflict", sorted(clash)
        both = await self._files(a, b) & await self._files(b, a)
        return ("same_files", sorted(both)) if both else None

    async def _files(self, one: _State, other: _State) -> frozenset[str]:
        """What ``one`` changed since it and ``other`` parted."""
        key = (one.head, one.tree, other.head, "files")
        if key not in self._changed:
            place = one.checkout.place
            base = await read("merge-base", one.head, other.head, cwd=place, check=False)
            start = base.text or await _empty_tree(place)
            said = await read(
                "diff-tree", "-r", "--no-renames", "--name-only", "-z", start, one.tree, cwd=place
            )
            self._changed[key] = frozenset(os.fsdecode(path) for path in said.fields())
            _trim(self._changed)
        return self._changed[key]

    async def _clash(self, a: _State, b: _State) -> tuple[str, ...]:
        key = (a.head, a.tree, b.head, b.tree)
        if key not in self._clashes:
            self._clashes[key] = await _merge(a, b)
            _trim(self._clashes)
        return self._clashes[key]


def _trim(cache: OrderedDict[_Key, frozenset[str]] | OrderedDict[_Key, tuple[str, ...]]) -> None:
    while len(cache) > _KEPT:
        cache.popitem(last=False)


async def _checkout(directory: Path) -> Checkout | None:
    try:
        return await look(directory)
    except (InvalidRequest, GitFailed):
        return None


def _together(places: Sequence[Place], checkouts: dict[str, Checkout | None]) -> list[Collision]:
    """Pairs that work on the very same files."""
    found = []
    for one, other in combinations(places, 2):
        a, b = checkouts[one.session], checkouts[other.session]
        if a is not None and b is not None:
            same = a.root == b.root and a.git_dir == b.git_dir
        elif a is None and b is None:
            same = one.directory.is_relative_to(other.directory) or other.directory.is_relative_to(
                one.directory
            )
        else:
            same = False
        if same:
            found.append(Collision(a=one.session, b=other.session, kind="same_directory", files=[]))
    return found


def _is_shared(one: Checkout, others: Iterable[Checkout]) -> bool:
    """Whether another checkout of the same repository is looked at too."""
    return sum(other.common_dir == one.common_dir for other in others) > 1


async def working_tree(checkout: Checkout, *, anew: bool) -> str:
    """The tree of the files as they are, untracked ones included, ignored ones not. Raises GitFailed.

    ``anew`` starts from the person's index instead of what is left of the last time: after a switch to another
    commit, since a sparse checkout's index also names files that are not there.
    """
    root = checkout.root
    assert root is not None  # noqa: S101 - callers leave bare repositories out
    index = checkout.git_dir / INDEX
    env = {"GIT_INDEX_FILE": str(index)}
    if anew or not index.exists():
        await asyncio.to_thread(_copy_index, checkout.git_dir / "index", index)
    await git("add", "--all", "--ignore-errors", cwd=root, env=env, check=False)
    return (await git("write-tree", cwd=root, env=env)).text


def _copy_index(own: Path, copy: Path) -> None:
    if own.exists():
        shutil.copyfile(own, copy)


async def _merge(a: _State, b: _State) -> tuple[str, ...]:
    """Files in conflict if both were merged now."""
    place = a.checkout.place
    one, other = await _commit(a), await _commit(b)
    said = await read(
        "merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", one, other, cwd=place, check=False
    )
    if said.returncode != 1:
        return ()  # 0: they merge; more: unrelated histories, which nobody would merge
    return tuple(sorted({os.fsdecode(path) for path in said.fields()[1:]}))


async def _commit(state: _State) -> str:
    """A commit of the files as they are; always the same one for the same files."""
    made = await git(
        "commit-tree", state.tree, "-p", state.head, "-m", "as it is", cwd=state.checkout.place, env=_STILL
    )
    return made.text


async def _empty_tree(place: Path) -> str:
    return (await git("mktree", cwd=place, input=b"")).text
