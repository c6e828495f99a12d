"""What a shell is doing, by the marks it prints: at its prompt, or running a command."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from parsess_lab.errors import Conflict
from parsess_lab.terminals.commands import Command
from parsess_lab.terminals.line import Line
from parsess_lab.terminals.modes import SCREENS
from parsess_lab.terminals.reduce import reduce

REMEMBERED = 100
"""Commands kept a terminal."""

OUTPUTS = 4 << 20
"""Characters of output kept a terminal; the oldest go first."""

SETTLED = 0.15
"""Seconds after which a prompt shows what was typed before it was there."""

_MARK = re.compile(r"\x1b\](133|7);([^\x07\x18\x1a\x1b]*)(?:\x07|\x1b\\|(?=[\x18\x1a\x1b])|$)")
_SCREEN = re.compile(r"\x1b\[\?([\d;]*)([hl])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ENTER = re.compile(r"[\r\n\x03\x04]")
_STEERING = re.compile(r"[\x00-\x02\x05-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class _Expected:
    """A line that was typed on somebody's behalf."""

    line: str
    for_agent: bool
    begun: asyncio.Future[Command]


class Tracker:
    """Follows a shell whose marks carry ``key``. Marks without it are somebody else's, and taken out."""

    def __init__(self, key: str, directory: str, tell: Callable[[list[Any]], None]) -> None:
        """``tell`` gets frames for the browser whenever something begins, ends or moves."""
        self.directory = directory
        self.commands: deque[Command] = deque(maxlen=REMEMBERED)
        self.running: Command | None = None
        self.columns = 80
        self.integrated = False
        self.prompted = asyncio.Event()
        self.on_output: Callable[[str], None] = lambda output: None
        self.on_move: Callable[[str], None] = lambda directory: None
        self.on_end: Callable[[int, int | None], None] = lambda id, exit_code: None
        self._key = f"key={key}"
        self._tell = tell
        self._count = 0
        self._alternate = False
        self._told_directory = directory
        self._line = Line()
        self._prompted = 0.0
        self._typed = self._after_enter = self._steered = False
        self.typed_ahead = False
        """Something was typed while a command ran: it may have taken it, or the line has it."""
        self._expected: _Expected | None = None

    @property
    def at_prompt(self) -> bool:
        """Whether the shell reads a line."""
        return self.prompted.is_set()

    @property
    def last(self) -> Command | None:
        """The last that ended."""
        return next((command for command in reversed(self.commands) if command is not self.running), None)

    @property
    def line_is_empty(self) -> bool:
        """At its prompt, and nothing is typed there, for sure.

        What was typed while a command ran shows after the prompt, if it is on the line.
        """
        if not self.at_prompt or self._typed:
            return False
        settled = time.monotonic() - self._prompted > SETTLED
        return not self.typed_ahead or (
            settled and self._line.is_empty(self.columns, at_its_end=not self._steered)
        )

    def feed(self, text: str, *, only_colours: bool = False) -> str:
        """Follow output of whole sequences; what browsers get of it.

        ``only_colours`` tells that there are no marks in it.
        """
        if only_colours or ("\x1b]133;" not in text and "\x1b]7;" not in text):
            self._output(text)
            return text
        shown, begun = [], 0
        for found in _MARK.finditer(text):
            between = text[begun : found.start()]
            self._output(between)
            shown += [between, self._mark(found)]
            begun = found.end()
        self._output(text[begun:])
        return "".join([*shown, text[begun:]])

    def typed(self, keys: str) -> None:
        """Somebody typed this."""
        enter = max((found.end() for found in _ENTER.finditer(keys)), default=0)
        self._after_enter = enter < len(keys)
        if self.at_prompt:
            self._typed = True
        else:
            self.typed_ahead = True
            self._steered |= _STEERING.search(keys) is not None

    def expect(self, line: str, *, for_agent: bool = False) -> asyncio.Future[Command]:
        """The command that begins next; ``line`` is typed now. A line the shell refuses counts as one that failed."""
        self._expected = _Expected(line, for_agent, asyncio.get_running_loop().create_future())
        return self._expected.begun

    def end(self) -> None:
        """The shell is gone."""
        self.prompted.clear()
        self._end(None)
        if self._expected is not None and self._awaited:
            self._expected.begun.set_exception(Conflict("The shell has ended.", code="shell_ended"))

    @property
    def _awaited(self) -> str:
        """The line somebody has typed and waits for."""
        return self._expected.line if self._expected is not None and not self._expected.begun.done() else ""

    def _mark(self, found: re.Match[str]) -> str:
        kind, content = found.groups()
        if kind == "7":
            self._told_directory = "/" + unquote(content.removeprefix("file://").partition("/")[2])
            return found[0]
        kind, *values = content.split(";")
        if self._key not in values:
            return ""
        if not self.integrated:
            self.integrated = True
            self._tell(["integration", True])
        take = {"A": self._fresh, "B": self._ready, "C": self._begin, "D": self._done}.get(kind)
        return take(values) if take else ""

    def _fresh(self, _: list[str]) -> str:
        """A prompt begins, and with it another line."""
        self._end(None)
        if self.at_prompt:
            self.typed_ahead = self._after_enter
        self.prompted.clear()
        self._line.begin()
        if self._told_directory != self.directory:
            self.directory = self._told_directory
            self._tell(["directory", self.directory])
            self.on_move(self.directory)
        return "\x1b]133;A\x07"

    def _ready(self, _: list[str]) -> str:
        """The prompt is there; also when the shell draws it again, with what is typed."""
        self._end(None)
        if not self.at_prompt:
            self.prompted.set()
            self._typed = False
        self._line.ready()
        self._prompted = time.monotonic()
        return "\x1b]133;B\x07"

    def _begin(self, values: list[str]) -> str:
        """A command begins; several lines pasted at once count as one."""
        if self.running is not None:
            return ""
        told = next((value[12:] for value in values if value.startswith("cmdline_url=")), "")
        line = _CONTROL.sub("", unquote(told)) or reduce(self._line.typed, self.columns).strip()
        self._start(self._awaited or line)
        return f"\x1b]133;C;id={self._count}\x07"

    def _start(self, line: str) -> Command:
        self.prompted.clear()
        self._alternate = False
        self.typed_ahead, self._steered = self._after_enter, False
        self._count += 1
        expected, self._expected = self._expected if self._awaited else None, None
        command = Command(
            self._count,
            line,
            self.directory,
            self.columns,
            for_agent=expected is not None and expected.for_agent,
        )
        self.running = command
        self.commands.append(command)
        self._forget_outputs()
        self._tell(["command", command.record()])
        if expected is not None:
            expected.begun.set_result(command)
        return command

    def _done(self, values: list[str]) -> str:
        code = int(values[0]) if values and values[0].removeprefix("-").isdecimal() else None
        if self.running is None and self._awaited and self.at_prompt:
            # A line with a mistake in it: the shell has said so, and run nothing.
            said = self._line.typed.partition("\n")[2]
            command = self._start(self._awaited)
            if command.output is not None:
                command.output.append(said)
        if self.running is None:
            return ""
        id = self.running.id
        self._end(code)
        return f"\x1b]133;D;{'' if code is None else code};id={id}\x07"

    def _end(self, exit_code: int | None) -> None:
        command, self.running = self.running, None
        if command is not None:
            command.end(exit_code)
            self._tell(["command", command.record()])
            self.on_end(command.id, exit_code)

    def _output(self, text: str) -> None:
        if not text:
            return
        if self.running is None:
            self._line.add(text)
            self._prompted = time.monotonic()
        elif self.running.output is not None:
            for piece in self._outside_alternate(text):
                self.running.output.append(piece)
        self.on_output(text)

    def _outside_alternate(self, text: str) -> list[str]:
        """What full-screen programs draw is no output."""
        if "\x1b[?" not in text:
            return [] if self._alternate else [text]
        pieces, begun = [], 0
        for found in _SCREEN.finditer(text):
            if not SCREENS.isdisjoint(found[1].split(";")):
                pieces += [] if self._alternate else [text[begun : found.start()]]
                self._alternate, begun = found[2] == "h", found.end()
        return pieces if self._alternate else [*pieces, text[begun:]]

    def _forget_outputs(self) -> None:
        kept = sum(command.output.kept for command in self.commands if command.output)
        for command in self.commands:
            if kept <= OUTPUTS or command is self.running:
                return
            if command.output:
                kept -= command.output.kept
                command.output = None
