"""A command's output: all of it kept within bounds, a trimmed text for the page and the model."""

from __future__ import annotations

from collections.abc import Callable

from parsess_lab.events import OutputContent

SHOWN = 30_000  # characters
_KEPT = 5_000_000  # characters at the beginning, and as many at the end


class Output:
    """Collects text as it comes; of very long output the beginning and the end are kept."""

    def __init__(self) -> None:
        self._head = ""
        self._tail = ""
        self._dropped = 0
        self._read = 0
        self.size = 0
        """Bytes in UTF-8, all of it."""

    def add(self, text: str) -> None:
        """Take the next piece."""
        self.size += len(text.encode("utf-8", "replace"))
        room = _KEPT - len(self._head)
        self._head += text[:room]
        self._tail += text[room:]
        if len(self._tail) > 2 * _KEPT:
            self._dropped += len(self._tail) - _KEPT
            self._tail = self._tail[-_KEPT:]

    @property
    def text(self) -> str:
        """All that is kept, with the cut stated."""
        cut = f"\n[{self._dropped:,} characters left out]\n" if self._dropped else ""
        return self._head + cut + self._tail

    @property
    def trimmed(self) -> str:
        """At most ``SHOWN`` characters, cut in the middle at line ends where that is near, the cut stated."""
        return trim(self.text)

    def news(self) -> str:
        """What came since this was last called, trimmed."""
        text = self.text
        fresh, self._read = text[self._read :], len(text)
        return trim(fresh)

    def content(self, keep: Callable[[bytes], str]) -> OutputContent:
        """For the page; ``keep`` stores the whole when the text is only a part of it."""
        whole = self.text
        shown = trim(whole)
        blob = None if shown == whole else keep(whole.encode("utf-8", "replace"))
        return OutputContent(text=shown, total_bytes=self.size, blob=blob)


def trim(text: str) -> str:
    """At most ``SHOWN`` characters, the middle left out and the cut stated."""
    if len(text) <= SHOWN:
        return text
    head, tail = text[: SHOWN // 2], text[-SHOWN // 2 :]
    head = head[: head.rfind("\n") + 1] or head
    tail = tail[tail.find("\n") + 1 :] or tail
    left = text[len(head) : len(text) - len(tail)]
    told = f"{left.count(chr(10)):,} lines" if "\n" in left else f"{len(left):,} characters"
    return f"{head}[{told} left out]\n{tail}"
