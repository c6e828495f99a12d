"""The growing end of a file: what is written is written whole, and synced for many callers at once."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from parsess_lab.errors import StorageFailed

# Threads of its own: an answer must not wait behind a slow search in the default pool.
_SYNCING = ThreadPoolExecutor(4, thread_name_prefix="parsess-sync")
_sync_data = getattr(os, "fdatasync", os.fsync)


class Appender:
    """Appends to ``path``, of which ``size`` bytes are known to be whole and ``synced`` to be on the disk."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.size = size
        self.synced = 0
        self._torn = False
        self._descriptor: int | None = None
        self._syncing: asyncio.Future[None] | None = None

    def write(self, data: bytes) -> None:
        """Hand all of ``data`` to the operating system, or nothing.

        Raises:
            StorageFailed: disk full, quota, file gone. The file ends where it ended before.
        """
        try:
            descriptor = self._open()
            self._cut_back(descriptor)
            self._torn = True
            _write_all(descriptor, data)
            self._torn = False
        except OSError as error:
            self._undo()
            raise _failed(error) from error
        self.size += len(data)

    async def sync(self) -> None:
        """Return once everything written so far is on the disk.

        Raises:
            StorageFailed: it may not be there.
        """
        wanted = self.size
        while self.synced < wanted:
            if self._syncing is None:
                self._syncing = asyncio.ensure_future(self._sync())
            await asyncio.shield(self._syncing)

    def rest(self) -> None:
        """Close the file until the next write, if all is synced: an idle session holds no descriptor."""
        if self._descriptor is not None and self._syncing is None and self.synced >= self.size:
            os.close(self._descriptor)
            self._descriptor = None

    async def close(self) -> None:
        """Close the file, after the sync that is under way."""
        if self._syncing is not None:
            await asyncio.wait({self._syncing})
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        return self._descriptor

    async def _sync(self) -> None:
        size = self.size
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(_SYNCING, _sync_data, self._open())
            self.synced = size
        except OSError as error:
            raise _failed(error) from error
        finally:
            self._syncing = None

    def _undo(self) -> None:
        # What can't be undone now is undone before the next write: a torn line never gets a successor.
        with suppress(OSError):
            if self._descriptor is not None:
                self._cut_back(self._descriptor)

    def _cut_back(self, descriptor: int) -> None:
        if self._torn:
            os.ftruncate(descriptor, self.size)
            self._torn = False


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _failed(error: OSError) -> StorageFailed:
    why = error.strerror or str(error)
    return StorageFailed(f"The session's log can't be written ({why}). Free some space, then try again.")
