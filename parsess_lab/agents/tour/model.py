"""The script as a model: the same stream of pieces, so that loop, tools and questions are the real ones."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

from parsess_lab.agents.loop.model import Delta, Finished, Message, Request, TextDelta, ToolUseStarted
from parsess_lab.agents.tour.comments import comment_on
from parsess_lab.agents.tour.script import Step, steps_of

PACE_SECONDS = 0.012
"""Between two pieces of text: quick, yet seen to stream."""

LONGEST_SECONDS = 1.5
"""For one message, however long."""


class TourModel:
    """The model of one turn, which answers ``prompt``; what is left of the script is its only state."""

    def __init__(self, prompt: str, directory: Path, pace: float = PACE_SECONDS) -> None:
        self._prompt = prompt
        self._directory = directory
        self._pace = pace
        self._steps: deque[Step] = deque()
        self._number = 0

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Comment on what the tools brought, then do the next step."""
        prompt = self._steering(request.messages) if self._number else self._prompt
        if prompt or not self._number:
            self._steps = deque(await asyncio.to_thread(steps_of, prompt, self._directory))
        step = self._next()
        comment = comment_on(request.messages) if self._number else ""
        text = _joined([comment, step.say])
        async for delta in self._say(text):
            yield delta
        for call in step.calls:
            yield ToolUseStarted(call.name)
        yield self._finished(text, step)

    def _next(self) -> Step:
        """The turn ends with a message that calls nothing: such steps join the one after them."""
        says: list[str] = []
        while self._steps:
            step = self._steps.popleft()
            says.append(step.say)
            if step.calls:
                return Step(_joined(says), step.calls)
        return Step(_joined(says))

    def _steering(self, messages: Sequence[Message]) -> str:
        """What the person said while the tools ran."""
        return "\n".join(block["text"] for block in messages[-1]["content"] if block["type"] == "text")

    async def _say(self, text: str) -> AsyncGenerator[Delta, None]:
        pieces = re.findall(r"\S+\s*", text)
        pause = min(self._pace, LONGEST_SECONDS / max(1, len(pieces)))
        for piece in pieces:
            yield TextDelta(piece)
            await asyncio.sleep(pause)

    def _finished(self, text: str, step: Step) -> Finished:
        self._number += 1
        blocks: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
        for place, call in enumerate(step.calls):
            use = f"tour_{self._number}_{place}"
            blocks.append({"type": "tool_use", "id": use, "name": call.name, "input": call.input})
        return Finished({"role": "assistant", "content": blocks}, "tool_use" if step.calls else "end_turn")


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)
