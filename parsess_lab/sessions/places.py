"""What is true of the sessions' directories right now, looked at off the loop and remembered for a moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.worktrees.repository import branch

_FRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """``branch`` is None outside a repository; ``looked`` is on the monotonic clock."""

    exists: bool
    branch: str | None
    looked: float


_UNKNOWN = Place(exists=True, branch=None, looked=float("-inf"))


class Places:
    """Each directory as it was a moment ago."""

    def __init__(self) -> None:
        self._known: dict[str, Place] = {}

    def at(self, directory: str) -> Place:
        """As it was when :meth:`look` was last called."""
        return self._known.get(directory, _UNKNOWN)

    async def look(self, directories: Iterable[str]) -> None:
        """Look again at those not looked at for two seconds."""
        due = time.monotonic() - _FRESH_SECONDS
        old = [directory for directory in set(directories) if self.at(directory).looked < due]
        if old:
            self._known.update(await asyncio.to_thread(_look_at, old))


def _look_at(directories: Iterable[str]) -> dict[str, Place]:
    return {directory: _look(Path(directory)) for directory in directories}


def _look(path: Path) -> Place:
    exists = path.is_absolute() and path.is_dir()
    return Place(exists, branch(path) if exists else None, time.monotonic())
