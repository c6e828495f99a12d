"""One session, as the routes see it: prompts, answers, settings. Turns and log have files of their own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

from parsess_lab.changes import Changes, Snapshots
from parsess_lab.errors import Conflict, Forbidden, NotFound, ParsessError, StorageFailed
from parsess_lab.events import (
    Block,
    DirectoryChanged,
    Notice,
    PromptQueued,
    PromptRemoved,
    QuestionAnswered,
    Seen,
)
from parsess_lab.log import Log, Owner
from parsess_lab.sessions.directories import admit
from parsess_lab.sessions.facts import Facts
from parsess_lab.sessions.keeping import Keeping
from parsess_lab.sessions.ledger import Ledger, owned_by
from parsess_lab.sessions.making import Making
from parsess_lab.sessions.prompts import check_id, store
from parsess_lab.sessions.rewinding import Rewinding
from parsess_lab.sessions.settings import Wanted, changes, info_of
from parsess_lab.sessions.summarise import summarise, worktree_of
from parsess_lab.sessions.summary import ConflictSummary, Summary, WorktreeSummary
from parsess_lab.sessions.surroundings import Surroundings
from parsess_lab.sessions.turns import Turns
from parsess_lab.words import counted
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
        self.rewinding = Rewinding(
            ledger, self.snapshots, self._gate, lambda: self.running, self.check_directory
        )
        self.making = Making(ledger, around.workspace, self._turns.start_next)

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

    @property
    def glance(self) -> object:
        """Differs when the list looks different at a glance; text that streams is left out."""
        facts = self.facts
        settings = (facts.name, facts.mode, facts.options, facts.worktree, len(facts.rewinds))
        return facts.state, facts.questions, settings, self._ledger.other, self._ledger.problem, self._outside

    @property
    def _outside(self) -> tuple[WorktreeSummary | None, Sequence[ConflictSummary]]:
        place = self._around.places.at(self.log.header.directory)
        outlook = self._around.workspace.outlook
        lacks = outlook.lacks(place.record.id if place.record else None)
        worktree = worktree_of(
            self.facts.worktree, place, lacks, kept=self._is_removed(directory_exists=place.exists)
        )
        return worktree, outlook.conflicts(self.id)

    def _is_removed(self, *, directory_exists: bool) -> bool:
        """Its worktree was removed here and can be brought back."""
        told = self.facts.worktree
        return not directory_exists and told is not None and self._around.workspace.worktrees.keeps(told.id)

    async def summary(self) -> Summary:
        """The session as the list shows it."""
        await self._around.places.look([self.log.header.directory])
        return self.present()

    def present(self) -> Summary:
        """As :meth:`summary`, with the directory as it was when last looked at."""
        place = self._around.places.at(self.log.header.directory)
        worktree, conflicts = self._outside
        return summarise(
            self.log.header,
            self.facts,
            branch=place.branch or (worktree.branch if worktree else None),
            worktree=worktree,
            environment=place.environment,
            conflicts=list(conflicts),
            state="failed" if self._turns.unwritten else self.facts.state,
            read_only=self._ledger.read_only,
            problem=self._problem(place.exists),
        )

    def _problem(self, directory_exists: bool) -> str | None:
        if problem := self._ledger.problem or self.log.problem:
            return problem
        if self._ledger.other is not None:
            return owned_by(self._ledger.other)
        if self.facts.making or (self.facts.worktree and self.facts.worktree.status == "failed"):
            return None  # there is nothing yet to miss
        if not directory_exists:
            return self._missing()
        if self.log.damages:
            damaged = counted(len(self.log.damages), "line of its log is", "lines of its log are")
            return f"{damaged} damaged and left out."
        return None

    def _missing(self) -> str:
        if self._is_removed(directory_exists=False):
            return "The worktree of this session was removed. Bring it back to go on."
        return f"The directory {self.directory} is gone. Bring it back, or start a session elsewhere."

    # --- prompts ---------------------------------------------------------------------------------------

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
            await self._check_ready()
            kept = await asyncio.to_thread(store, content, self.log.blobs)
            async with self._gate:
                self._accept(PromptQueued(id=id, content=kept, when=when))
        await self._ledger.flush()

    def _accept(self, prompt: PromptQueued) -> None:
        self._check_not_archived()
        if prompt.id in self.facts.prompts:
            return
        if self.running or self.facts.making:
            self._ledger.append([prompt])
        else:
            self._turns.start(prompt)

    async def edit_prompt(self, id: str, content: Sequence[Block]) -> None:
        """Replace a queued prompt. Raises as :meth:`prompt`, NotFound, Conflict ``already_read``."""
        await self._ledger.take()
        self._queued(id)
        kept = await asyncio.to_thread(store, content, self.log.blobs)
        self._ledger.append([PromptQueued(id=id, content=kept, when=self._queued(id).when)])
        await self._ledger.flush()

    async def remove_prompt(self, id: str) -> None:
        """Take a queued prompt back. Raises NotFound, Conflict ``already_read``."""
        await self._ledger.take()
        self._queued(id)
        self._ledger.append([PromptRemoved(id=id)])
        await self._ledger.flush()

    async def send_now(self, id: str) -> None:
        """Have a queued prompt read at the agent's next step, or at once if no turn runs."""
        await self._ledger.take()
        await self._check_ready()
        async with self._gate:
            queued = self._queued(id)
            if self.running or self.facts.making:
                self._ledger.append([PromptQueued(id=id, content=queued.content, when="now")])
            else:
                self._turns.start(queued)
        await self._ledger.flush()

    async def resume_queue(self) -> bool:
        """Go on with the queue after a failed or stopped turn; False if nothing waits, or a turn runs."""
        await self._ledger.take()
        await self._check_ready()
        async with self._gate:
            started = not self.running and not self.facts.making and self._turns.start_next()
        await self._ledger.flush()
        return started

    def _queued(self, id: str) -> PromptQueued:
        for prompt in self.facts.queue:
            if prompt.id == id:
                return prompt
        if id in self.facts.prompts:
            raise Conflict("The agent has read this prompt, or it was taken back.", code="already_read")
        raise NotFound(f"No prompt {id} is queued in this session.")

    async def _check_ready(self) -> None:
        """A prompt may be taken: it waits while the worktree is made."""
        self._check_not_archived()
        if not self.facts.making:
            await self.check_directory()

    async def check_directory(self) -> None:
        """Raises Conflict, ``starting`` or what :func:`.directories.admit` says, if no work can be done there."""
        if self.facts.making:
            raise Conflict("The worktree of this session is being made. Wait a moment.", code="starting")
        try:
            await asyncio.to_thread(admit, self.directory, self._around.allowed_roots)
        except ParsessError as error:
            self._look_again()
            raise Conflict(error.message, code=error.code) from error
        if not self._around.places.at(self.log.header.directory).exists:
            self._look_again()

    def _look_again(self) -> None:
        """The list must not go on saying what has just turned out otherwise."""
        self._around.places.forget()
        self._ledger.changed()

    def _check_not_archived(self) -> None:
        if self.facts.archived:
            raise Conflict("This session is archived. Restore it to go on.", code="archived")

    # --- the turn, its questions, the settings -----------------------------------------------------------

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
        self._check_not_archived()
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
        await self.check_directory()
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
        await self.check_directory()
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
