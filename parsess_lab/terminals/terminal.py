"""One shell on a pseudo-terminal: reads it, writes to it without blocking, knows when it ended."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

from terminado.management import PtyWithClients

from parsess_lab.events import now
from parsess_lab.processes import CHILD_MARK, Tree
from parsess_lab.terminals.history import History
from parsess_lab.terminals.model import TerminalModel
from parsess_lab.terminals.reading import has_read_all
from parsess_lab.terminals.sequences import Whole, queries_at_the_end
from parsess_lab.terminals.shell import Start
from parsess_lab.terminals.tracker import Tracker
from parsess_lab.terminals.viewer import Message, Viewer
from parsess_lab.terminals.watches import Watches
from parsess_lab.terminals.window import Window

HISTORY = 1 << 20
"""Bytes of output kept for a browser that comes back."""

INPUT = 16 << 20
"""Bytes waiting for a program that does not read; a paste beyond it is refused."""

READ = 1 << 16
"""Bytes read or written at a time, so that a flood in one terminal leaves the loop to others."""

LAST_READS = 16
"""More than the kernel holds back of what a shell wrote before it ended."""


class Terminal(PtyWithClients):
    """A shell with the viewers that watch it. The constructor forks; call :meth:`start` on the loop."""

    clients: list[Viewer]
    """The one used last comes last."""

    def __init__(self, name: str, session: str | None, directory: Path, start: Start) -> None:
        super().__init__(list(start.command), start.environment)
        self.term_name = name
        self.session = session
        self.directory = directory
        self.shell = start.shell
        self.taught = start.taught
        self.virtual_env = start.environment.get("VIRTUAL_ENV")
        self.label: str | None = None
        self.offered: str | None = None
        self.history = History(HISTORY)
        self.tracker = Tracker(start.key, str(directory), self._tell)
        self.tracker.on_move = self._moved
        self.watches = Watches(self.tracker, self._tell)
        self.ended = asyncio.Event()
        self.exit_code: int | None = None
        self._tree = Tree(self.pid, start.environment[CHILD_MARK])
        self._created = self._active = now()
        self._whole = Whole()
        self._asked: str | None = ""
        self._input = bytearray()
        self._reading = False
        self._window = Window(self.ptyproc, self.ended)
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
    def tree(self) -> Tree:
        """All processes that came from this shell."""
        return self._tree

    @property
    def model(self) -> TerminalModel:
        """As JSON."""
        size = self._window.size
        return TerminalModel.of(self, created=self._created, last_activity=self._active, size=size)

    @property
    def shell_in_front(self) -> bool:
        """Whether keys go to the shell itself, and not to a program it runs."""
        try:
            return not self.ended.is_set() and os.tcgetpgrp(self.ptyproc.fd) == self.pid
        except OSError:
            return False

    @property
    def idle(self) -> bool:
        """The shell is at its prompt, with an empty line; false as soon as that isn't sure."""
        if not self.shell_in_front or self._input or not self.tracker.line_is_empty:
            return False
        return not self.tracker.typed_ahead or has_read_all(self.ptyproc.fd, self.pid)

    def start(self, on_exit: Callable[[Terminal], None]) -> None:
        """Read from now on; ``on_exit`` is called on the loop once the shell has ended."""
        self._loop = asyncio.get_running_loop()
        self._on_exit = on_exit
        self._resume()
        threading.Thread(target=self._wait, name=f"terminal-{self.term_name}", daemon=True).start()

    def attach(self) -> Viewer:
        """A new viewer, which gets the history first."""
        viewer = Viewer(self, self._asked or "")
        self._asked = None
        if self.ended.is_set():
            viewer.end(self.exit_code)
        else:
            viewer.tell(["state", self.model])
            self.clients.insert(0, viewer)
        return viewer

    def detach(self, viewer: Viewer) -> None:
        """Forget a viewer; the size falls back to that of whoever was there before."""
        if viewer in self.clients:
            self.clients.remove(viewer)
            self._follow_size()
            self.caught_up()

    def use(self, viewer: Viewer) -> None:
        """Somebody typed in this viewer, gave it a size, showed or hid it."""
        if viewer in self.clients:
            if viewer.visible:
                self.clients.remove(viewer)
                self.clients.append(viewer)
            self._follow_size()

    def is_in_use(self, viewer: Viewer) -> bool:
        """Whether it's the visible one that was used last: it answers queries, and its size counts."""
        return viewer is self._used()

    def type(self, keys: str, viewer: Viewer | None = None) -> bool:
        """Type ``keys``, as fast as the program reads them; false if too much is waiting already."""
        if not self._write(keys):
            return False
        self.tracker.typed(keys)
        if viewer is not None and not self.is_in_use(viewer):
            self.use(viewer)
        return True

    def report(self, text: str) -> None:
        """What a browser's terminal says by itself: nobody typed it."""
        self._write(text)

    def replay(self, *, repaint: bool) -> tuple[str, bool]:
        """The history, and whether it makes a browser report its focus.

        Full-screen programs paint anew if ``repaint`` says so, or the beginning of what they drew is lost.
        """
        # The shell itself may have become such a program by `exec`; at a prompt it's a shell for sure.
        at_prompt = self.shell_in_front and self.tracker.at_prompt
        if (repaint or self.history.cut) and self.history.alternate and not at_prompt:
            self._window.nudge()
        return self.history.text(), self.history.reports_focus

    def caught_up(self) -> None:
        """A viewer has taken its backlog, was hidden or left: go on reading."""
        if not self._reading and not self.ended.is_set():
            self._resume()

    def announce(self) -> None:
        """Tell all viewers the state anew."""
        self._tell(["state", self.model])

    def offer(self, directory: str | None) -> None:
        """Offer the person to take the shell there; None takes it back."""
        if directory != self.offered:
            self.offered = directory
            self.announce()

    def give_up(self) -> None:
        """It counts as ended from now on, whatever resists."""
        self._end(None)

    def _used(self) -> Viewer | None:
        return next((viewer for viewer in reversed(self.clients) if viewer.visible), None)

    def _write(self, text: str) -> bool:
        data = text.encode(errors="replace")
        if self.ended.is_set() or len(self._input) + len(data) > INPUT:
            return False
        self._active = now()
        self._input += data
        self._flush()
        return True

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
            self._publish(self._whole.feed(data))
        elif data is None:
            self._pause()
        watching = [viewer for viewer in self.clients if viewer.visible]
        if watching and all(viewer.behind for viewer in watching):
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
        """Give whole sequences on; queries to one viewer only, since each would answer."""
        self._active = now()
        only_colours = self._whole.only_colours
        text = self.tracker.feed(text, only_colours=only_colours)
        remembered = self.history.append(text, only_colours=only_colours)
        if self._asked is not None and text:
            self._asked = queries_at_the_end(text)
        used = self._used()
        for viewer in self.clients:
            viewer.put(text if viewer is used else remembered)

    def _tell(self, frame: Message) -> None:
        for viewer in self.clients:
            viewer.tell(frame)

    def _moved(self, directory: str) -> None:
        if directory == self.offered:
            self.offer(None)

    def _follow_size(self) -> None:
        sizes = [viewer.size for viewer in self.clients if viewer.visible and viewer.size is not None]
        if sizes:
            self._window.resize(*sizes[-1])
            self.tracker.columns = self._window.size[1]

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
                self._publish(self._whole.feed(rest))
        self._publish(self._whole.rest())
        self._pause()
        self._loop.remove_writer(self.ptyproc.fd)
        self._close_file()
        self.exit_code = exit_code
        self.ended.set()
        self.tracker.end()
        for viewer in self.clients:
            viewer.end(exit_code)
        self.clients.clear()
        self._on_exit(self)

    def _close_file(self) -> None:
        """What ``PtyProcess.close`` does, without its sleep on the loop."""
        self.ptyproc.fileobj.close()
        self.ptyproc.fd = -1
        self.ptyproc.closed = True
