"""What the list shows of a session, derived from its log alone."""

from __future__ import annotations

from typing import Literal

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


class LacksSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a worktree has not, but the checkout it came from has. ``line`` says it in one line, maybe empty."""

    line: str
    uncommitted: int
    uncommitted_files: list[str]
    commits: int
    ignored: list[str]
    submodules: list[str]
    behind: int
    upstream: str | None


class WorktreeSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The worktree that a session works in.

    ``id`` is None until it is made, and for one that was made elsewhere (which is never removed here).
    ``base`` is the branch, tag or commit it started from, ``source`` the checkout. ``lacks`` is None as long as
    nobody has looked. ``landed`` is the branch that has all its commits by now. ``status``: one that was ``removed``
    here can be brought back; of one that is ``gone`` the folder was deleted or moved by somebody else.
    """

    id: str | None
    branch: str | None
    base: str
    lacks: LacksSummary | None = None
    status: Literal["making", "ready", "failed", "removed", "gone"] = "ready"
    path: str
    base_commit: str
    source: str | None = None
    landed: str | None = None


class EnvironmentSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The Python environment that commands and terminals in the session's directory see.

    ``version`` is None where only running it would tell. ``problem`` says why it is not used.
    """

    prefix: str
    version: str | None = None
    problem: str | None = None


class ConflictSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Another session that gets in the way of this one. ``files`` are from the top of the checkout."""

    session: str
    files: list[str]
    kind: Literal["same_directory", "same_files", "would_conflict"]


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
    worktree: WorktreeSummary | None = None
    environment: EnvironmentSummary | None = None
    conflicts: list[ConflictSummary] = []
    read_only: bool = False
    problem: str | None = None
