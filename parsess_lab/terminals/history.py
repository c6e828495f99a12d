"""What a terminal printed lately, bounded in bytes."""

from __future__ import annotations

from collections import deque


class History:
    """The end of the output. What is cut off at the front ends with a line."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._cut = False

    def append(self, text: str) -> None:
        """Remember ``text``; whole characters only, so that a replay never starts or ends inside one."""
        chunk = text.encode()
        self._chunks.append(chunk)
        self._size += len(chunk)
        while self._size - len(self._chunks[0]) >= self._limit:
            self._size -= len(self._chunks.popleft())
            self._cut = True

    def text(self) -> str:
        """All that is remembered: at most the limit, and less than one chunk more."""
        whole = b"".join(self._chunks)
        if self._cut:
            _, _, whole = whole.partition(b"\n")
        return whole.decode()
