"""One child process on the event loop: its output as it comes, its end, and the end of all it started."""

from __future__ import annotations

import asyncio
import codecs
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from parsess_lab.processes.environment import CHILD_MARK
from parsess_lab.processes.tree import Tree, end_all, end_marked

if TYPE_CHECKING:
    import psutil

_CHUNK = 65536  # bytes read at once
_DRAIN = 0.25  # seconds for reading what an ended process has written
_Result = TypeVar("_Result")
# Ending must not queue behind slow file work in the loop's own threads.
_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="parsess-processes")


class Child:
    """A running child. Its output is read until it ends, whoever waits for it."""

    def __init__(self, process: asyncio.subprocess.Process, tree: Tree, pump: asyncio.Task[None]) -> None:
        self.tree = tree
        self._process = process
        self._pump = pump
        self._left: list[psutil.Process] = []
        self._ended = asyncio.create_task(self._run_to_the_end())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when a signal ended it."""
        return self._process.returncode

    async def wait(self) -> int:
        """Wait until it has ended and its output was read; the exit code. Cancelling ends only the wait."""
        return await asyncio.shield(self._ended)

    async def stop(self) -> bool:
        """End it and all that came from it, in less than a second; False when something outlived that.

        Goes on to the end even when the caller is cancelled meanwhile.
        """
        return await asyncio.shield(self._stop())

    async def end_leftovers(self) -> int:
        """After it ended: end what is left in its session (jobs begun with ``&``); how many there were."""
        await self.wait()
        left, self._left = self._left, []
        if left:
            await asyncio.shield(_in_thread(lambda: end_all(left)))
        return len(left)

    async def _stop(self) -> bool:
        gone = await _in_thread(self.tree.end)
        if gone:
            await asyncio.wait({self._ended}, timeout=2 * _DRAIN)
        return gone

    async def _run_to_the_end(self) -> int:
        code = await self._process.wait()
        self._left = await _in_thread(self.tree.leader_ended)
        # All it wrote is in the pipe by now; a process left behind may keep the pipe open for ever.
        await asyncio.wait({self._pump}, timeout=_DRAIN)
        self._pump.cancel()
        await asyncio.wait({self._pump})
        if not self._pump.cancelled() and (error := self._pump.exception()) is not None:
            raise error
        return code


async def start(
    argv: Sequence[str | Path],
    *,
    directory: Path,
    environment: Mapping[str, str],
    output: Callable[[str], None],
    pass_fds: Sequence[int] = (),
) -> Child:
    """Start a program in its own session and process group, without input.

    Args:
        environment: from :func:`child_environment`, whose mark is used to find what it leaves.
        output: gets output and errors as they come, on the loop, decoded as UTF-8 (what isn't is U+FFFD).

    Raises:
        OSError: the program or the directory isn't there or may not be used.
    """
    try:
        return await _start(argv, directory, environment, output, pass_fds)
    except asyncio.CancelledError:
        await asyncio.shield(_in_thread(lambda: end_marked({environment[CHILD_MARK]})))
        raise


async def _start(
    argv: Sequence[str | Path],
    directory: Path,
    environment: Mapping[str, str],
    output: Callable[[str], None],
    pass_fds: Sequence[int],
) -> Child:
    # A pipe of our own: with asyncio's, some Python versions report the end only when every holder of the
    # pipe is gone, and a process left in the background holds it.
    read_end, write_end = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=directory,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=write_end,
            stderr=write_end,
            start_new_session=True,
            pass_fds=pass_fds,
        )
    except BaseException:
        os.close(read_end)
        raise
    finally:
        os.close(write_end)
    pump = asyncio.create_task(_pump(read_end, output))
    return Child(process, Tree(process.pid, environment[CHILD_MARK]), pump)


async def _pump(fd: int, receive: Callable[[str], None]) -> None:
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb", buffering=0)
    )
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    try:
        while chunk := await reader.read(_CHUNK):
            receive(decoder.decode(chunk))
            await asyncio.sleep(0)  # a full buffer answers at once, for ever: others must have their turn
    finally:
        transport.close()
        if tail := decoder.decode(b"", final=True):
            receive(tail)


async def _in_thread(call: Callable[[], _Result]) -> _Result:
    return await asyncio.get_running_loop().run_in_executor(_threads, call)
