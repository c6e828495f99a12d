"""All sessions of a server: the list is what the logs on the disk say, and nothing else."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing, suppress
from pathlib import Path

import msgspec

from parsess_lab.agents.agent import Agent
from parsess_lab.errors import Conflict, InvalidRequest, NotFound, StorageFailed
from parsess_lab.events import AnyEvent, now
from parsess_lab.log import FORMAT, Header, Owner
from parsess_lab.sessions.beginning import Choice, beginning, name_for, numbered
from parsess_lab.sessions.directories import admit
from parsess_lab.sessions.feed import Feed
from parsess_lab.sessions.places import Places
from parsess_lab.sessions.rules import Rules
from parsess_lab.sessions.session import Session
from parsess_lab.sessions.settings import EFFORT, MODEL, check_available, check_name, info_of
from parsess_lab.sessions.shelf import Shelf
from parsess_lab.sessions.summary import Summary
from parsess_lab.sessions.surroundings import Surroundings

_FALLBACK = ("builtin", "tour")


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
    ) -> None:
        self._default_agent = default_agent
        self._around = Surroundings(
            me=Owner.this(),
            agents=agents,
            allowed_roots=tuple(root.resolve() for root in allowed_roots),
            allow_bypass=allow_bypass,
            slots=asyncio.Semaphore(max_running_turns),
            rules=Rules(log_dir / "rules", rules),
            places=Places(),
        )
        self._feed = Feed()
        self._shelf = Shelf(log_dir / "sessions", self._around, self._feed)

    async def list(self) -> list[Summary]:
        """All sessions, oldest first."""
        sessions = sorted((await self._shelf.load()).values(), key=lambda one: one.log.header.created)
        await self._around.places.look(session.log.header.directory for session in sessions)
        return [session.present() for session in sessions]

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
    ) -> Summary:
        """A new session in an existing directory.

        Raises:
            InvalidRequest: ``unknown_agent``, ``unknown_mode``, ``unknown_model``, ``unknown_effort``, each
                with what is possible; and with Forbidden and NotFound what :func:`.directories.admit` raises.
            Conflict: ``agent_unavailable``, with what to do.
            StorageFailed: it could not be stored.
        """
        real = await asyncio.to_thread(admit, directory, self._around.allowed_roots)
        id, chosen = await self._agent(agent)
        info = await info_of(chosen)
        check_available(info)
        names = {session.facts.name for session in (await self._shelf.load()).values()}
        called = check_name(name) if name is not None else name_for(real, names)
        choice = Choice(called, mode, model, effort)
        events = beginning(choice, info, allow_bypass=self._around.allow_bypass)
        return await self._begin(real, id, events)

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
        await self._shelf.remove(session)

    def feed(self) -> AsyncGenerator[Summary | Deleted]:
        """Changes of the list from this call on: each changed session as it is now, or that it is deleted."""
        return self._changes(self._feed.follow())

    async def close(self) -> None:
        """Stop all turns, as interrupted, and give the logs up, within a few seconds."""
        self._feed.close()
        await self._shelf.close()

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
                    yield known[id].present() if id in known else Deleted(id)


def losses(session: Session) -> list[dict[str, str]]:
    """What would be lost with the session: ``{kind, detail}`` each."""
    facts, found = session.facts, {}
    if session.running:
        found["running"] = "A turn is running; it would be stopped."
    if facts.questions:
        found["question"] = f"A question is open: {facts.questions[0].title}"
    if facts.prompts:
        found["conversation"] = f"The conversation has {len(facts.prompts)} prompts."
    return [{"kind": kind, "detail": detail} for kind, detail in found.items()]
