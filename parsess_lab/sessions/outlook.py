"""What sessions should know of each other and of where they came from, looked at in the background.

Which sessions collide, and what each worktree lacks. Asking git costs something, so it is asked once for many
reasons, at a bounded rate, and only about repositories in which it can matter.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path

from parsess_lab.changes import watch
from parsess_lab.errors import ParsessError
from parsess_lab.sessions.places import Places
from parsess_lab.sessions.summary import ConflictSummary, LacksSummary
from parsess_lab.worktrees import Lacks, Place, Worktrees

_PAUSE = 1.0
"""Seconds between two looks, at least; and ten times as long as a look takes."""
_SHARE = 10.0
_FILES = 100
_WATCHED = 32

_logger = logging.getLogger(__name__)


class Outlook:
    """``changed`` is called with the id of each session that has another one."""

    def __init__(self, worktrees: Worktrees, places: Places) -> None:
        self.sessions: Callable[[], Mapping[str, Path]] = dict
        """The sessions that count, each with its directory."""
        self.changed: Callable[[str], object] = lambda _: None
        self._worktrees = worktrees
        self._places = places
        self._conflicts: dict[str, list[ConflictSummary]] = {}
        self._lacks: dict[str, LacksSummary] = {}
        self._wanted = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._closed = False
        self._watching: dict[Path, asyncio.Task[None]] = {}

    def conflicts(self, session: str) -> list[ConflictSummary]:
        """As of the last look."""
        return self._conflicts.get(session, [])

    def lacks(self, worktree: str | None) -> LacksSummary | None:
        """As of the last look."""
        return self._lacks.get(worktree or "")

    def touch(self) -> None:
        """Something may be different: look soon."""
        if self._closed:
            return
        self._wanted.set()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_after(), name="outlook of the sessions")

    def look_again(self) -> None:
        """Directories came or went: what was known of them may be wrong by now."""
        self._places.forget()
        self.touch()

    async def look_at_lacks(self, worktree: str) -> LacksSummary:
        """What a worktree lacks right now. Raises NotFound, GitFailed."""
        self._lacks[worktree] = found = _shown(await self._worktrees.lacks(worktree))
        return found

    async def close(self) -> None:
        """Look no more."""
        self._closed = True
        tasks = [*self._watching.values(), *([self._looking] if self._looking else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_PAUSE)

    async def _look_after(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            begun = time.monotonic()
            try:
                await self._look()
            except Exception:
                _logger.exception("Looking at what collides failed; it is tried again")
            took = time.monotonic() - begun
            await asyncio.sleep(max(_PAUSE, _SHARE * took))

    async def _look(self) -> None:
        sessions = dict(self.sessions())
        await self._places.look(map(str, sessions.values()))
        here = {id: path for id, path in sessions.items() if self._places.at(str(path)).exists}
        shared = self._shared(here)
        self._watch({here[id] for id in shared if self._places.at(str(here[id])).common is not None})
        conflicts = await self._collisions([Place(id, here[id]) for id in shared])
        lacks = await self._all_lacks(here)
        for id in sessions:
            before = self._conflicts.get(id, []), self._lacks_of(id, here, self._lacks)
            if (conflicts.get(id, []), self._lacks_of(id, here, lacks)) != before:
                self._conflicts[id] = conflicts.get(id, [])
                self._lacks |= lacks
                self.changed(id)
        self._conflicts, self._lacks = conflicts, lacks

    def _shared(self, sessions: Mapping[str, Path]) -> list[str]:
        """Sessions that have company in their repository, or in a plain directory."""
        groups: defaultdict[Path | None, list[str]] = defaultdict(list)
        for id, path in sessions.items():
            groups[self._places.at(str(path)).common].append(id)
        plain = groups.pop(None, [])
        nested = [
            id for id in plain if any(_meet(sessions[id], sessions[other]) for other in plain if other != id)
        ]
        return [id for group in (*groups.values(), nested) if len(group) > 1 for id in group]

    async def _collisions(self, places: Sequence[Place]) -> dict[str, list[ConflictSummary]]:
        found: defaultdict[str, list[ConflictSummary]] = defaultdict(list)
        for one in await self._worktrees.collisions(places) if len(places) > 1 else []:
            files = [_printable(file) for file in one.files[:_FILES]]
            found[one.a].append(ConflictSummary(session=one.b, files=files, kind=one.kind))
            found[one.b].append(ConflictSummary(session=one.a, files=files, kind=one.kind))
        return dict(found)

    async def _all_lacks(self, sessions: Mapping[str, Path]) -> dict[str, LacksSummary]:
        records = {
            record.id
            for path in sessions.values()
            if (record := self._places.at(str(path)).record) is not None
        }
        found = {}
        for id in records:
            try:
                found[id] = _shown(await self._worktrees.lacks(id))
            except (ParsessError, OSError):
                continue
        return found

    def _lacks_of(
        self, id: str, sessions: Mapping[str, Path], lacks: Mapping[str, LacksSummary]
    ) -> LacksSummary | None:
        record = self._places.at(str(sessions[id])).record if id in sessions else None
        return lacks.get(record.id) if record is not None else None

    def _watch(self, directories: set[Path]) -> None:
        """Follow the files of sessions that have company."""
        for gone in self._watching.keys() - directories:
            self._watching.pop(gone).cancel()
        for path in sorted(directories - self._watching.keys())[: _WATCHED - len(self._watching)]:
            self._watching[path] = asyncio.create_task(self._follow(path), name=f"watch of {path}")

    async def _follow(self, path: Path) -> None:
        first = True
        async with aclosing(watch(path)) as changes:  # type: ignore[type-var]
            async for _ in changes:
                if not first:  # that the watch stands is no change
                    self.touch()
                first = False


def _meet(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def _shown(lacks: Lacks) -> LacksSummary:
    return LacksSummary(
        line=_printable(lacks.describe()),
        uncommitted=lacks.uncommitted,
        uncommitted_files=[_printable(file) for file in lacks.uncommitted_files],
        commits=lacks.commits,
        ignored=[_printable(file) for file in lacks.ignored],
        submodules=[_printable(file) for file in lacks.submodules],
        behind=lacks.behind,
        upstream=lacks.upstream,
    )


def _printable(text: str) -> str:
    return text.encode(errors="surrogateescape").decode(errors="replace")
