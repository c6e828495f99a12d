"""Shell commands of one session: start one as the agent wrote it, keep those in the background."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from parsess_lab import environments
from parsess_lab.errors import InvalidRequest, NotFound
from parsess_lab.processes import Child, child_environment, end_marked, start
from parsess_lab.tools.output import Output
from parsess_lab.tools.tool import Place

_SETTINGS = {
    "TERM": "dumb",
    "NO_COLOR": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_EDITOR": "true",
    "PYTHONUNBUFFERED": "1",
}
_MOST = 16  # commands in the background at once
_PATH_LIMIT = 4096  # bytes


class Command:
    """One command, running or ended. ``moved_to`` is the shell's directory at its end, if it told."""

    def __init__(self, line: str, child: Child, output: Output, told: int) -> None:
        self.line = line
        self.child = child
        self.output = output
        self._told = told

    async def wait(self) -> int:
        """Its exit code. What it left in its session (jobs begun with ``&``) is ended."""
        code = await self.child.wait()
        await self.child.end_leftovers()
        return code

    async def stop(self) -> None:
        """End it with all that came from it."""
        await self.child.stop()

    def moved_to(self) -> Path | None:
        """Read once, after the end."""
        with contextlib.suppress(BlockingIOError, OSError):
            text = os.read(self._told, _PATH_LIMIT).decode("utf-8", "surrogateescape")
            return Path(text.removesuffix("\n")) if text.startswith("/") else None
        return None

    def close(self) -> None:
        """Release the pipe."""
        if self._told >= 0:
            os.close(self._told)
            self._told = -1


async def begin(line: str, place: Place, receive: Callable[[str], None], output: Output) -> Command:
    """Start ``line`` with bash in the agent's directory; ``receive`` and ``output`` get what it prints.

    It sees the directory's Python environment as it is now: a setup may have made it since the last command.

    Raises:
        NotFound: the directory is gone, or there is no bash.
        InvalidRequest: the system refuses to start it, such as for its length.
    """
    bash = shutil.which("bash")
    if bash is None:
        raise NotFound("There is no bash on this server; commands can't be run.")
    if not place.directory.is_dir():
        raise NotFound(f"The working directory {place.directory} is gone.")

    def take(text: str) -> None:
        output.add(text)
        receive(text)

    variables = child_environment(extra=_SETTINGS, session=place.session, passing=place.passing)
    variables = await environments.within(place.directory, variables)
    told, telling = os.pipe()
    os.set_blocking(told, False)
    try:
        child = await start(
            [bash, "--noprofile", "--norc", "-c", _wrapped(telling), bash, line],
            directory=place.directory,
            environment=variables,
            output=take,
            pass_fds=[telling],
        )
    except OSError as error:
        os.close(told)
        raise InvalidRequest(f"The command can't be started: {error.strerror}.") from error
    except BaseException:
        os.close(told)
        raise
    finally:
        os.close(telling)
    return Command(line, child, output, told)


def _wrapped(telling: int) -> str:
    """Runs its first argument as it is, and tells at the shell's exit, however it comes, where that was."""
    return f"trap '{{ pwd -P >&{telling}; }} 2>/dev/null' EXIT; eval -- \"$1\""


class Background:
    """Commands that go on while the agent does other things, by handle; and daemons that any command left."""

    def __init__(self) -> None:
        self._commands: dict[str, Command] = {}
        self._count = 0
        self._marks: set[str] = set()

    def note(self, command: Command) -> None:
        """What it leaves behind as a daemon is ended at :meth:`close`."""
        self._marks.add(command.child.tree.mark)

    def keep(self, command: Command) -> str:
        """Its handle from now on. Of those that have ended only the latest are kept."""
        self._count += 1
        handle = f"command-{self._count}"
        self._commands[handle] = command
        ended = [name for name, one in self._commands.items() if one.child.exit_code is not None]
        for name in ended[: max(0, len(self._commands) - _MOST)]:
            self._commands.pop(name).close()
        return handle

    def find(self, handle: str) -> Command:
        """The command of a handle.

        Raises:
            NotFound: there is none, with those there are.
        """
        if handle not in self._commands:
            known = ", ".join(self._commands) or "none"
            raise NotFound(f"There is no background command {handle}. There are: {known}.")
        return self._commands[handle]

    @property
    def full(self) -> bool:
        """As many run as may."""
        return sum(one.child.exit_code is None for one in self._commands.values()) >= _MOST

    async def close(self) -> None:
        """End all."""
        commands: Sequence[Command] = list(self._commands.values())
        marks, self._marks = self._marks, set()
        self._commands.clear()
        await asyncio.gather(*(command.stop() for command in commands))
        for command in commands:
            command.close()
        if marks:
            await asyncio.to_thread(end_marked, marks)
