"""Watches a command for somebody who doesn't: told when it ends, or prints what was waited for."""

from __future__ import annotations

import re

import msgspec

_SEQUENCE = re.compile(
    r"\x1b(?:\[[ -?]*[@-~]|[P\]X^_][^\x07\x18\x1a\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])|[\x00-\x08\x0e-\x1f]"
)
_LINE_END = re.compile(r"[\r\n]+")
_LONGEST = 4096


class Monitor(msgspec.Struct, frozen=True, kw_only=True):
    """In JSON. ``reason`` is None while nothing has happened.

    ``command`` is the id of the one watched, ``command_line`` what was typed, its secrets masked.
    """

    id: int
    command: int | None
    pattern: str | None
    exit: bool
    command_line: str | None = None
    agent: bool = False
    """The agent of the session is told too."""
    reason: str | None = None
    line: str | None = None
    exit_code: int | None = None


class Watch:
    """A monitor at work."""

    def __init__(self, monitor: Monitor) -> None:
        self.monitor = monitor
        self._pieces = (monitor.pattern or "").casefold().split("*")
        self._looking = bool(monitor.pattern)
        self._line = ""

    def saw(self, output: str) -> Monitor | None:
        """Follow the output; the monitor when its pattern has come, once."""
        if not self._looking:
            return None
        *lines, self._line = _LINE_END.split(self._line + _SEQUENCE.sub("", output))
        found = next(filter(self._matches, [*lines, self._line]), None)
        self._line = self._line[-_LONGEST:]
        if found is None:
            return None
        self._looking = False
        return self._fire(reason="pattern", line=found.strip()[:_LONGEST])

    def ended(self, command: int, exit_code: int | None) -> Monitor | None:
        """The monitor when the command it watches has ended."""
        if command != self.monitor.command:
            return None
        self._looking = False
        return self._fire(reason="exit", exit_code=exit_code) if self.monitor.exit else None

    def _fire(self, **what: str | int | None) -> Monitor:
        self.monitor = msgspec.structs.replace(self.monitor, **what)
        return self.monitor

    def _matches(self, line: str) -> bool:
        """In time linear in the line, whatever the pattern."""
        line, place = line.casefold(), 0
        for piece in self._pieces:
            place = line.find(piece, place)
            if place < 0:
                return False
            place += len(piece)
        return True
