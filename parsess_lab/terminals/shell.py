"""Which shell to start, with which environment, and how."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.environments import Environment
from parsess_lab.errors import Conflict
from parsess_lab.processes import child_environment
from parsess_lab.terminals.marking import marking


@dataclass(frozen=True)
class Start:
    """What a terminal is started with: a command, its environment, the shell's name, what its marks carry.

    ``taught``: it will mark its prompt, once it is there.
    """

    command: Sequence[str]
    environment: dict[str, str]
    shell: str
    key: str
    taught: bool


class Shell:
    """The shell of this server's terminals.

    ``command`` is an argument list; None: the person's login shell. ``environment`` is added to that of each;
    ``passing`` names further variables of the server that come through.
    """

    def __init__(
        self, command: Sequence[str] | None, environment: Mapping[str, str] | None, passing: Iterable[str]
    ) -> None:
        self._command = list(command) if command else default_shell()
        self._environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor", **(environment or {})}
        self._passing = tuple(passing)

    @property
    def marked(self) -> bool:
        """Whether it can be taught to mark its commands."""
        return marking(self._command, "", self._environment).taught

    def start(self, session: str | None, directory: Path, own: Environment | None) -> Start:
        """How it is started for a session in a directory, which may have a Python environment of its ``own``.

        Raises:
            Conflict: the shell isn't there.
        """
        environment = child_environment(extra=self._environment, session=session, passing=self._passing)
        if own is not None:
            environment = own.applied(environment)
        key = secrets.token_hex(16)
        taught = marking(self._command, key, environment, own)
        command = command_line(taught.command, directory)
        name = Path(self._command[0]).name
        return Start(command, environment | taught.environment, name, key, taught.taught)


def default_shell() -> list[str]:
    """The person's shell. As in Jupyter it is a login shell when the server itself was started by none."""
    shell = os.environ.get("SHELL") or pwd.getpwuid(os.getuid()).pw_shell or "/bin/sh"
    return [shell] if sys.stdout.isatty() else [shell, "-l"]


def command_line(shell: Sequence[str], directory: Path) -> list[str]:
    """A command that enters ``directory`` and becomes ``shell``, or ends with a message on the terminal.

    The directory is entered by a program and not between fork and exec, where a failure would leave a
    second copy of the server running.

    Raises:
        Conflict: the shell isn't there.
    """
    program = shutil.which(shell[0])
    if program is None:
        raise Conflict(
            f"The shell {shell[0]!r} was not found on this server. Set SHELL, or "
            "`c.ParsessLab.shell_command`, to one that is installed.",
            code="shell_not_found",
        )
    return ["/bin/sh", "-c", 'cd -P -- "$0" && exec "$@"', str(directory), program, *shell[1:]]
