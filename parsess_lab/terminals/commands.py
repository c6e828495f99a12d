"""One command run in a terminal: what was typed, where, what it printed, how it ended."""

from __future__ import annotations

import asyncio
import re
from collections import deque

import msgspec

from parsess_lab.events import now
from parsess_lab.terminals.mask import mask
from parsess_lab.terminals.reduce import reduce

KEPT = 1 << 17
"""Characters kept of the beginning of an output, and as many of its end."""

SHOWN = 20_000
"""Characters of an output that are handed on, if nobody asks for another number."""


# What zsh puts after an output without a line end, before its prompt; hooks may set a title after it.
_NO_LINE_END = re.compile(
    r"\x1b\[1m\x1b\[7m[%#]\x1b\[27m\x1b\[1m\x1b\[0m *\r \r"
    r"(?:[\r\n]|\x1b\][^\x07\x18\x1a\x1b]*(?:\x07|\x1b\\)|\x1b\[[\d;?]*[A-Za-z])*\Z"
)


class CommandRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A command in JSON. ``output`` is there only where it was asked for; secrets in texts are masked."""

    id: int
    command: str
    directory: str | None
    exit_code: int | None
    started: str
    ended: str | None
    output_bytes: int
    truncated: bool
    output: str | None = None
    masked: int = 0
    for_agent: bool = False
    """The agent gets what comes of it."""


class Output:
    """What a command printed: all of it, or its beginning and its end."""

    def __init__(self) -> None:
        self.length = 0
        self._begin: list[str] = []
        self._room = KEPT
        self._end: deque[str] = deque()
        self._size = 0

    @property
    def lost(self) -> int:
        """Characters that fell out in the middle."""
        return self.length - (KEPT - self._room) - self._size

    @property
    def kept(self) -> int:
        """Characters remembered."""
        return KEPT - self._room + self._size

    def append(self, text: str) -> None:
        """``text`` holds whole sequences."""
        self.length += len(text)
        if not self._end and len(text) <= self._room:
            self._begin.append(text)
            self._room -= len(text)
            return
        self._end.append(text)
        self._size += len(text)
        while self._size - len(self._end[0]) >= KEPT:
            self._size -= len(self._end.popleft())

    def text(self, columns: int) -> str:
        """As a person would read it, with what was lost said in its place."""
        begin, end = "".join(self._begin), _NO_LINE_END.sub("", "".join(self._end))
        if not self.lost:
            return reduce(_NO_LINE_END.sub("", begin + end), columns)
        return f"{reduce(begin, columns)}\n{_left_out(self.lost)}\n{reduce(end, columns)}"


class Command:
    """A command while it's followed."""

    def __init__(
        self, id: int, line: str, directory: str | None, columns: int, *, for_agent: bool = False
    ) -> None:
        self.id = id
        self.for_agent = for_agent
        self.line = line
        self.directory = directory
        self.output: Output | None = Output()
        self.exit_code: int | None = None
        self.ended = asyncio.Event()
        self._columns = columns
        self._started = now()
        self._ended: str | None = None

    def end(self, exit_code: int | None) -> None:
        """None: nobody can say how it ended."""
        self.exit_code = exit_code
        self._ended = now()
        self.ended.set()

    def record(self) -> CommandRecord:
        """Without the output."""
        line, masked = mask(self.line)
        return CommandRecord(
            id=self.id,
            command=line,
            directory=self.directory,
            exit_code=self.exit_code,
            started=self._started,
            ended=self._ended,
            output_bytes=self.output.length if self.output else 0,
            truncated=self.output is None or self.output.lost > 0,
            masked=masked,
            for_agent=self.for_agent,
        )

    def with_output(self, limit: int = SHOWN) -> CommandRecord:
        """With at most about ``limit`` characters of output. Takes a while for a long one: call it in a thread."""
        record = self.record()
        if self.output is None:
            return record
        text, masked = mask(self.output.text(self._columns))
        output = trim(text, limit)
        return msgspec.structs.replace(
            record,
            output=output,
            truncated=record.truncated or len(output) < len(text),
            masked=record.masked + masked,
        )


def trim(text: str, limit: int) -> str:
    """``text`` with its middle left out, at line ends where there are any near, if it is beyond ``limit``."""
    if len(text) <= limit:
        return text
    begin = text[: limit // 2]
    end = text[len(text) - limit // 2 :]
    begin = begin[: begin.rfind("\n", len(begin) * 3 // 4)] if "\n" in begin[len(begin) * 3 // 4 :] else begin
    end = end[end.find("\n") + 1 :] if "\n" in end[: len(end) // 4] else end
    return f"{begin}\n{_left_out(len(text) - len(begin) - len(end))}\n{end}"


def _left_out(characters: int) -> str:
    return f"[… {characters} characters left out …]"
