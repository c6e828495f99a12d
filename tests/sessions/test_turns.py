"""A prompt becomes a turn, and a turn ends, whatever the agent does."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.agents.agent import Turn
from parsess_lab.errors import AgentFailed, Conflict
from parsess_lab.events import (
    AgentFailedEvent,
    DirectoryChanged,
    QuestionAnswered,
    StateUpdate,
    StopReason,
    ToolCall,
    ToolCallUpdate,
    UsageUpdate,
    UserMessage,
)
from parsess_lab.sessions import Session, Sessions, Wanted
from tests.sessions.conftest import Make, events, kinds, state, text, until
from tests.sessions.scripted import Scripted, ask, say


async def test_a_prompt_is_answered(session: Session) -> None:
    before = session.log.last_seq
    await session.prompt("p1", text("hello"))
    await state(session, "finished")
    assert kinds(session, before) == ["user_message", "state_update", "agent_message_chunk", "state_update"]
    assert events(session)[-1] == StateUpdate("idle", "end_turn")
    assert (await session.summary()).summary == "You said: hello"


async def test_the_same_id_again_changes_nothing(session: Session, make: Make) -> None:
    await asyncio.gather(*(session.prompt("p1", text("hello")) for _ in range(5)))
    await state(session, "finished")
    last = session.log.last_seq
    await session.prompt("p1", text("hello, again"))
    assert session.log.last_seq == last
    assert [event.id for event in events(session) if isinstance(event, UserMessage)] == ["p1"]


async def test_the_same_id_after_a_restart_changes_nothing(
    sessions: Sessions, session: Session, make: Make
) -> None:
    await session.prompt("p1", text("hello"))
    await state(session, "finished")
    await sessions.close()
    again = await make().get(session.id)
    before = again.log.last_seq
    await again.prompt("p1", text("hello"))
    assert again.log.last_seq == before


async def test_what_is_acknowledged_is_on_the_disk(session: Session, agent: Scripted) -> None:
    async def asking(turn: Turn) -> StopReason:
        await ask(turn, f"q-{turn.prompt.id}")
        await agent.gate.wait()
        return "end_turn"

    agent.script = asking
    agent.gate.clear()
    assert session.log.synced == session.log.size
    await session.prompt("p1", text("hello"))
    size = session.log.synced
    assert "p1" in str((session.log.folder / "log.jsonl").read_bytes()[:size])
    await state(session, "waiting")
    await session.answer("q-p1", "once")
    assert b"_question_answered" in (session.log.folder / "log.jsonl").read_bytes()[size : session.log.synced]
    await session.prompt("p2", text("later"))
    await session.update(Wanted(name="Renamed"))
    assert session.log.synced == session.log.size
    agent.gate.set()
    await state(session, "waiting")
    await session.cancel()
    assert session.log.synced == session.log.size


async def test_seen_makes_finished_idle_once(session: Session) -> None:
    await session.prompt("p1", text("hello"))
    await state(session, "finished")
    await session.seen(1)
    assert session.facts.state == "finished"
    last = session.log.last_seq
    await session.seen(last + 100)
    await session.seen(last)
    assert session.facts.state == "idle"
    assert kinds(session).count("_seen") == 1


async def test_cancelling_ends_the_turn(session: Session, agent: Scripted) -> None:
    agent.gate.clear()
    await session.prompt("p1", text("hello"))
    await until(lambda: agent.running)
    assert await session.cancel() is True
    assert events(session)[-1] == StateUpdate("idle", "cancelled")
    assert session.facts.state == "idle"
    assert agent.running == 0
    assert await session.cancel() is False


async def test_cancelling_before_the_agent_has_begun(session: Session, agent: Scripted) -> None:
    agent.gate.clear()
    await asyncio.gather(session.prompt("p1", text("hello")), session.cancel())
    await session.cancel()
    assert events(session)[-1] == StateUpdate("idle", "cancelled")


async def test_an_agent_that_does_not_stop_is_left_behind(session: Session, agent: Scripted) -> None:
    released = asyncio.Event()

    async def stubborn(turn: Turn) -> StopReason:
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue
        say(turn, "Too late")
        return "end_turn"

    agent.script = stubborn
    await session.prompt("p1", text("hello"))
    await until(lambda: agent.running)
    began = time.monotonic()
    assert await session.cancel() is True
    assert time.monotonic() - began < 1.0
    assert events(session)[-1] == StateUpdate("idle", "cancelled")

    agent.script = agent.echo
    await session.prompt("p2", text("next"))
    await state(session, "finished")
    released.set()
    await until(lambda: not agent.running)
    assert "Too late" not in str(events(session))


async def test_what_is_open_is_closed_with_the_turn(session: Session, agent: Scripted) -> None:
    async def busy(turn: Turn) -> StopReason:
        turn.emit(ToolCall(tool_call_id="t1", title="Run make", status="in_progress"))
        turn.emit(ToolCall(tool_call_id="t2", title="Read a"))
        turn.emit(ToolCallUpdate(tool_call_id="t2", status="completed"))
        await asyncio.gather(ask(turn, "a"), ask(turn, "b"))
        return "end_turn"

    agent.script = busy
    await session.prompt("p1", text("hello"))
    await state(session, "waiting")
    await session.cancel()
    tail = events(session)[-4:]
    assert {event.id for event in tail if isinstance(event, QuestionAnswered)} <= {"a", "b"}
    assert session.facts.questions == ()
    assert [event for event in events(session) if isinstance(event, QuestionAnswered)] == [
        QuestionAnswered("a"),
        QuestionAnswered("b"),
    ]
    assert ToolCallUpdate(tool_call_id="t1", status="cancelled") in tail
    assert ToolCallUpdate(tool_call_id="t2", status="cancelled") not in tail
    assert tail[-1] == StateUpdate("idle", "cancelled")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (AgentFailed("No key. Set ANTHROPIC_API_KEY.", reason="authentication"), "authentication"),
        (RuntimeError("secret-token-123"), "internal"),
    ],
)
async def test_a_failing_agent_is_a_state(
    error: Exception, reason: str, session: Session, agent: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(turn: Turn) -> StopReason:
        turn.emit(ToolCall(tool_call_id="t1", title="Run make", status="in_progress"))
        raise error

    agent.script = fail
    await session.prompt("p1", text("hello"))
    await state(session, "failed")
    failure = next(event for event in events(session) if isinstance(event, AgentFailedEvent))
    assert failure.reason == reason
    assert "secret-token" not in str(events(session))
    assert ToolCallUpdate(tool_call_id="t1", status="failed") in events(session)
    assert (await session.summary()).summary == failure.message
    assert ("secret-token-123" in caplog.text) == (reason == "internal")

    agent.script = agent.echo
    await session.prompt("p2", text("again"))
    await state(session, "finished")


async def test_only_so_many_turns_run_at_a_time(make: Make, root: Path, agent: Scripted) -> None:
    sessions = make(max_running_turns=2)
    agent.gate.clear()
    made = [await sessions.get((await sessions.create(root)).id) for _ in range(4)]
    for one in made:
        await one.prompt("p", text("hello"))
    await until(lambda: agent.running == 2)
    assert [one.facts.state for one in made] == ["running"] * 4
    assert [kinds(one).count("_notice") for one in made] == [0, 0, 1, 1]
    assert await made[3].cancel() is True
    agent.gate.set()
    await state(made[2], "finished")
    assert agent.most == 2
    assert made[3].facts.state == "idle"


async def test_the_turn_shows_the_session_as_it_is(session: Session, agent: Scripted, root: Path) -> None:
    (root / "payments" / "src").mkdir()
    seen: list[Any] = []

    async def look(turn: Turn) -> StopReason:
        seen.append((turn.session, turn.home, turn.directory, turn.settings.mode, turn.settings.model))
        turn.emit(DirectoryChanged(directory=str(root / "payments" / "src")))
        seen.append(turn.directory)
        seen.append([event for event in turn.history() if isinstance(event, UserMessage)])
        assert turn.blob(turn.keep(b"bytes")) == b"bytes"
        return "end_turn"

    agent.script = look
    home = root / "payments"
    await session.prompt("p1", text("one"))
    await state(session, "finished")
    await session.prompt("p2", text("two"))
    await until(lambda: len(seen) == 6 and not session.running)
    assert seen == [
        (session.id, home, home, "ask", "small"),
        home / "src",
        [],
        (session.id, home, home / "src", "ask", "small"),
        home / "src",
        [UserMessage("p1", text("one"))],
    ]


async def test_output_shown_live_is_bounded(session: Session, agent: Scripted) -> None:
    async def flood(turn: Turn) -> StopReason:
        turn.emit(ToolCall(tool_call_id="t", title="Run yes", status="in_progress"))
        for _ in range(200):
            turn.emit(ToolCallUpdate(tool_call_id="t", append_output="y" * 10_000))
        turn.emit(ToolCallUpdate(tool_call_id="t", status="completed", append_output="end"))
        return "end_turn"

    agent.script = flood
    await session.prompt("p", text("go"))
    await state(session, "finished")
    updates = [event for event in events(session) if isinstance(event, ToolCallUpdate)]
    shown = "".join(event.append_output or "" for event in updates)
    assert shown.count("y") == 256_000
    assert shown.count("more output") == 1
    assert updates[-1].status == "completed"


async def test_usage_adds_up(session: Session, agent: Scripted) -> None:
    async def spend(turn: Turn) -> StopReason:
        turn.emit(UsageUpdate(used=10, size=100, input=5, output=2, cost_usd=0.5))
        turn.emit(UsageUpdate(used=20, input=5, output=2, cache_read=1, cache_write=3))
        turn.emit(UsageUpdate(cost_usd=0.25))
        return "end_turn"

    agent.script = spend
    await session.prompt("p", text("go"))
    await state(session, "finished")
    usage = (await session.summary()).usage
    assert (usage.context_used, usage.context_size, usage.input, usage.output) == (20, 100, 10, 4)
    assert (usage.cache_read, usage.cache_write, usage.cost_usd) == (1, 3, 0.75)


async def test_a_directory_that_goes_leaves_a_readable_session(session: Session, root: Path) -> None:
    await session.prompt("p1", text("hello"))
    await state(session, "finished")
    assert (await session.summary()).problem is None
    (root / "payments").rmdir()
    with pytest.raises(Conflict, match="no directory") as refusal:
        await session.prompt("p2", text("hello"))
    assert refusal.value.code == "directory_missing"
    assert "p2" not in session.facts.prompts
    assert "is gone" in ((await session.summary()).problem or "")
    (root / "payments").mkdir()
    await session.prompt("p2", text("hello"))
    assert (await session.summary()).problem is None
