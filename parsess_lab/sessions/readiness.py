"""Whether work can be done in a session: it isn't archived, its worktree is made, its directory is there."""

from __future__ import annotations

import asyncio
from pathlib import Path

from parsess_lab.errors import Conflict, ParsessError
from parsess_lab.sessions.directories import admit
from parsess_lab.sessions.ledger import Ledger
from parsess_lab.sessions.surroundings import Surroundings


class Readiness:
    """Of one session, asked anew each time."""

    def __init__(self, ledger: Ledger, around: Surroundings) -> None:
        self._ledger = ledger
        self._around = around
        self._directory = ledger.log.header.directory

    async def check(self) -> None:
        """A prompt may be taken: it waits while the worktree is made.

        Raises:
            Conflict: ``archived``, and what :meth:`check_directory` says.
        """
        self.check_not_archived()
        if not self._ledger.facts.making:
            await self.check_directory()

    async def check_directory(self) -> None:
        """Raises Conflict, ``starting`` or what :func:`.directories.admit` says, if no work can be done there."""
        if self._ledger.facts.making:
            raise Conflict("The worktree of this session is being made. Wait a moment.", code="starting")
        try:
            await asyncio.to_thread(admit, Path(self._directory), self._around.allowed_roots)
        except ParsessError as error:
            self._look_again()
            raise Conflict(error.message, code=error.code) from error
        if not self._around.places.at(self._directory).exists:
            self._look_again()

    def check_not_archived(self) -> None:
        """Raises Conflict ``archived``."""
        if self._ledger.facts.archived:
            raise Conflict("This session is archived. Restore it to go on.", code="archived")

    def _look_again(self) -> None:
        """The list must not go on saying what has just turned out otherwise."""
        self._around.places.forget()
        self._ledger.changed()
