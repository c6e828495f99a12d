"""Worktrees over REST: what they could start from, those we made, removing and bringing back, their setup."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Literal

import msgspec
import tornado.web
from jupyter_server.auth.decorator import authorized

from parsess_lab.api.base import RESOURCE, Handler
from parsess_lab.errors import InvalidRequest
from parsess_lab.sessions.directories import admit
from parsess_lab.sessions.occupants import remove
from parsess_lab.sessions.request import WorktreeRequest
from parsess_lab.sessions.setups import SetupOffer
from parsess_lab.sessions.summary import LacksSummary
from parsess_lab.worktrees import Interpreter, Landed, Reason, Record, SetupState
from parsess_lab.worktrees.base import resolve
from parsess_lab.worktrees.checkout import look
from parsess_lab.worktrees.choices import BaseChoice, Choices, choices
from parsess_lab.worktrees.record import Removed


class Suggestion(msgspec.Struct, frozen=True):
    """The branch and folder that a new worktree would get."""

    branch: str | None
    folder: str


class Bases(msgspec.Struct, frozen=True, kw_only=True):
    """For the form. ``repository`` is None where no worktree can be made; ``why_not`` says why, and what to do.

    ``note`` says why the remote could not be asked what is new, after it was to be asked.
    """

    repository: str | None = None
    why_not: str | None = None
    head: BaseChoice | None = None
    default: BaseChoice | None = None
    branches: list[BaseChoice] = []
    remotes: list[BaseChoice] = []
    tags: list[BaseChoice] = []
    more: bool = False
    uncommitted: int = 0
    suggestion: Suggestion | None = None
    setup: SetupOffer | None = None
    recipe: SetupOffer | None = None
    note: str | None = None


class WorktreeInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A worktree we made. ``exists``: its folder is there; ``removed``: it can be brought back."""

    id: str
    session: str | None
    repository: str
    source: str | None
    path: str
    branch: str | None
    made_branch: bool
    base: str
    base_name: str
    base_ref: str | None
    created_at: str
    landed: Landed | None
    removed: Removed | None
    exists: bool


class WorktreeDetails(WorktreeInfo, frozen=True, kw_only=True):
    """With all that takes a moment to find out. ``reasons`` are what removing it would lose."""

    lacks: LacksSummary | None
    reasons: list[Reason]
    interpreter: Interpreter | None


class RemovedWorktree(msgspec.Struct, frozen=True, kw_only=True):
    """``snapshot`` is the commit that keeps all of it."""

    id: str
    snapshot: str
    path: str
    branch: str | None


class RestoredWorktree(msgspec.Struct, frozen=True, kw_only=True):
    """What came back; ``notes`` tell what could not."""

    worktree: WorktreeInfo
    path: str
    branch: str | None
    notes: list[str]


class SetupInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The commands that prepare a worktree, the latest run, and the end of its output."""

    setup: SetupOffer | None
    recipe: SetupOffer | None
    run: SetupState | None
    tail: str


class Removal(msgspec.Struct):
    """``DELETE worktrees/{id}``: the kinds of loss the person agreed to."""

    consent: list[str] = []


class StartSetup(msgspec.Struct, forbid_unknown_fields=True):
    """``POST worktrees/{id}/setup``. ``skip``: go on without it."""

    which: Literal["setup", "recipe"] = "setup"
    consent: str | None = None
    skip: bool = False


class AskRemote(msgspec.Struct, forbid_unknown_fields=True):
    """``POST bases``. ``base`` names whose remote is asked; ``name`` is for the suggestion."""

    directory: str
    name: str = ""
    base: str | None = None


class BasesHandler(Handler):
    """The form, before there is a session."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """Where a worktree of ``?directory=`` could start; ``?name=`` for the suggestion."""
        directory = await self._admitted(self.get_query_argument("directory", ""))
        self.answer(await self._found(directory, self.get_query_argument("name", "")))

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self) -> None:
        """The same, after the remote was asked what is new: for a bounded time, and a failure is a note."""
        asked = self.body(AskRemote)
        directory = await self._admitted(asked.directory)
        base = await resolve(await look(directory), asked.base, fetch=True)
        found = await self._found(directory, asked.name)
        self.answer(msgspec.structs.replace(found, note=base.note))

    async def _admitted(self, directory: str) -> Path:
        return await asyncio.to_thread(admit, self.absolute(directory), self.parsess.allowed_roots)

    async def _found(self, directory: Path, name: str) -> Bases:
        try:
            found = await choices(directory)
        except InvalidRequest as error:
            return Bases(why_not=error.message)
        return await self._bases(directory, found, name)

    async def _bases(self, directory: Path, found: Choices, name: str) -> Bases:
        suggestion, why_not = None, None
        try:
            plan = await self.parsess.sessions.plan_worktree(directory, WorktreeRequest(), name)
            suggestion = Suggestion(plan.record.branch, plan.record.path)
        except InvalidRequest as error:
            why_not = error.message
        setup, recipe = await asyncio.to_thread(self.parsess.setups.offers, Path(found.repository))
        shown = {field: getattr(found, field) for field in found.__struct_fields__}
        return Bases(**shown, why_not=why_not, suggestion=suggestion, setup=setup, recipe=recipe)


class WorktreesHandler(Handler):
    """Those we made."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """All, with those that were removed and can come back."""
        self.answer(await asyncio.to_thread(_infos, await self.parsess.worktrees.all()))


class LeftoversHandler(Handler):
    """What nobody finished with."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """Found, shown, never swept."""
        self.answer(await self.parsess.worktrees.leftovers())


class WorktreeHandler(Handler):
    """One of them."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, worktree: str) -> None:
        """All that is known of it."""
        self.answer(await self._details(self.parsess.worktrees.get(worktree)))

    async def _details(self, record: Record) -> WorktreeDetails:
        info = msgspec.structs.asdict(await asyncio.to_thread(_info, record))
        if not info["exists"] or record.removed is not None:
            return WorktreeDetails(**info, lacks=None, reasons=[], interpreter=None)
        lacks, reasons, interpreter = await asyncio.gather(
            self.parsess.sessions.look_at_lacks(record.id),
            self.parsess.worktrees.would_lose(record.id),
            self.parsess.worktrees.interpreter(record.id),
        )
        return WorktreeDetails(**info, lacks=lacks, reasons=reasons, interpreter=interpreter)

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def delete(self, worktree: str) -> None:
        """Remove it, keeping a snapshot; 409 ``would_lose`` until each kind is consented to."""
        named = self.get_query_argument("consent", "").split(",")
        consent = [*self.body(Removal).consent, *filter(None, named)]
        record = await remove(self.parsess.worktrees, self.parsess.occupants, worktree, consent)
        self.parsess.sessions.look_again()
        snapshot = record.removed.snapshot if record.removed else ""
        gone = RemovedWorktree(id=record.id, snapshot=snapshot, path=record.path, branch=record.branch)
        self.answer(gone)


