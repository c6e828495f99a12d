"""Sessions over REST: create, list, change, delete; prompts, answers, events."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Literal

import msgspec
import tornado.web
from jupyter_server.auth.decorator import authorized

from parsess_lab.api.base import RESOURCE, Handler
from parsess_lab.events import Block, Stored, StoredUnknown, TextBlock, encode, is_public
from parsess_lab.sessions import Session, Wanted, WorktreeRequest
from parsess_lab.tools.files import list_files


class NewSession(msgspec.Struct, forbid_unknown_fields=True):
    """``POST sessions``. ``directory`` is absolute or relative to the server's root."""

    directory: str
    name: str | None = None
    agent: str | None = None
    model: str | None = None
    mode: str = "ask"
    effort: str | None = None
    worktree: WorktreeRequest | None = None


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """``PATCH sessions/{id}``: what is left out stays."""

    name: str | None = None
    mode: str | None = None
    effort: str | None = None
    model: str | None = None
    archived: bool | None = None


class Deletion(msgspec.Struct):
    """``DELETE sessions/{id}``: the kinds of loss the person agreed to."""

    consent: list[str] = []


class NewPrompt(msgspec.Struct):
    """``POST …/prompts``. ``id`` is the client's: sent again, it changes nothing."""

    id: str
    text: str = ""
    attachments: list[Block] = []
    when: Literal["queue", "now"] = "queue"

    def content(self) -> list[Block]:
        """The text as the first block, then the attachments."""
        text: list[Block] = [TextBlock(text=self.text)] if self.text.strip() else []
        return text + self.attachments


class Edit(msgspec.Struct):
    """``PATCH …/prompts/{prompt}``: a new text, the attachments stay."""

    text: str


class NewAnswer(msgspec.Struct):
    """``POST …/answers/{question}``. ``terminal``: the one to run it in, where that is the answer."""

    option: str
    reason: str | None = None
    terminal: str | None = None


class Move(msgspec.Struct):
    """``POST …/directory``: absolute or relative to the server's root, inside the session's own."""

    directory: str


class Look(msgspec.Struct):
    """``POST …/seen``: a person has looked when ``upto`` was the last event."""

    upto: int


class SessionsHandler(Handler):
    """The list, and creating one."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """All sessions, derived from their logs."""
        self.answer(await self.parsess.sessions.list())

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """Create a session."""
        new = self.body(NewSession)
        summary = await self.parsess.sessions.create(
            self.absolute(new.directory),
            name=new.name,
            agent=new.agent,
            model=new.model,
            mode=new.mode,
            effort=new.effort,
            worktree=new.worktree,
        )
        self.answer(summary, HTTPStatus.CREATED)


class SessionHandler(Handler):
    """One session."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, session: str) -> None:
        """Its summary."""
        found = await self.parsess.sessions.get(session)
        self.answer(await found.summary())

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def patch(self, session: str) -> None:
        """Rename, set mode, model or effort, archive or restore."""
        wanted = Wanted(**msgspec.structs.asdict(self.body(Change)))
        found = await self.parsess.sessions.get(session)
        await found.update(wanted)
        self.answer(await found.summary())

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def delete(self, session: str) -> None:
        """Delete it with its log; 409 with the reasons until ``consent`` (body or query) names each kind."""
        named = self.get_query_argument("consent", "").split(",")
        await self.parsess.sessions.delete(session, [*self.body(Deletion).consent, *named])
        await self.parsess.terminals.close_all(session)
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


class DuplicateHandler(Handler):
    """A second session like this one."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Same directory and settings, empty conversation."""
        self.answer(await self.parsess.sessions.duplicate(session), HTTPStatus.CREATED)


class WorktreeAgainHandler(Handler):
    """A session whose worktree could not be made."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Try again: 202."""
        found = await self.parsess.sessions.get(session)
        await found.making.again()
        self.answer(await found.summary(), HTTPStatus.ACCEPTED)


class PromptsHandler(Handler):
    """Prompts of a session."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """Take a prompt; it is on disk when this answers."""
        new = self.body(NewPrompt)
        found = await self.parsess.sessions.get(session)
        await found.prompt(new.id, new.content(), new.when)
        self.answer({"id": new.id}, HTTPStatus.ACCEPTED)


class PromptHandler(Handler):
    """One queued prompt."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def patch(self, session: str, prompt: str) -> None:
        """Replace its text."""
        found = await self.parsess.sessions.get(session)
        await found.queue.edit(prompt, edited(found, prompt, self.body(Edit).text))
        self.answer({"id": prompt})

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def delete(self, session: str, prompt: str) -> None:
        """Take it back."""
        await (await self.parsess.sessions.get(session)).queue.remove(prompt)
        self.answer({"id": prompt})


