"""Typing on somebody's behalf: into an idle shell only, whose marks then tell what came of it."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

from parsess_lab.errors import Conflict, InvalidRequest
from parsess_lab.terminals.commands import Command
from parsess_lab.terminals.marking import quoted
from parsess_lab.terminals.terminal import Terminal
from parsess_lab.terminals.tracker import SETTLED

PROMPT_SECONDS = 2.0
"""How long a prompt may take to be drawn after a command's end."""

START_SECONDS = 5.0
"""How long a shell may take to begin a command that was typed."""

STOP_SECONDS = 3.0
"""How long a command may take to obey Ctrl-C before nobody waits for it any more."""

INTERRUPT = "\x03"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


async def follow(terminal: Terminal, directory: str) -> None:
    """Let an idle shell change into ``directory``, which exists.

    Raises:
        Conflict: it isn't idle for sure (``shell_busy``), or doesn't mark its prompt (``no_integration``).
        InvalidRequest: the name can't be typed.
    """
    if _CONTROL.search(directory) or "\n" in directory or "\t" in directory:
        raise InvalidRequest("This directory's name has control characters, which can't be typed.")
    await _until_idle(terminal)
    # After a blank most shells keep a line out of their history.
    terminal.type(f" cd -- {quoted(terminal.shell, directory)}\r")


async def start(terminal: Terminal, line: str) -> Command:
    """Type a command line, of one line or several, and run it; the command once it has begun.

    Raises:
        Conflict: as for :func:`follow`; or it did not begin (``not_started``).
        InvalidRequest: there is nothing to run, or it has control characters.
    """
    line = line.replace("\r\n", "\n").strip("\n")
    if not line.strip() or _CONTROL.search(line):
        raise InvalidRequest("A command line with nothing in it, or with control characters, can't be run.")
    await _until_idle(terminal)
    bracketed = terminal.history.modes.on("?2004")
    if not bracketed and ("\n" in line or "\t" in line):
        raise Conflict("This shell takes one line at a time, without tabs.", code="one_line_only")
    begun = terminal.tracker.expect(line)
    terminal.type((f"\x1b[200~{line}\x1b[201~" if bracketed else line) + "\r")
    try:
        return await asyncio.wait_for(begun, START_SECONDS)
    except TimeoutError as error:
        interrupt(terminal)
        raise Conflict(
            "The shell did not begin this command; it may wait for the rest of it.", code="not_started"
        ) from error


async def run(terminal: Terminal, line: str) -> Command:
    """Run a command line and wait for its end; cancelled, it is interrupted and given up.

    Raises:
        Conflict, InvalidRequest: as for :func:`start`.
    """
    command = await start(terminal, line)
    try:
        await command.ended.wait()
    except asyncio.CancelledError:
        if terminal.tracker.running is command:
            interrupt(terminal)
            with suppress(TimeoutError):
                await asyncio.wait_for(command.ended.wait(), STOP_SECONDS)
        raise
    return command


def interrupt(terminal: Terminal) -> None:
    """Ctrl-C to whatever is in front."""
    terminal.type(INTERRUPT)


async def _until_idle(terminal: Terminal) -> None:
    """Returns with the loop in hand: what is typed now is typed into an idle shell."""
    if not terminal.tracker.integrated:
        raise Conflict(
            "This shell does not mark its prompt, so nothing is typed into it unasked.", code="no_integration"
        )
    if terminal.tracker.running is None:  # the prompt may be on its way
        with suppress(TimeoutError):
            await asyncio.wait_for(terminal.tracker.prompted.wait(), PROMPT_SECONDS)
        if not terminal.idle:
            await asyncio.sleep(SETTLED + 0.05)
    if not terminal.idle:
        running = terminal.tracker.running
        raise Conflict(
            "The shell is busy: a program runs in it, or something is typed there.",
            code="shell_busy",
            running=running.record().command if running else None,
        )
