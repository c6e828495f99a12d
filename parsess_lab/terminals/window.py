"""The size that the programs in a terminal are told, in characters."""

from __future__ import annotations

import asyncio
from typing import Protocol

NUDGE = 0.12
"""Seconds for which a terminal is one column narrower, so that a full-screen program paints itself anew."""


class Pty(Protocol):
    """What is needed of a ``ptyprocess.PtyProcess``."""

    def getwinsize(self) -> tuple[int, int]: ...

    def setwinsize(self, rows: int, cols: int) -> None: ...


class Window:
    """Of one pseudo-terminal, until ``ended``. Used on the loop."""

    def __init__(self, pty: Pty, ended: asyncio.Event) -> None:
        self.size: tuple[int, int] = pty.getwinsize()
        """Rows and columns."""
        self._pty = pty
        self._ended = ended
        self._nudging: asyncio.TimerHandle | None = None

    def resize(self, rows: int, columns: int) -> None:
        """Tell the programs, unless it has that size; during a nudge, at its end."""
        self.size = rows, columns
        if self._nudging is None:
            self._tell(rows, columns)

    def nudge(self) -> None:
        """Make full-screen programs paint themselves anew."""
        rows, columns = self.size
        if self._nudging is None and columns > 1 and not self._ended.is_set():
            self._tell(rows, columns - 1)
            self._nudging = asyncio.get_running_loop().call_later(NUDGE, self._nudged)

    def _nudged(self) -> None:
        self._nudging = None
        self._tell(*self.size)

    def _tell(self, rows: int, columns: int) -> None:
        if not self._ended.is_set() and self._pty.getwinsize() != (rows, columns):
            self._pty.setwinsize(rows, columns)
