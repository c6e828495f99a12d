"""What a browser and a terminal say to each other: terminado's protocol, and a few frames of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any

import msgspec

from parsess_lab.api.sockets import Socket
from parsess_lab.api.terminals import refuse_if_switched_off
from parsess_lab.terminals import INPUT, Terminal, Viewer

FIRST_WORD = 0.1
"""Seconds in which a browser tells its size, or that nobody looks, before it gets the history."""


class Input(msgspec.Struct, array_like=True, tag_field="kind", tag="stdin"):
    """Keys or a paste."""

    text: str


class Size(msgspec.Struct, array_like=True, tag_field="kind", tag="set_size"):
    """The browser's size in characters and pixels."""

    rows: int
    columns: int
    height: float = 0
    width: float = 0


class Acknowledgement(msgspec.Struct, array_like=True, tag_field="kind", tag="ack"):
    """How much of the output the browser has painted since it said so last, in UTF-16 units."""

    units: int


class Visibility(msgspec.Struct, array_like=True, tag_field="kind", tag="visible"):
    """Whether anybody can see the terminal."""

    visible: bool


_frames = msgspec.json.Decoder(Input | Size | Acknowledgement | Visibility)


class TerminalSocket(Socket):
    """``terminals/websocket/{name}``: terminado's protocol."""

    _terminal: Terminal
    _viewer: Viewer

    @property
    def max_message_size(self) -> int:
        """In bytes. The longest paste that waits for a program, in the longest letters."""
        return 4 * INPUT

    async def check(self, *args: str) -> None:
        """There is such a terminal, or its shell has just ended."""
        refuse_if_switched_off(self)
        self._terminal = self.parsess.terminals.find(args[0])

    def open(self, *args: str, **kwargs: str) -> None:
        """Sit down at it, before the first key arrives."""
        self._viewer = self._terminal.attach()
        self._spoken = asyncio.Event()
        super().open(*args, **kwargs)

    async def frames(self, *args: str) -> AsyncGenerator[bytes]:
        """What the shell prints, then how it ended."""
        async with aclosing(self._viewer.messages()) as messages:
            async for message in messages:
                self._stamp()
                yield msgspec.json.encode(message)
                if message[0] == "setup":
                    await self._first_word()
        self.close()

    def on_close(self) -> None:
        """Leave; the shell lives on. Called also when the browser went away before it sat down."""
        viewer: Viewer | None = getattr(self, "_viewer", None)
        if viewer is not None:
            viewer.close()
        super().on_close()

    def on_message(self, message: str | bytes) -> None:
        """Keys and sizes; what isn't known is let pass."""
        try:
            frame = _frames.decode(message)
        except msgspec.DecodeError as error:
            self.log.debug("A terminal's frame was not understood: %s", error)
            return
        self._stamp()
        match frame:
            case Input(text):
                self._viewer.write(text)
            case Size(rows, columns, height, width):
                self._viewer.resize(rows, columns, height, width)
            case Acknowledgement(units):
                self._viewer.acknowledge(units)
            case Visibility(visible):
                self._viewer.show(visible)
        self._spoken.set()

    async def _first_word(self) -> None:
        """A hidden terminal needs no history, a visible one needs it for its size."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_WORD):
                await self._spoken.wait()

    def _stamp(self) -> None:
        """Traffic in a terminal keeps the server from being culled, as in Jupyter's own."""
        self.settings["parsess_lab_terminals_last_activity"] = datetime.now(UTC)


ROUTES: list[tuple[str, type[Any]]] = [(r"terminals/websocket/(\w+)", TerminalSocket)]
