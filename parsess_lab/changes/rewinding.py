"""From one tree to another in the working directory, touching nothing that could not be brought back."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from parsess_lab.changes.files import Files, InTheWay, State, ThroughLink
from parsess_lab.changes.ignoring import ignored
from parsess_lab.changes.journal import Intent, Step
from parsess_lab.changes.model import Kept, KeptReason, Snapshot
from parsess_lab.changes.names import to_bytes, to_text
from parsess_lab.changes.objects import contents
from parsess_lab.changes.parsing import ABSENT
from parsess_lab.changes.store import Space

_SUBMODULE = b"160000"
_AFTER = ("after_turn", "after_rewind")
_BEFORE = ("before_turn", "before_rewind", "before_revert")


@dataclass(slots=True)
class Done:
    """What came of the steps."""

    written: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


async def steps(space: Space, before: str, after: str, paths: Sequence[bytes] = ()) -> list[Step]:
    """What differs between two trees, below ``paths`` if there are any."""
    if before == after:
        return []
    said = await space.look(
        "diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", before, after, "--",
        *(os.fsdecode(path) for path in paths),
    )  # fmt: skip
    fields = said.fields()
    found = [_step(head, path) for head, path in zip(fields[::2], fields[1::2], strict=True)]
    return [step for step in found if step is not None]


def _step(head: bytes, path: bytes) -> Step | None:
    old_mode, new_mode, old, new, _ = head[1:].split(b" ")
    if _SUBMODULE in (old_mode, new_mode):
        return None
    before = None if old_mode == ABSENT else State(old_mode, old)
    after = None if new_mode == ABSENT else State(new_mode, new)
    return Step(path, before, after)


async def external(space: Space, history: Sequence[Snapshot], target: Snapshot, tree: str) -> set[bytes]:
    """Files that changed while no turn ran: between the turns since ``target``, and after the last one."""
    since = [snapshot for snapshot in history if snapshot.number >= target.number]
    gaps = [
        (one.tree, other.tree)
        for one, other in pairwise(since)
        if one.kind in _AFTER and other.kind in _BEFORE
    ]
    gaps += [(snapshot.tree, tree) for snapshot in since[-1:]]
    return {step.path for one, other in gaps for step in await steps(space, one, other)}


async def possible(space: Space, target: Snapshot, wanted: list[Step]) -> tuple[list[Step], list[Kept]]:
    """The steps that may be done, and the files that must stay as they are."""
    left_out = {to_bytes(file.path) for file in target.left_out}
    kept_then = await _ignored_then(space, target.tree, [step.path for step in wanted if step.after is None])
    return await asyncio.to_thread(_parted, working_files(space), wanted, left_out, kept_then)


def working_files(space: Space) -> Files:
    """The files of the directory."""
    floor = os.fsencode(space.paths[0]) if space.paths else b""
    return Files(space.top, space.object_format, floor)


def _parted(
    files: Files, wanted: list[Step], left_out: set[bytes], ignored: set[bytes]
) -> tuple[list[Step], list[Kept]]:
    done, kept = [], []
    for step in wanted:
        reason = _reason(files, step, left_out, ignored)
        if reason is None:
            done.append(step)
        else:
            kept.append(Kept(path=to_text(step.path), reason=reason))
    return done, kept


def _reason(files: Files, step: Step, left_out: set[bytes], ignored: set[bytes]) -> KeptReason | None:
    if step.after is None and step.path in left_out:
        return "left_out_then"
    if step.path in ignored:
        return "ignored_then"
    try:
        return "not_in_snapshot" if step.before is None and files.exists(step.path) else None
    except OSError:
        return None  # a link or a file that may itself be one of those to go first; looked at again then


async def _ignored_then(space: Space, tree: str, paths: list[bytes]) -> set[bytes]:
    """Which files the ignore rules in ``tree`` leave alone: they were there then, in no snapshot."""
    if not paths:
        return set()
    listed = await space.look("ls-tree", "-r", "-z", tree)
    rules = {}
    for entry in listed.fields():
        head, _, name = entry.partition(b"\t")
        if name.rpartition(b"/")[2] == b".gitignore" and head.startswith(b"100"):
            rules[name] = head.split(b" ")[2]
    with tempfile.TemporaryDirectory(prefix="parsess-") as folder:
        await _lay_out(space, Path(folder), rules)
        return await ignored(space.run, paths, "--no-index", work_tree=Path(folder))


async def _lay_out(space: Space, folder: Path, rules: dict[bytes, bytes]) -> None:
    files = Files(folder)
    async for oid, content in contents(space, set(rules.values())):
        for name in (name for name, its in rules.items() if its == oid):
            files.write(name, b"100644", content or b"", beside=b".making")
    for above in space.directory.parents if space.paths else ():  # rules above are in no snapshot
        if above.is_relative_to(space.top) and (above / ".gitignore").is_file():
            name = os.fsencode((above / ".gitignore").relative_to(space.top))
            files.write(name, b"100644", (above / ".gitignore").read_bytes(), beside=b".making")


async def apply(space: Space, intent: Intent) -> Done:
    """Do what is not done yet. May be repeated: each file is looked at before it is touched."""
    files = working_files(space)
    done = Done()
    await asyncio.to_thread(_sweep, files, intent)
    deletions = [step for step in intent.steps if step.after is None]
    await asyncio.to_thread(_delete, files, deletions, done)
    by_content: dict[bytes, list[tuple[int, Step]]] = {}
    for number, step in enumerate(intent.steps):
        if step.after is not None:
            by_content.setdefault(step.after.oid, []).append((number, step))
    async for oid, content in contents(space, by_content):
        await asyncio.to_thread(_write, files, intent, by_content[oid], content, done)
    return done


def _sweep(files: Files, intent: Intent) -> None:
    """Temporary files of an earlier attempt, in either direction."""
    for number, step in enumerate(intent.steps):
        files.discard(step.path, _beside(intent, number))


def _beside(intent: Intent, number: int) -> bytes:
    return f".parsess-{intent.token}-{number}".encode()


def _delete(files: Files, deletions: list[Step], done: Done) -> None:
    for step in deletions:
        with _Keeping(step, done):
            if _is_due(files, step, done):
                files.remove(step.path)
                done.deleted.append(to_text(step.path))


def _write(
    files: Files, intent: Intent, due: list[tuple[int, Step]], content: bytes | None, done: Done
) -> None:
    for number, step in due:
        with _Keeping(step, done):
            if content is None:
                raise OSError("its content is not in the repository any more")
            if step.after is not None and _is_due(files, step, done):
                files.write(step.path, step.after.mode, content, beside=_beside(intent, number))
                done.written.append(to_text(step.path))


def _is_due(files: Files, step: Step, done: Done) -> bool:
    """Whether the file is as it was planned for. Being done already is fine, anything else is kept."""
    found = files.state(step.path)
    if found == step.after and (found is not None or not files.exists(step.path)):
        return False
    if found != step.before or (found is None and files.exists(step.path)):
        done.kept.append(Kept(path=to_text(step.path), reason="changed_meanwhile"))
        return False
    return True


class _Keeping:
    """Turns a failure with one file into a file that is kept."""

    def __init__(self, step: Step, done: Done) -> None:
        self._path = to_text(step.path)
        self._done = done

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, OSError):
            return False
        reason: KeptReason = "failed"
        if isinstance(error, ThroughLink):
            reason = "through_link"
        elif isinstance(error, InTheWay):
            reason = "in_the_way"
        self._done.kept.append(Kept(path=self._path, reason=reason, detail=error.strerror or str(error)))
        return True
