"""The two sockets: one session's events after a cursor, and changes of the list.

A socket only sends. A client that reads too slowly is cut off and comes back with its cursor.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.websocket import WebSocketMixin
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from parsess_lab.api.base import RESOURCE, Access, status_of
from parsess_lab.errors import ParsessError
from parsess_lab.events import encode, is_public
from parsess_lab.log import Behind
from parsess_lab.sessions import Deleted

RESYNC = 4408
"""Close code of a client that fell behind: connect again with the cursor."""

AHEAD = 4409
"""Close code of a client that knows more than the log (the machine lost its last events): begin anew at 0."""
GONE, FAILED = 1001, 1011
"""Close codes of RFC 6455: the session or the server goes away; an error."""


class Socket(WebSocketMixin, WebSocketHandler, Access):
    """Authenticated and authorised to execute, kept alive, fed by one task."""

    _feeding: asyncio.Task[None] | None = None

    @ws_authenticated
    async def get(self, *args: str, **kwargs: str) -> None:
        """Upgrade, if this user may start things here."""
        allowed = await ensure_async(
            self.authorizer.is_authorized(self, self.current_user, "execute", RESOURCE)
        )
        if not allowed:
            raise HTTPError(403)
        try:
            await self.check(*args)
        except ParsessError as error:
            raise HTTPError(status_of(error), error.message) from error
        await super().get(*args, **kwargs)

    async def check(self, *args: str) -> None:
        """Refuse before the upgrade.

        Raises:
            ParsessError: what the socket asks for isn't there.
        """

    def open(self, *args: str, **kwargs: str) -> None:
        """Start feeding."""
        super().open(*args, **kwargs)
        self._feeding = asyncio.create_task(self._feed(*args))

    def on_message(self, message: str | bytes) -> None:
        """Nothing a client says here is acted on."""

    def on_close(self) -> None:
        """Stop feeding."""
        super().on_close()
        if self._feeding is not None:
            self._feeding.cancel()

    async def _feed(self, *args: str) -> None:
        """When nothing more will come, hang up: the client comes back, or learns that nothing is there now."""
        code, reason = GONE, "ended"
        try:
            async with aclosing(self.frames(*args)) as frames:
                async for frame in frames:
                    await self.write_message(frame)
        except WebSocketClosedError:
            return
        except Behind:
            code, reason = RESYNC, "behind"
        except ParsessError as error:
            code, reason = AHEAD if error.code == "cursor_ahead" else FAILED, error.code
        self.close(code, reason)

    def frames(self, *args: str) -> AsyncGenerator[bytes]:
        """What to send, in order."""
        raise NotImplementedError


class StreamSocket(Socket):
    """``sessions/{id}/stream?after=N``: everything after N, then follow."""

    async def check(self, *args: str) -> None:
        """The session exists and the cursor is a number."""
        await self.parsess.sessions.get(args[0])
        if not self.get_query_argument("after", "0").isdecimal():
            raise HTTPError(400, "`after` must be a whole number")

    async def frames(self, *args: str) -> AsyncGenerator[bytes]:
        """Arrays of stored events."""
        log = (await self.parsess.sessions.get(args[0])).log
        async with aclosing(log.follow_batches(int(self.get_query_argument("after", "0")))) as batches:
            async for batch in batches:
                public = [encode(stored) for stored in batch if is_public(stored)]
                if public:
                    yield b"[" + b",".join(public) + b"]"


class FeedSocket(Socket):
    """``feed``: a session's summary whenever it changes, ``{"id", "deleted": true}`` when it goes."""

    async def frames(self, *args: str) -> AsyncGenerator[bytes]:
        """The whole list first, one message a session."""
        async with aclosing(self.parsess.sessions.feed()) as changes:
            for summary in await self.parsess.sessions.list():
                yield msgspec.json.encode(summary)
            async for change in changes:
                gone = isinstance(change, Deleted)
                yield msgspec.json.encode({"id": change.id, "deleted": True} if gone else change)


ROUTES: list[tuple[str, type[Any]]] = [
    (r"sessions/([0-9a-zA-Z_-]+)/stream", StreamSocket),
    (r"feed", FeedSocket),
]
