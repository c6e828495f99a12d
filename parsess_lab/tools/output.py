"""A command's output: the beginning and the end to look at, the whole to keep, within fixed memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from parsess_lab.events import OutputContent

SHOWN = 30_000  # characters; beyond it the middle is cut
_HALF = SHOWN // 2
_KEPT = 16_000_000  # bytes of the whole


class Output:
    """Grows by :meth:`add`, whatever comes. ``kept``: how many bytes of the whole are there for :meth:`content`."""

    def __init__(self, kept: int = _KEPT) -> None:
        self.size = 0
        """Bytes in UTF-8, all of it."""
        self._whole = bytearray()
        self._kept = kept
        self._all = _Ends()
        self._news = _Ends()

    def add(self, text: str) -> None:
        """Take the next piece."""
        data = text.encode("utf-8", "replace")
        self.size += len(data)
        self._whole += data[: self._kept - len(self._whole)]
        self._all.add(text)
        self._news.add(text)

    @property
    def trimmed(self) -> str:
        """About ``SHOWN`` characters at most, cut in the middle, the cut stated."""
        return self._all.text

    def news(self) -> str:
        """What came since this was last called, trimmed likewise."""
        news, self._news = self._news, _Ends()
        return news.text

    def content(self, keep: Callable[[bytes], str]) -> OutputContent:
        """For the page; ``keep`` stores the whole (up to 16 MB) when the text is only a part of it."""
        blob = keep(bytes(self._whole)) if self._all.cut else None
        return OutputContent(text=self.trimmed, total_bytes=self.size, blob=blob)


class _Ends:
    """The beginning and the end of a text that grows."""

    def __init__(self) -> None:
        self._length = 0
        self._head: list[str] = []
        self._room = SHOWN
        self._tail: deque[str] = deque()
        self._tail_length = 0

    def add(self, text: str) -> None:
        self._length += len(text)
        if self._room > 0:
            self._head.append(text[: self._room])
            self._room -= len(self._head[-1])
        self._tail.append(text[-_HALF:])
        self._tail_length += len(self._tail[-1])
        while self._tail_length - len(self._tail[0]) >= _HALF:
            self._tail_length -= len(self._tail.popleft())

    @property
    def cut(self) -> bool:
        return self._length > SHOWN

    @property
    def text(self) -> str:
        head = "".join(self._head)
        if not self.cut:
            return head
        head, tail = head[:_HALF], "".join(self._tail)[-_HALF:]
        # At line ends where there are some.
        head = head[: head.rfind("\n") + 1] or head
        tail = tail[tail.find("\n") + 1 :] or tail
        return f"{head}\n[{self._length - len(head) - len(tail):,} characters left out]\n{tail}"
