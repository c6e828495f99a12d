"""One browser at a terminal: what is still to be sent to it, and what it may do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from parsess_lab.terminals.sequences import focus, is_report

if TYPE_CHECKING:
    from parsess_lab.terminals.terminal import Terminal

Message = list[Any]
"""A frame of terminado's protocol: the kind, then its content. Ours beside it: ``["exit", code]`` and more."""

BACKLOG = 1 << 18
"""Characters waiting for one viewer, beyond which it counts as behind."""

UNACKNOWLEDGED = 1 << 19
"""UTF-16 units sent to a browser that says what it has painted, before it has said so."""

FRAME = 0.016
"""Seconds for which a flood is joined; what comes in small pieces goes at once."""

FLOOD = 1 << 12
"""Characters in one frame that make it a flood."""

FULL = 1 << 16
"""Characters that are sent without waiting for more."""

RESET = "\x1bc"
"""Makes the browser's screen empty, so that a replay is never painted on top of an old screen."""


class Viewer:
    """Made by :meth:`Terminal.attach`; closed by whoever asked for it."""

    def __init__(self, terminal: Terminal, asked: str = "") -> None:
        """``asked``: queries that no browser has seen, whose answers the shell waits for."""
        self.size: tuple[int, int] | None = None
        self.visible = True
        self._terminal = terminal
        self._asked = asked
        self._frames: list[Message] = []
        self._waiting: list[str] = []
        self._length = 0
        self._lost = self._fresh = True
        self._acknowledges = self._reports_focus = self._told = False
        self._unacknowledged = 0
        self._exit: list[Message] | None = None
        self._changed = asyncio.Event()
        self._changed.set()
        self._full = asyncio.Event()

    @property
    def behind(self) -> bool:
        """Too much waits for this viewer, or it gets the history next."""
        return self._lost or self._length > BACKLOG

    @property
    def up_to_date(self) -> bool:
        """All that was printed so far has been given to :meth:`messages`."""
        return not self._lost and not self._waiting

    def put(self, text: str) -> None:
        """Output to send. A viewer far behind loses its backlog, and gets the history instead.

        One that nobody sees is told once that there is some.
        """
        if text and not self.visible and not self._told:
            self._told = True
            self.tell(["activity", True])
        if not self._lost:
            self._waiting.append(text)
            self._length += len(text)
            self._lost = self._length > (4 * BACKLOG if self.visible else BACKLOG)
            if self._length >= FULL:
                self._full.set()
        self._changed.set()

    def tell(self, frame: Message) -> None:
        """A frame that is sent whether or not the output may be."""
        self._frames.append(frame)
        self._full.set()
        self._changed.set()

    def end(self, exit_code: int | None) -> None:
        """The shell is gone: say so after what is waiting."""
        self._exit = [["exit", exit_code], ["disconnect", 1]]
        self._full.set()
        self._changed.set()

    async def messages(self) -> AsyncGenerator[Message, None]:
        """The frames to send until the shell ends, output joined to as few as possible."""
        yield ["setup", {}]
        while True:
            await self._changed.wait()
            self._changed.clear()
            self._full.clear()
            while self._frames:
                yield self._frames.pop(0)
            if text := self._take():
                yield ["stdout", text]
                if len(text) >= FLOOD:
                    await self._breathe()
            elif self._exit is not None:
                break
        for message in self._exit:
            yield message

    def write(self, text: str) -> None:
        """Keys or a paste from this browser, or what its terminal reports by itself."""
        if is_report(text):
            if self._is_news(text):
                self._terminal.report(text)
        elif not self._terminal.type(text, self):
            self.put("\r\n[The program here is not reading. What you pasted was not sent.]\r\n")

    def resize(self, rows: int, columns: int, height: float = 0, width: float = 0) -> None:
        """This browser's size. The stock widget reports negative pixels before it was ever shown: no size."""
        if height >= 0 and width >= 0:
            self.size = (min(max(rows, 1), 1000), min(max(columns, 1), 1000))
            self._terminal.use(self)

    def acknowledge(self, units: int) -> None:
        """The browser has painted so many UTF-16 units."""
        self._acknowledges = True
        self._unacknowledged = max(0, self._unacknowledged - max(0, units))
        self._changed.set()

    def show(self, visible: bool) -> None:
        """Whether anybody can see it. Nothing is painted for nobody."""
        if visible != self.visible:
            self.visible = visible
            self._told = False
            self._changed.set()
            self._terminal.use(self)
            self._terminal.caught_up()

    def close(self) -> None:
        """The browser is gone. The shell lives on."""
        self._terminal.detach(self)

    async def _breathe(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(FRAME):
                await self._full.wait()

    def _take(self) -> str:
        if self._exit is None and (not self.visible or self._unacknowledged >= UNACKNOWLEDGED):
            return ""
        text = self._replay() if self._lost else "".join(self._waiting)
        self._waiting, self._length, self._lost = [], 0, False
        if self._exit is not None:
            self._changed.set()
        if self._acknowledges:
            self._unacknowledged += len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
        self._terminal.caught_up()
        return text

    def _replay(self) -> str:
        history, reports_focus = self._terminal.replay(repaint=self._fresh)
        self._reports_focus = reports_focus
        asked, self._asked, self._fresh = self._asked, "", False
        return RESET + history + asked if history or asked else ""

    def _is_news(self, report: str) -> bool:
        """A browser reports its focus at once when it's told to report it, even by a replay."""
        gained = focus(report)
        if gained is None:
            return True
        if self._reports_focus:
            self._reports_focus = False
            return False
        return gained or self._terminal.is_in_use(self)
