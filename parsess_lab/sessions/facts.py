"""What a session's events say that the list and the guards need to know."""

from __future__ import annotations

from typing import Literal

import msgspec

from parsess_lab.events import (
    Command,
    ConfigOption,
    PromptQueued,
    QuestionAsked,
    RewoundEvent,
    StopReason,
    WorktreeEvent,
)
from parsess_lab.sessions.summary import SessionState, Usage


class OpenTool(msgspec.Struct, frozen=True):
    """A tool call that has not ended."""

    id: str
    title: str


class Headline(msgspec.Struct, frozen=True):
    """What the list says of a session, and all else that a rewind of the conversation brings back."""

    text: str
    text_of: str | None
    prompt: str
    failure: str
    stop_reason: StopReason | None
    context_used: int | None


class TurnMark(msgspec.Struct, frozen=True):
    """A turn that is not hidden: the number and id of its prompt, and what there was before it.

    ``ended`` is the number of the event that ended it, 0 while it runs; ``snapshot`` its files before.
    """

    seq: int
    prompt: str
    before: Headline
    ended: int = 0
    snapshot: str | None = None

    def contains(self, seq: int) -> bool:
        """Whether the event was part of it."""
        return self.seq <= seq and (not self.ended or seq < self.ended)


class RewindMark(msgspec.Struct, frozen=True):
    """A rewind, and what there was before it."""

    seq: int
    event: RewoundEvent
    headline: Headline
    turns: tuple[TurnMark, ...]
    hidden: tuple[tuple[int, int], ...]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the events up to ``seq`` say; of ``text``, ``prompt`` and ``failure`` only the beginning."""

    seq: int = 0
    at: str = ""
    name: str = ""
    archived: bool = False
    directory: str | None = None
    mode: str = "ask"
    options: tuple[ConfigOption, ...] = ()
    commands: tuple[Command, ...] = ()
    activity: Literal["starting", "idle", "running", "requires_action"] = "starting"
    stop_reason: StopReason | None = None
    ended_seq: int = 0
    seen_upto: int = 0
    questions: tuple[QuestionAsked, ...] = ()
    answered: frozenset[str] = frozenset()
    prompts: frozenset[str] = frozenset()
    queue: tuple[PromptQueued, ...] = ()
    tools: tuple[OpenTool, ...] = ()
    rules: tuple[str, ...] = ()
    usage: Usage = Usage()
    text: str = ""
    text_of: str | None = None
    prompt: str = ""
    failure: str = ""
    worktree: WorktreeEvent | None = None
    turns: tuple[TurnMark, ...] = ()
    rewinds: tuple[RewindMark, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()
    """Events, first and last number, that a rewind of the conversation has hidden."""

    @property
    def making(self) -> bool:
        """Its worktree is being made."""
        return self.activity == "starting" and self.worktree is not None

    @property
    def in_turn(self) -> bool:
        """A turn has begun and not ended."""
        return self.activity in ("running", "requires_action")

    @property
    def state(self) -> SessionState:
        """The one word that a person sees."""
        if self.archived:
            return "archived"
        if self.activity == "starting":
            return "starting"
        if self.in_turn:
            return "waiting" if self.questions else "running"
        match self.stop_reason:
            case "failed" | "interrupted" as reason:
                return reason
            case "end_turn" if self.ended_seq > self.seen_upto:
                return "finished"
            case _:
                return "idle"

    @property
    def headline(self) -> str:
        """One line of what it does, asks or said last."""
        if self.questions:
            return self.questions[0].title
        if self.in_turn and self.tools:
            return self.tools[-1].title
        return first_line(self.failure or self.text or self.prompt)

    def option(self, category: str) -> str | None:
        """The present value of the first setting of a category (model, thought_level)."""
        return next((option.current_value for option in self.options if option.category == category), None)


def first_line(text: str) -> str:
    """The first line that says something."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
