"""A turn without a session: events in a list, blobs in a dict, answers from the test."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from parsess_lab.agents.agent import Answer as Answered
from parsess_lab.agents.agent import Settings, text_of
from parsess_lab.events import (
    AgentMessageChunk,
    AnyEvent,
    Block,
    DirectoryChanged,
    Mode,
    OptionKind,
    QuestionAnswered,
    QuestionAsked,
    RetryScheduled,
    TextBlock,
    ToolCall,
    ToolCallUpdate,
    UserMessage,
)
from parsess_lab.tools.in_view import InView

E = TypeVar("E")
Answer = Callable[[QuestionAsked], QuestionAnswered]


def answering(kind: OptionKind, reason: str | None = None) -> Answer:
    """Give every question the same answer."""

    def answer(question: QuestionAsked) -> QuestionAnswered:
        option = next(option for option in question.options if option.kind == kind)
        return QuestionAnswered(id=question.id, option=option.id, option_kind=kind, reason=reason)

    return answer


class Log:
    """A session's events, over as many turns as a test wants."""

    def __init__(self, directory: Path, session: str = "session") -> None:
        self.home = directory.resolve()
        self.session = session
        self.events: list[AnyEvent] = []
        self.blobs: dict[str, bytes] = {}
        self.changed = asyncio.Event()

    def append(self, event: AnyEvent) -> None:
        self.events.append(event)
        self.changed.set()

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to be true of the events."""
        while not condition():
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), 10)

    def said(self) -> str:
        """The agent's text as the page shows it: what was streamed, less what was discarded."""
        texts: dict[str, str] = {}
        for event in self.events:
            if isinstance(event, AgentMessageChunk) and isinstance(event.content, TextBlock):
                texts[event.message_id] = texts.get(event.message_id, "") + event.content.text
            elif isinstance(event, RetryScheduled) and event.discard_message_id is not None:
                texts.pop(event.discard_message_id, None)
        return "\n".join(texts.values())

    def calls(self) -> list[ToolCall]:
        """The tool calls with their updates folded in."""
        calls: dict[str, dict[str, object]] = {}
        for event in self.events:
            if isinstance(event, ToolCall):
                calls[event.tool_call_id] = {name: getattr(event, name) for name in event.__struct_fields__}
            elif isinstance(event, ToolCallUpdate):
                fields = {
                    name: getattr(event, name) for name in ToolCall.__struct_fields__ if hasattr(event, name)
                }
                calls[event.tool_call_id] |= {
                    name: value for name, value in fields.items() if value is not None
                }
        return [ToolCall(**call) for call in calls.values()]  # type: ignore[arg-type]


class FakeTurn:
    """What :class:`parsess_lab.agents.agent.Turn` asks for. Its prompt is in the log when it is made."""

    def __init__(
        self,
        log: Log,
        *prompt: str | Block,
        mode: Mode = "ask",
        model: str | None = None,
        effort: str | None = None,
        rules: Sequence[str] = (),
        answer: Answer | None = None,
    ) -> None:
        self.log = log
        self.session = log.session
        self.home = log.home
        self.directory = log.home
        self.allowed_roots: Sequence[Path] = [log.home]
        self.settings = Settings(mode, model, effort)
        self.rules = rules
        self.answer = answer
        self.in_view: InView | None = None
        self.steer: list[UserMessage] = []
        blocks = [TextBlock(text=block) if isinstance(block, str) else block for block in prompt]
        self._before = list(log.events)
        self.prompt = UserMessage(id=f"prompt{len(self._before)}", content=blocks)
        log.append(self.prompt)

    @property
    def fence(self) -> None:
        return None

    def history(self) -> Iterable[AnyEvent]:
        return iter(self._before)

    def emit(self, event: AnyEvent) -> None:
        if isinstance(event, DirectoryChanged):
            self.directory = Path(event.directory)
        self.log.append(event)

    async def ask(self, question: QuestionAsked) -> Answered:
        self.emit(question)
        if self.answer is None:
            await asyncio.get_running_loop().create_future()
            raise AssertionError("nobody answers")
        answer = self.answer(question)
        self.emit(answer)
        return Answered(answer, self.in_view)

    def steering(self) -> Sequence[UserMessage]:
        taken, self.steer = self.steer, []
        for prompt in taken:
            self.log.append(prompt)
        return taken

    def blob(self, content_hash: str) -> bytes:
        return self.log.blobs[content_hash]

    def keep(self, data: bytes) -> str:
        content_hash = hashlib.sha256(data).hexdigest()
        self.log.blobs[content_hash] = data
        return content_hash


__all__ = ["Answer", "FakeTurn", "Log", "answering", "text_of"]
