"""The fold is pure: in pieces or at once, live or later, once or twice, the facts are the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parsess_lab.events import (
    AgentFailedEvent,
    AgentMessageChunk,
    AnyEvent,
    ConfigOptionUpdate,
    CurrentModeUpdate,
    Notice,
    PromptQueued,
    PromptRemoved,
    QuestionAnswered,
    QuestionAsked,
    RetryScheduled,
    RewoundEvent,
    Seen,
    SessionInfoUpdate,
    SnapshotTaken,
    StateUpdate,
    Stored,
    TextBlock,
    ToolCall,
    ToolCallUpdate,
    UsageUpdate,
    UserMessage,
    WorktreeEvent,
    decode,
    encode,
)
from parsess_lab.log import AnyStored
from parsess_lab.sessions.closing import closing
from parsess_lab.sessions.facts import Facts
from parsess_lab.sessions.fold import fold
from tests.sessions.scripted import EFFORT, MODEL, OPTIONS

ids = st.sampled_from("abc")
words = st.text("xyz \n", max_size=8)
blocks = st.lists(st.builds(TextBlock, words), max_size=2)
reasons: Any = st.sampled_from(["end_turn", "cancelled", "failed", "interrupted", "refusal", None])
statuses: Any = st.sampled_from(["pending", "in_progress", "completed", "failed", None])
event: st.SearchStrategy[AnyEvent] = st.one_of(
    st.builds(UserMessage, ids, blocks),
    st.builds(AgentMessageChunk, ids, st.builds(TextBlock, words)),
    st.builds(ToolCall, ids, words),
    st.builds(ToolCallUpdate, ids, status=statuses, title=st.none() | words),
    st.builds(StateUpdate, st.sampled_from(["running", "requires_action"])),
    st.builds(StateUpdate, st.just("idle"), reasons),
    st.builds(QuestionAsked, ids, words, st.just(OPTIONS)),
    st.builds(QuestionAnswered, ids, st.just("session"), st.just("allow_session"), rules=st.lists(ids)),
    st.builds(PromptQueued, ids, blocks),
    st.builds(PromptRemoved, ids),
    st.builds(Seen, st.integers(0, 40)),
    st.builds(UsageUpdate, input=st.integers(0, 9), cost_usd=st.sampled_from([None, 0.5])),
    st.builds(SessionInfoUpdate, st.none() | words, st.none() | st.booleans()),
    st.builds(CurrentModeUpdate, ids),
    st.just(ConfigOptionUpdate([MODEL, EFFORT])),
    st.builds(AgentFailedEvent, ids, words),
    st.builds(RetryScheduled, st.just(1), st.just(3), st.just(0.5), ids, words, st.none() | ids),
    st.builds(Notice, words),
    st.builds(WorktreeEvent, st.sampled_from(["making", "ready", "failed"]), ids, ids, ids),
    st.builds(SnapshotTaken, ids, st.just("before_turn"), ids),
    st.builds(RewoundEvent, st.integers(1, 40), st.sampled_from(["files", "conversation", "both"])),
    st.builds(RewoundEvent, st.just(1), st.just("both"), undoes=st.integers(1, 40)),
)
LATER = b'{"seq":%d,"at":"t","event":{"kind":"hologram"}}'
logs = st.lists(event | st.none(), max_size=40)


def stored(events: list[AnyEvent | None]) -> list[AnyStored]:
    return [
        decode(LATER % seq) if one is None else Stored(seq, f"t{seq}", one)
        for seq, one in enumerate(events, start=1)
    ]


def folded(events: list[AnyStored], facts: Facts | None = None) -> Facts:
    facts = facts or Facts()
    for one in events:
        facts = fold(facts, one)
    return facts


@given(logs, st.integers(0, 40))
@settings(deadline=None)
def test_a_prefix_and_then_the_rest_is_all(events: list[AnyEvent | None], cut: int) -> None:
    log = stored(events)
    assert folded(log[cut:], folded(log[:cut])) == folded(log)


@given(logs)
@settings(deadline=None)
def test_an_event_told_twice_counts_once(events: list[AnyEvent | None]) -> None:
    log = stored(events)
    assert folded([one for one in log for _ in range(2)]) == folded(log) == folded(log + log)


@given(logs)
@settings(deadline=None)
def test_from_the_disk_is_as_it_was_live(events: list[AnyEvent | None]) -> None:
    log = [one for one in stored(events) if isinstance(one, Stored)]
    assert folded([decode(encode(one)) for one in log]) == folded(list(log))


@given(logs, st.sampled_from(["cancelled", "failed", "interrupted", "end_turn"]))
@settings(deadline=None)
def test_a_closed_turn_leaves_nothing_open(events: list[AnyEvent | None], reason: Any) -> None:
    facts = folded(stored(events))
    for seq, one in enumerate(closing(facts, reason), start=len(events) + 1):
        facts = fold(facts, Stored(seq, "t", one))
    assert (facts.in_turn, facts.questions, facts.tools) == (False, (), ())
    assert facts.state not in ("running", "waiting", "starting")
