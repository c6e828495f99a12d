"""One reply of the model: its deltas become events as they come."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from parsess_lab.agents.agent import Turn
from parsess_lab.agents.loop import history
from parsess_lab.agents.loop.model import (
    Delta,
    Finished,
    Model,
    Request,
    Retrying,
    TextDelta,
    ThinkingDelta,
    ToolInputDelta,
    ToolUseStarted,
    Usage,
)
from parsess_lab.errors import AgentFailed
from parsess_lab.events import (
    AgentMessageChunk,
    AgentThoughtChunk,
    RetryScheduled,
    TextBlock,
    ToolCall,
    ToolCallUpdate,
    UsageUpdate,
)
from parsess_lab.tools.tool import Tool

PROGRESS_SECONDS = 1.0
"""How often a tool call shows that its input is still being written."""


@dataclass(frozen=True, slots=True)
class Use:
    """A tool call the model wants. ``call`` is its id in the log: unique in the session, as ``id``, which is
    what the model calls it, need not be."""

    call: str
    id: str
    name: str
    input: Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said, and the tool calls in it, all of them pending in the log."""

    finished: Finished
    uses: list[Use]


def new_id(kind: str) -> str:
    """An id that no other event of the session has."""
    return f"{kind}_{uuid.uuid4().hex[:20]}"


async def receive(turn: Turn, model: Model, request: Request) -> Reply:
    """Ask the model and emit what it streams.

    Raises:
        AgentFailed: the model could not be asked, or broke its own protocol.
    """
    receiver = _Receiver(turn, request.tools)
    try:
        async with aclosing(model.stream(request)) as deltas:
            async for delta in deltas:
                if isinstance(delta, Finished):
                    return receiver.finish(delta)
                receiver.take(delta)
    except BaseException:
        receiver.drop_calls()
        raise
    raise AgentFailed("The model ended without a message. Send again.", reason="protocol", retryable=True)


class _Receiver:
    def __init__(self, turn: Turn, tools: Mapping[str, Tool]) -> None:
        self._turn = turn
        self._tools = tools
        self._begin()

    def _begin(self) -> None:
        self._message = new_id("message")
        self._shown = False
        self._calls: list[str] = []
        self._name = ""
        self._characters = 0
        self._progress_at = 0.0

    def take(self, delta: Delta) -> None:
        block: TextBlock
        match delta:
            case TextDelta():
                self._shown = True
                block = TextBlock(text=delta.text)
                self._turn.emit(AgentMessageChunk(message_id=self._message, content=block))
            case ThinkingDelta():
                self._shown = True
                block = TextBlock(text=delta.text)
                self._turn.emit(AgentThoughtChunk(message_id=self._message, content=block))
            case ToolUseStarted():
                self._start_call(delta.name)
            case ToolInputDelta():
                self._show_progress(delta.characters)
            case Retrying():
                self._retry(delta)
            case Finished():
                pass

    def _start_call(self, name: str) -> None:
        call, tool = new_id("call"), self._tools.get(name)
        self._calls.append(call)
        self._name, self._characters = name, 0
        self._progress_at = asyncio.get_running_loop().time() + PROGRESS_SECONDS
        kind = tool.kind if tool is not None else "other"
        self._turn.emit(ToolCall(tool_call_id=call, title=name, name=name, tool_kind=kind))

    def _show_progress(self, characters: int) -> None:
        self._characters += characters
        time = asyncio.get_running_loop().time()
        if self._calls and time >= self._progress_at:
            self._progress_at = time + PROGRESS_SECONDS
            title = f"{self._name} ({self._characters:,} characters so far)"
            self._turn.emit(ToolCallUpdate(tool_call_id=self._calls[-1], title=title))

    def _retry(self, retry: Retrying) -> None:
        self.drop_calls()
        self._turn.emit(
            RetryScheduled(
                attempt=retry.attempt,
                attempts=retry.attempts,
                delay=retry.delay,
                reason=retry.reason,
                message=retry.message,
                discard_message_id=self._message if self._shown else None,
            )
        )
        self._begin()

    def drop_calls(self) -> None:
        """Calls whose message never came whole are not run."""
        for call in self._calls:
            self._turn.emit(ToolCallUpdate(tool_call_id=call, status="cancelled"))
        self._calls = []

    def finish(self, finished: Finished) -> Reply:
        blocks = history.uses(finished.message)
        for block in blocks[len(self._calls) :]:
            self._start_call(block["name"])
        uses = [
            Use(call, block["id"], block["name"], block["input"])
            for call, block in zip(self._calls, blocks, strict=False)
        ]
        self._calls = self._calls[len(uses) :]
        self.drop_calls()
        if finished.usage is not None:
            self._turn.emit(_usage_update(finished.usage))
        return Reply(finished, uses)


def _usage_update(usage: Usage) -> UsageUpdate:
    return UsageUpdate(
        used=usage.context_used,
        size=usage.context_size,
        input=usage.input,
        output=usage.output,
        cache_read=usage.cache_read,
        cache_write=usage.cache_write,
        cost_usd=usage.cost_usd,
        model=usage.model,
    )
