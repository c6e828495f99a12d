"""What a terminal printed lately, bounded in bytes, fit to be printed again."""

from __future__ import annotations

import re
from collections import deque

from parsess_lab.terminals.modes import SCREENS, Modes
from parsess_lab.terminals.sequences import starts_in_string, without_queries

_JOINED = 4096
_FOCUS = re.compile(r"\x1b\[\?(?:[\d;]*;)?1004(?:;[\d;]*)?([hl])")
_FOCUS_ON = "\x1b[?1004h"
_SCREEN = re.compile(r"\x1b\[\?([\d;]*)([hl])")


class Ring:
    """The end of a text. Cut at a line, or at least between two sequences; knows what held at the cut."""

    def __init__(self, limit: int, before: Modes) -> None:
        self._limit = limit
        self._chunks: deque[str] = deque()
        self._sizes: deque[int] = deque()
        self._size = 0
        self._before = before
        self.cut = False

    def append(self, text: str) -> None:
        """Remember ``text``, which begins and ends with a whole sequence."""
        size = len(text) if text.isascii() else len(text.encode())
        if self._sizes and self._sizes[-1] + size <= min(_JOINED, self._limit // 8):
            self._chunks[-1] += text
            self._sizes[-1] += size
        else:
            self._chunks.append(text)
            self._sizes.append(size)
        self._size += size
        if self._size - self._sizes[0] >= self._limit:
            self._shorten()

    def text(self, before: Modes) -> str:
        """All that is remembered, for a screen set as ``before``."""
        return self._before.since(before) + "".join(self._chunks)

    def _shorten(self) -> None:
        self.cut = True
        while self._size - self._sizes[0] >= self._limit:
            self._size -= self._sizes.popleft()
            self._before.feed(self._chunks.popleft())
        first = self._chunks[0]
        end = _end_of_line(first)
        self._before.feed(first[:end])
        self._chunks[0] = first[end:]


class History:
    """The end of the output, on the normal screen and on the alternate one of full-screen programs.

    What such a program drew is forgotten when it leaves, so that it costs the normal screen nothing.
    """

    def __init__(self, limit: int) -> None:
        """``limit``: bytes kept, for either screen."""
        # Not with every colour: those at a cut are the ring's, those before a full-screen program come back with
        # the cursor.
        self.modes = Modes()
        self._limit = limit
        self._normal = Ring(limit, Modes())
        self._alternate: Ring | None = None
        self._entered = Modes()
        self._comes_back = False
        self.reports_focus = False

    @property
    def alternate(self) -> bool:
        """Whether a full-screen program has the screen."""
        return self._alternate is not None

    @property
    def cut(self) -> bool:
        """Whether the beginning of what the present screen shows is lost."""
        return self._ring.cut

    @property
    def _ring(self) -> Ring:
        return self._normal if self._alternate is None else self._alternate

    def append(self, text: str, *, only_colours: bool = False) -> str:
        """Remember ``text``, which ends with a whole sequence; what is remembered of it.

        ``only_colours`` tells that there is nothing in it to look for.
        """
        if only_colours:
            self._ring.append(text)
            return text
        self._follow_focus(text)
        text = without_queries(text)
        begun = 0
        for found in _SCREEN.finditer(text) if "\x1b[?" in text else ():
            entering = found[2] == "h"
            modes = found[1].split(";")
            if entering == (self._alternate is None) and not SCREENS.isdisjoint(modes):
                self._add(text[begun : found.start()])
                begun = found.end()
                self._enter(found[0], modes) if entering else self._leave(found[0])
        self._add(text[begun:])
        return text

    def text(self) -> str:
        """All that is remembered: at most the limit for each screen, and less than one chunk more."""
        nothing = Modes()
        whole = self._normal.text(nothing)
        if self._alternate is not None:
            whole += self._alternate.text(self._entered)
        return whole + _FOCUS_ON if self.reports_focus else whole

    def _follow_focus(self, text: str) -> None:
        if "1004" in text:
            for found in _FOCUS.finditer(text):
                self.reports_focus = found[1] == "h"
        elif "\x1bc" in text:
            self.reports_focus = False

    def _add(self, text: str) -> None:
        if text:
            self.modes.feed(text)
            self._ring.append(text)

    def _enter(self, sequence: str, modes: list[str]) -> None:
        self._normal.append(sequence)
        self.modes.feed(sequence)
        self._entered = self.modes.copy()
        self._comes_back = "1049" in modes
        self._alternate = Ring(self._limit, self.modes.copy())

    def _leave(self, sequence: str) -> None:
        # Only 1049 brings the cursor back: after the others it stays where the program left it.
        if self._comes_back or self._alternate is None:
            between = self.modes.since(self._entered)
        else:
            between = self._alternate.text(self._entered)
        self._alternate = None
        self._normal.append(between + sequence)
        self.modes.feed(sequence)
        if self._comes_back:
            self.modes.take_cursor(self._entered)


def _end_of_line(text: str) -> int:
    end = text.find("\n") + 1
    while end and starts_in_string(text[: end - 1]):
        end = text.find("\n", end) + 1
    return end
