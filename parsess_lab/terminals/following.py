"""Shells go along with the agent of their session: idle ones at once, the others when a person says so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from parsess_lab.errors import Conflict, ParsessError
from parsess_lab.terminals import errands
from parsess_lab.terminals.terminal import Terminal


class Following:
    """Takes shells along, each to the place that was named last."""

    def __init__(self) -> None:
        self._goals: dict[Terminal, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, terminals: Iterable[Terminal], directory: str) -> None:
        """Let the idle ones change into ``directory``; the others offer it. Returns at once."""
        for terminal in terminals:
            on_its_way = terminal in self._goals
            self._goals[terminal] = directory
            if not on_its_way:
                task = asyncio.create_task(
                    self._lead(terminal), name=f"terminal {terminal.term_name} follows"
                )
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Take nobody any further."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _lead(self, terminal: Terminal) -> None:
        try:
            goal = ""
            while goal != self._goals[terminal]:
                goal = self._goals[terminal]
                await _take(terminal, goal)
        finally:
            del self._goals[terminal]


async def _take(terminal: Terminal, directory: str) -> None:
    terminal.offer(None)
    try:
        await errands.follow(terminal, directory)
    except Conflict as error:
        # Where nothing tells when a shell is idle, an offer could never be kept.
        if error.code != "no_integration":
            terminal.offer(directory)
    except ParsessError:
        return  # a name that can't be typed
