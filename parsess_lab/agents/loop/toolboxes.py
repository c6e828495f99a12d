"""The tools of each session, kept between turns: a background command outlives the turn that started it."""

from __future__ import annotations

import asyncio

from parsess_lab.agents.agent import Turn
from parsess_lab.tools.tool import Place
from parsess_lab.tools.toolbox import Toolbox


class Toolboxes:
    """One toolbox per session, made at its first turn."""

    def __init__(self) -> None:
        self._open: dict[str, Toolbox] = {}

    def of(self, turn: Turn) -> Toolbox:
        """The session's toolbox."""
        if turn.session not in self._open:
            place = Place(turn.home, turn.directory, turn.allowed_roots, turn.session)
            self._open[turn.session] = Toolbox(place)
        return self._open[turn.session]

    async def end(self, session: str) -> None:
        """End what still runs for a session."""
        toolbox = self._open.pop(session, None)
        if toolbox is not None:
            await toolbox.close()

    async def close(self) -> None:
        """End what still runs for any."""
        await asyncio.gather(*(self.end(session) for session in list(self._open)))
