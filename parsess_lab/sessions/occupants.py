"""Who is in a directory, and having them leave it: a worktree in use is not removed without consent."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path

from parsess_lab.errors import NotFound
from parsess_lab.sessions.sessions import Sessions
from parsess_lab.sessions.setups import Setups
from parsess_lab.terminals import Terminals
from parsess_lab.worktrees import Record, Worktrees


class Occupants:
    """Sessions, terminals and setup commands of this server."""

    def __init__(self, sessions: Sessions, terminals: Terminals, setups: Setups) -> None:
        self._sessions = sessions
        self._terminals = terminals
        self._setups = setups

    async def who(self, directory: Path) -> list[str]:
        """In words. A session counts when it works or waits, or when the worktree was not made for it."""
        found = []
        for session in await self._sessions.within(directory):
            if session.running:
                found.append(f"the session “{session.facts.name}”, in which a turn runs")
            elif session.facts.making or session.facts.queue:
                found.append(f"the session “{session.facts.name}”, which has prompts to answer")
            elif session.facts.worktree is None and not session.facts.archived:
                found.append(f"the session “{session.facts.name}”")
        found += ["a terminal"] * len(self._terminals_in(directory))
        return found

    async def leave(self, directory: Path) -> None:
        """End turns, background commands and terminals in a directory."""
        for session in await self._sessions.within(directory):
            await session.cancel()
            await session.leave_agent()
        await asyncio.gather(*(self._close(name) for name in self._terminals_in(directory)))

    async def stop_setup(self, worktree: str) -> None:
        """End the setup command of a worktree, if one runs."""
        if self._setups.running(worktree):
            await self._setups.cancel(worktree)

    def _terminals_in(self, directory: Path) -> list[str]:
        return [one.name for one in self._terminals.list() if Path(one.directory).is_relative_to(directory)]

    async def _close(self, name: str) -> None:
        try:
            await self._terminals.close(name)
        except NotFound:
            return


async def remove(worktrees: Worktrees, occupants: Occupants, id: str, consent: Collection[str]) -> Record:
    """Remove a worktree; its users leave first, once everything has its consent. Twice is as good as once.

    Raises as :meth:`parsess_lab.worktrees.Worktrees.remove`.
    """
    record = worktrees.get(id)
    if record.removed is not None:
        return record
    kinds = {reason.kind for reason in await worktrees.would_lose(id)}
    if "in_use" in kinds and kinds <= set(consent):
        await occupants.stop_setup(id)
        await occupants.leave(Path(record.path))
    return await worktrees.remove(id, consent)
