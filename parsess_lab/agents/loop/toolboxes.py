"""The tools of each session, kept between turns: a background command outlives the turn that started it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from parsess_lab.agents.agent import Turn
from parsess_lab.tools.tool import Place
from parsess_lab.tools.toolbox import Toolbox


class Toolboxes:
    """One toolbox per session, made at its first turn. ``passing``: see :class:`Place`."""

    def __init__(self, passing: Sequence[str] = ()) -> None:
        self._passing = tuple(passing)
        self._open: dict[str, Toolbox] = {}

    def of(self, turn: Turn) -> Toolbox:
        """The session's toolbox."""
        if turn.session not in self._open:
            place = Place(turn.home, turn.directory, turn.allowed_roots, turn.session, self._passing)
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
