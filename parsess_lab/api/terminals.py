"""Terminals, in the shape of Jupyter's own terminal API, so that JupyterLab's client speaks to it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import msgspec
import tornado.web
from jupyter_server.auth.decorator import authorized

from parsess_lab.api.base import RESOURCE, Access, Handler
from parsess_lab.api.sockets import Socket
from parsess_lab.errors import Forbidden, InvalidRequest
from parsess_lab.terminals import Terminal, Viewer


class OpenTerminal(msgspec.Struct):
    """The body of ``POST``. JupyterLab's client calls the directory ``cwd``."""

    directory: str | None = None
    cwd: str | None = None
    session: str | None = None
    new: bool = False


class Input(msgspec.Struct, array_like=True, tag_field="kind", tag="stdin"):
    """Keys or a paste."""

    text: str


class Size(msgspec.Struct, array_like=True, tag_field="kind", tag="set_size"):
    """The browser's size in characters and pixels."""

    rows: int
    columns: int
    height: float = 0
    width: float = 0


_frames = msgspec.json.Decoder(Input | Size)


class TerminalsHandler(Handler):
    """``api/terminals``."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """All living terminals."""
        self.answer(self.parsess.terminals.list())

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Open the terminal of a directory."""
        _refuse_if_switched_off(self)
        body = self.body(OpenTerminal)
        directory = body.directory or body.cwd
        if not directory:
            raise InvalidRequest("Say in which `directory` the terminal is to be.")
        self.answer(await self.parsess.terminals.open(self.absolute(directory), body.session, new=body.new))


class TerminalHandler(Handler):
    """``api/terminals/{name}``."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        """One terminal."""
        self.answer(self.parsess.terminals.get(name))

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def delete(self, name: str) -> None:
        """End its shell and all that came from it."""
        await self.parsess.terminals.close(name)
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


class TerminalSocket(Socket):
    """``terminals/websocket/{name}``: terminado's protocol."""

    _terminal: Terminal
    _viewer: Viewer

    async def check(self, *args: str) -> None:
        """There is such a terminal, or its shell has just ended."""
        _refuse_if_switched_off(self)
        self._terminal = self.parsess.terminals.find(args[0])

    def open(self, *args: str, **kwargs: str) -> None:
        """Sit down at it, before the first key arrives."""
        self._viewer = self._terminal.attach()
        super().open(*args, **kwargs)

    async def frames(self, *args: str) -> AsyncGenerator[bytes]:
        """What the shell prints, then how it ended."""
        async with aclosing(self._viewer.messages()) as messages:
            async for message in messages:
                self._stamp()
                yield msgspec.json.encode(message)
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
        if isinstance(frame, Input):
            self._viewer.write(frame.text)
        else:
            self._viewer.resize(frame.rows, frame.columns, frame.height, frame.width)

    def _stamp(self) -> None:
        """Traffic in a terminal keeps the server from being culled, as in Jupyter's own."""
        self.settings["parsess_lab_terminals_last_activity"] = datetime.now(UTC)


def _refuse_if_switched_off(handler: Access) -> None:
    server = handler.serverapp
    if server is not None and not server.terminals_enabled:
        raise Forbidden("Terminals are switched off on this server.", code="terminals_disabled")


ROUTES: list[tuple[str, type[Any]]] = [
    (r"api/terminals", TerminalsHandler),
    (r"api/terminals/(\w+)", TerminalHandler),
    (r"terminals/websocket/(\w+)", TerminalSocket),
]
