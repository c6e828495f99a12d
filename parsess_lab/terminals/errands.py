"""Typing on somebody's behalf: into an idle shell only, whose marks then tell what came of it."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Collection, Set
from contextlib import suppress
from pathlib import Path
from weakref import WeakKeyDictionary

import psutil

from parsess_lab.errors import Conflict, InvalidRequest
from parsess_lab.processes import Tree, end_found
from parsess_lab.terminals.commands import KEPT, Command, CommandRecord
from parsess_lab.terminals.marking import quoted
from parsess_lab.terminals.terminal import Terminal
from parsess_lab.terminals.tracker import SETTLED

PROMPT_SECONDS = 2.0
"""How long a prompt may take to be drawn after a command's end."""

START_SECONDS = 5.0
"""How long a shell may take to begin a command that was typed."""

ENTER_SECONDS = 15.0
"""How long a shell may take to be at its prompt in another directory."""

OBEY_SECONDS = 0.25
"""How long a command may take to obey Ctrl-C before it is ended: a stopped turn is over within a second."""

FIRST_SECONDS = 10.0
"""How long a new shell may take for its first prompt."""

INTERRUPT = "\x03"
_turns: WeakKeyDictionary[Terminal, asyncio.Lock] = WeakKeyDictionary()
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


async def follow(terminal: Terminal, directory: str) -> None:
    """Let an idle shell change into ``directory``, which exists.

    Raises:
        Conflict: it isn't idle for sure (``shell_busy``), doesn't mark its prompt (``no_integration``), or could
            not go there (``not_there``).
        InvalidRequest: the name can't be typed.
    """
    async with _turn(terminal):
        await _enter(terminal, directory)


def _turn(terminal: Terminal) -> asyncio.Lock:
    """Who takes a shell somewhere has it until what was to be done there has begun."""
    return _turns.setdefault(terminal, asyncio.Lock())


async def _enter(terminal: Terminal, directory: str) -> None:
    if _CONTROL.search(directory) or "\n" in directory or "\t" in directory:
        raise InvalidRequest("This directory's name has control characters, which can't be typed.")
    if terminal.tracker.integrated and terminal.tracker.directory == directory:
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(ENTER_SECONDS):
            # After a blank most shells keep a line out of their history.
            await run(terminal, f" cd -- {quoted(terminal.shell, directory)}", for_agent=True)
            await terminal.tracker.prompted.wait()
    if terminal.tracker.directory != directory:
        raise Conflict(f"The shell could not go to {directory}.", code="not_there")


async def start(terminal: Terminal, line: str, *, for_agent: bool = False) -> Command:
    """Type a command line, of one line or several, and run it; the command once it has begun.

    Cancelled, it is interrupted.

    Raises:
        Conflict: as for :func:`follow`; or it did not begin (``not_started``).
        InvalidRequest: there is nothing to run, or it has control characters.
    """
    return await _begun(terminal, await _typed(terminal, line, for_agent=for_agent))


async def _typed(
    terminal: Terminal,
    line: str,
    *,
    for_agent: bool,
    called: str | None = None,
    directory: str | None = None,
) -> asyncio.Future[Command]:
    """The command that begins with what is now typed, if the shell is in ``directory``."""
    line = line.replace("\r\n", "\n").strip("\n")
    if not line.strip() or _CONTROL.search(line):
        raise InvalidRequest("A command line with nothing in it, or with control characters, can't be run.")
    await _until_idle(terminal)
    if directory not in (None, terminal.tracker.directory):
        raise Conflict(f"The shell is not in {directory} any more. Try again.", code="not_there")
    bracketed = terminal.history.modes.on("?2004")
    if not bracketed and ("\n" in line or "\t" in line):
        raise Conflict("This shell takes one line at a time, without tabs.", code="one_line_only")
    begun = terminal.tracker.expect(called or line, for_agent=for_agent)
    terminal.type((f"\x1b[200~{line}\x1b[201~" if bracketed else line) + "\r")
    return begun


async def _begun(terminal: Terminal, begun: asyncio.Future[Command]) -> Command:
    try:
        async with asyncio.timeout(START_SECONDS):
            return await begun
    except TimeoutError as error:
        interrupt(terminal)
        raise Conflict(
            "The shell did not begin this command; it may wait for the rest of it.", code="not_started"
        ) from error
    except asyncio.CancelledError:
        interrupt(terminal)
        raise


async def begin(terminal: Terminal, directory: str, line: str, *, called: str) -> Errand:
    """Take the shell to ``directory`` and begin a line there, for the agent: there or not at all.

    ``called`` is what it is known as, whatever is typed. Cancelled, nothing of it is left. Raises as :func:`follow`
    and :func:`start`.
    """
    async with _turn(terminal):
        await _enter(terminal, directory)
        return await _begin(terminal, line, for_agent=True, called=called, directory=directory)


