"""What a worktree would be: its base, branch and folder, looked at before anything is made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import msgspec

from parsess_lab.errors import InvalidRequest
from parsess_lab.git import require_version
from parsess_lab.worktrees import names
from parsess_lab.worktrees.base import Base, resolve
from parsess_lab.worktrees.checkout import Checkout, listed, look
from parsess_lab.worktrees.ground import Ground
from parsess_lab.worktrees.record import Record, new_id, now


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for. ``directory`` is anywhere in the repository, resolved and allowed.

    ``base`` is None or ``HEAD``, ``default``, or any branch, tag or commit. ``branch`` is the new branch, or an
    existing one with ``existing``; without it one is made by the pattern from ``name``.
    """

    directory: Path
    name: str = ""
    base: str | None = None
    branch: str | None = None
    existing: bool = False
    folder: Path | None = None
    session: str | None = None
    fetch: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be made."""

    checkout: Checkout
    main: Path
    base: Base
    record: Record
    exclude_in: Path | None


async def plan(ground: Ground, wanted: Wanted) -> Plan:
    """Look at everything first. Raises InvalidRequest, Conflict, Forbidden, GitFailed; nothing is made."""
    await require_version(wanted.directory)
    checkout = await look(wanted.directory)
    if wanted.existing and not wanted.branch:
        raise InvalidRequest("Name the existing branch that the worktree is for.", code="unknown_branch")
    if wanted.existing and wanted.branch:
        await names.existing_branch(checkout, wanted.branch)
        base = await resolve(checkout, f"refs/heads/{wanted.branch}", fetch=wanted.fetch)
        base = msgspec.structs.replace(base, name=wanted.branch)
    else:
        base = await resolve(checkout, wanted.base, fetch=wanted.fetch)
    return await _plan(ground, wanted, checkout, base)


async def _plan(ground: Ground, wanted: Wanted, checkout: Checkout, base: Base) -> Plan:
    id = new_id()
    name = names.slug(wanted.name or wanted.branch or "") or id
    branch = (
        wanted.branch
        if wanted.existing
        else await names.new_branch(checkout, wanted.branch, ground.branch_pattern, name, id)
    )
    main = await _main(checkout)
    folder, around = await asyncio.to_thread(
        names.place_folder, main, checkout.root, wanted.folder, ground.location, name, ground.roots
    )
    if folder.is_relative_to(checkout.common_dir):
        raise InvalidRequest(f"{folder} is inside git's own directory.", code="invalid_folder")
    record = Record(
        id=id, session=wanted.session, repository=str(checkout.common_dir),
        source=str(checkout.root) if checkout.root else None, path=str(folder), branch=branch,
        made_branch=not wanted.existing, base=base.commit, base_name=base.name, base_ref=base.ref, created_at=now(),
    )  # fmt: skip
    return Plan(checkout, main, base, record, around)


async def _main(checkout: Checkout) -> Path:
    """The main checkout (or the bare repository): folders are named after it."""
    if checkout.root is not None and not checkout.linked:
        return checkout.root
    first = (await listed(checkout.place))[0].path
    return first if not first.is_relative_to(checkout.common_dir / "modules") else checkout.root or first
