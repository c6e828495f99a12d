"""The files of a session are kept before and after each of its turns. A failure is told, and stops nothing."""

from __future__ import annotations

import logging
from typing import Literal

from parsess_lab.changes import Snapshots
from parsess_lab.errors import ParsessError, TooLarge
from parsess_lab.events import Notice, SnapshotTaken, UserMessage
from parsess_lab.sessions.facts import first_line
from parsess_lab.sessions.fold import text_of_prompt
from parsess_lab.sessions.ledger import Ledger

_PRUNED_EVERY = 20

_logger = logging.getLogger(__name__)


class Keeping:
    """``most`` is how many snapshots stay; 0: none are taken."""

    def __init__(self, ledger: Ledger, snapshots: Snapshots, most: int) -> None:
        self._ledger = ledger
        self._snapshots = snapshots
        self._most = most
        self._told: str | None = None
        self._taken = 0

    async def before(self, prompt: UserMessage) -> None:
        """Keep the files as they are before the agent starts on ``prompt``."""
        await self._keep(prompt, "before_turn")

    async def after(self, prompt: UserMessage) -> None:
        """Keep the files as the turn left them: what changes from here on, somebody else did."""
        await self._keep(prompt, "after_turn")
        self._taken += 1
        if self._most and self._taken % _PRUNED_EVERY == 0:
            await self._snapshots.prune(keep=self._most)

    async def _keep(self, prompt: UserMessage, moment: Literal["before_turn", "after_turn"]) -> None:
        if not self._most:
            return
        try:
            taken = await self._snapshots.take(first_line(text_of_prompt(prompt.content)), moment)
            event = SnapshotTaken(id=taken.id, moment=moment, prompt=prompt.id, left_out=len(taken.left_out))
            self._ledger.append([event])
        except (ParsessError, OSError) as error:
            self._tell(error)

    def _tell(self, error: ParsessError | OSError) -> None:
        """Once for each reason, not at every turn."""
        words = error.message if isinstance(error, ParsessError) else str(error)
        if words == self._told:
            return
        self._told = words
        level: Literal["info", "warning"] = "info" if isinstance(error, TooLarge) else "warning"
        try:
            self._ledger.append([Notice(text=f"The files can't be rewound to here: {words}", level=level)])
        except ParsessError as full:
            _logger.warning("%s", full.message)