class SendNowHandler(Handler):
    """A queued prompt that shall not wait."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str, prompt: str) -> None:
        """Read at the agent's next step, or at once if it is idle."""
        await (await self.parsess.sessions.get(session)).queue.send_now(prompt)
        self.answer({"id": prompt}, HTTPStatus.ACCEPTED)


class CancelHandler(Handler):
    """Stop."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """End the running turn: 202; nothing running: 200."""
        stopped = await (await self.parsess.sessions.get(session)).cancel()
        self.answer({"stopped": stopped}, HTTPStatus.ACCEPTED if stopped else HTTPStatus.OK)


class AnswerHandler(Handler):
    """An open question."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str, question: str) -> None:
        """Answer it, once; a command to be run in a terminal has begun when this answers."""
        new = self.body(NewAnswer)
        found = await self.parsess.sessions.get(session)
        given = await found.answer(question, new.option, new.reason, new.terminal)
        self.answer({"id": question, "option": given.option, "terminal": given.terminal})


class DirectoryHandler(Handler):
    """Where the agent works."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """The person is in another directory; the agent follows."""
        directory = self.absolute(self.body(Move).directory)
        await (await self.parsess.sessions.get(session)).move(directory)
        self.answer({"directory": str(directory)})


class SeenHandler(Handler):
    """That somebody looked."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, session: str) -> None:
        """A finished session becomes idle."""
        await (await self.parsess.sessions.get(session)).seen(self.body(Look).upto)
        self.answer({})


class EventsHandler(Handler):
    """The log, without what must not leave the server."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, session: str) -> None:
        """Stored events after ``?after=N`` as JSON Lines."""
        log = (await self.parsess.sessions.get(session)).log
        after = self.number("after")
        text = await asyncio.to_thread(lambda: b"".join(line(stored) for stored in log.read(after)))
        self.finish(text, set_content_type="application/x-ndjson")


class FilesHandler(Handler):
    """Files of a session's directory, for completion."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, session: str) -> None:
        """The best matches of ``?query=``."""
        found = await self.parsess.sessions.get(session)
        self.answer(await list_files(found.directory, self.get_query_argument("query", "")))


class BlobHandler(Handler):
    """Images and whole outputs beside the log."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, session: str, content_hash: str) -> None:
        """The bytes, never interpreted by the browser."""
        found = await self.parsess.sessions.get(session)
        data = await asyncio.to_thread(found.log.blobs.read, content_hash)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Disposition", "attachment")
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.finish(data, set_content_type="application/octet-stream")


def edited(session: Session, prompt: str, text: str) -> list[Block]:
    """The content of a queued prompt with another text; its attachments stay."""
    queued = next((one for one in session.facts.queue if one.id == prompt), None)
    attached = [block for block in queued.content if not isinstance(block, TextBlock)] if queued else []
    return [TextBlock(text=text), *attached]


def line(stored: Stored | StoredUnknown) -> bytes:
    """One line for a client; empty for what only the server may see."""
    return encode(stored) + b"\n" if is_public(stored) else b""


_ID = r"([0-9a-zA-Z_-]+)"

ROUTES: list[tuple[str, type[Handler]]] = [
    (r"sessions", SessionsHandler),
    (rf"sessions/{_ID}", SessionHandler),
    (rf"sessions/{_ID}/duplicate", DuplicateHandler),
    (rf"sessions/{_ID}/worktree", WorktreeAgainHandler),
    (rf"sessions/{_ID}/prompts", PromptsHandler),
    (rf"sessions/{_ID}/prompts/{_ID}", PromptHandler),
    (rf"sessions/{_ID}/prompts/{_ID}/now", SendNowHandler),
    (rf"sessions/{_ID}/cancel", CancelHandler),
    (rf"sessions/{_ID}/answers/{_ID}", AnswerHandler),
    (rf"sessions/{_ID}/directory", DirectoryHandler),
    (rf"sessions/{_ID}/seen", SeenHandler),
    (rf"sessions/{_ID}/events", EventsHandler),
    (rf"sessions/{_ID}/files", FilesHandler),
    (rf"sessions/{_ID}/blobs/([0-9a-f]{{64}})", BlobHandler),
]
