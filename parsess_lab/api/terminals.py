"""Terminals, in the shape of Jupyter's own terminal API, so that JupyterLab's client speaks to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import msgspec
import tornado.web
from jupyter_server.auth.decorator import authorized

from parsess_lab.api.base import RESOURCE, Access, Handler
from parsess_lab.api.sockets import Socket
from parsess_lab.errors import Forbidden, InvalidRequest
from parsess_lab.terminals import INPUT, SHOWN, Terminal, Viewer, mask

LONGEST = 1 << 20
"""Characters of a command's output that are given at most."""

FIRST_WORD = 0.1
"""Seconds in which a browser tells its size, or that nobody looks, before it gets the history."""


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


class Acknowledgement(msgspec.Struct, array_like=True, tag_field="kind", tag="ack"):
    """How much of the output the browser has painted since it said so last, in UTF-16 units."""

    units: int


class Visibility(msgspec.Struct, array_like=True, tag_field="kind", tag="visible"):
    """Whether anybody can see the terminal."""

    visible: bool


_frames = msgspec.json.Decoder(Input | Size | Acknowledgement | Visibility)


class Label(msgspec.Struct):
    """The body of ``PATCH``."""

    label: str | None


class Move(msgspec.Struct):
    """Where the shell is to go."""

    directory: str


class Run(msgspec.Struct):
    """What it is to run."""

    command: str


class Watch(msgspec.Struct):
    """What is waited for."""

    pattern: str | None = None
    exit: bool | None = None
    agent: bool = False


class Text(msgspec.Struct):
    """What may hold secrets."""

    text: str


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
    async def patch(self, name: str) -> None:
        """Name it."""
        self.answer(self.parsess.terminals.rename(name, self.body(Label).label))

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def delete(self, name: str) -> None:
        """End its shell and all that came from it."""
        await self.parsess.terminals.close(name)
        _end_without_content(self)


class CommandsHandler(Handler):
    """``api/terminals/{name}/commands?last=N``."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str) -> None:
        """The last commands, oldest first."""
        self.answer(self.parsess.terminals.commands(name, self.number("last", 50)))


class CommandHandler(Handler):
    """``api/terminals/{name}/commands/{id}``."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def delete(self, name: str, id: str) -> None:
        """Ctrl-C to it."""
        self.parsess.terminals.interrupt(name, int(id))
        _end_without_content(self)


class OutputHandler(Handler):
    """``api/terminals/{name}/commands/{id}/output?limit=N``."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, name: str, id: str) -> None:
        """A command with what it printed."""
        limit = min(self.number("limit", SHOWN), LONGEST)
        self.answer(await self.parsess.terminals.output(name, int(id), limit))


class DirectoryHandler(Handler):
    """``api/terminals/{name}/directory``."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, name: str) -> None:
        """Let an idle shell go elsewhere."""
        _refuse_if_switched_off(self)
        directory = self.absolute(self.body(Move).directory)
        self.answer(await self.parsess.terminals.follow(name, directory))


class RunHandler(Handler):
    """``api/terminals/{name}/run``."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, name: str) -> None:
        """Run a command line in view."""
        _refuse_if_switched_off(self)
        id = await self.parsess.terminals.start_in(name, self.body(Run).command)
        self.answer({"id": id}, HTTPStatus.ACCEPTED)


class MonitorsHandler(Handler):
    """``api/terminals/{name}/monitors``."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, name: str) -> None:
        """Watch the running command; without a pattern, its end."""
        watch = self.body(Watch)
        ends = watch.exit if watch.exit is not None else not watch.pattern
        self.answer(self.parsess.terminals.monitor(name, watch.pattern, exit=ends, agent=watch.agent))


class MonitorHandler(Handler):
    """``api/terminals/{name}/monitors/{id}``."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def delete(self, name: str, id: str) -> None:
        """Watch no longer."""
        self.parsess.terminals.unmonitor(name, int(id))
        _end_without_content(self)


class MaskHandler(Handler):
    """``api/terminals/{name}/mask``."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, name: str) -> None:
        """A selection without what looks like a key."""
        self.parsess.terminals.find(name)
        text, masked = mask(self.body(Text).text)
        self.answer({"text": text, "masked": masked})


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
        _refuse_if_switched_off(self)
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


def _end_without_content(handler: Handler) -> None:
    handler.set_status(HTTPStatus.NO_CONTENT)
    handler.finish()


def _refuse_if_switched_off(handler: Access) -> None:
    server = handler.serverapp
    if server is not None and not server.terminals_enabled:
        raise Forbidden("Terminals are switched off on this server.", code="terminals_disabled")


ROUTES: list[tuple[str, type[Any]]] = [
    (r"api/terminals", TerminalsHandler),
    (r"api/terminals/(\w+)", TerminalHandler),
    (r"api/terminals/(\w+)/commands", CommandsHandler),
    (r"api/terminals/(\w+)/commands/(\d{1,64})", CommandHandler),
    (r"api/terminals/(\w+)/commands/(\d{1,64})/output", OutputHandler),
    (r"api/terminals/(\w+)/directory", DirectoryHandler),
    (r"api/terminals/(\w+)/run", RunHandler),
    (r"api/terminals/(\w+)/monitors", MonitorsHandler),
    (r"api/terminals/(\w+)/monitors/(\d{1,64})", MonitorHandler),
    (r"api/terminals/(\w+)/mask", MaskHandler),
    (r"terminals/websocket/(\w+)", TerminalSocket),
]
