"""One browser at a terminal: what is still to be sent to it, and what it may do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parsess_lab.terminals.terminal import Terminal

Message = list[Any]
"""A frame of terminado's protocol: the kind, then its content. Ours beside it: ``["exit", code]``."""

BACKLOG = 1 << 18
"""Characters waiting for one viewer, beyond which it counts as behind."""

RESET = "\x1bc"
"""Makes the browser's screen empty, so that a replay is never painted on top of an old screen."""


class Viewer:
    """Made by :meth:`Terminal.attach`; closed by whoever asked for it."""

    def __init__(self, terminal: Terminal) -> None:
        self.size: tuple[int, int] | None = None
        self._terminal = terminal
        self._waiting: list[str] = []
        self._length = 0
        self._lost = True
        self._exit: list[Message] | None = None
        self._changed = asyncio.Event()
        self._changed.set()

    @property
    def behind(self) -> bool:
        """Too much waits for this viewer, or it gets the history next."""
        return self._lost or self._length > BACKLOG

    def put(self, text: str) -> None:
        """Output to send. A viewer far behind loses its backlog, and gets the history instead."""
        if not self._lost:
            self._waiting.append(text)
            self._length += len(text)
            self._lost = self._length > 4 * BACKLOG
        self._changed.set()

    def end(self, exit_code: int | None) -> None:
        """The shell is gone: say so after what is waiting."""
        self._exit = [["exit", exit_code], ["disconnect", 1]]
        self._changed.set()

    async def messages(self) -> AsyncGenerator[Message, None]:
        """The frames to send until the shell ends, output joined to as few as possible."""
        yield ["setup", {}]
        while True:
            await self._changed.wait()
            self._changed.clear()
            if text := self._take():
                yield ["stdout", text]
            elif self._exit is not None:
                break
        for message in self._exit:
            yield message

    def write(self, text: str) -> None:
        """Keys or a paste from this browser."""
        if not self._terminal.write(text):
            self.put("\r\n[The program here is not reading. What you pasted was not sent.]\r\n")

    def resize(self, rows: int, columns: int, height: float = 0, width: float = 0) -> None:
        """This browser's size. The stock widget reports negative pixels before it was ever shown: no size."""
        if height >= 0 and width >= 0:
            self._terminal.resize(self, rows, columns)

    def close(self) -> None:
        """The browser is gone. The shell lives on."""
        self._terminal.detach(self)

    def _take(self) -> str:
        if self._lost:
            history = self._terminal.history.text()
            text = RESET + history if history else ""
        else:
            text = "".join(self._waiting)
        self._waiting, self._length, self._lost = [], 0, False
        if self._exit is not None:
            self._changed.set()
        self._terminal.caught_up()
        return text
