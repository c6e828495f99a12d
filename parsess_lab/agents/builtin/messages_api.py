"""The Messages API on the wire: a request out, its events in. The one file that knows the format."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from parsess_lab.agents.builtin import prices
from parsess_lab.agents.builtin.concessions import Concessions
from parsess_lab.agents.builtin.faults import NotTheApi, Truncated, fault_of
from parsess_lab.agents.builtin.models import ModelFacts
from parsess_lab.agents.builtin.retries import Retries
from parsess_lab.agents.loop.model import (
    BAD_JSON,
    Delta,
    Finished,
    Message,
    Request,
    Retrying,
    TextDelta,
    ThinkingDelta,
    ToolInputDelta,
    ToolUseStarted,
    Usage,
)
from parsess_lab.tools.tool import Tool

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesModel:
    """One model with one system prompt and effort, for the length of a turn."""

    client: AsyncAnthropic
    facts: ModelFacts
    system: str
    effort: str | None
    concessions: Concessions
    retries: Retries

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """One message, over as many attempts as it takes.

        Raises:
            AgentFailed: what went wrong and what to do, when it can't be mended by trying again.
        """
        attempt = 1
        while True:
            try:
                async with aclosing(self._attempt(request)) as deltas:
                    async for delta in deltas:
                        yield delta
                return
            except Exception as error:
                if self.concessions.make(error):
                    continue
                fault = fault_of(error)
                delay = self.retries.delay(attempt, fault.retry_after) if fault.retryable else None
                if delay is None:
                    raise fault.failure() from error
            yield Retrying(attempt, self.retries.attempts, delay, fault.reason, fault.message)
            await asyncio.sleep(delay)
            attempt += 1

    async def _attempt(self, request: Request) -> AsyncGenerator[Delta, None]:
        stream = await self.client.messages.create(**self._body(request), stream=True)
        reading = _Reading(self.facts)
        try:
            _check(stream.response.headers.get("content-type", ""))
            async for event in stream:
                delta = reading.take(event)
                if delta is not None:
                    yield delta
        finally:
            await stream.close()
        yield reading.finished()

    def _body(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.facts.id,
            "max_tokens": self.facts.max_output,
            "system": self.system,
            "messages": list(request.messages),
            "tools": _tools(request.tools),
            "cache_control": {"type": "ephemeral"},
        }
        effort = self.facts.nearest_effort(self.effort)
        if effort is not None:
            body["output_config"] = {"effort": effort}
        if self.facts.adaptive_thinking:
            body["thinking"] = {"type": "adaptive", "display": "summarized"}
        return self.concessions.apply(body)


def _check(content_type: str) -> None:
    """Bedrock streams in a format of its own: only what surely is no stream is turned away."""
    if content_type.startswith(("text/html", "application/json")):
        raise NotTheApi(content_type)


def _tools(tools: Mapping[str, Tool]) -> list[dict[str, Any]]:
    return [
        {"name": tool.name, "description": tool.description, "input_schema": tool.schema}
        for tool in tools.values()
    ]


@dataclass(slots=True)
class _Reading:
    """Puts the events of one message together; lenient, as not only the vendor's server sends them."""

    facts: ModelFacts
    blocks: dict[int, dict[str, Any]] = field(default_factory=dict)
    inputs: dict[int, list[str]] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    model: str | None = None
    stop_reason: str | None = None
    detail: str = ""
    ended: bool = False

    def take(self, event: Any) -> Delta | None:
        """Note an event; what it means for the reader, if anything."""
        match event.type:
            case "message_start":
                self.model = getattr(event.message, "model", None)
                self._count(getattr(event.message, "usage", None))
            case "content_block_start":
                return self._start(event.index, event.content_block.to_dict())
            case "content_block_delta":
                return self._grow(event.index, event.delta)
            case "message_delta":
                self._end(event)
            case "message_stop":
                self.ended = True
        return None

    def _start(self, index: int, block: dict[str, Any]) -> Delta | None:
        self.blocks[index] = {key: value for key, value in block.items() if value is not None}
        match block["type"]:
            case "tool_use":
                return ToolUseStarted(str(block.get("name", "")))
            case "text" if block.get("text"):
                return TextDelta(block["text"])
            case "thinking" if block.get("thinking"):
                return ThinkingDelta(block["thinking"])
        return None

    def _grow(self, index: int, delta: Any) -> Delta | None:
        block = self.blocks.setdefault(index, {"type": "text", "text": ""})
        match delta.type:
            case "text_delta":
                block["text"] = block.get("text", "") + delta.text
                return TextDelta(delta.text)
            case "thinking_delta":
                block["thinking"] = block.get("thinking", "") + delta.thinking
                return ThinkingDelta(delta.thinking)
            case "signature_delta":
                block["signature"] = block.get("signature", "") + delta.signature
            case "input_json_delta":
                self.inputs.setdefault(index, []).append(delta.partial_json)
                return ToolInputDelta(len(delta.partial_json)) if block["type"] == "tool_use" else None
        return None

    def _end(self, event: Any) -> None:
        self.stop_reason = getattr(event.delta, "stop_reason", None) or self.stop_reason
        details = getattr(event.delta, "stop_details", None)
        self.detail = str(getattr(details, "category", None) or "") or self.detail
        self._count(getattr(event, "usage", None))

    def _count(self, usage: Any) -> None:
        for name in (
            "input_tokens",
            "output_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
        ):
            count = getattr(usage, name, None)
            if isinstance(count, int):
                self.usage[name] = count

    def finished(self) -> Finished:
        """The whole message.

        Raises:
            Truncated: the stream ended before it.
        """
        if self.stop_reason is None and not self.ended:
            raise Truncated("the stream ended without a stop reason")
        blocks = [self._whole(index) for index in sorted(self.blocks)]
        stop_reason = self.stop_reason or _implied(blocks)
        message: Message = {"role": "assistant", "content": _sendable(blocks, stop_reason)}
        return Finished(message, stop_reason, self._used(), self.detail)

    def _whole(self, index: int) -> dict[str, Any]:
        block, pieces = self.blocks[index], self.inputs.get(index)
        if pieces is None:
            return block
        written = "".join(pieces)
        try:
            read = json.loads(written or "{}")
        except ValueError:
            read = {BAD_JSON: written}
        return {**block, "input": read if isinstance(read, dict) else {BAD_JSON: written}}

    def _used(self) -> Usage:
        counts = {
            "input": self.usage.get("input_tokens", 0),
            "output": self.usage.get("output_tokens", 0),
            "cache_read": self.usage.get("cache_read_input_tokens", 0),
            "cache_write": self.usage.get("cache_creation_input_tokens", 0),
        }
        price = prices.cost(self.facts.id, **counts)
        return Usage(**counts, context_size=self.facts.context_size, cost_usd=price, model=self.facts.id)


def _implied(blocks: Sequence[dict[str, Any]]) -> str:
    return "tool_use" if any(block["type"] == "tool_use" for block in blocks) else "end_turn"


def _sendable(blocks: Sequence[dict[str, Any]], stop_reason: str) -> list[dict[str, Any]]:
    """A message cut at its limit may end in thinking that was never signed, which no server takes back."""
    cut = stop_reason == "max_tokens" and bool(blocks) and blocks[-1]["type"] == "thinking"
    return list(blocks[:-1] if cut and not blocks[-1].get("signature") else blocks)
