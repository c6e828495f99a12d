"""Tells an agent what it was to be told: that a command in a terminal has ended, or printed something."""

from __future__ import annotations

import asyncio
import logging

from parsess_lab.errors import ParsessError
from parsess_lab.events import Block, ResourceBlock, TextBlock
from parsess_lab.sessions.sessions import Sessions
from parsess_lab.terminals import CommandRecord, Monitor, Terminals, mask

_log = logging.getLogger(__name__)


class Reports:
    """Puts what monitors saw into the queue of prompts, whether or not a page is open."""

    def __init__(self, sessions: Sessions, terminals: Terminals) -> None:
        self._sessions = sessions
        self._terminals = terminals
        self._telling: set[asyncio.Task[None]] = set()
        terminals.on_monitor = self._take

    async def close(self) -> None:
        """What isn't told by now is not told."""
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    def _take(self, session: str, terminal: str, monitor: Monitor) -> None:
        task = asyncio.create_task(self._tell(session, terminal, monitor))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, session: str, terminal: str, monitor: Monitor) -> None:
        try:
            record = await self._record(terminal, monitor)
            told = await self._sessions.get(session)
            await told.prompt(f"monitor-{terminal}-{monitor.id}-{monitor.reason}", _prompt(monitor, record))
        except ParsessError as error:
            # The person is told in any case.
            _log.warning(
                "The agent of session %s could not be told of a monitored command: %s", session, error
            )

    async def _record(self, terminal: str, monitor: Monitor) -> CommandRecord | None:
        if monitor.command is None:
            return None
        return await self._terminals.output(terminal, monitor.command)


def _prompt(monitor: Monitor, record: CommandRecord | None) -> list[Block]:
    line = monitor.command_line or "a program"
    if monitor.reason == "pattern":
        happened = f"has printed what was waited for: {mask(monitor.line or '')[0]}"
    elif monitor.exit_code is None:
        happened = "has ended, nobody can say how"
    else:
        happened = f"has ended with exit code {monitor.exit_code}"
    said = TextBlock(text=f"In the terminal, `{line}` {happened}.")
    return [said] if record is None else [said, _attachment(record)]


def _attachment(record: CommandRecord) -> ResourceBlock:
    end = "still running" if record.ended is None else f"exit code {record.exit_code}"
    where = f"[in {record.directory}]\n" if record.directory else ""
    text = f"$ {record.command}\n{where}[{end}]\n\n{record.output or '[no output]'}\n"
    return ResourceBlock(name="terminal output", mime_type="text/plain", text=text)
