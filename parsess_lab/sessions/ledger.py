"""A session's log together with what it says, and the right to write to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from parsess_lab.errors import Conflict, ParsessError, StorageFailed
from parsess_lab.events import AnyEvent
from parsess_lab.log import AnyStored, Log, Owner
from parsess_lab.sessions.closing import closing
from parsess_lab.sessions.facts import Facts
from parsess_lab.sessions.fold import fold


class Ledger:
    """``open_log`` gives the log and calls back with every event in it; if it blocks, so does making this.

    ``facts`` are always those of the last event in the file. ``other`` is the living server that owns the
    log, if one does; ``problem`` why the last write failed.
    """

    def __init__(self, open_log: Callable[[Callable[[AnyStored], None]], Log], me: Owner) -> None:
        self.facts = Facts()
        self.other: Owner | None = None
        self.problem: str | None = None
        self.changed: Callable[[], object] = lambda: None
        self._me = me
        self._taking = asyncio.Lock()
        self.log = open_log(self._fold)

    @property
    def read_only(self) -> bool:
        return self.other is not None or self.log.problem is not None

    def append(self, events: Sequence[AnyEvent]) -> None:
        """Write all events or none.

        Raises:
            StorageFailed: the disk is full, or the log can't be written.
            Conflict: ``read_only``.
        """
        try:
            self.log.append_all(events)
        except StorageFailed as error:
            self.problem = error.message
            self.changed()
            raise
        self.problem = None

    async def flush(self) -> None:
        """Return once all that was appended is on the disk. Raises StorageFailed."""
        try:
            await self.log.flush()
        except StorageFailed as error:
            self.problem = error.message
            self.changed()
            raise

    async def take(self) -> None:
        """Become the writer, if nobody else is, and end what a dead server left running.

        Raises:
            Conflict: ``read_only``: another living server is; ``unreadable_log``.
            StorageFailed: the log can't be written.
        """
        async with self._taking:
            if self.log.owned:
                return
            self.other = self.log.own(self._me)
            if self.other is not None:
                self.changed()
                raise Conflict(f"{owned_by(self.other)} Here it can only be read.", code="read_only")
            if self.facts.in_turn:
                self.append(closing(self.facts, "interrupted"))
                await self.flush()

    async def recover(self) -> None:
        """Take the log if something in it needs mending; what can't be mended now can still be read."""
        if self.log.owned or not (self.facts.in_turn or self.log.torn or self.log.damages):
            return
        try:
            await self.take()
        except ParsessError as error:
            self.problem = None if error.code == "read_only" else error.message

    def _fold(self, stored: AnyStored) -> None:
        self.facts = fold(self.facts, stored)
        self.changed()


def owned_by(owner: Owner) -> str:
    """Who has the session, in words."""
    return f"Another server (process {owner.pid} on {owner.host}) works with this session."
