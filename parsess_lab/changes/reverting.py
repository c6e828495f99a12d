"""Takes changes back in the working tree. What is there now is kept as a snapshot first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from parsess_lab.changes.checkout import Checkout
from parsess_lab.changes.diffs import UNTRACKED
from parsess_lab.changes.files import Files
from parsess_lab.changes.model import Reverted, Snapshot
from parsess_lab.changes.names import native, to_text
from parsess_lab.changes.parsing import UNMERGED, RawFile, RawHunk
from parsess_lab.changes.patches import patch
from parsess_lab.changes.scopes import Compared, Part
from parsess_lab.changes.snapshots import Snapshots
from parsess_lab.changes.staging import apply, reset, select
from parsess_lab.errors import Conflict, NotFound

_SUBMODULE = b"160000"


async def revert(found: Compared, snapshots: Snapshots, path: str, hunks: Sequence[str]) -> Reverted:
    """See :meth:`Changes.revert`."""
    if not found.parts:
        raise NotFound(f"{path} has not changed.", code="not_changed")
    if any(_SUBMODULE in (part.file.old_mode, part.file.new_mode) for part in found.parts):
        raise Conflict(f"{path} is a repository of its own: revert it there.", code="whole_file")
    chosen = select(found.parts, hunks) if hunks else []
    names = _names(found.parts)
    undo = await snapshots.take(f"before reverting {path}", "before_revert")
    await _require_kept(found, undo, names)
    if hunks:
        await _revert_hunks(found, chosen)
    elif found.snapshot is not None:
        await _rewind(snapshots, found.snapshot, names)
    else:
        await _revert_file(found, names)
    return Reverted(undo=undo, paths=[to_text(name) for name in names])


def _names(parts: Sequence[Part]) -> list[bytes]:
    return sorted({name for part in parts for name in (part.file.path, part.file.old_path)})


async def _require_kept(found: Compared, undo: Snapshot, names: Sequence[bytes]) -> None:
    """What is in no snapshot could not be brought back: it is not touched."""
    files = Files(found.top)
    there = {name for name in names if files.exists(name)}
    run = found.look
    listed = await run("ls-tree", "-r", "-z", "--name-only", undo.tree)
    lost = there - set(listed.fields())
    if lost:
        raise Conflict(
            f"{to_text(min(lost))} is too large, or outside this session's directory, so that no copy could "
            "be kept: revert it in a terminal.",
            code="not_kept",
        )


async def _revert_hunks(found: Compared, chosen: list[tuple[RawFile, list[RawHunk]]]) -> None:
    run = found.space.run if found.space else found.repository.write
    staged = {id(part.file) for part in found.parts if part.staged}
    for file, hunks in chosen:
        if file.status == UNTRACKED:
            await asyncio.to_thread(Files(found.top).remove, file.path)
        elif id(file) in staged:
            await _revert_staged(found.repository, patch(file, hunks, reverse=True))
        else:
            await apply(run, patch(file, hunks, reverse=True), "--reverse")


async def _revert_staged(checkout: Checkout, content: bytes) -> None:
    """In the index and in the working tree, or in neither."""
    try:
        await apply(checkout.write, content, "--reverse", "--check")
    except Conflict as error:
        raise Conflict(
            "Other edits, not staged, stand on the same lines: revert or stage those first.",
            code="overlapping_edits",
        ) from error
    await apply(checkout.write, content, "--reverse", "--cached")
    await apply(checkout.write, content, "--reverse")


async def _rewind(snapshots: Snapshots, before: Snapshot, names: Sequence[bytes]) -> None:
    done = await snapshots.rewind(before.id, paths=[to_text(name) for name in names], consent_external=True)
    if done.kept:
        raise Conflict(
            f"{done.kept[0].path} was left as it is ({done.kept[0].reason.replace('_', ' ')}).",
            code="not_kept",
        )


async def _revert_file(found: Compared, names: Sequence[bytes]) -> None:
    """To the base; a file that is partly staged only to what is staged, which no snapshot holds."""
    checkout = found.repository
    if found.scope == "branch":
        return await _restore(checkout, names, found.base or checkout.base)
    marks = {part.staged for part in found.parts}
    if marks == {True} or any(part.file.status == UNMERGED for part in found.parts):
        await reset(checkout, found.parts)
    return await _restore(checkout, names, None)


async def _restore(checkout: Checkout, names: Sequence[bytes], source: str | None) -> None:
    """Files as ``source`` (the index without one) has them; those it doesn't have are deleted."""
    shown = tuple(native(name) for name in names)
    if source is None:
        listed = await checkout.read("ls-files", "-z", "--", *shown)
    else:
        listed = await checkout.read("ls-tree", "-r", "-z", "--name-only", source, "--", *shown)
    kept = set(listed.fields()) & set(names)
    _require_no_folder(checkout, kept)
    for name in set(names) - kept:
        await asyncio.to_thread(Files(checkout.top).remove, name)
    if kept:
        origin = (f"--source={source}",) if source else ()
        await checkout.write("restore", "--worktree", *origin, "--", *(native(name) for name in sorted(kept)))


def _require_no_folder(checkout: Checkout, names: set[bytes]) -> None:
    """git would delete a folder that stands in a file's place, with ignored files in it."""
    for name in names:
        path = checkout.top / native(name)
        if path.is_dir() and not path.is_symlink() and any(path.iterdir()):
            raise Conflict(f"A folder stands in the place of {to_text(name)}.", code="in_the_way")
