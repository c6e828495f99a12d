"""The setup command of a worktree: found, proposed, and run beside everything else once somebody agreed.

A command from the person's own settings is theirs. One from ``.parsess/settings.json`` came with the repository,
from whoever wrote it: it is only proposed, and what was agreed to is this very text (``fingerprint``).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from parsess_lab import environments
from parsess_lab.errors import Conflict, InvalidRequest
from parsess_lab.processes import Child, child_environment, start
from parsess_lab.worktrees.record import Record

FILE = Path(".parsess") / "settings.json"
SECONDS = 1800.0
_LOG_LIMIT = 16 * 2**20  # bytes; what comes after is read and dropped


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """A command for ``sh -c``, run in the worktree. ``wait`` asks for the agent to start after it."""

    command: str
    source: Literal["settings", "repository", "recipe"]
    seconds: float = SECONDS
    wait: bool = False

    @property
    def needs_consent(self) -> bool:
        return self.source == "repository"

    @property
    def fingerprint(self) -> str:
        """What a consent is for: it does not cover a changed command."""
        return hashlib.sha256(self.command.encode()).hexdigest()


class _Worktree(msgspec.Struct, frozen=True):
    setup: str | list[str] | None = None
    timeout: float = SECONDS
    wait: bool = False


class _File(msgspec.Struct, frozen=True):
    worktree: _Worktree = _Worktree()


class SetupState(msgspec.Struct, frozen=True, kw_only=True):
    """How a run is going. ``exit_code`` is None while it runs and when it was ended."""

    status: Literal["running", "done", "failed", "timed_out", "cancelled"]
    log: str
    """Path of the file with its output."""
    exit_code: int | None = None
    seconds: float


def find(worktree: Path, configured: str | None = None, *, wait: bool = False) -> Setup | None:
    """The setup command: from the settings, else what the repository proposes, else None. Reads one small file.

    Raises InvalidRequest when the repository's file can't be read.
    """
    if configured and configured.strip():
        return Setup(command=configured, source="settings", wait=wait)
    path = worktree / FILE
    if not path.is_file() or not Path(os.path.realpath(path)).is_relative_to(worktree):
        return None
    try:
        said = msgspec.json.decode(path.read_bytes(), type=_File).worktree
    except (OSError, msgspec.DecodeError) as error:
        raise InvalidRequest(f"{FILE} can't be read: {error}") from error
    command = " && ".join(said.setup) if isinstance(said.setup, list) else said.setup
    if not command or not command.strip():
        return None
    return Setup(
        command=command, source="repository", seconds=min(max(said.timeout, 1.0), SECONDS), wait=said.wait
    )


class SetupRun:
    """One run of a setup command. Start it, look at ``state``, wait for it, cancel it, start another."""

    def __init__(self, worktree: Path, setup: Setup, log: Path) -> None:
        self.setup = setup
        self._worktree = worktree
        self._log = log
        self._child: Child | None = None
        self._task: asyncio.Task[None] | None = None
        self._begun = time.monotonic()
        self._ended: float | None = None
        self._why: Literal["timed_out", "cancelled"] | None = None

    async def start(self, extra: Mapping[str, str], *, consent: str | None = None) -> None:
        """Raises Conflict (``needs_consent``) unless ``consent`` is the fingerprint of a proposed command."""
        if self.setup.needs_consent and consent != self.setup.fingerprint:
            raise Conflict(
                f"The repository proposes to run `{self.setup.command}`: read it, then agree or not.",
                code="needs_consent",
                command=self.setup.command,
                fingerprint=self.setup.fingerprint,
            )
        self._log.write_bytes(b"")
        self._child = await start(
            ["sh", "-c", self.setup.command],
            directory=self._worktree,
            environment=environments.without(child_environment(extra=extra)),
            output=self._write,
        )
        self._task = asyncio.create_task(self._follow(self._child), name=f"setup of {self._worktree}")

    @property
    def state(self) -> SetupState:
        seconds = (self._ended or time.monotonic()) - self._begun
        if self._ended is None or self._child is None:
            return SetupState(status="running", log=str(self._log), seconds=seconds)
        code = self._child.exit_code
        status = self._why or ("done" if code == 0 else "failed")
        return SetupState(
            status=status, log=str(self._log), exit_code=None if self._why else code, seconds=seconds
        )

    async def wait(self) -> SetupState:
        """Wait until it has ended; cancelling ends only the wait."""
        if self._task is not None:
            await asyncio.wait({self._task})
        return self.state

    async def cancel(self) -> SetupState:
        """End it with everything it started."""
        if self._child is not None and self._ended is None:
            self._why = "cancelled"
            await self._child.stop()
        return await self.wait()

    async def _follow(self, child: Child) -> None:
        try:
            async with asyncio.timeout(self.setup.seconds):
                await child.wait()
        except TimeoutError:
            self._why = "timed_out"
            await child.stop()
        finally:
            self._ended = time.monotonic()

    def _write(self, text: str) -> None:
        size = self._log.stat().st_size
        if size >= _LOG_LIMIT:
            return
        with self._log.open("a") as log:
            log.write(text)
            if size + len(text) >= _LOG_LIMIT:
                log.write("\n[the rest of the output is left out]\n")


def log_of(record: Record, git_dir: Path) -> Path:
    """In the worktree's git directory: it goes and comes back with the worktree, and is in nobody's way."""
    return git_dir / f"parsess-setup-{record.id}.log"


def variables(record: Record) -> dict[str, str]:
    """What a setup command can use."""
    return {
        "PARSESS_WORKTREE": record.path,
        "PARSESS_SOURCE": record.source or "",
        "PARSESS_BRANCH": record.branch or "",
    }
