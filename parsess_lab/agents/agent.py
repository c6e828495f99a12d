"""The seam between a session and whatever answers in it.

An agent can *emit* an event and *ask* a question, nothing more. It never sees a session, a log file or a
route. Every implementation is held to the same conformance suite (tests/agents).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from parsess_lab.events import (
    AnyEvent,
    Block,
    Command,
    ConfigOption,
    Mode,
    Model,
    QuestionAnswered,
    QuestionAsked,
    StopReason,
    UserMessage,
)
from parsess_lab.permissions.access import Fence
from parsess_lab.tools.in_view import InView


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person chose for the session. None means: the agent's own default."""

    mode: Mode = "ask"
    model: str | None = None
    effort: str | None = None


class Capabilities(Model, frozen=True):
    """What an agent offers, read from the agent itself; the form offers only this."""

    modes: list[str] = []
    options: list[ConfigOption] = []
    commands: list[Command] = []
    images: bool = False


class AgentInfo(Model, frozen=True):
    """An agent as the list of agents shows it. ``why_not`` says what to do when it isn't available."""

    id: str
    name: str
    available: bool
    why_not: str | None = None
    capabilities: Capabilities = Capabilities()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, as it is in the log.

    ``in_view`` is there when the person had the question's command run in a terminal: it has begun by then, and
    whoever asked waits for it or stops it, and runs nothing else.
    """

    given: QuestionAnswered
    in_view: InView | None = None


class Turn(Protocol):
    """One prompt and all that the agent does until it stops. Made by the session, used by the agent."""

    @property
    def session(self) -> str:
        """Id of the session."""

    @property
    def prompt(self) -> UserMessage:
        """What to answer; already in the log. Inline bytes are blobs: see :meth:`blob`."""

    @property
    def home(self) -> Path:
        """The session's directory, absolute and resolved: the boundary of its permissions."""

    @property
    def directory(self) -> Path:
        """Where the agent works now: ``home`` or below it, moved by ``DirectoryChanged``."""

    @property
    def allowed_roots(self) -> Sequence[Path]:
        """Nothing outside these is ever read or written, whatever is answered."""

    @property
    def settings(self) -> Settings:
        """Mode, model and effort as they are at this moment; the person may change them mid-turn."""

    @property
    def rules(self) -> Sequence[str]:
        """What may be done unasked: the session's, the project's and the configured rules, in rule syntax."""

    @property
    def fence(self) -> Fence | None:
        """In a worktree: what of the main checkout and of other worktrees may not be touched, whatever is answered."""

    def history(self) -> Iterable[AnyEvent]:
        """All events of the log up to this turn's prompt (not included), oldest first.

        What a rewind of the conversation has hidden is left out.
        """

    def emit(self, event: AnyEvent) -> None:
        """Append to the log and publish. Never blocks, never fails for a slow reader.

        Raises:
            StorageFailed: the log can't be written; the turn can't go on.
        """

    async def ask(self, question: QuestionAsked) -> Answer:
        """Put a question and wait for the person's answer, however long.

        Raises:
            asyncio.CancelledError: the turn was stopped; the question has been closed.
        """

    def steering(self) -> Sequence[UserMessage]:
        """Prompts sent with *now* since the last call; taking them logs them as read."""

    def blob(self, content_hash: str) -> bytes:
        """The bytes of a blob of this session."""

    def keep(self, data: bytes) -> str:
        """Store bytes as a blob of this session and return their hash."""


class Agent(Protocol):
    """What answers. One object may serve many sessions; it keeps no conversation, the log does."""

    async def info(self) -> AgentInfo:
        """What the agent is and offers. Never raises: what fails becomes ``why_not``. Heavy imports happen here."""

    async def run_turn(self, turn: Turn) -> StopReason:
        """Answer ``turn.prompt``. On cancellation leave no process behind, then re-raise.

        Raises:
            AgentFailed: the turn could not be finished; what was emitted stays.
        """

    async def end_session(self, session: str) -> None:
        """Release what is held for a session (background commands): it was archived or deleted."""

    async def close(self) -> None:
        """Release everything, within a few seconds."""


def text_of(blocks: Iterable[Block]) -> str:
    """The text blocks of a prompt or message, joined by blank lines."""
    return "\n\n".join(
        block.text for block in blocks if hasattr(block, "text") and isinstance(block.text, str)
    )
