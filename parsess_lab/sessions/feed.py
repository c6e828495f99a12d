"""Changes of the list of sessions, for whoever shows it.

A reader is told which sessions have changed, not each change: what it has not read yet is bounded by the
number of sessions, and what it reads is always the latest.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Set

# What moves all the time (last event, tokens) is passed on at this pace; the rest at once.
_SLOW_SECONDS = 1.0


class Feed:
    """Passes on ids of sessions. One for a server."""

    def __init__(self) -> None:
        self._readers: set[_Reader] = set()
        self._headlines: dict[str, object] = {}
        self._closed = False

    def changed(self, id: str, headline: object) -> None:
        """Session ``id`` has changed: at a glance, if its ``headline`` (None: it is gone) is another one."""
        at_once = id not in self._headlines or self._headlines[id] != headline
        self._headlines[id] = headline
        for reader in self._readers:
            reader.note(id, at_once=at_once)

    def follow(self) -> AsyncGenerator[Set[str]]:
        """Ids of sessions that have changed since this call, or since the last step of the iterator."""
        reader = _Reader()
        self._readers.add(reader)
        return self._read(reader)

    async def _read(self, reader: _Reader) -> AsyncGenerator[Set[str]]:
        try:
            while not self._closed:
                ids = await reader.next()
                if ids:
                    yield ids
        finally:
            self._readers.discard(reader)

    def close(self) -> None:
        """End all readers."""
        self._closed = True
        for reader in self._readers:
            reader.wake()


class _Reader:
    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._woken = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    def note(self, id: str, *, at_once: bool) -> None:
        self._ids.add(id)
        if at_once:
            self.wake()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SLOW_SECONDS, self.wake)

    def wake(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._woken.set()

    async def next(self) -> Set[str]:
        await self._woken.wait()
        self._woken.clear()
        ids, self._ids = self._ids, set()
        return ids
