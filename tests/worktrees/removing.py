"""Asking for removals: what they would lose, their refusals, and the way back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsess_lab.errors import ParsessError
from parsess_lab.worktrees import Record, Worktrees
from tests.worktrees.repository import Repository, picture


def kinds(worktrees: Worktrees, record: Record) -> list[str]:
    return [reason.kind for reason in asyncio.run(worktrees.would_lose(record.id))]


def refused(worktrees: Worktrees, record: Record, consent: list[str] | None = None) -> ParsessError:
    with pytest.raises(ParsessError) as caught:
        asyncio.run(worktrees.remove(record.id, consent or []))
    return caught.value


def around(worktrees: Worktrees, record: Record, consent: list[str]) -> None:
    """Remove and bring back; nothing may differ."""
    made = Repository(Path(record.path))
    before = picture(made)
    removed = asyncio.run(worktrees.remove(record.id, consent))
    assert removed.removed is not None
    assert not made.path.exists()
    asyncio.run(worktrees.restore(record.id))
    after = picture(made)
    for part, value in before.items():
        assert after[part] == value, part