async def _begin(
    terminal: Terminal,
    line: str,
    *,
    for_agent: bool,
    called: str | None = None,
    directory: str | None = None,
) -> Errand:
    before = await asyncio.to_thread(terminal.tree.members)
    begun = await _typed(terminal, line, for_agent=for_agent, called=called, directory=directory)
    try:
        command = await _begun(terminal, begun)
    except asyncio.CancelledError:
        # Typed into an idle shell, it is what runs by now; before, it could be a command of the person's.
        if (running := terminal.tracker.running) is not None and not running.ended.is_set():
            await Errand(terminal, running, before).stop()
        raise
    return Errand(terminal, command, before)


async def run(terminal: Terminal, line: str, *, for_agent: bool = False) -> Command:
    """Run a command line and wait for its end; cancelled, nothing of it is left.

    Raises:
        Conflict, InvalidRequest: as for :func:`start`.
    """
    errand = await _begin(terminal, line, for_agent=for_agent)
    try:
        await errand.command.ended.wait()
    except asyncio.CancelledError:
        await errand.stop()
        raise
    return errand.command


class Errand:
    """A command that was begun in a terminal on somebody's behalf."""

    def __init__(self, terminal: Terminal, command: Command, before: Collection[psutil.Process]) -> None:
        """``before``: what ran in the terminal when the command was typed."""
        self.command = command
        self._terminal = terminal
        self._before = frozenset(before)

    @property
    def terminal(self) -> str:
        """Name of the terminal."""
        return str(self._terminal.term_name)

    @property
    def lost(self) -> bool:
        """The terminal has ended."""
        return self._terminal.ended.is_set()

    @property
    def moved_to(self) -> Path | None:
        """Where the shell is now; None: there is none any more."""
        return None if self.lost else Path(self._terminal.tracker.directory)

    async def wait(self) -> CommandRecord:
        """Until it has ended, and the shell is back at its prompt or doesn't come back to it for long."""
        await self.command.ended.wait()
        if not self.lost:
            await _prompted(self._terminal, PROMPT_SECONDS)
        return await self.so_far()

    async def so_far(self) -> CommandRecord:
        """The command as it is now, with all of its output that is kept."""
        return await asyncio.to_thread(self.command.with_output, 2 * KEPT)

    async def stop(self) -> None:
        """Ctrl-C; what doesn't obey, or was left in the background, is ended. Twice is as good as once."""
        if self.lost or self._terminal.tracker.running is not self.command:
            return
        interrupt(self._terminal)
        await self._ends_within(OBEY_SECONDS)
        await asyncio.to_thread(end_found, _begun_since(self._terminal.tree, self._before))
        await self._ends_within(OBEY_SECONDS)

    async def _ends_within(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.command.ended.wait()


def interrupt(terminal: Terminal) -> None:
    """Ctrl-C to whatever is in front."""
    terminal.type(INTERRUPT)


def _begun_since(tree: Tree, before: frozenset[psutil.Process]) -> Callable[[], list[psutil.Process]]:
    """Finds what came from the shell since; a job of the person's that ran before, and what that starts, isn't.

    What loses its parent while all is being ended is still told by its process group: no job shares that.
    """
    jobs = {process for process in before if process.pid != tree.pid}
    groups: set[int] = set()

    def find() -> list[psutil.Process]:
        new = [process for process in tree.members() if process not in before]
        ours = [one for one in new if _group(one) in groups or _is_ours(one, tree.pid, jobs)]
        groups.update({group for one in ours if (group := _group(one))} - {tree.pid})
        return ours

    return find


def _group(process: psutil.Process) -> int | None:
    with suppress(OSError):
        return os.getpgid(process.pid)
    return None


def _is_ours(process: psutil.Process, shell: int, jobs: Set[psutil.Process]) -> bool:
    try:
        above = process.parents()
    except psutil.Error:
        return False
    return jobs.isdisjoint(above) and (not jobs or shell in {one.pid for one in above})


async def _prompted(terminal: Terminal, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await terminal.tracker.prompted.wait()
    return terminal.tracker.at_prompt


async def _until_idle(terminal: Terminal) -> None:
    """Returns with the loop in hand: what is typed now is typed into an idle shell."""
    if not terminal.tracker.integrated and not (terminal.taught and await _prompted(terminal, FIRST_SECONDS)):
        raise Conflict(
            "This shell does not mark its prompt, so nothing is typed into it unasked.", code="no_integration"
        )
    if terminal.tracker.running is None:  # the prompt may be on its way
        await _prompted(terminal, PROMPT_SECONDS)
        if not terminal.idle:
            await asyncio.sleep(SETTLED + 0.05)
    if not terminal.idle:
        running = terminal.tracker.running
        raise Conflict(
            "The shell is busy: a program runs in it, or something is typed there.",
            code="shell_busy",
            running=running.record().command if running else None,
        )
