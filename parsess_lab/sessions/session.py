"""One session, as the routes see it: prompts, answers, settings. Its parts have files of their own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

from parsess_lab.changes import Changes, Snapshots
from parsess_lab.errors import Conflict, Forbidden, ParsessError, StorageFailed
from parsess_lab.events import (
    Block,
    DirectoryChanged,
    Notice,
    PromptQueued,
    QuestionAnswered,
    Seen,
)
from parsess_lab.log import Log, Owner
from parsess_lab.sessions.directories import admit
from parsess_lab.sessions.facts import Facts
from parsess_lab.sessions.keeping import Keeping
from parsess_lab.sessions.ledger import Ledger, owned_by
from parsess_lab.sessions.listing import Listing
from parsess_lab.sessions.making import Making
from parsess_lab.sessions.prompts import check_id, store
from parsess_lab.sessions.queue import Queue
from parsess_lab.sessions.readiness import Readiness
from parsess_lab.sessions.rewinding import Rewinding
from parsess_lab.sessions.settings import Wanted, changes, info_of
from parsess_lab.sessions.summary import Summary
from parsess_lab.sessions.surroundings import Surroundings
from parsess_lab.sessions.turns import Turns
from parsess_lab.worktrees import Landed, Landing
from parsess_lab.worktrees.checkout import commit

_AGENT_SECONDS = 3.0

_logger = logging.getLogger(__name__)


class Session:
    """Made by :class:`parsess_lab.sessions.Sessions`.

    Methods that write raise Conflict ``read_only`` while another living server owns the session, and
    StorageFailed when the log can't be written. What they return from is on the disk.
    """

    def __init__(self, ledger: Ledger, around: Surroundings) -> None:
        self._ledger = ledger
        self._around = around
        self.snapshots = Snapshots(self.directory, session=self.id, folder=ledger.log.folder / "snapshots")
        self._turns = Turns(ledger, around, Keeping(ledger, self.snapshots, around.snapshots))
        self._gate = asyncio.Lock()
        self.readiness = Readiness(ledger, around)
        self.queue = Queue(ledger, self._turns, self.readiness, self._gate)
        self.rewinding = Rewinding(
            ledger, self.snapshots, self._gate, lambda: self.running, self.readiness.check_directory
        )
        self.making = Making(ledger, around.workspace, self._turns.start_next)
        self.listing = Listing(ledger, around, self._turns)

    @property
    def id(self) -> str:
        return self.log.header.session

    @property
    def directory(self) -> Path:
        return Path(self.log.header.directory)

    @property
    def log(self) -> Log:
        """To read and follow; writing is the session's."""
        return self._ledger.log

    @property
    def facts(self) -> Facts:
        return self._ledger.facts

    @property
    def running(self) -> bool:
        """A turn runs in this server."""
        return self._turns.running

    async def summary(self) -> Summary:
        """The session as the list shows it, looked at now."""
        await self._around.places.look([self.log.header.directory])
        return self.listing.summary()

    # --- the turn, its questions, the settings -----------------------------------------------------------

    async def prompt(
        self, id: str, content: Sequence[Block], when: Literal["queue", "now"] = "queue"
    ) -> None:
        """Take a prompt: begin a turn, or queue it if one runs. The same ``id`` again changes nothing.

        Raises:
            InvalidRequest, TooLarge: see :func:`parsess_lab.sessions.prompts.store`.
            Conflict: ``archived``, ``directory_missing`` and the like, ``agent_missing``.
        """
        check_id(id)
        await self._ledger.take()
        if id not in self.facts.prompts:
            await self.readiness.check()
            kept = await asyncio.to_thread(store, content, self.log.blobs)
            await self.queue.put(PromptQueued(id=id, content=kept, when=when))
        await self._ledger.flush()

    async def cancel(self) -> bool:
        """Stop the running turn within a second, or the making of the worktree; False if nothing runs."""
        if await self.making.stop():
            await self._ledger.flush()
            return True
        stopped = await self._turns.stop("cancelled")
        self._turns.write_end()
        if stopped:
            await self._ledger.flush()
        return stopped

    async def answer(
        self, question: str, option: str, reason: str | None = None, terminal: str | None = None
    ) -> QuestionAnswered:
        """Answer an open question. Raises as :meth:`parsess_lab.sessions.questions.Questions.answer`."""
        await self._ledger.take()
        answer = await self._turns.questions.answer(question, option, reason, terminal)
        if answer.option_kind == "allow_project":
            await self._remember(answer.rules)
        await self._ledger.flush()
        return answer

    async def _remember(self, rules: Sequence[str]) -> None:
        self._around.rules.remember(self.directory, rules)
        try:
            await asyncio.to_thread(self._around.rules.save, self.directory)
        except StorageFailed as error:
            self._ledger.append([Notice(text=error.message, level="warning")])

    async def update(self, wanted: Wanted) -> None:
        """Rename, set, archive or restore.

        Raises:
            InvalidRequest, Forbidden: see :mod:`parsess_lab.sessions.settings`.
            Conflict: ``running``: a session can't be archived during a turn.
        """
        await self._ledger.take()
        info = await info_of(self._turns.agent) if wanted.asks_agent else None
        if wanted.archived and (self.running or self.facts.making):
            raise Conflict("A turn is running. Stop it, then archive the session.", code="running")
        events = changes(self.facts, info, wanted, allow_bypass=self._around.allow_bypass)
        if events:
            self._ledger.append(events)
        await self._ledger.flush()
        if wanted.archived is not None:
            self._around.workspace.outlook.touch()
        if wanted.archived:
            await self.leave_agent()

    async def move(self, directory: Path) -> None:
        """Let the agent go on in another directory, inside the session's own: the person is there.

        Raises:
            Forbidden ``outside_session``, and what :func:`parsess_lab.sessions.directories.admit` raises.
            Conflict: ``archived``, ``running``.
        """
        await self._ledger.take()
        self.readiness.check_not_archived()
        real = await asyncio.to_thread(admit, directory, self._around.allowed_roots)
        home = await asyncio.to_thread(self.directory.resolve)
        if not real.is_relative_to(home):
            raise Forbidden(f"{real} is outside this session's directory {home}.", code="outside_session")
        async with self._gate:
            if self.running:
                raise Conflict("The agent is at work. It can follow when its turn has ended.", code="running")
            self._ledger.append([DirectoryChanged(directory=str(real), origin="person")])
        await self._ledger.flush()

    async def seen(self, upto: int) -> None:
        """A person has looked at everything up to event ``upto``. Nothing, where another server writes."""
        news = self.facts.ended_seq > self.facts.seen_upto and upto >= self.facts.ended_seq
        if news and not self._ledger.read_only:
            await self._ledger.take()
            self._ledger.append([Seen(upto=min(upto, self.facts.seq))])

    # --- changes, landing --------------------------------------------------------------------------------

    async def changes(self) -> Changes:
        """What changed in its directory; the branch began where its worktree was made from."""
        await self.readiness.check_directory()
        base = await self._base()
        return Changes(self.directory, snapshots=self.snapshots, base=base)

    async def _base(self) -> str | None:
        record = await self._around.workspace.worktrees.find(self.directory)
        if record is None:
            return None
        known = record.base_ref and await commit(self.directory, record.base_ref)
        return record.base_ref if known else record.base

    async def land(self, wish: Landing) -> Landed:
        """Land its work. Raises as ``Worktrees.land``."""
        await self.readiness.check_directory()
        landed = await self._around.workspace.worktrees.land(
            replace(wish, session=self.id), tell=self._landed
        )
        self._around.workspace.outlook.look_again()
        return landed

    async def _landed(self, landed: Landed) -> None:
        await self.note(f"Landed on {landed.target} as {landed.commit[:9]} ({landed.how}).")

    async def drop_snapshots(self) -> None:
        """Let go of all its snapshots; those of a worktree that was removed are in the repository it came from."""
        told = self.facts.worktree
        place = self.directory
        if told is not None and told.source and not await asyncio.to_thread(place.is_dir):
            place = Path(told.source)
        folder = self.log.folder / "snapshots"
        await Snapshots(place, session=self.id, folder=folder).drop()

    async def note(self, words: str) -> None:
        """One line for the person in the transcript, if the log can be written here."""
        with suppress(ParsessError):
            await self._ledger.take()
            self._ledger.append([Notice(text=words)])
            await self._ledger.flush()

    # --- other servers, the end --------------------------------------------------------------------------

    async def keep_up(self, size: int, other: Owner | None) -> None:
        """The log, which is not ours, has ``size`` bytes now and belongs to ``other``, if that lives."""
        if size != self.log.size:
            self.log.refresh()
        if other != self._ledger.other:
            self._ledger.other = other
            self._ledger.changed()
        if other is None:
            await self._ledger.recover()
            await self.recover()

    async def recover(self) -> None:
        """Say what became of what a server, which is gone, was in the middle of."""
        try:
            await self.making.recover()
            await self.rewinding.recover()
        except (ParsessError, OSError) as error:
            _logger.warning("Session %s could not be recovered: %s", self.id, error)

    async def lose(self) -> None:
        """Another server has taken the session over while this one seemed dead."""
        self.log.owned = False
        await self._turns.stop("interrupted")

    async def take_to_delete(self) -> None:
        """Become the owner, even of a log that can't be read or written. Raises Conflict ``read_only``."""
        with suppress(StorageFailed):
            if self.log.problem is None:
                await self._ledger.take()
        if self._ledger.other is not None:
            raise Conflict(owned_by(self._ledger.other), code="read_only")

    async def leave_agent(self) -> None:
        """Have the agent release what it holds for this session, in bounded time."""
        with suppress(TimeoutError, Conflict):
            async with asyncio.timeout(_AGENT_SECONDS):
                await self._turns.agent.end_session(self.id)

    async def close(self) -> None:
        """Stop the turn as interrupted and let go of the log, in bounded time. Twice is as good as once."""
        await self.making.close()
        await self._turns.close()
        await self.log.close()
