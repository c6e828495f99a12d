"""What is true of the sessions' directories right now, looked at off the loop and remembered for a moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from parsess_lab import environments
from parsess_lab.sessions.summary import EnvironmentSummary
from parsess_lab.worktrees import Boundary, Record, boundary
from parsess_lab.worktrees.record import read_marker
from parsess_lab.worktrees.repository import branch

_FRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """``branch`` and ``common`` are None outside a repository; ``looked`` is on the monotonic clock."""

    exists: bool
    branch: str | None
    looked: float
    common: Path | None = None
    """What all checkouts of the repository share."""
    around: Boundary | None = None
    """If it is in a worktree beside the main checkout: what belongs to it, and what does not."""
    record: Record | None = None
    """If that worktree was made here."""
    environment: EnvironmentSummary | None = None
    """What commands and terminals there see."""


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
            found = await asyncio.to_thread(_look_at, old)
            self._known.update(
                zip(found, await asyncio.gather(*map(_with_environment, found.items())), strict=True)
            )

    def forget(self) -> None:
        """All may be different by now: look at everything anew the next time."""
        self._known = {name: _stale(place) for name, place in self._known.items()}


def _stale(place: Place) -> Place:
    return replace(place, looked=float("-inf"))


def _look_at(directories: Iterable[str]) -> dict[str, Place]:
    return {directory: _look(Path(directory)) for directory in directories}


def _look(path: Path) -> Place:
    if not path.is_absolute() or not path.is_dir():
        return Place(exists=False, branch=None, looked=time.monotonic())
    around = boundary(path)
    record = read_marker(around.git_dir) if around is not None else None
    common = around.common_dir if around is not None else _common(path)
    return Place(True, branch(path), time.monotonic(), common, around, record)


async def _with_environment(found: tuple[str, Place]) -> Place:
    directory, place = found
    own = await environments.look(Path(directory)) if place.exists and place.common is not None else None
    if own is None:
        return place
    version = await asyncio.to_thread(own.version)
    shown = EnvironmentSummary(prefix=str(own.prefix), version=version, problem=own.refused)
    return replace(place, environment=shown)


def _common(path: Path) -> Path | None:
    for place in (path, *path.parents):
        if (place / ".git").exists():
            return (place / ".git").resolve()
    return None
