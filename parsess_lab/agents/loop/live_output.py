"""Live output of a running tool, joined and bounded: a command may print gigabytes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

JOIN_SECONDS = 0.1
SHOWN = 256 * 1024
"""Characters shown while it runs; the tool's result has what matters of the rest."""

HELD_BACK = "\n… more output follows; it is not shown while the tool runs\n"


class LiveOutput:
    """Collects text and hands it on at most every ``JOIN_SECONDS``."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._waiting: list[str] = []
        self._left = SHOWN
        self._timer: asyncio.TimerHandle | None = None

    def write(self, words: str) -> None:
        """Take more output. May be called at any rate."""
        if self._left <= 0:
            return
        self._waiting.append(words[: self._left])
        self._left -= len(words)
        if self._left <= 0:
            self._waiting.append(HELD_BACK)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(JOIN_SECONDS, self.flush)

    def flush(self) -> None:
        """Hand on what has been collected."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            words = "".join(self._waiting)
            self._waiting.clear()
            self._show(words)
