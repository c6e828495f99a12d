"""The shells of a session are where its agent is, whether or not anybody looks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from parsess_lab.agents.tour import TourAgent
from parsess_lab.terminals import Terminal, Terminals
from tests.sessions.conftest import Make, text, until


@pytest.fixture
def terminals(root: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Terminals]:
    made = Terminals([root.resolve()], shell=["bash", "--norc"])  # noqa: S604 - a name
    yield made
    jp_asyncio_loop.run_until_complete(made.close_all())


async def test_the_agent_takes_idle_shells_along_and_a_person_only_the_agent(
    make: Make, terminals: Terminals, root: Path
) -> None:
    sessions = make(agents={"tour": TourAgent(pace=0)}, default_agent="tour", terminals=terminals)
    session = await sessions.get((await sessions.create(root)).id)
    idle, busy = [await _at_prompt(terminals, root, session.id) for _ in range(2)]
    busy.type("cat\r")
    await until(lambda: busy.tracker.running)
    await session.prompt("p1", text("run cd payments"))
    await until(lambda: idle.tracker.directory == str(root.resolve() / "payments"), 10)
    await until(lambda: busy.offered == str(root.resolve() / "payments"), 10)
    await until(lambda: not session.running)
    await session.move(root)
    assert session.facts.directory == str(root.resolve())
    await until(lambda: idle.idle, 10)
    assert [command.line.strip() for command in idle.tracker.commands] == [
        f"cd -- '{root.resolve()}/payments'"
    ]


async def _at_prompt(terminals: Terminals, directory: Path, session: str) -> Terminal:
    terminal = terminals.find((await terminals.open(directory, session, new=True)).name)
    await until(lambda: terminal.idle, 10)
    return terminal
