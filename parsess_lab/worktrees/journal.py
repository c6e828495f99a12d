"""What we are in the middle of, on disk before it is done: a server killed between any two steps finds it again.

An intent is one small file, written before the first step and deleted after the last. Recovery either
finishes what it tells of or undoes it; it never deletes what it can't account for.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
import psutil

from parsess_lab.processes import server_id
from parsess_lab.worktrees.record import write_json

_FOREIGN_SECONDS = 3600.0

IntentKind = Literal["create", "land", "remove", "restore"]

OnStep = Callable[[str, str, bool], None]
"""Called with kind and step, right before and right after (True) it is written down: tests end the process in it."""


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """The process that is at it."""

    host: str
    pid: int
    started: float
    server: str
    """The mark that all its child processes carry."""

    @classmethod
    def here(cls) -> Owner:
        return cls(
            host=socket.gethostname(),
            pid=os.getpid(),
            started=psutil.Process().create_time(),
            server=server_id(),
        )

    def alive(self, at: float) -> bool:
        """Whether it may still be at it, having written that down ``at`` seconds since the epoch.

        Of a process on another host (a container that was made anew has another name, too) nothing can be known: it has
        an hour for one step, which is more than any may take.
        """
        if self.host != socket.gethostname():
            return time.time() - at < _FOREIGN_SECONDS
        try:
            return abs(psutil.Process(self.pid).create_time() - self.started) < 1.0
        except psutil.Error:
            return False


class Intent(msgspec.Struct, kw_only=True):
    """One thing under way. ``facts`` is all that recovery needs to know."""

    id: str
    kind: IntentKind
    repository: str
    owner: Owner
    step: str
    at: float
    """When ``step`` was written down, in seconds since the epoch."""
    facts: dict[str, Any]


class Journal:
    """The intents of all servers of this person, in ``folder``."""

    def __init__(self, folder: Path, on_step: OnStep | None = None) -> None:
        self._folder = folder
        self._on_step = on_step
        self._owner: Owner | None = None

    async def begin(self, kind: IntentKind, repository: Path, **facts: Any) -> Intent:
        self._owner = self._owner or Owner.here()
        intent = Intent(
            id=f"{kind}-{secrets.token_hex(6)}", kind=kind, repository=str(repository), owner=self._owner,
            step="begun", at=time.time(), facts=facts,
        )  # fmt: skip
        await self.step(intent, "begun")
        return intent

    async def step(self, intent: Intent, name: str, **facts: Any) -> None:
        """Write down that ``name`` comes next, before it is done."""
        intent.step, intent.at = name, time.time()
        intent.facts.update(facts)
        self._tell(intent, name, written=False)
        await asyncio.to_thread(self._write, intent)
        self._tell(intent, name, written=True)

    async def end(self, intent: Intent) -> None:
        self._tell(intent, "ended", written=False)
        await asyncio.to_thread(self._file(intent).unlink, missing_ok=True)
        self._tell(intent, "ended", written=True)

    def _tell(self, intent: Intent, name: str, *, written: bool) -> None:
        if self._on_step is not None:
            self._on_step(intent.kind, name, written)

    def abandoned(self) -> list[Intent]:
        """Intents whose process is gone."""
        found = []
        for name in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else []:
            try:
                intent = msgspec.json.decode(name.read_bytes(), type=Intent)
            except (OSError, msgspec.DecodeError):
                continue
            if re.fullmatch(r"[a-z]+-[0-9a-f]+", intent.id) and not intent.owner.alive(intent.at):
                found.append(intent)
        return found

    def _write(self, intent: Intent) -> None:
        write_json(self._file(intent), intent, durable=intent.kind in ("remove", "restore"))

    def _file(self, intent: Intent) -> Path:
        return self._folder / f"{intent.id}.json"
