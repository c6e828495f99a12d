"""A terminal as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import psutil

from parsess_lab.terminals.commands import CommandRecord
from parsess_lab.terminals.monitors import Monitor

if TYPE_CHECKING:
    from parsess_lab.terminals.terminal import Terminal


class TerminalModel(msgspec.Struct, frozen=True, kw_only=True):
    """Jupyter's fields ``name`` and ``last_activity``, and ours.

    ``directory`` is where it was opened, ``current_directory`` where the shell is now. ``integration`` tells
    whether the shell marks its commands: without that none is known and ``idle`` is never true;
    ``shell_in_front`` tells whether keys go to the shell itself.
    ``offered_directory`` is where the agent went while the shell could not follow.
    """

    name: str
    last_activity: str
    directory: str
    session: str | None
    pid: int
    created: str
    label: str | None
    title: str
    shell: str
    integration: bool
    idle: bool
    shell_in_front: bool
    current_directory: str | None
    offered_directory: str | None
    rows: int
    columns: int
    running: CommandRecord | None
    last_command: CommandRecord | None
    monitors: list[Monitor]

    @classmethod
    def of(
        cls, terminal: Terminal, *, created: str, last_activity: str, size: tuple[int, int]
    ) -> TerminalModel:
        """The present state of ``terminal``."""
        tracker = terminal.tracker
        running, last = tracker.running, tracker.last
        return cls(
            name=str(terminal.term_name),
            last_activity=last_activity,
            directory=str(terminal.directory),
            session=terminal.session,
            pid=terminal.pid,
            created=created,
            label=terminal.label,
            title=terminal.history.modes.title,
            shell=terminal.shell,
            integration=tracker.integrated,
            idle=terminal.idle,
            shell_in_front=terminal.shell_in_front,
            current_directory=tracker.directory if tracker.integrated else _directory_of(terminal.pid),
            offered_directory=terminal.offered,
            rows=size[0],
            columns=size[1],
            running=running.record() if running else None,
            last_command=last.record() if last else None,
            monitors=terminal.watches.list(),
        )


def _directory_of(pid: int) -> str | None:
    try:
        return psutil.Process(pid).cwd()
    except (psutil.Error, OSError):
        return None
