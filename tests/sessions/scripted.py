"""An agent that does what a test tells it, through the real seam."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from parsess_lab.agents.agent import AgentInfo, Capabilities, Turn, text_of
from parsess_lab.events import (
    AgentMessageChunk,
    Choice,
    Command,
    ConfigOption,
    QuestionAnswered,
    QuestionAsked,
    QuestionOption,
    StopReason,
    TextBlock,
)

Script = Callable[[Turn], Awaitable[StopReason]]

MODEL = ConfigOption(
    id="model",
    name="Model",
    category="model",
    current_value="small",
    options=[Choice("small", "Small"), Choice("large", "Large")],
)
EFFORT = ConfigOption(
    id="effort",
    name="Effort",
    category="thought_level",
    current_value="low",
    options=[Choice("low", "Low"), Choice("high", "High")],
)
OPTIONS = [
    QuestionOption("once", "allow_once", "Allow once"),
    QuestionOption("session", "allow_session", "Allow for this session", ["run(make *)"]),
    QuestionOption("project", "allow_project", "Allow in this project", ["run(make *)"]),
    QuestionOption("no", "reject_once", "Deny"),
]


class Scripted:
    """Runs ``script`` for every turn; without one it echoes, and waits while ``gate`` is closed."""

    def __init__(self, script: Script | None = None, **info: Any) -> None:
        self.script: Script = script or self.echo
        self.gate = asyncio.Event()
        self.gate.set()
        self.turns: list[Turn] = []
        self.ended: list[str] = []
        self.running = 0
        self.most = 0
        self._info = {"id": "scripted", "name": "Scripted", "available": True} | info

    async def info(self) -> AgentInfo:
        capabilities = Capabilities(options=[MODEL, EFFORT], commands=[Command("help", "Help")])
        return AgentInfo(**({"capabilities": capabilities} | self._info))

    async def run_turn(self, turn: Turn) -> StopReason:
        self.turns.append(turn)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            return await self.script(turn)
        finally:
            self.running -= 1

    async def echo(self, turn: Turn) -> StopReason:
        say(turn, f"You said: {text_of(turn.prompt.content)}")
        await self.gate.wait()
        return "end_turn"

    async def end_session(self, session: str) -> None:
        self.ended.append(session)

    async def close(self) -> None:
        return


def say(turn: Turn, text: str, message: str = "m") -> None:
    """Emit a piece of the answer."""
    turn.emit(AgentMessageChunk(message_id=f"{message}-{turn.prompt.id}", content=TextBlock(text)))


async def ask(turn: Turn, id: str = "q", **fields: Any) -> QuestionAnswered:
    """Ask the usual question."""
    return (await turn.ask(QuestionAsked(id=id, title=f"Run make {id}", options=OPTIONS, **fields))).given
