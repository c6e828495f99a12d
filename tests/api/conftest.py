"""Sessions over the real routes of a real server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.client import Client, Session

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
