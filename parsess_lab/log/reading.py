"""Reads stored events back from the file, a batch at a time, from where a sparse index says they begin."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from pathlib import Path

from parsess_lab.log.lines import AnyStored, parse, whole_lines

_INDEXED = 256  # lines between two entries of the index
_BATCH_BYTES = 256_000


class Reader:
    """Reads ``path``, whose first event begins at ``start``."""

    def __init__(self, path: Path, start: int) -> None:
        self._path = path
        self._index = [(0, start)]
        self._lines = 0

    def note(self, seq: int, offset: int) -> None:
        """Event ``seq`` begins at ``offset``; it is the file's last so far."""
        if self._lines % _INDEXED == 0:
            self._index.append((seq, offset))
        self._lines += 1

    def offset(self, after: int) -> int:
        """Where to begin so as to meet all events above ``after``."""
        place = bisect_right(self._index, after, key=lambda entry: entry[0])
        return self._index[max(place - 1, 0)][1]

    def batch(self, offset: int, after: int, size: int) -> tuple[int, list[AnyStored]]:
        """Events above ``after`` that stand between ``offset`` and ``size``, and where the next batch begins.

        Damaged lines are passed over.
        """
        found: list[AnyStored] = []
        for begin, line in whole_lines(self._path, offset, size):
            stored = parse(line, after)
            if stored is not None:
                found.append(stored)
                after = stored.seq
            if begin + len(line) - offset > _BATCH_BYTES:
                return begin + len(line), found
        return size, found

    async def next_batch(self, offset: int, after: int, size: int) -> tuple[int, list[AnyStored]]:
        """As :meth:`batch`, in a thread if it is long: only what was just written is sure to be in memory."""
        if size - offset < _BATCH_BYTES // 8:
            return self.batch(offset, after, size)
        return await asyncio.to_thread(self.batch, offset, after, size)
