"""The log of a session → the conversation a model is sent.

``_model_message`` events are the conversation. What is missing because a turn was cut short is
filled in from the other events, and what no model would accept is mended, so that a session can always go on.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from parsess_lab.agents.loop import content
from parsess_lab.agents.loop.content import Content
from parsess_lab.agents.loop.model import Message
from parsess_lab.events import (
    AgentFailedEvent,
    AgentMessageChunk,
    AnyEvent,
    ModelMessage,
    RetryScheduled,
    StateUpdate,
    TextBlock,
    UserMessage,
)

AT_A_TIME = 200
_ABOUT_BYTES = re.compile(r"image|document|pdf|media", re.I)
INTERRUPTED = "Interrupted before it was done: it may have run in part."


def user_message(prompt: UserMessage) -> Message:
    """A prompt as a message."""
    return {"role": "user", "content": content.from_blocks(prompt.content)}


def tool_result(use_id: str, blocks: Sequence[Content], *, failed: bool = False) -> Content:
    """The answer to one tool call. An empty one is said in words: some models take nothing for a mistake."""
    result = {
        "type": "tool_result",
        "tool_use_id": use_id,
        "content": list(blocks) or [content.text("(no output)")],
    }
    return {**result, "is_error": True} if failed else result


def uses(message: Message) -> list[Content]:
    """The tool calls of a message."""
    return [block for block in message["content"] if block.get("type") == "tool_use"]


async def rebuild(events: Iterable[AnyEvent]) -> list[Message]:
    """The conversation that the events tell, as it was; :func:`valid` makes it fit to send."""
    fold = _Fold()
    for number, event in enumerate(events, 1):
        fold.take(event)
        if number % AT_A_TIME == 0:
            # They are read from the disk as they are asked for, and a log can be long: let others go on.
            await asyncio.sleep(0)
    fold.settle()
    return [message for _, message in fold.messages]


@dataclass(slots=True)
class _Fold:
    messages: list[tuple[str | None, Message]] = field(default_factory=list)
    prompts: dict[str, UserMessage] = field(default_factory=dict)
    """Read by the agent, but not seen as a model message yet."""
    said: dict[str, str] = field(default_factory=dict)
    """Text streamed since the last model message, by message id."""
    refused: str | None = None
    """The prompt the model declined to answer: if the exchange stayed, all later ones would be declined."""

    def take(self, event: AnyEvent) -> None:
        match event:
            case ModelMessage():
                self._message(event)
            case UserMessage():
                self.prompts[event.id] = event
            case AgentMessageChunk(content=TextBlock(text=words)):
                self.said[event.message_id] = self.said.get(event.message_id, "") + words
            case RetryScheduled(discard_message_id=str(discarded)):
                self.said.pop(discarded, None)
            case AgentFailedEvent(reason="invalid_request") if self.messages and _ABOUT_BYTES.search(
                str(event)
            ):
                self._leave_out_bytes()
            case StateUpdate(state="idle"):
                self.settle()
            case _:
                pass

    def settle(self) -> None:
        """Keep what a cut turn left: prompts that were read, text that was shown."""
        self._unanswered()
        if self.said:
            self._append(None, "assistant", [content.text(words) for words in self.said.values()])
            self.said.clear()

    def _message(self, event: ModelMessage) -> None:
        if event.message.get("role") == "assistant":
            self._unanswered()
            self.said.clear()
        elif event.prompt is not None:
            self.prompts.pop(event.prompt, None)
        if event.message.get("stop_reason") == "refusal":
            self.refused = event.prompt
            self.messages = [kept for kept in self.messages if kept[0] != event.prompt]
        elif event.prompt is None or event.prompt != self.refused:
            self.messages.append((event.prompt, event.message))

    def _unanswered(self) -> None:
        for prompt in self.prompts.values():
            self.messages.append((prompt.id, user_message(prompt)))
        self.prompts.clear()

    def _append(self, prompt: str | None, role: str, blocks: list[Content]) -> None:
        self.messages.append((prompt, {"role": role, "content": blocks}))

    def _leave_out_bytes(self) -> None:
        """An image the service can't read would fail every request from here on."""
        prompt, message = self.messages[-1]
        if message["role"] == "user":
            self.messages[-1] = (prompt, {**message, "content": _without_bytes(message["content"])})


def _without_bytes(blocks: Iterable[Content]) -> list[Content]:
    kept: list[Content] = []
    for block in blocks:
        if block.get("type") == "tool_result":
            kept.append({**block, "content": _without_bytes(block.get("content", ()))})
        elif block.get("type") in {"image", "document"}:
            kept.append(content.text("[An attachment the model service did not accept]"))
        else:
            kept.append(block)
    return kept


def valid(messages: Iterable[Message]) -> list[Message]:
    """The conversation as the Messages API accepts it.

    Starts with the user, roles alternate, nothing is empty, and each tool call has exactly one result, first
    in the message after it.
    """
    before: list[Message] = []
    after = _answered(_merged(messages))
    # Leaving something out can leave its neighbours without what they need; it only ever gets shorter.
    while after != before:
        before, after = after, _answered(_merged(after))
    return after


def _merged(messages: Iterable[Message]) -> list[Message]:
    merged: list[Message] = []
    for message in messages:
        blocks = [block for block in message["content"] if not _blank(block)]
        if merged and merged[-1]["role"] == message["role"]:
            merged[-1]["content"] += blocks
        elif blocks and (merged or message["role"] == "user"):
            merged.append({"role": message["role"], "content": blocks})
    return merged


def _blank(block: Content) -> bool:
    return block.get("type") == "text" and "source" not in block and not str(block.get("text", "")).strip()


def _answered(messages: list[Message]) -> list[Message]:
    answered: list[Message] = []
    asked: list[str] = []
    for message in messages:
        if message["role"] == "assistant":
            if asked:
                answered.append({"role": "user", "content": _results(asked, [])})
            asked = [use["id"] for use in uses(message)]
            answered.append(message)
            continue
        blocks = _results(asked, message["content"])
        asked = []
        if blocks:
            answered.append({"role": "user", "content": blocks})
    if asked:
        answered.append({"role": "user", "content": _results(asked, [])})
    return answered


def _results(asked: Sequence[str], blocks: Sequence[Content]) -> list[Content]:
    given = {block["tool_use_id"]: block for block in blocks if block.get("type") == "tool_result"}
    missing = [content.text(INTERRUPTED)]
    results = [given.get(use) or tool_result(use, missing, failed=True) for use in asked]
    return results + [block for block in blocks if block.get("type") != "tool_result"]
