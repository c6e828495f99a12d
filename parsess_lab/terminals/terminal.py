"""One shell on a pseudo-terminal: reads it, writes to it without blocking, knows when it ended."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
from terminado.management import PtyWithClients

from parsess_lab.events import now
from parsess_lab.processes import CHILD_MARK, Tree
from parsess_lab.terminals.history import History
from parsess_lab.terminals.viewer import Viewer

HISTORY = 1 << 20
"""Bytes of output kept for a browser that comes back."""

INPUT = 16 << 20
"""Bytes waiting for a program that does not read; a paste beyond it is refused."""

READ = 1 << 16
"""Bytes read or written at a time, so that a flood in one terminal leaves the loop to others."""

LAST_READS = 16
"""More than the kernel holds back of what a shell wrote before it ended."""

LAST_WORDS = 1.0
"""Seconds for the kernel to report the end of a shell whose processes were all killed."""

ATTEMPTS = 3
"""How often ending a tree is tried; each attempt is bounded by itself."""

# Ending must not queue behind slow file work in the loop's own threads. Few: each scans the process table.
_ending = ThreadPoolExecutor(max_workers=2, thread_name_prefix="parsess-terminals")


class TerminalModel(msgspec.Struct, frozen=True, kw_only=True):
    """A terminal in JSON: Jupyter's fields ``name`` and ``last_activity``, and ours."""

    name: str
    last_activity: str
    directory: str
    session: str | None
    pid: int
    created: str


class Terminal(PtyWithClients):
    """A shell with the viewers that watch it. The constructor forks; call :meth:`start` on the loop."""

    clients: list[Viewer]

    def __init__(
        self,
        name: str,
        session: str | None,
        directory: Path,
        command: Sequence[str],
        environment: dict[str, str],
    ) -> None:
        super().__init__(list(command), environment)
        self.term_name = name
        self.session = session
        self.directory = directory
        self.history = History(HISTORY)
        self.ended = asyncio.Event()
        self.exit_code: int | None = None
        self._tree = Tree(self.pid, environment[CHILD_MARK])
        self._created = self._active = now()
        self._input = bytearray()
        self._reading = False
        os.set_blocking(self.ptyproc.fd, False)

    @property
    def pid(self) -> int:
        """The shell's process id, which is also its session's and group's."""
        return int(self.ptyproc.pid)

    @property
    def key(self) -> tuple[str | None, Path]:
        """What makes it the same terminal."""
        return self.session, self.directory

    @property
    def mark(self) -> str:
        """Whatever carries it in its environment came from this shell."""
        return self._tree.mark

    @property
    def model(self) -> TerminalModel:
        """As JSON."""
        return TerminalModel(
            name=str(self.term_name),
            last_activity=self._active,
            directory=str(self.directory),
            session=self.session,
            pid=self.pid,
            created=self._created,
        )

    def start(self, on_exit: Callable[[Terminal], None]) -> None:
        """Read from now on; ``on_exit`` is called on the loop once the shell has ended."""
        self._loop = asyncio.get_running_loop()
        self._on_exit = on_exit
        self._resume()
        threading.Thread(target=self._wait, name=f"terminal-{self.term_name}", daemon=True).start()

    def attach(self) -> Viewer:
        """A new viewer, which gets the history first."""
        viewer = Viewer(self)
        if self.ended.is_set():
            viewer.end(self.exit_code)
        else:
            self.clients.append(viewer)
        return viewer

    def detach(self, viewer: Viewer) -> None:
        """Forget a viewer; the size falls back to that of whoever resized before."""
        if viewer not in self.clients:
            return
        self.clients.remove(viewer)
        sizes = [other.size for other in self.clients if other.size is not None]
        if sizes:
            self._set_size(*sizes[-1])
        self.caught_up()

    def resize(self, viewer: Viewer, rows: int, columns: int) -> None:
        """Take the size of the viewer that resized last."""
        viewer.size = (min(max(rows, 1), 1000), min(max(columns, 1), 1000))
        if viewer in self.clients:
            self.clients.remove(viewer)
            self.clients.append(viewer)
            self._set_size(*viewer.size)

    def write(self, text: str) -> bool:
        """Type ``text``, as fast as the program reads it; false if too much is waiting already."""
        data = text.encode(errors="replace")
        if self.ended.is_set() or len(self._input) + len(data) > INPUT:
            return False
        self._active = now()
        self._input += data
        self._flush()
        return True

    def caught_up(self) -> None:
        """A viewer has taken its backlog or left: go on reading."""
        if not self._reading and not self.ended.is_set():
            self._resume()

    async def close(self) -> None:
        """End the shell and all that came from it. Afterwards it counts as ended, whatever resists."""
        await asyncio.shield(self._loop.run_in_executor(_ending, self._end_tree))
        try:
            await asyncio.wait_for(self.ended.wait(), LAST_WORDS)
        except TimeoutError:
            self._end(None)

    def _end_tree(self) -> None:
        """In a thread. One attempt may run out of time on a busy machine."""
        for _ in range(ATTEMPTS):
            if self._tree.end():
                return

    def _flush(self) -> None:
        try:
            del self._input[: os.write(self.ptyproc.fd, self._input[:READ])]
        except BlockingIOError:
            pass
        except OSError:
            self._input.clear()  # the last program has closed the terminal: nobody is left to read it
        if self._input:
            self._loop.add_writer(self.ptyproc.fd, self._flush)
        else:
            self._loop.remove_writer(self.ptyproc.fd)

    def _resume(self) -> None:
        self._reading = True
        self._loop.add_reader(self.ptyproc.fd, self._read)

    def _pause(self) -> None:
        self._reading = False
        self._loop.remove_reader(self.ptyproc.fd)

    def _read(self) -> None:
        data = self._available()
        if data:
            self._publish(self.ptyproc.decoder.decode(data))
        elif data is None:
            self._pause()
        if self.clients and all(viewer.behind for viewer in self.clients):
            self._pause()

    def _available(self) -> bytes | None:
        """What can be read now, up to a limit; None when nobody holds the other end any more."""
        data = b""
        try:
            while len(data) < READ:
                chunk = os.read(self.ptyproc.fd, READ)
                if not chunk:
                    return data or None
                data += chunk
        except BlockingIOError:
            return data
        except OSError:
            return data or None
        return data

    def _publish(self, text: str) -> None:
        self._active = now()
        self.history.append(text)
        for viewer in self.clients:
            viewer.put(text)

    def _set_size(self, rows: int, columns: int) -> None:
        if not self.ended.is_set() and self.ptyproc.getwinsize() != (rows, columns):
            self.ptyproc.setwinsize(rows, columns)

    def _wait(self) -> None:
        """In a thread of its own: the end of the output proves nothing while a child holds the terminal."""
        try:
            code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        except ChildProcessError:
            code = None
        try:
            self._loop.call_soon_threadsafe(self._end, code)
        except RuntimeError:
            return  # the server has stopped meanwhile

    def _end(self, exit_code: int | None) -> None:
        if self.ended.is_set():
            return
        for _ in range(LAST_READS):
            if rest := self._available():
                self._publish(self.ptyproc.decoder.decode(rest))
        self._pause()
        self._loop.remove_writer(self.ptyproc.fd)
        self._close_file()
        self.exit_code = exit_code
        self.ended.set()
        for viewer in self.clients:
            viewer.end(exit_code)
        self.clients.clear()
        self._on_exit(self)

    def _close_file(self) -> None:
        """What ``PtyProcess.close`` does, without its sleep on the loop."""
        self.ptyproc.fileobj.close()
        self.ptyproc.fd = -1
        self.ptyproc.closed = True
