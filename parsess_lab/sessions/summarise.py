"""The session as the list shows it: what its log says, and what is true only now. Pure."""

from __future__ import annotations

from typing import TypedDict, Unpack

from msgspec.structs import replace

from parsess_lab.events import QuestionAsked, WorktreeEvent
from parsess_lab.log import Header
from parsess_lab.sessions.facts import Facts
from parsess_lab.sessions.places import Place
from parsess_lab.sessions.summary import (
    ConflictSummary,
    EnvironmentSummary,
    LacksSummary,
    Question,
    SessionState,
    Summary,
    WorktreeSummary,
)


class Present(TypedDict, total=False):
    """What the log can't say, because it is only true now."""

    branch: str | None
    state: SessionState
    read_only: bool
    problem: str | None
    worktree: WorktreeSummary | None
    environment: EnvironmentSummary | None
    conflicts: list[ConflictSummary]


def summarise(header: Header, facts: Facts, **present: Unpack[Present]) -> Summary:
    """The session as the list shows it: what its log says, and what is true at ``present``."""
    summary = Summary(
        id=header.session,
        name=facts.name,
        directory=header.directory,
        branch=None,
        agent=header.agent,
        model=facts.option("model"),
        mode=facts.mode,
        effort=facts.option("thought_level"),
        state=facts.state,
        summary=facts.headline,
        question=_question(facts.questions[0]) if facts.questions else None,
        created_at=header.created,
        last_event_at=facts.at or header.created,
        last_seq=facts.seq,
        usage=facts.usage,
        archived=facts.archived,
    )
    return replace(summary, **present)


def _question(asked: QuestionAsked) -> Question:
    return Question(id=asked.id, title=asked.title, tool_call=asked.tool_call, options=asked.options)


def worktree_of(
    told: WorktreeEvent | None, place: Place, lacks: LacksSummary | None, *, kept: bool
) -> WorktreeSummary | None:
    """The worktree that a session works in: what is there now, else what the log tells of it.

    ``kept``: it was removed here, and can be brought back.
    """
    record = place.record
    if record is not None:
        return WorktreeSummary(
            id=record.id,
            branch=place.branch,
            base=record.base_name,
            lacks=lacks,
            path=record.path,
            base_commit=record.base,
            source=record.source,
            landed=record.landed.target if record.landed else None,
        )
    if place.around is not None:  # made elsewhere
        source = str(place.around.main) if place.around.main else None
        path = str(place.around.worktree)
        return WorktreeSummary(
            id=None, branch=place.branch, base="", path=path, base_commit="", source=source
        )
    if told is None:
        return None
    return WorktreeSummary(
        id=told.id,
        branch=told.branch,
        base=told.base,
        status=told.status if told.status != "ready" else "removed" if kept else "gone",
        path=told.path,
        base_commit=told.base_commit,
        source=told.source,
    )
