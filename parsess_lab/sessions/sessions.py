"""All sessions of a server: the list is what the logs on the disk say, and nothing else."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path

import msgspec

from parsess_lab.agents.agent import Agent
from parsess_lab.errors import Conflict, InvalidRequest, NotFound, ParsessError, StorageFailed
from parsess_lab.events import AnyEvent, now
from parsess_lab.log import FORMAT, Header, Owner
from parsess_lab.sessions.beginning import Choice, beginning, name_for, numbered
from parsess_lab.sessions.directories import admit
from parsess_lab.sessions.feed import Feed
from parsess_lab.sessions.making import planned
from parsess_lab.sessions.outlook import Outlook
from parsess_lab.sessions.places import Places
from parsess_lab.sessions.request import WorktreeRequest
from parsess_lab.sessions.rules import Rules
from parsess_lab.sessions.session import Session
from parsess_lab.sessions.settings import EFFORT, MODEL, check_available, check_name, info_of
from parsess_lab.sessions.setups import Setups, Which
from parsess_lab.sessions.shelf import Shelf
from parsess_lab.sessions.summary import LacksSummary, Summary
from parsess_lab.sessions.surroundings import Surroundings, Workspace
from parsess_lab.terminals import Terminals
from parsess_lab.words import counted
from parsess_lab.worktrees import Carried, SetupState, Worktrees, create
from parsess_lab.worktrees.create import Plan

_FALLBACK = ("builtin", "tour")
_NUMBERS = 100


class Deleted(msgspec.Struct, frozen=True):
    """The session ``id`` is no more."""

    id: str


class Sessions:
    """Creates, lists, opens and deletes sessions below ``log_dir``, which is private to the user.

    ``default_agent`` None: the built-in agent where it is available, else the tour. ``rules`` are the
    administrator's, in rule syntax. Agents are closed by whoever made them.
    """

    def __init__(  # noqa: PLR0913 - one argument for each trait of the configuration
        self,
        log_dir: Path,
        agents: Mapping[str, Agent],
        *,
        allowed_roots: Sequence[Path],
        default_agent: str | None = None,
        max_running_turns: int = 50,
        allow_bypass: bool = False,
        rules: Sequence[str] = (),
        worktrees: Worktrees | None = None,
        setups: Setups | None = None,
        snapshots: int = 0,
        terminals: Terminals | None = None,
    ) -> None:
        roots = tuple(root.resolve() for root in allowed_roots)
        places = Places()
        made = worktrees or Worktrees(log_dir / "worktrees", roots)
        outlook = Outlook(made, places)
        self.workspace = Workspace(made, setups or Setups(made), outlook)
        self._planning = asyncio.Lock()
        self._default_agent = default_agent
        self._around = Surroundings(
            me=Owner.this(),
            agents=agents,
            allowed_roots=roots,
            allow_bypass=allow_bypass,
            slots=asyncio.Semaphore(max_running_turns),
            rules=Rules(log_dir / "rules", rules),
            places=places,
            workspace=self.workspace,
            snapshots=snapshots,
            terminals=terminals,
        )
        self._feed = Feed()
        self._shelf = Shelf(log_dir / "sessions", self._around, self._feed)
        self.workspace.tell = self._shelf.tell
        outlook.sessions = self._shelf.places
        outlook.changed = self._shelf.changed

    async def recover(self) -> None:
        """Open all logs, and finish or undo what killed servers were in the middle of; each session says which."""
        await self._shelf.load()
        await self.workspace.recover()
        self.look_again()

    async def list(self) -> list[Summary]:
        """All sessions, oldest first."""
        sessions = sorted((await self._shelf.load()).values(), key=lambda one: one.log.header.created)
        await self._around.places.look(session.log.header.directory for session in sessions)
        return [session.listing.summary() for session in sessions]

    async def get(self, id: str) -> Session:
        """One session. Raises NotFound."""
        session = (await self._shelf.load()).get(id)
        if session is None:
            raise NotFound(f"There is no session {id}; it may have been deleted.")
        return session

    async def create(  # noqa: PLR0913 - the fields of the form
        self,
        directory: str | Path,
        *,
        name: str | None = None,
        agent: str | None = None,
        model: str | None = None,
        mode: str = "ask",
        effort: str | None = None,
        worktree: WorktreeRequest | None = None,
    ) -> Summary:
        """A new session in an existing directory, or in a new ``worktree`` of the repository there.

        The worktree is planned before this returns and made after: see :mod:`.making`.

        Raises:
            InvalidRequest: ``unknown_agent``, ``unknown_mode``, ``unknown_model``, ``unknown_effort``, each
                with what is possible; and with Forbidden and NotFound what :func:`.directories.admit` raises.
            Conflict: ``agent_unavailable``, with what to do.
            StorageFailed: it could not be stored.
            GitFailed and those above: what :func:`parsess_lab.worktrees.create.plan` raises.
        """
        real = await asyncio.to_thread(admit, directory, self._around.allowed_roots)
        id, chosen = await self._agent(agent)
        info = await info_of(chosen)
        check_available(info)
        names = {session.facts.name for session in (await self._shelf.load()).values()}
        called = check_name(name) if name is not None else name_for(real, names)
        choice = Choice(called, mode, model, effort)
        events = beginning(choice, info, allow_bypass=self._around.allow_bypass)
        if worktree is None:
            return await self._begin(real, id, events)
        return await self._begin_in_worktree(real, id, events[:-1], called, worktree)

    async def _begin_in_worktree(
        self, directory: Path, agent: str, events: Sequence[AnyEvent], name: str, request: WorktreeRequest
    ) -> Summary:
        """``events`` without the last: it is idle once the worktree is there."""
        async with self._planning:
            plan = await self.plan_worktree(directory, request, name)
            begun = planned(plan.record, directory, name, request)
            path = Path(plan.record.path)
            summary = await self._begin(path, agent, [*events, begun])
        (await self.get(summary.id)).making.start(plan)
        return summary

    async def plan_worktree(self, directory: Path, request: WorktreeRequest, name: str) -> Plan:
        """What would be made; its branch and folder are nobody's, also not of one that is being made.

        Raises InvalidRequest, Conflict, Forbidden, GitFailed.
        """
        sessions = await self._shelf.load()
        making = [one.facts.worktree for one in sessions.values() if one.facts.making and one.facts.worktree]
        taken = {one.path for one in making} | {one.branch for one in making if one.branch}
        wanted = request.wanted(directory, name)
        for number in range(2, _NUMBERS):
            plan = await create.plan(self.workspace.worktrees.ground, replace(wanted, fetch=False))
            if not {plan.record.path, plan.record.branch} & taken:
                return plan
            if request.branch or request.folder:
                break
            wanted = replace(wanted, name=f"{request.name or name} {number}")
        raise Conflict("A worktree of that name is being made. Take another name.", code="branch_exists")

    async def duplicate(self, id: str) -> Summary:
        """A new session with the same directory and settings, but empty. Raises as :meth:`create`."""
        original = await self.get(id)
        facts, header = original.facts, original.log.header
        taken = {session.facts.name for session in (await self._shelf.load()).values()}
        return await self.create(
            header.directory,
            name=numbered(facts.name, taken),
            agent=header.agent,
            model=facts.option(MODEL),
            mode=facts.mode,
            effort=facts.option(EFFORT),
        )

    async def delete(self, id: str, consent: Collection[str] = ()) -> None:
        """Delete a session and its log for good; its directory is not touched.

        Raises:
            Conflict: ``would_lose``, with ``reasons`` ``[{kind, detail}]`` that ``consent`` does not name;
                ``read_only``: another server works with it.
            NotFound: no such session.
        """
        session = await self.get(id)
        await session.take_to_delete()
        reasons = [reason for reason in losses(session) if reason["kind"] not in consent]
        if reasons:
            details = " ".join(reason["detail"] for reason in reasons)
            raise Conflict(f"Deleting loses something. {details}", code="would_lose", reasons=reasons)
        with suppress(StorageFailed):
            await session.cancel()
        await session.leave_agent()
        with suppress(ParsessError, OSError):
            await session.drop_snapshots()
        await self._shelf.remove(session)
        self.look_again()

    # --- worktrees ---------------------------------------------------------------------------------------

    async def within(self, directory: Path) -> Sequence[Session]:
        """The sessions that work in a directory or below it."""
        sessions = (await self._shelf.load()).values()
        return [session for session in sessions if session.directory.is_relative_to(directory)]

    async def carry_over(self, id: str) -> Carried:
        """Bring the uncommitted changes of the checkout that the session's worktree came from.

        Raises:
            InvalidRequest: ``no_worktree``: it works in none that was made here.
            Conflict: ``carry_over`` with ``files``: they collide, nothing was written.
        """
        session = await self.get(id)
        await session.readiness.check_directory()
        record = await self.workspace.worktrees.find(session.directory)
        if record is None:
            raise InvalidRequest("This session works in no worktree that was made here.", code="no_worktree")
        carried = await self.workspace.worktrees.carry_over(record.id)
        self.look_again()
        return carried

    async def look_at_lacks(self, worktree: str) -> LacksSummary:
        """What a worktree lacks right now. Raises NotFound, GitFailed."""
        return await self.workspace.outlook.look_at_lacks(worktree)

    async def run_setup(self, worktree: str, which: Which, consent: str | None) -> SetupState:
        """Run a command that prepares a worktree; its session tells how it goes. Raises as ``Setups.start``."""
        record = self.workspace.worktrees.get(worktree)
        session = (await self._shelf.load()).get(record.session or "")
        if session is None:
            return (await self.workspace.setups.start(worktree, which, consent)).state
        return await session.making.run_setup(worktree, which, consent)

    def look_again(self) -> None:
        """Directories, branches or files may be others than a moment ago."""
        self.workspace.outlook.look_again()

    def feed(self) -> AsyncGenerator[Summary | Deleted]:
        """Changes of the list from this call on: each changed session as it is now, or that it is deleted."""
        return self._changes(self._feed.follow())

    async def close(self) -> None:
        """Stop all turns, as interrupted, and give the logs up, within a few seconds."""
        self._feed.close()
        await asyncio.gather(self._shelf.close(), self.workspace.close())

    async def _agent(self, id: str | None) -> tuple[str, Agent]:
        agents = self._around.agents
        id = id or self._default_agent or await self._first_available()
        if id not in agents:
            possible = ", ".join(agents)
            raise InvalidRequest(f"There is no agent {id} here. Possible: {possible}.", code="unknown_agent")
        return id, agents[id]

    async def _first_available(self) -> str:
        for id in _FALLBACK:
            if id in self._around.agents and (await info_of(self._around.agents[id])).available:
                return id
        return next(iter(self._around.agents), _FALLBACK[-1])

    async def _begin(self, directory: Path, agent: str, events: Sequence[AnyEvent]) -> Summary:
        id = secrets.token_hex(8)
        header = Header(format=FORMAT, session=id, created=now(), directory=str(directory), agent=agent)
        session = await self._shelf.make(header, events)
        return await session.summary()

    async def _changes(self, feed: AsyncGenerator[Collection[str]]) -> AsyncGenerator[Summary | Deleted]:
        sessions = await self._shelf.load()
        async with aclosing(feed) as changed:
            async for ids in changed:
                known = {id: sessions[id] for id in ids if id in sessions}
                await self._around.places.look(one.log.header.directory for one in known.values())
                for id in ids:
                    yield known[id].listing.summary() if id in known else Deleted(id)


def losses(session: Session) -> list[dict[str, str]]:
    """What would be lost with the session: ``{kind, detail}`` each."""
    facts, found = session.facts, {}
    if session.running:
        found["running"] = "A turn is running; it would be stopped."
    if facts.questions:
        found["question"] = f"A question is open: {facts.questions[0].title}"
    if facts.prompts:
        found["conversation"] = f"The conversation has {counted(len(facts.prompts), 'prompt')}."
    return [{"kind": kind, "detail": detail} for kind, detail in found.items()]
