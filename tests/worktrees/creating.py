"""Asking for worktrees, and the refusals."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsess_lab.errors import ParsessError
from parsess_lab.worktrees import Step, Wanted, Worktrees
from tests.worktrees.repository import Repository


def create(worktrees: Worktrees, wanted: Wanted, steps: list[Step] | None = None) -> Repository:
    record = asyncio.run(worktrees.create(wanted, steps.append if steps is not None else lambda _step: None))
    return Repository(Path(record.path))


def refused(worktrees: Worktrees, wanted: Wanted) -> ParsessError:
    with pytest.raises(ParsessError) as caught:
        asyncio.run(worktrees.create(wanted))
    return caught.value