class RestoreHandler(Handler):
    """Undo of a removal."""

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, worktree: str) -> None:
        """Branch, files, untracked ones too."""
        record, back = await self.parsess.worktrees.restore(worktree)
        info = await asyncio.to_thread(_info, record)
        self.parsess.sessions.look_again()
        self.answer(RestoredWorktree(worktree=info, path=back.path, branch=back.branch, notes=back.notes))


class SetupHandler(Handler):
    """The commands that prepare a worktree: the setup command and the environment's recipe."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, worktree: str) -> None:
        """What could be run, what runs, and the end of its output."""
        record = self.parsess.worktrees.get(worktree)
        setup, recipe = await asyncio.to_thread(self.parsess.setups.offers, Path(record.path))
        tail = await asyncio.to_thread(self.parsess.setups.output, worktree, _TAIL)
        run = self.parsess.setups.state(worktree)
        shown = tail.decode(errors="replace")
        self.answer(SetupInfo(setup=setup, recipe=recipe, run=run, tail=shown))

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def post(self, worktree: str) -> None:
        """Run one (again), with consent where the repository proposed it; or skip it: 202."""
        asked = self.body(StartSetup)
        if asked.skip:
            self.parsess.setups.skip(worktree)
            return self.answer({}, HTTPStatus.ACCEPTED)
        state = await self.parsess.sessions.run_setup(worktree, asked.which, asked.consent)
        return self.answer(state, HTTPStatus.ACCEPTED)

    @tornado.web.authenticated
    @authorized("execute", RESOURCE)
    async def delete(self, worktree: str) -> None:
        """Cancel the run."""
        self.answer(await self.parsess.setups.cancel(worktree))


class SetupLogHandler(Handler):
    """What the latest run printed."""

    @tornado.web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, worktree: str) -> None:
        """As plain text, never interpreted by the browser."""
        text = await asyncio.to_thread(self.parsess.setups.output, worktree)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(text, set_content_type="text/plain; charset=utf-8")


def _info(record: Record) -> WorktreeInfo:
    shown = {name: getattr(record, name) for name in _SHOWN}
    return WorktreeInfo(**shown, exists=Path(record.path).is_dir())


def _infos(records: Sequence[Record]) -> list[WorktreeInfo]:
    return [_info(record) for record in records]


_SHOWN = tuple(name for name in WorktreeInfo.__struct_fields__ if name != "exists")
_TAIL = 64_000  # bytes
_ID = r"([0-9a-zA-Z_-]+)"

ROUTES: list[tuple[str, type[Handler]]] = [
    (r"bases", BasesHandler),
    (r"worktrees", WorktreesHandler),
    (r"worktrees/leftovers", LeftoversHandler),
    (rf"worktrees/{_ID}", WorktreeHandler),
    (rf"worktrees/{_ID}/restore", RestoreHandler),
    (rf"worktrees/{_ID}/setup", SetupHandler),
    (rf"worktrees/{_ID}/setup/log", SetupLogHandler),
]
