"""Which shell to start, and how."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.errors import Conflict


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
