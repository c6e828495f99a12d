"""Commands that prepare a worktree: what could be run in it, and the latest run of each."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Literal

import msgspec

from parsess_lab.errors import Conflict, InvalidRequest, NotFound
from parsess_lab.worktrees import Setup, SetupRun, SetupState, Worktrees
from parsess_lab.worktrees.recipe import recipe
from parsess_lab.worktrees.remove import own
from parsess_lab.worktrees.setup import find, log_of

Which = Literal["setup", "recipe"]
OnEnd = Callable[[Path], Coroutine[object, object, None]]


class SetupOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A command that can be run. The repository's own ``needs_consent``, which is for ``fingerprint`` alone."""

    command: str
    source: Literal["settings", "repository", "recipe"]
    needs_consent: bool
    fingerprint: str
    wait: bool
    seconds: float


class Setups:
    """``configured`` is the administrator's setup command for all worktrees, which needs no consent.

    ``on_end`` is called with the worktree's folder when a command has ended, however it did.
    """

    def __init__(
        self, worktrees: Worktrees, configured: str = "", *, wait: bool = False, on_end: OnEnd | None = None
    ) -> None:
        self._worktrees = worktrees
        self._on_end = on_end
        self._following: set[asyncio.Task[None]] = set()
        self._configured = configured
        self._wait = wait
        self._runs: dict[str, SetupRun] = {}
        self._settled: dict[str, asyncio.Event] = {}

    def offers(self, directory: Path) -> tuple[SetupOffer | None, SetupOffer | None]:
        """The setup command and the environment's recipe that hold in a checkout. Reads small files."""
        try:
            command = find(directory, self._configured, wait=self._wait)
        except InvalidRequest:
            command = None
        return _offer(command), _offer(recipe(directory))

    def command(self, worktree: str, which: Which = "setup") -> Setup | None:
        """What would be run. Raises NotFound, InvalidRequest (the repository's file can't be read)."""
        if which == "recipe":
            return recipe(Path(self._worktrees.get(worktree).path))
        return self._worktrees.setup(worktree, self._configured, wait=self._wait)

    async def start(self, worktree: str, which: Which = "setup", consent: str | None = None) -> SetupRun:
        """Run it, and return at once.

        Raises:
            NotFound: there is no such command.
            Conflict: ``needs_consent`` with the command; ``running``: another one runs.
        """
        command = await asyncio.to_thread(self.command, worktree, which)
        if command is None:
            what = "setup command" if which == "setup" else "Python project to make an environment for"
            raise NotFound(f"There is no {what} in this worktree.", code="no_setup")
        if self.running(worktree):
            raise Conflict("A setup command runs already. Wait for it, or cancel it.", code="running")
        self._runs[worktree] = run = await self._worktrees.run_setup(worktree, command, consent)
        if self._on_end is not None:
            task = asyncio.create_task(_follow(run, Path(self._worktrees.get(worktree).path), self._on_end))
            self._following.add(task)
            task.add_done_callback(self._following.discard)
        return run

    def running(self, worktree: str) -> bool:
        state = self.state(worktree)
        return state is not None and state.status == "running"

    def state(self, worktree: str) -> SetupState | None:
        """How the latest run of this server is going."""
        run = self._runs.get(worktree)
        return run.state if run is not None else None

    def output(self, worktree: str, last: int | None = None) -> bytes:
        """What the latest run printed, or the ``last`` bytes of it. Blocks. Raises NotFound, Forbidden."""
        record = self._worktrees.get(worktree)
        try:
            with log_of(record, own(record)).open("rb") as log:
                if last is not None:
                    log.seek(max(0, log.seek(0, os.SEEK_END) - last))
                return log.read()
        except FileNotFoundError:
            return b""

    async def cancel(self, worktree: str) -> SetupState:
        """End the run with everything it started. Raises NotFound."""
        if worktree not in self._runs:
            raise NotFound("No setup command runs in this worktree.", code="no_setup")
        return await self._runs[worktree].cancel()

    def skip(self, worktree: str) -> None:
        """Whoever waits for the setup command of a worktree need not any more."""
        self._worktrees.get(worktree)
        self.settle(worktree)

    def settle(self, worktree: str) -> None:
        """The setup command has run, or is not going to."""
        self._settled.setdefault(worktree, asyncio.Event()).set()

    async def settled(self, worktree: str) -> None:
        """Wait until it has been run or skipped."""
        await self._settled.setdefault(worktree, asyncio.Event()).wait()

    async def close(self) -> None:
        """End all runs."""
        for task in self._following:
            task.cancel()
        await asyncio.gather(*(run.cancel() for run in self._runs.values()))


async def _follow(run: SetupRun, worktree: Path, on_end: OnEnd) -> None:
    await run.wait()
    await on_end(worktree)


def _offer(setup: Setup | None) -> SetupOffer | None:
    if setup is None:
        return None
    return SetupOffer(
        command=setup.command,
        source=setup.source,
        needs_consent=setup.needs_consent,
        fingerprint=setup.fingerprint,
        wait=setup.wait,
        seconds=setup.seconds,
    )
