"""The sessions that are on the disk, kept in step with it: what other servers add, write and delete too."""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from parsess_lab.errors import StorageFailed
from parsess_lab.events import AnyEvent
from parsess_lab.log import Header, Log, Owner
from parsess_lab.log.owner import HEARTBEAT_SECONDS, beat, living, release
from parsess_lab.sessions.feed import Feed
from parsess_lab.sessions.ledger import Ledger
from parsess_lab.sessions.session import Session
from parsess_lab.sessions.surroundings import Surroundings

_LOOK_SECONDS = 1.0
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the disk says of a session of which this server is not the owner."""

    size: int
    other: Owner | None


class Shelf:
    """``folder`` holds one folder a session, named by its id."""

    def __init__(self, folder: Path, around: Surroundings, feed: Feed) -> None:
        self.folder = folder
        self._around = around
        self._feed = feed
        self._sessions: dict[str, Session] = {}
        self._busy: set[str] = set()
        self._loading = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None
        self._beaten = time.monotonic()

    async def load(self) -> Mapping[str, Session]:
        """All sessions by id. The first call reads every log once, and recovers what a crash left open."""
        async with self._loading:
            if self._watching is None:
                await self._look()
                self._watching = asyncio.create_task(self._watch(), name="watch of the sessions' folder")
        return self._sessions

    async def tell(self, id: str, words: str) -> None:
        """One line in a session's transcript, if there still is that session. Not before a first look at the disk."""
        if id in self._sessions:
            await self._sessions[id].note(words)

    def places(self) -> Mapping[str, Path]:
        """The directories of the sessions that are not archived, by id."""
        living = {id: one for id, one in self._sessions.items() if not one.facts.archived}
        return {id: one.directory for id, one in living.items() if not one.facts.making}

    def changed(self, id: str) -> None:
        """What is around a session looks different."""
        if id in self._sessions:
            self._feed.changed(id, self._sessions[id].listing.glance)

    async def make(self, header: Header, events: Sequence[AnyEvent]) -> Session:
        """A new session whose log begins with ``events``, on the disk. Raises StorageFailed."""
        folder, me = self.folder / header.session, self._around.me
        with self._busy_with(header.session):
            ledger = await asyncio.to_thread(Ledger, partial(Log.create, folder, header, me), me)
            try:
                ledger.append(events)
                await ledger.flush()
            except StorageFailed:
                await ledger.log.close()
                await asyncio.to_thread(_remove, folder)
                raise
            return self._put(ledger)

    async def remove(self, session: Session) -> None:
        """Close a session and delete its log."""
        with self._busy_with(session.id):
            await self._drop(session)
            await asyncio.to_thread(_remove, session.log.folder)

    def _put(self, ledger: Ledger) -> Session:
        session = Session(ledger, self._around)
        ledger.changed = lambda: self._feed.changed(session.id, session.listing.glance)
        self._sessions[session.id] = session
        ledger.changed()
        self._around.workspace.outlook.touch()
        return session

    async def _drop(self, session: Session) -> None:
        self._sessions.pop(session.id, None)
        await session.close()
        self._feed.changed(session.id, None)

    async def close(self) -> None:
        """End all turns, as interrupted, and give every session up, in a few seconds."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching}, timeout=_LOOK_SECONDS)
        owned = [session.log.folder for session in self._sessions.values() if session.log.owned]
        closing = [asyncio.create_task(session.close()) for session in self._sessions.values()]
        if closing:
            await asyncio.wait(closing, timeout=3.0)
        await asyncio.to_thread(_release, owned, self._around.me)

    # --- keeping in step ---------------------------------------------------------------------------------

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self._look()
                await self._beat()
            except Exception:
                _logger.exception("Looking after the sessions' folder failed; it is tried again")

    async def _look(self) -> None:
        known = dict(self._sessions)
        on_disk = await asyncio.to_thread(_ids, self.folder)
        for id in known.keys() - on_disk - self._busy:
            await self._drop(known[id])
        new = [self.folder / id for id in on_disk - self._sessions.keys() - self._busy]
        for ledger in await asyncio.to_thread(self._open, new) if new else []:
            self._put(ledger)
        await self._look_at_others()

    async def _look_at_others(self) -> None:
        """Of those that are not ours: what was appended, and whether their owner lives."""
        others = {id: one.log.folder for id, one in self._sessions.items() if not one.log.owned}
        seen = await asyncio.to_thread(_observe, others, self._around.me) if others else {}
        for id, there in seen.items():
            session = self._sessions.get(id)
            if session is not None and not session.log.owned:
                await session.keep_up(there.size, there.other)

    async def _beat(self) -> None:
        if time.monotonic() - self._beaten < HEARTBEAT_SECONDS:
            return
        self._beaten = time.monotonic()
        owned = {id: one.log.folder for id, one in self._sessions.items() if one.log.owned}
        for id in await asyncio.to_thread(_lost, owned, self._around.me):
            session = self._sessions.get(id)
            if session is not None:
                await session.lose()

    @contextmanager
    def _busy_with(self, id: str) -> Iterator[None]:
        """While a session is made or removed, its folder is not looked at."""
        self._busy.add(id)
        try:
            yield
        finally:
            self._busy.discard(id)

    def _open(self, folders: Iterable[Path]) -> list[Ledger]:
        ledgers = []
        for folder in folders:
            try:
                ledgers.append(Ledger(partial(Log.open, folder), self._around.me))
            except OSError as error:
                _logger.warning("The session in %s can't be read: %s", folder, error)
        return ledgers


def _ids(folder: Path) -> set[str]:
    try:
        return {path.name for path in folder.iterdir() if _ID.fullmatch(path.name) and _has_log(path)}
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise StorageFailed(f"The sessions in {folder} can't be read ({error.strerror}).") from error


def _has_log(folder: Path) -> bool:
    try:
        return (folder / "log.jsonl").stat().st_size > 0
    except OSError:
        return False


def _observe(folders: Mapping[str, Path], me: Owner) -> dict[str, _Seen]:
    seen = {}
    for id, folder in folders.items():
        try:
            seen[id] = _Seen((folder / "log.jsonl").stat().st_size, living(folder, me))
        except OSError:
            continue
    return seen


def _lost(folders: Mapping[str, Path], me: Owner) -> list[str]:
    return [id for id, folder in folders.items() if not beat(folder, me)]


def _release(folders: Iterable[Path], me: Owner) -> None:
    for folder in folders:
        release(folder, me)


def _remove(folder: Path) -> None:
    """Out of the list at once, then off the disk."""
    going = folder.with_name(f".deleted-{folder.name}")
    with suppress(FileNotFoundError):
        folder.rename(going)
        shutil.rmtree(going)
