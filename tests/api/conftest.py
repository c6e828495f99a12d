"""Sessions over the real routes of a real server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.client import Client, Session
from tests.worktrees.repository import Repository

Open = Callable[..., Awaitable[Session]]


@pytest.fixture
def root(jp_root_dir: Path) -> Path:
    """The server's root, with two projects in it."""
    root = jp_root_dir.resolve()
    for name in ("alpha", "beta"):
        (root / name).mkdir()
    return root


@pytest.fixture
def client(root: Path, jp_fetch: Any, jp_ws_fetch: Any) -> Iterator[Client]:
    client = Client(jp_fetch, jp_ws_fetch)
    yield client
    client.close()


@pytest.fixture
def open_session(client: Client) -> Open:
    """A new session and its stream: ``await open_session("alpha", mode="plan")``."""

    async def open_session(directory: str = "alpha", **wanted: Any) -> Session:
        summary = await client.create(directory, **wanted)
        return Session(client, summary, await client.stream(summary["id"]))

    return open_session


@pytest.fixture
def project(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A git repository in the server's root: ``a.txt`` with three lines, ``d/b.txt``, an ignore file."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\n name = Ada\n email = ada@example.org\n[init]\n defaultBranch = main\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    made = Repository.make(root / "shop")
    made.git("config", "user.name", "Ada")  # agents' commands don't see the variables above
    made.git("config", "user.email", "ada@example.org")
    return made
