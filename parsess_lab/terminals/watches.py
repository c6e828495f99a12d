"""The monitors of one terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from parsess_lab.errors import Conflict, NotFound
from parsess_lab.terminals.mask import mask
from parsess_lab.terminals.monitors import Monitor, Watch
from parsess_lab.terminals.tracker import Tracker

MOST = 20
"""Monitors a terminal; the oldest go first."""


class Watches:
    """Sees what the shell prints, and tells of what was waited for."""

    def __init__(self, tracker: Tracker, tell: Callable[[list[Any]], None]) -> None:
        self._tracker = tracker
        self._tell = tell
        self.on_fired: Callable[[Monitor], None] = lambda monitor: None
        self._count = 0
        self._watches: dict[int, Watch] = {}
        tracker.on_output = self._saw
        tracker.on_end = self._ended

    def list(self) -> list[Monitor]:
        """Those at work, and those that have fired and weren't removed: nobody may have looked."""
        return [watch.monitor for watch in self._watches.values()]

    def add(self, pattern: str | None, *, exit: bool, agent: bool = False) -> Monitor:
        """Watch the command that is running; a pattern alone can be waited for in any terminal.

        Raises:
            Conflict: there is no command whose end could be told.
        """
        running = self._tracker.running
        if running is None and (exit or not pattern or self._tracker.integrated):
            raise Conflict("No command is running in this terminal.", code="nothing_running")
        self._count += 1
        monitor = Monitor(
            id=self._count,
            command=running.id if running else None,
            command_line=mask(running.line)[0] if running else None,
            pattern=pattern or None,
            exit=exit,
            agent=agent,
        )
        self._watches[monitor.id] = Watch(monitor)
        while len(self._watches) > MOST:
            del self._watches[next(iter(self._watches))]
        return monitor

    def remove(self, id: int) -> None:
        """Forget one.

        Raises:
            NotFound: there is none of this id.
        """
        if self._watches.pop(id, None) is None:
            raise NotFound("There is no such monitor in this terminal.")

    def _saw(self, output: str) -> None:
        for watch in self._watches.values():
            if fired := watch.saw(output):
                self._fire(fired)

    def _ended(self, command: int, exit_code: int | None) -> None:
        for id, watch in [*self._watches.items()]:
            if fired := watch.ended(command, exit_code):
                self._fire(fired)
            elif watch.monitor.command == command and watch.monitor.reason is None:
                del self._watches[id]  # what it waited for never came

    def _fire(self, monitor: Monitor) -> None:
        self._tell(["monitor", monitor])
        if monitor.agent:
            self.on_fired(monitor)
