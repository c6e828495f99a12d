"""One session's append-only log: the only truth about it.

``<log_dir>/sessions/<id>/log.jsonl``, private to the user. Persist, then publish: whoever follows never sees
what the file does not have. Nothing of it is held in memory but where every so many lines begin, and what was
written last, which spares those who follow the way over the disk.

Must be used from one event loop; :meth:`Log.open` alone may run in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from pathlib import Path

from parsess_lab.errors import Conflict, InvalidRequest, ParsessError, StorageFailed
from parsess_lab.events import AnyEvent, Notice, Stored, encode, now
from parsess_lab.log import owner
from parsess_lab.log.blobs import Blobs
from parsess_lab.log.chunks import Joiner
from parsess_lab.log.creating import write_new
from parsess_lab.log.disk import Appender
from parsess_lab.log.lines import AnyStored, Header, parse, read_header, whole_lines
from parsess_lab.log.owner import Owner
from parsess_lab.log.reading import Reader
from parsess_lab.log.repair import Damage, keep_aside, mend_tail

LIMIT = 10_000


class Behind(Exception):
    """A follower was too slow and has been let go; it may come back with its cursor."""


class Log:
    """Appends, reads and follows. ``stored`` is called with every event once it is in the file, in order."""

    def __init__(
        self, folder: Path, header: Header, start: int, stored: Callable[[AnyStored], object]
    ) -> None:
        self.folder = folder
        self.header = header
        self.blobs = Blobs(folder / "blobs")
        self.last_seq = 0
        self.owned = False
        self.damages: list[Damage] = []
        self.torn = False
        self.problem: str | None = None
        self._stored = stored
        self._file = Appender(folder / "log.jsonl", start)
        self._joiner = Joiner(self._write)
        self._reader = Reader(self._file.path, start)
        self._waiting: set[asyncio.Event] = set()
        self._latest: list[Stored] = []
        self._closed = False

    @classmethod
    def create(cls, folder: Path, header: Header, me: Owner, stored: Callable[[AnyStored], object]) -> Log:
        """A new log, owned by ``me`` and on the disk. Blocks: call it in a thread.

        Raises:
            StorageFailed: it could not be written.
        """
        try:
            start = write_new(folder, header)
            owner.claim(folder, me)
        except OSError as error:
            raise StorageFailed(f"The session can't be stored in {folder} ({error.strerror}).") from error
        log = cls(folder, header, start, stored)
        log.owned = True
        return log

    @classmethod
    def open(cls, folder: Path, stored: Callable[[AnyStored], object]) -> Log:
        """An existing log, read once from front to back, for reading. Blocks: call it in a thread.

        A header that can't be read leaves a log without directory and agent, and says so in ``problem``.

        Raises:
            OSError: there is no log in ``folder``.
        """
        header, start, problem = read_header(folder / "log.jsonl", folder.name)
        log = cls(folder, header, start, stored)
        log.problem = problem
        log.refresh()
        return log

    # --- writing ---------------------------------------------------------------------------------------

    def append(self, event: AnyEvent) -> Stored:
        """Write one event and publish it; it survives the end of this process. See :meth:`append_all`."""
        return self.append_all([event])[0]

    def append_all(self, events: Sequence[AnyEvent]) -> list[Stored]:
        """Write events one after the other, all or none, and publish them.

        Raises:
            StorageFailed: none was written.
            Conflict: another server owns the log.
        """
        self._joiner.flush()
        return self._write(events)

    def stream(self, event: AnyEvent) -> None:
        """Append a piece of text or output, joined with its neighbours; anything else like :meth:`append`."""
        if not self._joiner.add(event):
            self.append(event)

    async def flush(self) -> None:
        """Return once everything appended so far is on the disk.

        Raises:
            StorageFailed: it may not be there; acknowledge nothing.
        """
        await self._file.sync()

    def rest(self) -> None:
        """Hold no file open until the next append."""
        self._file.rest()

    def _write(self, events: Sequence[AnyEvent]) -> list[Stored]:
        if not self.owned:
            raise Conflict("Another server works with this session: it can only be read.", code="read_only")
        at = now()
        stored = [Stored(self.last_seq + 1 + place, at, event) for place, event in enumerate(events)]
        lines = [encode(one) + b"\n" for one in stored]
        offset = self._file.size
        self._file.write(b"".join(lines))
        for one, line in zip(stored, lines, strict=True):
            self._admit(offset, one)
            offset += len(line)
        self._latest = stored
        self._wake()
        return stored

    def _admit(self, offset: int, stored: AnyStored) -> None:
        self._reader.note(stored.seq, offset)
        self.last_seq = stored.seq
        self._stored(stored)

    @property
    def size(self) -> int:
        """Bytes of the file that have been taken in."""
        return self._file.size

    @property
    def synced(self) -> int:
        """Bytes of the file that are known to be on the disk."""
        return self._file.synced

    # --- reading ---------------------------------------------------------------------------------------

    def read(self, after: int = 0) -> Iterator[AnyStored]:
        """Every stored event with a number above ``after``, read as it is asked for. Blocks on the disk."""
        offset, size = self._reader.offset(after), self._file.size
        while offset < size:
            offset, batch = self._reader.batch(offset, after, size)
            yield from batch
            after = batch[-1].seq if batch else after

    async def follow(self, after: int = 0, limit: int = LIMIT) -> AsyncGenerator[AnyStored]:
        """Everything after ``after``, then what comes, until the log is closed. Use it with ``aclosing``.

        Raises:
            Behind: the follower once had caught up and then fell more than ``limit`` events behind.
            InvalidRequest: ``after`` is beyond the log (``cursor_ahead``); begin at 0.
        """
        async with aclosing(self.follow_batches(after, limit)) as batches:
            async for batch in batches:
                for stored in batch:
                    yield stored

    async def follow_batches(self, after: int = 0, limit: int = LIMIT) -> AsyncGenerator[list[AnyStored]]:
        """As :meth:`follow`, with all that is there at a time in one list."""
        if after > self.last_seq:
            raise InvalidRequest(f"The log ends at {self.last_seq}; read it from 0.", code="cursor_ahead")
        wake, offset, caught_up = asyncio.Event(), self._reader.offset(after), False
        self._waiting.add(wake)
        try:
            while True:
                wake.clear()
                if offset < self._file.size:
                    if caught_up and self.last_seq - after > limit:
                        raise Behind(f"More than {limit} events behind; come back with after={after}.")
                    offset, batch = self._fresh(after) or await self._reader.next_batch(
                        offset, after, self._file.size
                    )
                    if batch:
                        after = batch[-1].seq
                        yield batch
                elif self._closed:
                    return
                else:
                    caught_up = True
                    await wake.wait()
        finally:
            self._waiting.discard(wake)

    def _fresh(self, after: int) -> tuple[int, list[AnyStored]] | None:
        """All that stands above ``after``, if it was written in one go, and where the next batch begins."""
        latest = self._latest
        if latest and latest[0].seq == after + 1 and latest[-1].seq == self.last_seq:
            return self._file.size, [*latest]
        return None

    def _wake(self) -> None:
        for wake in self._waiting:
            wake.set()

    # --- owners ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Take in what another server has appended."""
        for offset, line in whole_lines(self._file.path, self._file.size):
            stored = parse(line, self.last_seq)
            if stored is None:
                self.damages.append(Damage(offset, line))
            else:
                self._admit(offset, stored)
            self._file.size = offset + len(line)
        self.torn = self._file.path.stat().st_size > self._file.size
        self._wake()

    def own(self, me: Owner) -> Owner | None:
        """Become the writer: take over from a dead owner, take in what it wrote, mend what it left torn.

        Damage found is told by a ``_notice``. Returns the owner that is in the way, if one lives.

        Raises:
            StorageFailed: the folder can't be written.
            Conflict: this version can't write to such a log (``unreadable_log``), or it is ``closed``.
        """
        if self._closed:
            raise Conflict("This session is closed; the server is stopping.", code="closed")
        if self.problem is not None:
            raise Conflict(self.problem, code="unreadable_log")
        try:
            other = owner.claim(self.folder, me)
            if other is None:
                self.refresh()
                self._mend()
        except OSError as error:
            raise StorageFailed(f"{self.folder} can't be written ({error.strerror}).") from error
        return other

    def _mend(self) -> None:
        aside = self.folder / "damaged.jsonl"
        torn = mend_tail(self._file.path, self._file.size, self.last_seq, aside)
        self.refresh()
        damaged = keep_aside(aside, self.damages)
        self.owned = True
        # A number that a damaged line may have had is not given out again: someone may have seen it.
        self.last_seq += self._damaged_at_the_end()
        if torn:
            self.append(_warning("The log's last line was incomplete, as after a crash, and was cut off"))
        if damaged:
            self.append(_warning(f"{damaged} damaged lines of the log can't be read; they are in {aside}"))

    def _damaged_at_the_end(self) -> int:
        end, count = self._file.size, 0
        for damage in reversed(self.damages):
            if damage.offset + len(damage.line) != end:
                break
            end, count = damage.offset, count + 1
        return count

    async def close(self) -> None:
        """Write what is held back, end all followers, close the file. Never fails: who is left to be told?"""
        if self.owned:
            with suppress(ParsessError):
                self._joiner.flush()
                await self.flush()
        self._closed = True
        self.owned = False
        self._wake()
        await self._file.close()


def _warning(text: str) -> Notice:
    return Notice(text=f"{text}.", level="warning")
