"""Back to before a turn: the files, the conversation, or both. A rewind can be taken back like a turn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from parsess_lab.changes import Kept, Rewound, Snapshot, Snapshots
from parsess_lab.errors import Conflict, InvalidRequest, NotFound, ParsessError
from parsess_lab.events import Block, Notice, RewoundEvent, Stored, TextBlock, UserMessage
from parsess_lab.sessions.facts import Facts, RewindMark
from parsess_lab.sessions.ledger import Ledger

What = Literal["files", "conversation", "both"]


class PromptText(msgspec.Struct, frozen=True):
    """The prompt that is taken back, to be written anew. Its attachments are in the log."""

    id: str
    text: str


class RewindFiles(msgspec.Struct, frozen=True, kw_only=True):
    """What would become of the files. ``external``: changed by somebody else since."""

    snapshot: str
    written: list[str]
    deleted: list[str]
    kept: list[Kept]
    external: list[str]


class RewindPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a rewind would do. ``files`` is None where no snapshot was kept; ``turns`` counts those hidden."""

    to: int
    prompt: PromptText | None
    files: RewindFiles | None
    turns: int


class RewindResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a rewind did. Rewinding to ``seq``, the number of its event, takes it back."""

    seq: int
    to: int
    what: What
    prompt: PromptText | None
    written: list[str]
    deleted: list[str]
    kept: list[Kept]
    undo: Snapshot | None


class _Intention(msgspec.Struct, frozen=True, kw_only=True):
    """What is about to be done, on disk before: a server that is killed in between finds it again."""

    event: RewoundEvent
    after: int
    """The number of the last event before it."""
    snapshots: int
    """The number of the last snapshot before it."""


@dataclass(frozen=True, slots=True)
class _Target:
    to: int
    snapshot: str | None
    prompt: str | None
    undoes: RewindMark | None = None


class Rewinding:
    """Of one session. ``busy`` says whether a turn runs; ``check`` that the directory can be worked in."""

    def __init__(
        self,
        ledger: Ledger,
        snapshots: Snapshots,
        gate: asyncio.Lock,
        busy: Callable[[], bool],
        check: Callable[[], Awaitable[None]],
    ) -> None:
        self._ledger = ledger
        self._snapshots = snapshots
        self._gate = gate
        self._busy = busy
        self._check = check

    async def preview(self, to: int) -> RewindPreview:
        """What :meth:`rewind` would do now. Raises as that does."""
        target = self._target(to)
        files = None
        if target.snapshot is not None:
            await self._check()
            plan = await self._snapshots.plan_rewind(target.snapshot)
            files = RewindFiles(
                snapshot=plan.snapshot.id,
                written=plan.written,
                deleted=plan.deleted,
                kept=plan.kept,
                external=plan.external,
            )
        turns = sum(mark.seq >= to for mark in self._ledger.facts.turns) if target.undoes is None else 0
        return RewindPreview(to=target.to, prompt=await self._prompt(target), files=files, turns=turns)

    async def rewind(self, to: int, what: What = "both", *, consent_external: bool = False) -> RewindResult:
        """Go back to right before the event ``to``, or take the ``_rewound`` of that number back.

        Raises:
            InvalidRequest: ``nothing_to_rewind``: no turn began there.
            NotFound: ``no_snapshot``: only the conversation can go back.
            Conflict: ``running``; ``external_edits`` with ``files`` until consented; ``rewind_interrupted``;
                ``directory_missing``.
        """
        await self._ledger.take()
        async with self._gate:
            if self._busy():
                raise Conflict("A turn is running. Stop it, then rewind.", code="running")
            target = self._target(to)
            what = _possible(target, what)
            done = (
                await self._files(target, what, consent=consent_external) if what != "conversation" else None
            )
            await self._say(_event(target, what, done))
        return await self._result(target, what, done)

    def _target(self, to: int) -> _Target:
        facts = self._ledger.facts
        undone = next((mark for mark in facts.rewinds if mark.seq == to and not _is_hidden(facts, to)), None)
        if undone is not None:
            return _Target(to, undone.event.undo, None, undone)
        turn = next((mark for mark in facts.turns if mark.seq >= to or mark.contains(to)), None)
        if turn is None:
            raise InvalidRequest(f"No turn began at or after the event {to}.", code="nothing_to_rewind")
        return _Target(turn.seq, turn.snapshot, turn.prompt)

    async def _files(self, target: _Target, what: What, *, consent: bool) -> Rewound:
        if target.snapshot is None:
            raise NotFound(
                "The files were not kept before that turn: rewind the conversation alone.", code="no_snapshot"
            )
        await self._check()
        known = await self._snapshots.all()
        intention = _Intention(
            event=_event(target, what, None),
            after=self._ledger.facts.seq,
            snapshots=max((one.number for one in known), default=0),
        )
        await asyncio.to_thread(self._file.write_bytes, msgspec.json.encode(intention))
        try:
            return await self._snapshots.rewind(target.snapshot, consent_external=consent)
        except ParsessError:
            await asyncio.to_thread(self._file.unlink, missing_ok=True)
            raise

    async def _say(self, event: RewoundEvent) -> None:
        self._ledger.append([event])
        await self._ledger.flush()
        await asyncio.to_thread(self._file.unlink, missing_ok=True)

    async def _result(self, target: _Target, what: What, done: Rewound | None) -> RewindResult:
        return RewindResult(
            seq=self._ledger.facts.rewinds[-1].seq,
            to=target.to,
            what=what,
            prompt=await self._prompt(target),
            written=done.written if done else [],
            deleted=done.deleted if done else [],
            kept=done.kept if done else [],
            undo=done.undo if done else None,
        )

    async def _prompt(self, target: _Target) -> PromptText | None:
        if target.prompt is None:
            return None
        content = await asyncio.to_thread(self._read, target.to)
        words = [block.text for block in content if isinstance(block, TextBlock)]
        return PromptText(target.prompt, "\n\n".join(words))

    def _read(self, seq: int) -> list[Block]:
        stored = next(iter(self._ledger.log.read(seq - 1)), None)
        if isinstance(stored, Stored) and isinstance(stored.event, UserMessage):
            return stored.event.content
        return []

    # --- after a kill ------------------------------------------------------------------------------------

    async def recover(self) -> None:
        """Take back a rewind that was cut off, or write down one that was done, and say so."""
        if not await asyncio.to_thread(self._file.exists):
            return
        await self._ledger.take()
        intention = msgspec.json.decode(await asyncio.to_thread(self._file.read_bytes), type=_Intention)
        if not any(mark.seq > intention.after for mark in self._ledger.facts.rewinds):
            await self._recover(intention)
        await asyncio.to_thread(self._file.unlink, missing_ok=True)

    async def _recover(self, intention: _Intention) -> None:
        if await self._snapshots.interrupted() is not None:
            await self._snapshots.recover("undo")
            words = (
                "A rewind was cut off by the end of the server, and was taken back: the files are as before."
            )
            self._ledger.append([Notice(text=words, level="warning")])
            return
        undo = await self._snapshots.last("before_rewind")
        target = intention.event.snapshot
        if undo is None or undo.number <= intention.snapshots or target is None:
            return  # it had not begun
        left = await self._snapshots.plan_rewind(target)
        if not left.written and not left.deleted:
            # What the rewind did is not somebody else's edit, the next time.
            await self._snapshots.take("after rewinding", "after_rewind")
            self._ledger.append([msgspec.structs.replace(intention.event, undo=undo.id)])

    @property
    def _file(self) -> Path:
        return self._ledger.log.folder / "rewinding.json"


def _is_hidden(facts: Facts, seq: int) -> bool:
    return any(first <= seq <= last for first, last in facts.hidden)


def _possible(target: _Target, what: What) -> What:
    """Of a rewind only what it did can be taken back."""
    did = target.undoes.event.what if target.undoes else "both"
    if "both" in (did, what):
        return did if what == "both" else what
    if did != what:
        raise InvalidRequest(f"That rewind was of the {did} only.", code="nothing_to_rewind")
    return what


def _event(target: _Target, what: What, done: Rewound | None) -> RewoundEvent:
    return RewoundEvent(
        to=target.to,
        what=what,
        prompt=target.prompt,
        snapshot=target.snapshot if what != "conversation" else None,
        undo=done.undo.id if done else None,
        files=len(done.written) + len(done.deleted) if done else 0,
        undoes=target.undoes.seq if target.undoes else None,
    )
