"""The running turn, as the agent sees it: a view of the session's log that can be written to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from parsess_lab.agents.agent import Answer, Settings
from parsess_lab.events import (
    AnyEvent,
    DirectoryChanged,
    QuestionAsked,
    StopReason,
    Stored,
    ToolCallUpdate,
    UserMessage,
)
from parsess_lab.log import Log
from parsess_lab.permissions.access import Fence
from parsess_lab.sessions.facts import Facts
from parsess_lab.sessions.questions import Questions
from parsess_lab.sessions.rules import Rules
from parsess_lab.sessions.settings import settings
from parsess_lab.worktrees import Boundary, boundary

LIVE_OUTPUT = 256_000  # characters of a tool call's output that are shown while it runs
_FENCE_SECONDS = 1.0
_TOO_MUCH = "\n… more output than is shown here; the rest comes with the result.\n"


@dataclass(eq=False)
class RunningTurn:
    """Implements :class:`parsess_lab.agents.agent.Turn`. ``before`` is the number of its prompt's event."""

    prompt: UserMessage
    before: int
    home: Path
    allowed_roots: Sequence[Path]
    log: Log
    facts: Callable[[], Facts]
    questions: Questions
    remembered: Rules
    moved: Callable[[Path], object]
    """Told where the agent goes."""
    over: bool = False
    """Ended in the log: what the agent still says is dropped."""
    stopping: StopReason | None = None
    """Why it is being stopped, whatever the agent makes of it."""
    _shown: dict[str, int] = field(default_factory=dict)
    _fenced: tuple[float, Boundary | None] | None = None

    @property
    def session(self) -> str:
        return self.log.header.session

    @property
    def directory(self) -> Path:
        moved = Path(self.facts().directory or self.home)
        return moved if moved.is_relative_to(self.home) and moved.is_dir() else self.home

    @property
    def settings(self) -> Settings:
        return settings(self.facts())

    @property
    def rules(self) -> Sequence[str]:
        return (*self.facts().rules, *self.remembered.of(self.home))

    @property
    def fence(self) -> Fence | None:
        """Looked at again after a while: other worktrees come and go."""
        now = time.monotonic()
        if self._fenced is None or now - self._fenced[0] > _FENCE_SECONDS:
            self._fenced = now, boundary(self.home)
        return self._fenced[1]

    def history(self) -> Iterator[AnyEvent]:
        hidden = self.facts().hidden
        for stored in self.log.read():
            if stored.seq >= self.before:
                return
            if isinstance(stored, Stored) and not any(one <= stored.seq <= end for one, end in hidden):
                yield stored.event

    def emit(self, event: AnyEvent) -> None:
        bounded = None if self.over else self._bounded(event)
        if bounded is not None:
            self.log.stream(bounded)
        if isinstance(bounded, DirectoryChanged):
            self.moved(Path(bounded.directory))

    async def ask(self, question: QuestionAsked) -> Answer:
        if self.over:
            raise asyncio.CancelledError
        return await self.questions.ask(question)

    def steering(self) -> Sequence[UserMessage]:
        if self.over:
            return []
        read = [
            UserMessage(id=one.id, content=one.content) for one in self.facts().queue if one.when == "now"
        ]
        if read:
            self.log.append_all(read)
        return read

    def blob(self, content_hash: str) -> bytes:
        return self.log.blobs.read(content_hash)

    def keep(self, data: bytes) -> str:
        return self.log.blobs.keep(data)

    def _bounded(self, event: AnyEvent) -> AnyEvent | None:
        if not isinstance(event, ToolCallUpdate) or not event.append_output:
            return event
        room = LIVE_OUTPUT - self._shown.get(event.tool_call_id, 0)
        if room < 0:
            return _without(event)
        self._shown[event.tool_call_id] = LIVE_OUTPUT - room + len(event.append_output)
        if len(event.append_output) <= room:
            return event
        return replace(event, append_output=event.append_output[:room] + _TOO_MUCH)


def _without(event: ToolCallUpdate) -> ToolCallUpdate | None:
    """The update less its output; None if that was all."""
    rest = replace(event, append_output=None)
    return rest if rest != ToolCallUpdate(tool_call_id=event.tool_call_id) else None
