"""Sessions on real files, with a scripted agent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.errors import NotFound
from parsess_lab.events import Stored, TextBlock
from parsess_lab.sessions import Session, Sessions
from tests.sessions.scripted import Scripted

Make = Callable[..., Sessions]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    (root / "payments").mkdir(parents=True)
    return root


@pytest.fixture
def agent(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Scripted:
    return Scripted()


@pytest.fixture
def make(tmp_path: Path, root: Path, agent: Scripted, jp_asyncio_loop: Any) -> Iterator[Make]:
    """Make servers' worth of sessions, all on the same log directory; they are closed at the end."""
    made: list[Sessions] = []

    def make(**options: Any) -> Sessions:
        defaults: dict[str, Any] = {"allowed_roots": [root], "default_agent": "scripted"}
        agents = options.pop("agents", {"scripted": agent})
        made.append(Sessions(tmp_path / "log", agents, **(defaults | options)))
        return made[-1]

    yield make
    for sessions in made:
        jp_asyncio_loop.run_until_complete(sessions.close())


@pytest.fixture
def sessions(make: Make) -> Sessions:
    return make()


@pytest.fixture
def session(sessions: Sessions, root: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Session:
    async def create() -> Session:
        return await sessions.get((await sessions.create(root / "payments")).id)

    return jp_asyncio_loop.run_until_complete(create())


def text(words: str) -> list[TextBlock]:
    return [TextBlock(words)]


def events(session: Session) -> list[Any]:
    """All events of the log, as they are on the disk."""
    return [stored.event for stored in session.log.read() if isinstance(stored, Stored)]


def kinds(session: Session, after: int = 0) -> list[str]:
    return [
        stored.event.__struct_config__.tag for stored in session.log.read(after) if isinstance(stored, Stored)
    ]


async def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for a condition that the log or the agent brings about."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the condition is anything
            await asyncio.sleep(0.002)


async def state(session: Session, wanted: str) -> None:
    """Wait for the session's state."""
    await until(lambda: session.facts.state == wanted)


async def gone(call: Awaitable[object]) -> None:
    with pytest.raises(NotFound):
        await call
