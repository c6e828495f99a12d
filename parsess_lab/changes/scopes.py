"""The comparisons that make up a scope."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.changes.bases import branch_point
from parsess_lab.changes.checkout import Checkout, require
from parsess_lab.changes.diffs import Runner, diff, nested, since, staged, unstaged, untracked
from parsess_lab.changes.model import LeftOut, Scope, Snapshot
from parsess_lab.changes.names import native, to_bytes
from parsess_lab.changes.parsing import ABSENT, RawFile
from parsess_lab.changes.snapshots import Snapshots
from parsess_lab.changes.store import Space
from parsess_lab.errors import NotFound


@dataclass(frozen=True, slots=True)
class Part:
    """What one comparison says of a file."""

    file: RawFile
    staged: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """The parts of a scope, and what they are compared with. ``space`` is set in the scope ``turn`` alone."""

    scope: Scope
    top: Path
    base: str | None
    parts: list[Part]
    checkout: Checkout | None = None
    space: Space | None = None
    snapshot: Snapshot | None = None
    base_name: str | None = None
    complete: bool = True

    @property
    def repository(self) -> Checkout:
        """The checkout, which every scope but ``turn`` has."""
        assert self.checkout is not None  # noqa: S101
        return self.checkout

    @property
    def look(self) -> Runner:
        """Asks git about the objects of this scope."""
        return self.space.look if self.space else self.repository.read


async def compare(
    scope: Scope, directory: Path, snapshots: Snapshots, base: str | None, paths: Sequence[bytes] = ()
) -> Compared:
    """Ask git for the parts of ``scope``, of ``paths`` alone if there are any.

    Raises:
        InvalidRequest: ``not_a_repository``, ``bare_repository``, ``unknown_base``, ``no_common_base``.
        NotFound: ``no_snapshot``, there was no turn yet.
    """
    names = tuple(native(path) for path in paths)
    if scope == "turn":
        return await _turn(snapshots, names)
    checkout = await require(directory)
    if scope == "uncommitted":
        return await _uncommitted(checkout, names)
    return await _branch(checkout, base, names)


async def _uncommitted(checkout: Checkout, paths: tuple[str, ...]) -> Compared:
    in_index, in_tree, new = await asyncio.gather(
        staged(checkout, paths), unstaged(checkout, paths), untracked(checkout, paths)
    )
    conflicts = {file.path for file in in_tree.files if file.status == b"U"}
    parts = [Part(file, staged=True) for file in in_index.files if file.path not in conflicts]
    parts += [Part(file) for file in (*in_tree.files, *new)]
    return Compared(
        "uncommitted",
        checkout.top,
        checkout.head,
        parts,
        checkout,
        complete=in_index.complete and in_tree.complete,
    )


async def _branch(checkout: Checkout, base: str | None, paths: tuple[str, ...]) -> Compared:
    commit, name = await branch_point(checkout, base)
    changed, inside = await asyncio.gather(since(checkout, commit, paths), nested(checkout, paths))
    parts = [Part(file) for file in (*changed.files, *inside)]
    known = commit if checkout.head else None
    return Compared("branch", checkout.top, known, parts, checkout, base_name=name, complete=changed.complete)


async def _turn(snapshots: Snapshots, paths: tuple[str, ...]) -> Compared:
    since_then = await snapshots.since("before_turn")
    if since_then is None:
        raise NotFound("There was no turn yet to compare with.", code="no_snapshot")
    before, space, present = since_then
    found = await diff(space.look, space.top, "diff-tree", "-r", before.tree, present.tree, paths=paths)
    large = _large(before.left_out, present.left_out)
    wanted = {os.fsencode(path) for path in paths}
    parts = [Part(file) for file in (*found.files, *large) if not wanted or file.path in wanted]
    return Compared(
        "turn", space.top, before.id, parts, space.checkout, space, before, before.label, found.complete
    )


def _large(before: list[LeftOut], after: list[LeftOut]) -> list[RawFile]:
    """Files too large for snapshots are at least known to have changed."""
    old = {file.path: file for file in before}
    new = {file.path: file for file in after}
    found = []
    for path in old.keys() | new.keys():
        if old.get(path) == new.get(path):
            continue
        letter = b"M" if path in old and path in new else b"A" if path in new else b"D"
        modes = (b"100644" if path in old else ABSENT, b"100644" if path in new else ABSENT)
        name = to_bytes(path)
        found.append(RawFile(name, name, letter, *modes, b"", b"", too_large=True))
    return found
