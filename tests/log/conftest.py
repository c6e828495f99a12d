"""A log on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from parsess_lab.events import AnyEvent, Notice, now
from parsess_lab.log import AnyStored, Header, Log, Owner


@pytest.fixture
def me() -> Owner:
    return Owner.this()


@pytest.fixture
def seen() -> list[AnyStored]:
    """What the log has told of, in order."""
    return []


@pytest.fixture
def log(tmp_path: Path, me: Owner, seen: list[AnyStored]) -> Log:
    return new(tmp_path / "sessions" / "s", me, seen.append)


def new(folder: Path, me: Owner, stored: Callable[[AnyStored], object] = lambda _: None) -> Log:
    header = Header(format=1, session=folder.name, created=now(), directory="/work", agent="tour")
    return Log.create(folder, header, me, stored)


def notice(number: int) -> AnyEvent:
    return Notice(f"number {number}")
