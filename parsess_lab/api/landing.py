"""Bringing a session's work over: into another branch, to a remote, as a pull request; and carrying changes in."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Literal

import msgspec
import tornado.web
from jupyter_server.auth.decorator import authorized

from parsess_lab.api.base import RESOURCE, Handler
from parsess_lab.errors import InvalidRequest
from parsess_lab.sessions import Session
from parsess_lab.worktrees import Landing, publish
from parsess_lab.worktrees.targets import LandInfo, land_info


class NewLanding(msgspec.Struct, forbid_unknown_fields=True):
    """``POST …/land``. ``expected`` is the target's commit as it was shown."""

    how: Literal["merge", "squash", "rebase"]
    target: str
    message: str | None = None
    expected: str | None = None
    uncommitted: Literal["refuse", "leave", "include"] = "refuse"


class Push(msgspec.Struct, forbid_unknown_fields=True):
    """``POST …/push``."""

    remote: str | None = None


class Pushed(msgspec.Struct, frozen=True):
    """Where the branch is now, too."""

    remote: str
    branch: str


class NewPullRequest(msgspec.Struct, forbid_unknown_fields=True):
    """``POST …/pull-request``: the branch must have been pushed."""

    target: str
    title: str
    body: str = ""


class LandHandler(Handler):
    """Landing."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, session: str) -> None:
        """Where it could land, and what is not committed yet."""
        found = await self.parsess.sessions.get(session)
        record = await self.parsess.worktrees.find(found.directory)
        self.answer(await land_info(found.directory, record))

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Land, all of it or nothing."""
        new = self.body(NewLanding)
        found = await self.parsess.sessions.get(session)
        landed = await found.land(
            Landing(found.directory, new.how, new.target, new.message, new.expected, new.uncommitted)
        )
        self.answer(landed)


class PushHandler(Handler):
    """The branch to its remote."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Push with the person's own credentials, never by force."""
        directory = await _ready(await self.parsess.sessions.get(session))
        remote = await publish.push(directory, self.body(Push).remote)
        info = await land_info(directory, None)
        self.answer(Pushed(remote, info.branch or ""))


class PullRequestHandler(Handler):
    """A pull request, by ``gh`` or ``glab``."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, session: str) -> None:
        """Its state and its checks."""
        directory = await _ready(await self.parsess.sessions.get(session))
        self.answer(await publish.request_state(directory))

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Open one."""
        new = self.body(NewPullRequest)
        if not new.title.strip():
            raise InvalidRequest("A pull request needs a title.")
        directory = await _ready(await self.parsess.sessions.get(session))
        opened = await publish.open_request(directory, new.target, new.title, new.body)
        self.answer(opened, HTTPStatus.CREATED)


class CarryOverHandler(Handler):
    """Uncommitted changes of the checkout that the worktree came from."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Bring them here; nothing is written if anything collides."""
        self.answer(await self.parsess.sessions.carry_over(session))


async def _ready(session: Session) -> Path:
    """The session's directory, checked again. Raises Conflict."""
    await session.readiness.check_directory()
    return session.directory


_ID = r"([0-9a-zA-Z_-]+)"

ROUTES: list[tuple[str, type[Handler]]] = [
    (rf"sessions/{_ID}/land", LandHandler),
    (rf"sessions/{_ID}/push", PushHandler),
    (rf"sessions/{_ID}/pull-request", PullRequestHandler),
    (rf"sessions/{_ID}/carry-over", CarryOverHandler),
]

__all__ = ["ROUTES", "LandInfo"]
