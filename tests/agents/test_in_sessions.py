"""The agents in real sessions on real logs: stopped, restarted, failed, and always able to go on."""

from __future__ import annotations

import asyncio
import base64
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.agents.builtin import BuiltinAgent
from parsess_lab.agents.tour import TourAgent
from parsess_lab.events import (
    AgentFailedEvent,
    AgentMessageChunk,
    Block,
    ImageBlock,
    RetryScheduled,
    Stored,
    TextBlock,
)
from parsess_lab.sessions import Session, Sessions
from tests.agents.test_builtin import PNG
from tests.fakes.messages_api import MessagesApi

Open = Callable[[], Sessions]


@pytest.fixture
def server(
    make_builtin: Callable[..., BuiltinAgent],
    directory: Path,
    tmp_path: Path,
    jp_asyncio_loop: AbstractEventLoop,
) -> Iterator[Open]:
    """Open the sessions as a server does; each is closed at the end."""
    opened: list[Sessions] = []

    def open_sessions() -> Sessions:
        agents: dict[str, Any] = {"builtin": make_builtin(stall_timeout=5), "tour": TourAgent(pace=0)}
        opened.append(
            Sessions(tmp_path / "log", agents, allowed_roots=[directory.resolve()], default_agent="builtin")
        )
        return opened[-1]

    yield open_sessions
    for sessions in opened:
        jp_asyncio_loop.run_until_complete(sessions.close())


async def create(sessions: Sessions, directory: Path, agent: str = "builtin") -> Session:
    return await sessions.get((await sessions.create(directory, agent=agent)).id)


async def ask(session: Session, prompt: str, *blocks: Block) -> None:
    """Send a prompt and wait for the end of its turn."""
    await session.prompt(f"p{session.log.last_seq}", [TextBlock(text=prompt), *blocks])
    await until(session, lambda: not session.running)


async def until(session: Session, condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        async for _ in session.log.follow():
            if condition():
                return


def said(session: Session) -> str:
    return "".join(chunk.content.text for chunk in events(session, AgentMessageChunk))


def events(session: Session, kind: type[Any]) -> list[Any]:
    stored = [one.event for one in session.log.read() if isinstance(one, Stored)]
    return [event for event in stored if isinstance(event, kind)]


async def test_after_a_restart_the_service_is_sent_the_same_to_the_byte(
    server: Open, api: MessagesApi, directory: Path
) -> None:
    (directory / "file.txt").write_text("words\n")
    call = {"tool": "read_file", "input": {"path": "file.txt"}, "id": "t1"}
    api.script({"content": [{"thinking": "hm"}, {"text": "I look."}, call]}, "So it is.", "Again.")
    sessions = server()
    session = await create(sessions, directory)
    await ask(session, "one", ImageBlock(mime_type="image/png", data=base64.b64encode(PNG).decode()))
    await sessions.close()
    again = await server().get(session.id)
    await ask(again, "two")
    before, after = api.requests[1:]
    assert after["messages"][: len(before["messages"])] == before["messages"]
    assert after["system"] == before["system"]
    assert after["messages"][0]["content"][1]["source"]["data"] == base64.b64encode(PNG).decode()
    assert [message["role"] for message in after["messages"]] == ["user", "assistant"] * 2 + ["user"]


async def test_a_turn_stopped_in_the_middle_leaves_what_was_said(
    server: Open, api: MessagesApi, directory: Path
) -> None:
    api.script({"content": [{"text": "half of the answer"}], "fault": {"cut": "stall", "after": 4}}, "Whole.")
    session = await create(server(), directory)
    await session.prompt("p", [TextBlock(text="one")])
    await until(session, lambda: "half of " in said(session))
    assert await session.cancel()
    await ask(session, "two")
    texts = [[block["text"] for block in message["content"]] for message in api.requests[-1]["messages"]]
    assert texts == [["one"], ["half of "], ["two"]]


async def test_a_server_that_went_down_in_a_tool_call_can_go_on(
    server: Open, api: MessagesApi, directory: Path
) -> None:
    api.script(
        {"content": [{"tool": "write_file", "input": {"path": "a", "content": "b"}, "id": "t1"}]}, "Well."
    )
    sessions = server()
    session = await create(sessions, directory)
    await session.prompt("p", [TextBlock(text="one")])
    await until(session, lambda: bool(session.facts.questions))
    await sessions.close()
    again = await server().get(session.id)
    await ask(again, "two")
    (result, prompt) = api.requests[-1]["messages"][-1]["content"]
    assert (result["tool_use_id"], result["is_error"]) == ("t1", True)
    assert prompt["text"] == "two"


async def test_a_failure_is_in_the_log_and_the_session_goes_on(
    server: Open, api: MessagesApi, directory: Path
) -> None:
    api.script({"status": 529}, {"status": 401}, "Better.")
    session = await create(server(), directory)
    await ask(session, "one")
    assert [retry.attempt for retry in events(session, RetryScheduled)] == [1]
    (failure,) = events(session, AgentFailedEvent)
    assert (failure.reason, "ANTHROPIC_API_KEY" in failure.message) == ("authentication", True)
    assert (await session.summary()).state == "failed"
    await ask(session, "two")
    assert (await session.summary()).state in {"finished", "idle"}


async def test_questions_and_answers_go_through_the_log(server: Open, directory: Path) -> None:
    session = await create(server(), directory, "tour")
    await session.prompt("p", [TextBlock(text="write a.txt hello\nwrite b.txt hello")])
    for _ in range(2):
        await until(session, lambda: bool(session.facts.questions))
        question = (await session.summary()).question
        assert question is not None
        await session.answer(
            question.id, next(one.id for one in question.options if one.kind == "allow_once")
        )
    await until(session, lambda: not session.running)
    assert sorted(path.name for path in directory.iterdir()) == ["a.txt", "b.txt"]


async def test_usage_adds_up(server: Open, directory: Path) -> None:
    session = await create(server(), directory)
    await ask(session, "one")
    await ask(session, "two")
    usage = (await session.summary()).usage
    assert (usage.input, usage.output, usage.context_used, usage.context_size) == (20, 10, 15, 200_000)
    assert usage.cost_usd == pytest.approx(2 * (10 * 2 + 5 * 10) / 1e6)
