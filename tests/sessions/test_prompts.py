"""Prompts: what may be in one, and those that wait."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.agents.agent import Turn, text_of
from parsess_lab.errors import AgentFailed, Conflict, InvalidRequest, NotFound, TooLarge
from parsess_lab.events import ImageBlock, ResourceBlock, StateUpdate, StopReason, UserMessage
from parsess_lab.sessions import Session, Sessions, Wanted
from tests.sessions.conftest import Make, events, kinds, state, text, until
from tests.sessions.scripted import Scripted, say


def read(session: Session) -> list[str]:
    """The prompts that an agent has read, in order."""
    return [event.id for event in events(session) if isinstance(event, UserMessage)]


def queued(session: Session) -> list[str]:
    return [prompt.id for prompt in session.facts.queue]


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def test_bytes_go_beside_the_log(session: Session, agent: Scripted) -> None:
    png = b"\x89PNG" + bytes(100)
    image = ImageBlock("image/png", data=encoded(png), name="a.png")
    await session.prompt("p", [*text("look"), image])
    await state(session, "finished")
    name = hashlib.sha256(png).hexdigest()
    assert events(session)[-4] == UserMessage(
        "p", [*text("look"), ImageBlock("image/png", blob=name, name="a.png")]
    )
    assert agent.turns[0].blob(name) == png
    assert session.log.blobs.path(name).stat().st_mode & 0o777 == 0o600
    await session.prompt("p2", [ImageBlock("image/png", blob=name)])
    with pytest.raises(InvalidRequest) as refusal:
        await session.prompt("p3", [ImageBlock("image/png", blob="0" * 64)])
    assert refusal.value.code == "unknown_blob"
    with pytest.raises(NotFound):
        session.log.blobs.read("../log.jsonl")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ([], InvalidRequest),
        (text("  \n "), InvalidRequest),
        (text("x" * 1_000_001), TooLarge),
        (text("é" * 500_001), TooLarge),
        ([ImageBlock("image/png", data="not base64!")], InvalidRequest),
        ([ImageBlock("image/png")], InvalidRequest),
        ([ImageBlock("image/png", data=encoded(bytes(10_000_001)))], TooLarge),
        ([ResourceBlock("a", text="x" * 10_000_001)], TooLarge),
        ([ResourceBlock("a", data=encoded(bytes(9_000_000)))] * 3, TooLarge),
    ],
    ids=["nothing", "blank", "text", "bytes", "base64", "empty", "image", "resource", "together"],
)
async def test_what_is_no_prompt_is_refused(content: Any, error: type[Exception], session: Session) -> None:
    with pytest.raises(error):
        await session.prompt("p", content)
    assert session.facts.prompts == frozenset()
    await session.prompt("p", text("x" * 1_000_000))


async def test_prompts_during_a_turn_wait_and_follow(session: Session, agent: Scripted) -> None:
    agent.gate.clear()
    for id in ("p1", "p2", "p3"):
        await session.prompt(id, text(id))
    assert (read(session), queued(session)) == (["p1"], ["p2", "p3"])
    agent.gate.set()
    await until(lambda: read(session) == ["p1", "p2", "p3"] and not session.running)
    assert queued(session) == []
    assert session.facts.state == "finished"


async def test_waiting_prompts_can_be_edited_and_taken_back(session: Session, agent: Scripted) -> None:
    agent.gate.clear()
    for id in ("p1", "p2", "p3"):
        await session.prompt(id, text(id))
    await session.queue.edit("p3", text("better"))
    await session.queue.remove("p2")
    assert [(prompt.id, text_of(prompt.content)) for prompt in session.facts.queue] == [("p3", "better")]
    for id, error in (("p1", Conflict), ("p2", Conflict), ("p9", NotFound)):
        for change in (
            session.queue.edit(id, text("x")),
            session.queue.remove(id),
            session.queue.send_now(id),
        ):
            with pytest.raises(error):
                await change
    await session.prompt("p2", text("once more"))
    assert queued(session) == ["p3"]
    agent.gate.set()
    await until(lambda: len(agent.turns) == 2 and not session.running)
    assert text_of(agent.turns[1].prompt.content) == "better"


async def test_a_prompt_sent_now_is_read_at_the_next_step(session: Session, agent: Scripted) -> None:
    steps = asyncio.Queue[None]()
    taken: list[list[str]] = []

    async def stepping(turn: Turn) -> StopReason:
        for _ in range(3):
            await steps.get()
            taken.append([prompt.id for prompt in turn.steering()])
            say(turn, "step", str(len(taken)))
        return "end_turn"

    agent.script = stepping
    await session.prompt("p1", text("go"))
    await session.prompt("p2", text("wait"))
    await session.prompt("p3", text("listen"), when="now")
    steps.put_nowait(None)
    await until(lambda: len(taken) == 1)
    await session.queue.send_now("p2")
    steps.put_nowait(None)
    steps.put_nowait(None)
    await state(session, "finished")
    assert taken == [["p3"], ["p2"], []]
    assert read(session) == ["p1", "p3", "p2"]


@pytest.mark.parametrize("how", ["failed", "cancelled", "interrupted"])
async def test_after_a_turn_that_did_not_end_well_the_queue_waits(
    how: str, sessions: Sessions, session: Session, agent: Scripted, make: Make
) -> None:
    async def fail(turn: Turn) -> StopReason:
        await agent.gate.wait()
        raise AgentFailed("Overloaded.", reason="overloaded", retryable=True)

    agent.gate.clear()
    agent.script = fail
    for id in ("p1", "p2", "p3"):
        await session.prompt(id, text(id))
    match how:
        case "failed":
            agent.gate.set()
            await state(session, "failed")
        case "cancelled":
            await session.cancel()
        case _:
            await sessions.close()
            session = await make().get(session.id)
            assert session.facts.state == "interrupted"
    agent.script = agent.echo
    agent.gate.set()
    assert (queued(session), session.running) == (["p2", "p3"], False)

    await session.queue.send_now("p3")
    await until(lambda: read(session) == ["p1", "p3", "p2"] and session.facts.state == "finished")


async def test_an_archived_session_takes_no_prompts(session: Session, agent: Scripted) -> None:
    agent.gate.clear()
    await session.prompt("p1", text("go"))
    with pytest.raises(Conflict) as refusal:
        await session.update(Wanted(archived=True))
    assert refusal.value.code == "running"
    await session.cancel()
    await session.update(Wanted(archived=True))
    assert (session.facts.state, agent.ended) == ("archived", [session.id])
    with pytest.raises(Conflict) as refusal:
        await session.prompt("p2", text("go"))
    assert refusal.value.code == "archived"
    await session.update(Wanted(archived=False))
    assert session.facts.state == "idle"
    await session.prompt("p2", text("go"))


async def test_an_agent_that_is_gone_is_said(sessions: Sessions, session: Session, make: Make) -> None:
    await sessions.close()
    again = await make(agents={}).get(session.id)
    with pytest.raises(Conflict) as refusal:
        await again.prompt("p", text("go"))
    assert refusal.value.code == "agent_missing"
    assert "user_message" not in kinds(again)
    assert events(again)[-1] == StateUpdate("idle")


async def test_nothing_is_held_open_when_idle(session: Session, tmp_path: Path) -> None:
    await session.prompt("p", text("go"))
    await state(session, "finished")

    def held() -> list[str]:
        return [
            str(path.resolve())
            for path in Path("/proc/self/fd").iterdir()
            if str(tmp_path) in str(path.resolve())
        ]

    await until(lambda: not held())
