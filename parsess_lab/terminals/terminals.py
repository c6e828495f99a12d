"""All terminals of this server: which shell belongs to which session and directory."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from parsess_lab import environments
from parsess_lab.environments import Environment
from parsess_lab.errors import Conflict, NotFound
from parsess_lab.terminals import directory as directories
from parsess_lab.terminals import errands
from parsess_lab.terminals.activation import activate
from parsess_lab.terminals.closing import Closing
from parsess_lab.terminals.commands import SHOWN, Command, CommandRecord
from parsess_lab.terminals.following import Following
from parsess_lab.terminals.model import TerminalModel
from parsess_lab.terminals.monitors import Monitor
from parsess_lab.terminals.phrasing import typed
from parsess_lab.terminals.shell import Shell
from parsess_lab.terminals.terminal import Terminal

STOP_SECONDS = 5.0
"""How long all shells together may take to end when the server stops."""

LONGEST_LABEL = 100

REMEMBERED = 8
"""Shells that ended lately: who comes late still sees their last output and exit code."""


class Terminals:
    """Opens, finds and closes terminals. Used on one event loop."""

    def __init__(
        self,
        allowed_roots: Sequence[Path],
        *,
        shell: Sequence[str] | None = None,
        environment: Mapping[str, str] | None = None,
        passing: Iterable[str] = (),
    ) -> None:
        """``allowed_roots`` are resolved. ``shell`` is an argument list; None: the person's login shell.

        ``environment`` is added to that of each shell; ``passing`` names further variables of the server
        that the administrator lets through.
        """
        self._allowed_roots = tuple(allowed_roots)
        self._shell = Shell(shell, environment, passing)
        self._living: dict[str, Terminal] = {}
        self._ended: deque[Terminal] = deque(maxlen=REMEMBERED)
        self.on_monitor: Callable[[str, str, Monitor], None] = lambda session, name, monitor: None
        self._opening = asyncio.Lock()
        self._closing = Closing()
        self._following = Following()

    async def open(
        self, directory: Path | str, session: str | None = None, *, new: bool = False
    ) -> TerminalModel:
        """The terminal of this session in this directory: the living one, unless ``new`` asks for one more.

        A living one is given even if its directory was removed meanwhile.

        Raises:
            Forbidden: the directory is outside the allowed roots, or may not be entered.
            InvalidRequest: it is no directory.
            NotFound: it is missing.
            Conflict: the shell isn't there, or the system can't start another process.
        """
        async with self._opening:
            real = await asyncio.to_thread(directories.real_path, directory)
            terminal = None if new else self._find(session, real)
            if terminal is None:
                await asyncio.to_thread(directories.check, directory, real, self._allowed_roots)
                terminal = await asyncio.to_thread(self._fork, session, real, await environments.look(real))
                self._living[str(terminal.term_name)] = terminal
                terminal.watches.on_fired = partial(self._fired, terminal)
                terminal.start(self._forget)
            return terminal.model

    def list(self) -> list[TerminalModel]:
        """All whose shell is alive, oldest first."""
        return [terminal.model for terminal in self._living.values()]

    def get(self, name: str) -> TerminalModel:
        """One of them.

        Raises:
            NotFound: there is none of this name, or its shell has ended (with its ``exit_code``).
        """
        return self._alive(name).model

    def find(self, name: str) -> Terminal:
        """To watch one. A shell that ended lately is found too: it has its last output and exit code.

        Raises:
            NotFound: there is none of this name.
        """
        return self._remembered(name) or self._alive(name)

    async def close(self, name: str) -> None:
        """End a shell and all that came from it. The name is free at once.

        Raises:
            NotFound: there is none of this name.
        """
        terminal = self._alive(name)
        del self._living[name]
        await self._closing.close([terminal])

    async def close_all(self, session: str | None = None) -> None:
        """End all shells, or those of one session, within some seconds."""
        if session is None:
            await self._following.close()
        async with self._opening:
            doomed = [each for each in self._living.values() if session is None or each.session == session]
            for terminal in doomed:
                del self._living[str(terminal.term_name)]
        if doomed:
            await asyncio.wait([asyncio.create_task(self._closing.close(doomed))], timeout=STOP_SECONDS)

    def rename(self, name: str, label: str | None) -> TerminalModel:
        """Give a terminal the person's own name for it; None or an empty one takes it away.

        Raises:
            NotFound: there is none of this name.
        """
        terminal = self._alive(name)
        terminal.label = " ".join((label or "").split())[:LONGEST_LABEL] or None
        terminal.announce()
        return terminal.model

    def commands(self, name: str, last: int = 50) -> Sequence[CommandRecord]:
        """The last commands run in a terminal, oldest first, without their output.

        Raises:
            NotFound: there is none of this name.
        """
        known = [*self.find(name).tracker.commands]
        return [command.record() for command in known[max(len(known) - last, 0) :]]

    async def output(self, name: str, id: int, limit: int = SHOWN) -> CommandRecord:
        """One of them with what it has printed, as a person would read it, in at most ``limit`` characters.

        Raises:
            NotFound: there is no such terminal or command, or its output isn't kept any more.
        """
        command = self._command(name, id)
        if command.output is None:
            raise NotFound("The output of this command isn't kept any more.", code="output_gone")
        return await asyncio.to_thread(command.with_output, limit)

    async def follow(self, name: str, directory: Path | str) -> TerminalModel:
        """Let an idle shell change into another directory.

        Raises:
            Conflict: the shell is busy (``shell_busy``), doesn't mark its prompt (``no_integration``) or could not go
                there (``not_there``).
            Forbidden, InvalidRequest, NotFound: as for :meth:`open`; or no such terminal.
        """
        terminal = self._alive(name)
        real = await asyncio.to_thread(directories.real_path, directory)
        await asyncio.to_thread(directories.check, directory, real, self._allowed_roots)
        await errands.follow(terminal, str(real))
        return terminal.model

    def lead(self, session: str, directory: Path) -> None:
        """The agent of a session has moved: its idle shells go along, the others offer it. Returns at once."""
        self._following.take(
            [each for each in self._living.values() if each.session == session], str(directory)
        )

    async def activate(self, directory: Path) -> None:
        """An environment may have been made in ``directory``: idle shells there that have none are given it."""
        there = [each for each in self._living.values() if each.directory.is_relative_to(directory)]
        await asyncio.gather(*map(activate, there))

    async def start_in(self, name: str, command: str) -> int:
        """Run a command line in a terminal; its id once it has begun.

        Raises:
            Conflict: the shell is busy, doesn't mark its prompt, or did not begin it (``not_started``).
            InvalidRequest: it is empty or has control characters.
            NotFound: there is no such terminal.
        """
        return (await errands.start(self._alive(name), command)).id

    @property
    def marked(self) -> bool:
        """Whether the shells here mark their commands, so that their end can be told."""
        return self._shell.marked

    async def begin(
        self, session: str, directory: Path | str, line: str, name: str | None = None
    ) -> errands.Errand:
        """Begin a line for bash in a terminal of a session, in ``directory``: the agent gets what comes of it.

        Args:
            name: the terminal; None: one that is idle, or a new one if the session has none.

        Raises:
            Conflict: the shell is busy (``shell_busy``, with what is ``running``), can't go there (``not_there``),
                doesn't mark its prompt (``no_integration``) or did not begin it (``not_started``).
            InvalidRequest: the line has control characters.
            Forbidden, InvalidRequest, NotFound: the directory, as for :meth:`open`; no such terminal.
        """
        real = await asyncio.to_thread(directories.real_path, directory)
        await asyncio.to_thread(directories.check, directory, real, self._allowed_roots)
        terminal = self._alive(name or await self._free(session, real))
        if terminal.session != session:
            raise NotFound("There is no such terminal in this session.")
        return await errands.begin(terminal, str(real), typed(terminal.shell, line), called=line)

    async def run_in(self, name: str, command: str, limit: int = SHOWN) -> CommandRecord:
        """Run a command line in a terminal and wait for its end; the record has its output.

        When cancelled, the command gets Ctrl-C. ``exit_code`` is None when the shell ended, or lost its marks.

        Raises:
            Conflict, InvalidRequest, NotFound: as for :meth:`start_in`.
        """
        finished = await errands.run(self._alive(name), command)
        return await asyncio.to_thread(finished.with_output, limit)

    def interrupt(self, name: str, id: int) -> None:
        """Ctrl-C to a command that is running.

        Raises:
            Conflict: it isn't (``not_running``).
            NotFound: there is no such terminal or command.
        """
        if self._command(name, id) is not self._alive(name).tracker.running:
            raise Conflict("This command has ended.", code="not_running")
        errands.interrupt(self._alive(name))

    def monitor(
        self, name: str, pattern: str | None = None, *, exit: bool = True, agent: bool = False
    ) -> Monitor:
        """Watch the running command: viewers are told when it ends, or prints ``pattern`` (``*``: anything).

        Who isn't there finds it in the model. With ``agent``, ``on_monitor`` is called too.

        Raises:
            Conflict: nothing is running (``nothing_running``), or there is no agent (``no_session``).
            NotFound: there is no such terminal.
        """
        terminal = self._alive(name)
        if agent and terminal.session is None:
            raise Conflict(
                "This terminal belongs to no session, so there is no agent to tell.", code="no_session"
            )
        return terminal.watches.add(pattern, exit=exit, agent=agent)

    def unmonitor(self, name: str, id: int) -> None:
        """Forget a monitor.

        Raises:
            NotFound: there is no such terminal or monitor.
        """
        self._alive(name).watches.remove(id)

    async def _free(self, session: str, directory: Path) -> str:
        own = [terminal for terminal in self._living.values() if terminal.session == session]
        idle = [terminal for terminal in own if terminal.idle]
        found = next(iter([*idle, *own]), None)
        return str(found.term_name) if found else (await self.open(directory, session)).name

    def _fired(self, terminal: Terminal, monitor: Monitor) -> None:
        # A shell that goes takes its command along: nobody waited for that.
        if terminal.session is not None and not terminal.ended.is_set():
            self.on_monitor(terminal.session, str(terminal.term_name), monitor)

    def _command(self, name: str, id: int) -> Command:
        found = next((each for each in self.find(name).tracker.commands if each.id == id), None)
        if found is None:
            raise NotFound("There is no such command in this terminal.")
        return found

    def _find(self, session: str | None, real: Path) -> Terminal | None:
        return next((each for each in self._living.values() if each.key == (session, real)), None)

    def _fork(self, session: str | None, real: Path, own: Environment | None) -> Terminal:
        start = self._shell.start(session, real, own)
        try:
            return Terminal(secrets.token_hex(6), session, real, start)
        except OSError as error:
            raise Conflict(
                f"No other shell can be started here: {error.strerror or error}. Close some and try again.",
                code="no_more_shells",
            ) from error

    def _forget(self, terminal: Terminal) -> None:
        self._living.pop(str(terminal.term_name), None)
        self._ended.append(terminal)

    def _remembered(self, name: str) -> Terminal | None:
        return next((each for each in self._ended if each.term_name == name), None)

    def _alive(self, name: str) -> Terminal:
        if name in self._living:
            return self._living[name]
        ended = self._remembered(name)
        if ended is not None:
            raise NotFound(
                "The shell in this terminal has ended. Start a new one.", exit_code=ended.exit_code
            )
        raise NotFound("There is no such terminal on this server. Start a new one.")
