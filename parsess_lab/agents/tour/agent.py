"""The tour as an agent."""

from __future__ import annotations

from collections.abc import Sequence

from parsess_lab.agents.agent import AgentInfo, Capabilities, Turn
from parsess_lab.agents.loop import Limits, TurnLoop
from parsess_lab.agents.loop.toolboxes import Toolboxes
from parsess_lab.agents.tour.model import PACE_SECONDS, TourModel
from parsess_lab.events import Command, StopReason, TextBlock

COMMANDS = [
    Command(name="tour", description="Show me around"),
    Command(name="help", description="What the tour can do, and how to work with a real model"),
]


class TourAgent:
    """Needs no key and no network. ``pace`` is the seconds between two words, ``passing`` names further
    environment variables that commands may see."""

    def __init__(
        self, *, pace: float = PACE_SECONDS, allow_bypass: bool = False, passing: Sequence[str] = ()
    ) -> None:
        self._pace = pace
        self._allow_bypass = allow_bypass
        self._toolboxes = Toolboxes(passing)

    async def info(self) -> AgentInfo:
        """Always available."""
        modes = ["ask", "accept_edits", "plan", "auto"]
        return AgentInfo(
            id="tour",
            name="Tour",
            available=True,
            capabilities=Capabilities(
                modes=[*modes, "bypass"] if self._allow_bypass else modes, commands=COMMANDS
            ),
        )

    async def run_turn(self, turn: Turn) -> StopReason:
        """Do what the lines of the prompt say."""
        prompt = "\n".join(block.text for block in turn.prompt.content if isinstance(block, TextBlock))
        model = TourModel(prompt, turn.directory, self._pace)
        limits = Limits(allow_bypass=self._allow_bypass)
        return await TurnLoop(turn, model, self._toolboxes.of(turn), limits).run()

    async def end_session(self, session: str) -> None:
        """End its background commands."""
        await self._toolboxes.end(session)

    async def close(self) -> None:
        """End all background commands."""
        await self._toolboxes.close()
