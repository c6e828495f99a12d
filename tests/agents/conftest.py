"""The built-in agent on a scripted Messages API, in a directory of its own."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.agents.builtin import BuiltinAgent, Options, Retries
from tests.fakes.messages_api import MessagesApi
from tests.fakes.turn import Log

QUICK = Retries(first=0.001, longest=0.002)


@pytest.fixture
def api(jp_asyncio_loop: AbstractEventLoop) -> Iterator[MessagesApi]:
    server = MessagesApi()
    jp_asyncio_loop.run_until_complete(server.start())
    yield server
    jp_asyncio_loop.run_until_complete(server.stop())


@pytest.fixture
def make_builtin(
    api: MessagesApi, tmp_path: Path, jp_asyncio_loop: AbstractEventLoop
) -> Iterator[Callable[..., BuiltinAgent]]:
    """Make built-in agents that ask the scripted server; options as of :class:`Options`."""
    made: list[BuiltinAgent] = []

    def make(**options: Any) -> BuiltinAgent:
        defaults: dict[str, Any] = {
            "environ": {},
            "api_key": "key",
            "base_url": api.url,
            "retries": QUICK,
            "user": tmp_path / "nobody",
        }
        made.append(BuiltinAgent(Options(**(defaults | options))))
        return made[-1]

    yield make
    for agent in made:
        jp_asyncio_loop.run_until_complete(agent.close())


@pytest.fixture
def builtin(make_builtin: Callable[..., BuiltinAgent]) -> BuiltinAgent:
    return make_builtin()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    return directory


@pytest.fixture
def log(directory: Path) -> Log:
    return Log(directory)
