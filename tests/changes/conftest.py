"""Repositories on the RAM disk where there is one: git is fast and steady there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.changes.repository import ENVIRONMENT, Repository, clear


@pytest.fixture(autouse=True)
def _own_git_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person's git settings don't decide over tests."""
    monkeypatch.setenv("HOME", ENVIRONMENT["HOME"])
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


@pytest.fixture
def place() -> Iterator[Path]:
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="parsess-", dir=memory if os.access(memory, os.W_OK) else None)
    yield Path(folder).resolve()
    clear(Path(folder))


@pytest.fixture
def repository(place: Path) -> Repository:
    return Repository(place / "repo")
