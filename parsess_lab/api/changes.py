"""What changed in a session's directory, over REST, with a socket that says when to look again; and rewind."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Literal, get_args

import msgspec
import tornado.web
from jupyter_server.auth.decorator import authorized

from parsess_lab.api.base import RESOURCE, Handler
from parsess_lab.api.sockets import Socket
from parsess_lab.changes import Scope, watch
from parsess_lab.errors import InvalidRequest


class Stage(msgspec.Struct, forbid_unknown_fields=True):
    """``POST …/changes/stage`` and ``unstage``. Without ``hunks`` it is the whole file, without ``path`` all."""

    path: str | None = None
    hunks: list[str] = []


class Revert(msgspec.Struct, forbid_unknown_fields=True):
    """``POST …/changes/revert``."""

    path: str
    scope: Scope = "uncommitted"
    hunks: list[str] = []


class Undo(msgspec.Struct, forbid_unknown_fields=True):
    """``POST …/changes/undo``: ``snapshot`` and ``paths`` as the revert answered them."""

    snapshot: str
    paths: list[str]


class Commit(msgspec.Struct, forbid_unknown_fields=True):
    """``POST …/changes/commit``. ``all``: where nothing is staged, everything."""

    message: str
    all: bool = False


class Rewind(msgspec.Struct, forbid_unknown_fields=True):
    """``POST …/rewind``. ``to`` is the number of a prompt's event, or of a ``_rewound`` to take back."""

    to: int
    what: Literal["files", "conversation", "both"] = "both"
    consent_external: bool = False


class ChangesHandler(Handler):
    """The list."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, session: str) -> None:
        """Changed files with their hunks, in ``?scope=``."""
        found = await self.parsess.sessions.get(session)
        self.answer(await (await found.changes()).list(_scope(self)))


class SidesHandler(Handler):
    """One file, both sides."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, session: str) -> None:
        """``?path=`` as it was and as it is, a notebook by cell too."""
        found = await self.parsess.sessions.get(session)
        self.answer(await (await found.changes()).sides(_path(self), _scope(self)))


class HunksHandler(Handler):
    """One file, all its hunks."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, session: str) -> None:
        """Also those that were too many for the list."""
        found = await self.parsess.sessions.get(session)
        self.answer(await (await found.changes()).file(_path(self), _scope(self)))


class StageHandler(Handler):
    """Into the index."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Everything, a file, or some of its hunks."""
        asked = self.body(Stage)
        changes = await (await self.parsess.sessions.get(session)).changes()
        if asked.path is None:
            await changes.stage_all()
        else:
            await changes.stage(asked.path, hunks=asked.hunks)
        self.answer({})


class UnstageHandler(Handler):
    """Out of the index."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Everything, a file, or some of its hunks; the files stay."""
        asked = self.body(Stage)
        changes = await (await self.parsess.sessions.get(session)).changes()
        if asked.path is None:
            await changes.unstage_all()
        else:
            await changes.unstage(asked.path, hunks=asked.hunks)
        self.answer({})


class RevertHandler(Handler):
    """Changes taken back."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """A file or some of its hunks, in the working tree; what was there is kept."""
        asked = self.body(Revert)
        found = await self.parsess.sessions.get(session)
        self.answer(await (await found.changes()).revert(asked.path, scope=asked.scope, hunks=asked.hunks))


class UndoHandler(Handler):
    """A revert taken back."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Bring ``paths`` again as they were before the revert."""
        asked = self.body(Undo)
        if not asked.paths:
            raise InvalidRequest("Name the `paths` that the revert answered.")
        found = await self.parsess.sessions.get(session)
        await found.readiness.check_directory()
        self.answer(await found.snapshots.rewind(asked.snapshot, paths=asked.paths, consent_external=True))


class CommitHandler(Handler):
    """A commit."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Of what is staged, or of everything; hooks run."""
        asked = self.body(Commit)
        found = await self.parsess.sessions.get(session)
        self.answer(await (await found.changes()).commit(asked.message, everything=asked.all))


class RewindHandler(Handler):
    """Files and conversation back to before a turn."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, session: str) -> None:
        """What going back to ``?to=`` would do. Nothing is written."""
        found = await self.parsess.sessions.get(session)
        self.answer(await found.rewinding.preview(self.number("to")))

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Go back; can be taken back itself."""
        asked = self.body(Rewind)
        found = await self.parsess.sessions.get(session)
        done = await found.rewinding.rewind(asked.to, asked.what, consent_external=asked.consent_external)
        self.answer(done)


class ChangesSocket(Socket):
    """``sessions/{id}/changes/watch``: ``{"changed": […]}`` when the watch stands, then when to look again."""

    async def check(self, *args: str) -> None:
        """The session exists, and so does its directory."""
        await (await self.parsess.sessions.get(args[0])).readiness.check_directory()

    async def frames(self, *args: str) -> AsyncGenerator[bytes]:
        """One frame for many changes."""
        found = await self.parsess.sessions.get(args[0])
        async with aclosing(watch(found.directory)) as changes:  # type: ignore[type-var]
            async for what in changes:
                self.parsess.sessions.look_again()
                yield msgspec.json.encode({"changed": sorted(what)})
        self.close()


def _scope(handler: Handler) -> Scope:
    text = handler.get_query_argument("scope", "uncommitted")
    for scope in get_args(Scope):
        if text == scope:
            return scope  # type: ignore[no-any-return]
    raise InvalidRequest(f"`scope` is one of {', '.join(get_args(Scope))}, not {text!r}.")


def _path(handler: Handler) -> str:
    path = handler.get_query_argument("path", "")
    if not path:
        raise InvalidRequest("Name the file: `?path=`.")
    return path


_ID = r"([0-9a-zA-Z_-]+)"

ROUTES: list[tuple[str, type[Any]]] = [
    (rf"sessions/{_ID}/changes", ChangesHandler),
    (rf"sessions/{_ID}/changes/file", SidesHandler),
    (rf"sessions/{_ID}/changes/hunks", HunksHandler),
    (rf"sessions/{_ID}/changes/stage", StageHandler),
    (rf"sessions/{_ID}/changes/unstage", UnstageHandler),
    (rf"sessions/{_ID}/changes/revert", RevertHandler),
    (rf"sessions/{_ID}/changes/undo", UndoHandler),
    (rf"sessions/{_ID}/changes/commit", CommitHandler),
    (rf"sessions/{_ID}/changes/watch", ChangesSocket),
    (rf"sessions/{_ID}/rewind", RewindHandler),
]
