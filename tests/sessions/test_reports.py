"""An agent is told of a command in a terminal, on a real shell, with nobody looking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from parsess_lab.errors import Conflict
from parsess_lab.events import ResourceBlock, TextBlock, UserMessage
from parsess_lab.sessions import Reports, Session, Sessions
from parsess_lab.terminals import Terminals
from tests.sessions.conftest import events, until
from tests.sessions.scripted import Scripted

SHELL = ["/bin/bash", "--norc", "--noprofile"]


@asynccontextmanager
async def running(
    sessions: Sessions, session: Session, root: Path, line: str
) -> AsyncIterator[tuple[Terminals, str]]:
    """A terminal of the session in which a command runs; no browser is there."""
    terminals = Terminals([root], shell=SHELL)
    reports = Reports(sessions, terminals)
    try:
        name = (await terminals.open(root / "payments", session.id)).name
        await until(lambda: terminals.get(name).idle, 10)
        await terminals.start_in(name, line)
        yield terminals, name
    finally:
        await terminals.close_all()
        await reports.close()


def prompts(session: Session) -> list[UserMessage]:
    return [event for event in events(session) if isinstance(event, UserMessage)]


async def test_an_agent_reads_how_a_command_ended(sessions: Sessions, session: Session, root: Path) -> None:
    key = "ghp_" + "a1B2" * 9
    line = f"read x; echo token {key}; sh -c 'exit 3'"
    async with running(sessions, session, root, line) as (terminals, name):
        monitor = terminals.monitor(name, agent=True)
        terminals.find(name).type("\r")
        await until(lambda: prompts(session), 10)
        (prompt,) = prompts(session)
        said, output = prompt.content
        assert isinstance(said, TextBlock)
        assert isinstance(output, ResourceBlock)
        assert said.text.endswith("has ended with exit code 3.")
        assert output.text is not None
        assert f"[in {root / 'payments'}]\n[exit code 3]\n" in output.text
        assert "\ntoken [masked: GitHub token]\n" in output.text
        assert key not in said.text + output.text
        # The person, who was away, still finds it.
        assert [(each.id, each.reason) for each in terminals.get(name).monitors] == [(monitor.id, "exit")]


async def test_an_agent_at_work_reads_it_after_its_turn(
    sessions: Sessions, session: Session, root: Path, agent: Scripted
) -> None:
    agent.gate.clear()
    await session.prompt("p", [TextBlock("Take your time")])
    await until(lambda: session.running)
    async with running(sessions, session, root, "read x; echo Ready on port 8080; sleep 1000") as (
        terminals,
        name,
    ):
        terminals.monitor(name, "ready*80", exit=False, agent=True)
        terminals.find(name).type("\r")
        await until(lambda: session.facts.queue, 10)
        agent.gate.set()
        await until(lambda: len(prompts(session)) == 2, 10)
        said = prompts(session)[1].content[0]
        assert isinstance(said, TextBlock)
        assert "has printed what was waited for: Ready on port 8080." in said.text


async def test_a_terminal_that_is_closed_is_no_news(sessions: Sessions, session: Session, root: Path) -> None:
    async with running(sessions, session, root, "sleep 1000") as (terminals, name):
        terminals.monitor(name, agent=True)
        await terminals.close(name)
    assert prompts(session) == []


async def test_a_session_that_takes_no_prompts_disturbs_nobody(
    sessions: Sessions, session: Session, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(sessions, session, root, "read x; exit 0") as (terminals, name):
        (root / "payments").rename(root / "elsewhere")
        terminals.monitor(name, "x", exit=False, agent=True)
        terminals.find(name).type("x\r")
        await until(lambda: "could not be told" in caplog.text, 10)
    assert prompts(session) == []


async def test_only_a_session_has_an_agent(root: Path) -> None:
    terminals = Terminals([root], shell=SHELL)
    name = (await terminals.open(root)).name
    with pytest.raises(Conflict) as caught:
        terminals.monitor(name, "x", exit=False, agent=True)
    assert caught.value.code == "no_session"
    await asyncio.wait_for(terminals.close_all(), 10)
