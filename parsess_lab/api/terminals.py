"""Terminals, in the shape of Jupyter's own terminal API, so that JupyterLab's client speaks to it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
import tornado.web
from jupyter_server.auth.decorator import authorized

from parsess_lab.api.base import RESOURCE, Access, Handler
from parsess_lab.errors import Forbidden, InvalidRequest
from parsess_lab.terminals import SHOWN, mask

LONGEST = 1 << 20
"""Characters of a command's output that are given at most."""


class OpenTerminal(msgspec.Struct):
    """The body of ``POST``. JupyterLab's client calls the directory ``cwd``."""

    directory: str | None = None
    cwd: str | None = None
    session: str | None = None
    new: bool = False


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
        refuse_if_switched_off(self)
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
        refuse_if_switched_off(self)
        directory = self.absolute(self.body(Move).directory)
        self.answer(await self.parsess.terminals.follow(name, directory))


class RunHandler(Handler):
    """``api/terminals/{name}/run``."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, name: str) -> None:
        """Run a command line in view."""
        refuse_if_switched_off(self)
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


def _end_without_content(handler: Handler) -> None:
    handler.set_status(HTTPStatus.NO_CONTENT)
    handler.finish()


def refuse_if_switched_off(handler: Access) -> None:
    """Raises Forbidden ``terminals_disabled`` where the administrator wants no terminals."""
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
]
