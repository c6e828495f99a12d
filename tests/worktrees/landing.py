"""Asking for landings, and the refusals."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from parsess_lab.errors import ParsessError
from parsess_lab.worktrees import Landed, Landing, Worktrees
from tests.worktrees.repository import Repository, picture


def land(worktrees: Worktrees, made: Repository, **wish: Any) -> Landed:
    wish = {"how": "merge", "target": "main", **wish}
    return asyncio.run(worktrees.land(Landing(directory=made.path, **wish)))


def refused(worktrees: Worktrees, made: Repository, **wish: Any) -> ParsessError:
    with pytest.raises(ParsessError) as caught:
        land(worktrees, made, **wish)
    return caught.value


def untouched(*checkouts: Repository) -> list[dict[str, object]]:
    return [
        {**picture(one), "refs": one.git("for-each-ref"), "list": one.git("worktree", "list")}
        for one in checkouts
    ]
