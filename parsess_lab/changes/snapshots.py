"""Snapshots of a session's directory, before and after each turn, and the way back to them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Literal

from parsess_lab.changes.capturing import Capture, capture
from parsess_lab.changes.journal import Intent, Journal, Step
from parsess_lab.changes.model import Interrupted, RewindPlan, Rewound, Snapshot, SnapshotKind
from parsess_lab.changes.names import checked, to_text
from parsess_lab.changes.refs import Refs
from parsess_lab.changes.rewinding import Done, apply, external, possible, steps
from parsess_lab.changes.store import Space, Store
from parsess_lab.errors import Conflict, NotFound

KEEP = 200
"""Snapshots that stay when nothing else is said."""


class Snapshots:
    """The snapshots of one session.

    Nothing of the person's is ever touched by taking one: not index, HEAD, branches, stash, nor hooks run.
    One thing happens at a time.
    """

    def __init__(self, directory: Path, *, session: str, folder: Path) -> None:
        """``folder`` is where the session may keep its own data; it is made when first needed."""
        self._store = Store(directory, session, folder)
        self._refs = Refs(session)
        self._journal = Journal(folder)
        self._lock = asyncio.Lock()

    @property
    def directory(self) -> Path:
        """Whose files these are."""
        return self._store.directory

    async def take(self, label: str = "", kind: SnapshotKind = "other") -> Snapshot:
        """Keep the tracked and untracked, not ignored files as they are now.

        Raises:
            TooLarge: ``no_snapshot``, a plain directory with too much in it; the message says why.
            NotFound: ``directory_gone``.
            StorageFailed, GitFailed: it can't be written.
        """
        async with self._lock:
            space = await self._store.open()
            return await self._refs.keep(space, await capture(space), label, kind)

    async def all(self) -> list[Snapshot]:
        """All of them, oldest first."""
        return await self._refs.all(await self._store.open())

    async def get(self, snapshot: str) -> Snapshot:
        """The one with that id. Raises NotFound."""
        return _named(await self.all(), snapshot)

    async def last(self, kind: SnapshotKind | None = None) -> Snapshot | None:
        """The latest of this directory, of one kind if given."""
        here = str(self.directory.resolve())
        found = [one for one in await self.all() if one.directory == here and kind in (None, one.kind)]
        return found[-1] if found else None

    async def since(self, kind: SnapshotKind) -> tuple[Snapshot, Space, Capture] | None:
        """The latest snapshot of one kind, and the files as they are now, in a tree that no ref keeps.

        None without such a snapshot. Raises as :meth:`take`.
        """
        async with self._lock:
            space = await self._store.open()
            here = str(space.directory)
            found = [one for one in await self._refs.all(space) if one.directory == here and one.kind == kind]
            return (found[-1], space, await capture(space)) if found else None

    async def plan_rewind(self, snapshot: str, *, paths: Sequence[str] = ()) -> RewindPlan:
        """What :meth:`rewind` would do now. Nothing is written.

        Raises:
            NotFound: no such snapshot.
            Conflict: ``other_directory``, it is of another directory.
        """
        async with self._lock:
            space = await self._store.open()
            history = await self._refs.all(space)
            target = _of_here(space, _named(history, snapshot))
            plan, _ = await self._plan(space, history, target, (await capture(space)).tree, paths)
            return plan

    async def rewind(
        self, snapshot: str, *, consent_external: bool = False, paths: Sequence[str] = ()
    ) -> Rewound:
        """Bring back the files (only those in ``paths`` if given) as they were. The present is kept first.

        Files that no snapshot holds (ignored, too large, in repositories inside) stay as they are, as do
        index, HEAD and branches. ``kept`` names what stayed although it differs.

        Raises:
            NotFound: no such snapshot.
            Conflict: ``external_edits`` with ``files`` until consented; ``rewind_interrupted``, see
                :meth:`recover`; ``other_directory``.
        """
        async with self._lock:
            self._require_finished()
            space = await self._store.open()
            history = await self._refs.all(space)
            target = _of_here(space, _named(history, snapshot))
            present = await capture(space)
            plan, due = await self._plan(space, history, target, present.tree, paths)
            if plan.external and not consent_external:
                raise _external_edits(plan.external)
            undo = await self._refs.keep(
                space, present, f"before rewinding to {target.number}", "before_rewind"
            )
            intent = Intent(token_hex(4), target.id, undo.id, due)
            return await self._carry_out(space, intent, undo, plan)

    async def interrupted(self) -> Interrupted | None:
        """The rewind that was cut off by the end of a server, if there is one."""
        intent = self._journal.read()
        if intent is None:
            return None
        return Interrupted(
            target=intent.target, undo=intent.undo, files=[to_text(step.path) for step in intent.steps]
        )

    async def recover(self, how: Literal["finish", "undo"]) -> Rewound | None:
        """Finish an interrupted rewind, or take it back. None without one; may be interrupted itself.

        Files that somebody changed since are kept as they are.
        """
        async with self._lock:
            intent = self._journal.read()
            if intent is None:
                return None
            space = await self._store.open()
            undo = _named(await self._refs.all(space), intent.undo)
            if how == "undo":
                back = [step.reversed() for step in intent.steps]
                intent = Intent(intent.token, intent.undo, intent.target, back)
            done = await apply(space, intent)
            await self._finish(space, "after recovering a rewind")
            return _rewound(undo, done)

    async def prune(self, *, keep: int = KEEP) -> int:
        """Let go of all but the latest ``keep`` snapshots (at least one); how many went."""
        async with self._lock:
            space = await self._store.open()
            intent = self._journal.read()
            needed = {intent.target, intent.undo} if intent else set()
            old = [one for one in (await self._refs.all(space))[: -max(1, keep)] if one.id not in needed]
            await self._refs.forget(space, old)
            return len(old)

    async def drop(self) -> int:
        """Let go of all snapshots of the session, when it is deleted; how many went."""
        async with self._lock:
            space = await self._store.open()
            found = await self._refs.all(space)
            await self._refs.forget(space, found)
            self._journal.clear()
            return len(found)

    def _require_finished(self) -> None:
        if self._journal.read() is not None:
            raise Conflict(
                "A rewind of this directory was interrupted: finish it or take it back first.",
                code="rewind_interrupted",
            )

    async def _plan(
        self, space: Space, history: Sequence[Snapshot], target: Snapshot, tree: str, paths: Sequence[str]
    ) -> tuple[RewindPlan, list[Step]]:
        wanted = await steps(space, tree, target.tree, [checked(path) for path in paths])
        due, kept = await possible(space, target, wanted)
        here = [one for one in history if one.directory == target.directory]
        outside = await external(space, here, target, tree)
        plan = RewindPlan(
            snapshot=target,
            written=[to_text(step.path) for step in due if step.after is not None],
            deleted=[to_text(step.path) for step in due if step.after is None],
            kept=kept,
            external=sorted(to_text(step.path) for step in due if step.path in outside),
        )
        return plan, due

    async def _carry_out(self, space: Space, intent: Intent, undo: Snapshot, plan: RewindPlan) -> Rewound:
        if intent.steps:
            await asyncio.to_thread(self._journal.write, intent)
            done = await apply(space, intent)
        else:
            done = Done()
        await self._finish(space, f"after rewinding to {plan.snapshot.number}")
        return _rewound(undo, done, plan)

    async def _finish(self, space: Space, label: str) -> None:
        await asyncio.to_thread(self._journal.clear)
        await self._refs.keep(space, await capture(space), label, "after_rewind")


def _named(history: Iterable[Snapshot], snapshot: str) -> Snapshot:
    for one in history:
        if one.id == snapshot:
            return one
    raise NotFound("There is no such snapshot any more.", code="no_snapshot")


def _of_here(space: Space, snapshot: Snapshot) -> Snapshot:
    if snapshot.directory != str(space.directory):
        raise Conflict(
            f"That snapshot is of {snapshot.directory}; this session works in {space.directory} now.",
            code="other_directory",
        )
    return snapshot


def _external_edits(files: list[str]) -> Conflict:
    return Conflict(
        f"{len(files)} of the files to rewind were changed by somebody else since: look at them, then rewind "
        "anyway (what is there now is kept as a snapshot).",
        code="external_edits",
        files=files,
    )


def _rewound(undo: Snapshot, done: Done, plan: RewindPlan | None = None) -> Rewound:
    kept = [*plan.kept, *done.kept] if plan else done.kept
    return Rewound(undo=undo, written=done.written, deleted=done.deleted, kept=kept)
