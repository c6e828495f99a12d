"""Run a shell command, wait for it or leave it in the background; read and stop what is there."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from parsess_lab.errors import NotFound, ParsessError
from parsess_lab.events import TextBlock, ToolKind
from parsess_lab.permissions.access import Access
from parsess_lab.tools.arguments import Arguments, Described
from parsess_lab.tools.commands import Background, Command, begin
from parsess_lab.tools.in_view import InView, told
from parsess_lab.tools.output import Output
from parsess_lab.tools.tool import Place, Reporter, ToolResult

_TITLE = 200  # characters
_EARLY = 0.5  # seconds in which a background command that fails at once is still told


class RunArguments(Arguments, frozen=True):
    command: Annotated[str, Meta(min_length=1, max_length=100_000, description="A line or script for bash.")]
    timeout: Annotated[float, Meta(gt=0, le=600, description="Seconds after which it is ended.")] = 120
    background: Annotated[
        bool, Meta(description="Let it run on (a server, a watcher) and get a handle instead of waiting.")
    ] = False


class RunCommand(Described[RunArguments]):
    """See ``description``."""

    name = "run_command"
    kind = "execute"
    arguments = RunArguments
    description = (
        "Run a command with bash. It has no input and no terminal. The working directory persists from one "
        "call to the next, inside the session's directory; variables do not. What it leaves running is ended "
        "with it: use background for what shall go on."
    )

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background

    def parse(self, arguments: object) -> RunArguments:
        return self.check(arguments)

    def title(self, arguments: RunArguments, place: Place) -> str:
        first, *more = arguments.command.strip().splitlines() or [""]
        return f"Run {first[:_TITLE]}{'…' if more or len(first) > _TITLE else ''}"

    def access(self, arguments: RunArguments, place: Place) -> Access:
        return Access("execute", command=arguments.command)

    async def run(self, arguments: RunArguments, place: Place, report: Reporter) -> ToolResult:
        if report.in_view is not None:
            return await _look_on(arguments, place, report, report.in_view)
        try:
            _return_home(place, report)
            if arguments.background:
                return await self._leave(arguments, place)
            return await self._wait(arguments, place, report)
        except ParsessError as error:
            return ToolResult([TextBlock(text=error.message)], failed=True)

    async def _wait(self, asked: RunArguments, place: Place, report: Reporter) -> ToolResult:
        command = await begin(asked.command, place, report.output, Output())
        self._background.note(command)
        try:
            async with asyncio.timeout(asked.timeout):
                code = await command.wait()
        except TimeoutError:
            await command.stop()
            ending = f"[ended after {asked.timeout:g} s, its time limit; use background for what takes long]"
            return _result(command, ending, report.keep, code=command.child.exit_code, failed=True)
        except asyncio.CancelledError:
            await command.stop()
            raise
        finally:
            moved = command.moved_to()
            command.close()
        note = _follow(moved, place, report)
        ending = f"[exit code {code}]" if code else ""
        return _result(
            command, "\n".join(filter(None, [ending, note])), report.keep, code=code, failed=code != 0
        )

    async def _leave(self, asked: RunArguments, place: Place) -> ToolResult:
        if self._background.full:
            text = "Too many commands run in the background. Stop one with stop_command first."
            return ToolResult([TextBlock(text=text)], failed=True)
        command = await begin(asked.command, place, lambda text: None, Output(kept=0))
        self._background.note(command)
        handle = self._background.keep(command)
        try:
            async with asyncio.timeout(_EARLY):
                await command.child.wait()
        except TimeoutError:
            pass
        except asyncio.CancelledError:
            await command.stop()
            raise
        return ToolResult([TextBlock(text=_told(handle, command))], exit_code=command.child.exit_code)


class HandleArguments(Arguments, frozen=True):
    handle: Annotated[str, Meta(description="What run_command gave back, such as command-1.")]


class CommandOutput(Described[HandleArguments]):
    """See ``description``."""

    name = "command_output"
    kind: ToolKind = "read"
    arguments = HandleArguments
    description = "Read what a background command has printed since you last read, and whether it still runs."

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background

    def parse(self, arguments: object) -> HandleArguments:
        return self.check(arguments)

    def title(self, arguments: HandleArguments, place: Place) -> str:
        return f"Read output of {arguments.handle}"

    def access(self, arguments: HandleArguments, place: Place) -> Access:
        return Access("nothing")

    async def run(self, arguments: HandleArguments, place: Place, report: Reporter) -> ToolResult:
        try:
            command = self._background.find(arguments.handle)
        except ParsessError as error:
            return ToolResult([TextBlock(text=error.message)], failed=True)
        return ToolResult(
            [TextBlock(text=_told(arguments.handle, command))], exit_code=command.child.exit_code
        )


class StopCommand(CommandOutput):
    """See ``description``."""

    name = "stop_command"
    kind = "other"
    description = "Stop a background command with all it started."

    def title(self, arguments: HandleArguments, place: Place) -> str:
        return f"Stop {arguments.handle}"

    async def run(self, arguments: HandleArguments, place: Place, report: Reporter) -> ToolResult:
        try:
            await self._background.find(arguments.handle).stop()
        except ParsessError as error:
            return ToolResult([TextBlock(text=error.message)], failed=True)
        return await super().run(arguments, place, report)


async def _look_on(asked: RunArguments, place: Place, report: Reporter, in_view: InView) -> ToolResult:
    """The time limit is for what nobody sees: here the person does, and ends it when they like."""
    try:
        async with asyncio.timeout(_EARLY if asked.background else None):
            seen = await in_view.wait()
    except TimeoutError:
        seen = await in_view.so_far()
    output = Output()
    output.add(seen.output or "")
    shown = output.content(report.keep)
    note = _follow(in_view.moved_to, place, report) if seen.ended else ""
    return ToolResult(
        [TextBlock(text="\n".join(filter(None, [told(in_view, seen, shown.text), note])))],
        content=[shown],
        failed=seen.ended is not None and seen.exit_code != 0,
        exit_code=seen.exit_code,
    )


def _told(handle: str, command: Command) -> str:
    code = command.child.exit_code
    state = f"{handle} is running." if code is None else f"{handle} has ended [exit code {code}]."
    return f"{state}\n{command.output.news()}".rstrip()


def _return_home(place: Place, report: Reporter) -> None:
    """A directory that was removed must not lock the agent out of running anything.

    Raises:
        NotFound: it is gone; the next command starts in the session's directory.
    """
    if place.directory == place.home or place.directory.is_dir():
        return
    gone, place.directory = place.directory, place.home
    report.moved(place.home)
    raise NotFound(f"The working directory {gone} is gone. Nothing was run; it is {place.home} from now on.")


def _follow(moved: Path | None, place: Place, report: Reporter) -> str:
    """The directory persists, inside the session's own; elsewhere the next command starts where this did."""
    if moved is None or moved == place.directory:
        return ""
    moved = Path(os.path.realpath(moved))  # whoever holds the pipe may have told it, a link too
    if not moved.is_relative_to(place.home) or not moved.is_dir():
        return f"[the working directory stays {place.directory}: {moved} is outside the session's directory]"
    place.directory = moved
    report.moved(moved)
    return f"[the working directory is {moved} now]"


def _result(
    command: Command, ending: str, keep: Callable[[bytes], str], *, code: int | None, failed: bool
) -> ToolResult:
    shown = command.output.content(keep)
    text = "\n".join(filter(None, [shown.text.rstrip("\n"), ending])) or "[no output]"
    return ToolResult([TextBlock(text=text)], content=[shown], failed=failed, exit_code=code)
