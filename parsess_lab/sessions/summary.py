"""What the list shows of a session, derived from its log alone."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from parsess_lab.events import QuestionOption

SessionState = Literal[
    "starting", "idle", "running", "waiting", "finished", "failed", "interrupted", "archived"
]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """The open question, if one is."""

    id: str
    title: str
    tool_call: str | None
    options: list[QuestionOption]


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Context window now (tokens), and sums over the session. ``cost_usd`` is None where unknown."""

    context_used: int | None = None
    context_size: int | None = None
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cost_usd: float | None = None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A session in JSON (DESIGN.md §4). ``directory`` is absolute, times are RFC 3339 in UTC.

    ``problem`` says what is wrong with it in words for a person: its directory is gone, another server
    owns it, its log had damaged lines. ``read_only`` is true while another living server owns it.
    """

    id: str
    name: str
    directory: str
    branch: str | None
    agent: str
    model: str | None
    mode: str
    effort: str | None
    state: SessionState
    summary: str
    question: Question | None
    created_at: str
    last_event_at: str
    last_seq: int
    usage: Usage
    archived: bool
    worktree: dict[str, Any] | None = None
    conflicts: list[dict[str, Any]] = []
    read_only: bool = False
    problem: str | None = None
