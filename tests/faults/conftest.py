"""Sessions with a real repository, in servers that are killed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing

import pytest

from parsess_lab.sessions import Session
from tests.worktrees.conftest import repository, room
from tests.worktrees.killing import killable

__all__ = ["repository", "room", "until"]


@pytest.fixture
def run() -> Iterator[Callable[..., bool]]:
    """A server's life, see ``killed_session.py``: whether it came through."""
    with killable("tests.faults.killed_session") as run:
        yield run


async def until(session: Session, state: str) -> None:
    async with asyncio.timeout(20), aclosing(session.log.follow()) as events:
        async for _ in events:
            if session.facts.state == state:
                return
