"""What all that is done to worktrees stands on: where to write things down, and what the administrator set."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from parsess_lab.worktrees.journal import Journal
from parsess_lab.worktrees.names import BRANCH_PATTERN, LOCATION
from parsess_lab.worktrees.record import Registry

StepStatus = Literal["running", "done", "failed", "skipped"]

T = TypeVar("T")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of something slow, for the pane to show. ``seconds`` is None while it runs."""

    name: str
    status: StepStatus
    seconds: float | None = None
    detail: str = ""


Report = Callable[[Step], None]

InUse = Callable[[Path], Awaitable[list[str]]]
"""Says who else is in a directory (sessions, terminals), each in words for a person."""


async def nobody(_directory: Path) -> list[str]:
    return []


@dataclass(frozen=True, slots=True)
class Ground:
    """Shared by creating, landing and removing; built once by the façade."""

    journal: Journal
    registry: Registry
    roots: tuple[Path, ...]
    location: str = LOCATION
    branch_pattern: str = BRANCH_PATTERN
    in_use: InUse = nobody
    keep: timedelta = timedelta(days=30)
    """How long a snapshot of a removed worktree is kept."""
    snapshot_limit: int = 2 * 2**30
    """Bytes of files that git does not have which a snapshot holds at most."""
    checkout_seconds: float = 900.0
    hook_seconds: float = 60.0


@dataclass(slots=True)
class Note:
    """What a step has to say when it is over."""

    detail: str = ""
    status: StepStatus = "done"


@dataclass(slots=True)
class Steps:
    """Reports steps with their time."""

    report: Report
    started: float = field(default_factory=time.monotonic)

    @asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[Note]:
        note, begun = Note(), time.monotonic()
        self.report(Step(name=name, status="running"))
        try:
            yield note
        except BaseException as error:
            self._end(name, begun, "failed", str(error) or type(error).__name__)
            raise
        self._end(name, begun, note.status, note.detail)

    def _end(self, name: str, begun: float, status: StepStatus, detail: str) -> None:
        seconds = round(time.monotonic() - begun, 4)
        self.report(Step(name=name, status=status, seconds=seconds, detail=detail))


def silent(_step: Step) -> None:
    """For callers that show no steps."""


async def through(work: Coroutine[None, None, T]) -> T:
    """Await ``work`` to its end even if this task is cancelled meanwhile: cleaning up is never half done."""
    task = asyncio.ensure_future(work)
    cancelled = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.cancelled():
                raise
            cancelled = error
        except BaseException:
            break
    if cancelled is not None:
        task.exception()
        raise cancelled
    return task.result()
