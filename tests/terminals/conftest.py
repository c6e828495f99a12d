"""Real shells in real directories, and a browser's end of the wire without the browser."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.terminals import Terminal, Terminals
from parsess_lab.terminals.viewer import RESET, Viewer
from tests.terminals.waiting import need

SHELL = ["/bin/bash", "--norc", "--noprofile"]
"""A shell that starts alike on every machine."""
CONTROL = re.compile(r"\x1b\][^\x07]*\x07|\x1b\[[0-9;?]*[a-zA-Z]|\r")


class Screen:
    """What a browser at a terminal received last; ``text`` without control sequences."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.raw = self.text = ""
        self.exit_code: int | None = None
        self.kinds: list[str] = []
        self.frames: list[list[Any]] = []
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._receive())

    async def _receive(self) -> None:
        async for kind, content in self.viewer.messages():
            self.kinds.append(kind)
            if kind == "stdout":
                self.raw = (self.raw + content).rpartition(RESET)[2][-50_000:]
                self.text = CONTROL.sub("", self.raw)
            else:
                self.frames.append([kind, content])
            if kind == "exit":
                self.exit_code = content
            self._changed.set()

    def type(self, text: str) -> None:
        self.viewer.write(text)

    async def until(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            pytest.fail(f"The terminal shows only: {self.text[-2000:]!r}")

    async def shows(self, text: str, seconds: float = 10) -> None:
        await self.until(lambda: text in self.text, seconds)

    async def ends(self, seconds: float = 10) -> None:
        await asyncio.wait_for(asyncio.shield(self._task), seconds)

    async def close(self) -> None:
        self.viewer.close()
        self._task.cancel()
        await asyncio.wait([self._task])


Watch = Callable[[str], AbstractAsyncContextManager[Screen]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path.resolve() / "root"
    path.mkdir()
    return path


@pytest.fixture
def terminals(root: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Terminals]:
    made = Terminals([root], shell=SHELL)
    yield made
    jp_asyncio_loop.run_until_complete(made.close_all())


@pytest.fixture
def watch(terminals: Terminals) -> Watch:
    """Sit down at a terminal: ``async with watch(name) as screen``."""

    @asynccontextmanager
    async def _watch(name: str) -> AsyncIterator[Screen]:
        screen = Screen(terminals.find(name).attach())
        try:
            yield screen
        finally:
            await screen.close()

    return _watch


Moved = Callable[[str, str], Terminals]
Started = Callable[..., Awaitable[Terminal]]


@pytest.fixture
def at_home(root: Path, tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Moved]:
    """The terminals of a person with a home and startup files of their own: ``at_home("zsh", rc)``."""
    made: list[Terminals] = []

    def _at_home(shell: str, rc: str) -> Terminals:
        command = shell.split()
        need(command[0])
        home = home_of_a_person(tmp_path / "home", rc)
        own = {"HOME": home, "XDG_CONFIG_HOME": home / ".config", "HISTFILE": home / "history"}
        environment = {name: str(path) for name, path in own.items()}
        made.append(Terminals([root], shell=command, environment=environment))
        return made[-1]

    yield _at_home
    for terminals in made:
        jp_asyncio_loop.run_until_complete(terminals.close_all())


@pytest.fixture
def start(at_home: Moved, root: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Started]:
    """A shell of such a person, looked at: ``await start("zsh", rc)``."""
    watched: list[tuple[Terminals, asyncio.Task[None]]] = []

    async def _start(shell: str, rc: str = "") -> Terminal:
        terminals = at_home(shell, rc)
        terminal = terminals.find((await terminals.open(root)).name)
        watched.append((terminals, look_at(terminal)))
        return terminal

    yield _start
    for terminals, receiving in watched:
        jp_asyncio_loop.run_until_complete(terminals.close_all())
        jp_asyncio_loop.run_until_complete(receiving)


def look_at(terminal: Terminal) -> asyncio.Task[None]:
    """As a browser that shows it does; over when its shell has ended."""
    viewer = terminal.attach()
    viewer.resize(24, 80, 400, 600)
    return asyncio.create_task(receive(viewer))


def home_of_a_person(home: Path, rc: str) -> Path:
    (home / ".config" / "fish").mkdir(parents=True)
    for name in (".bashrc", ".bash_profile", ".zshrc", ".config/fish/config.fish"):
        (home / name).write_text(f"{rc}\n")
    return home


async def receive(viewer: Viewer) -> None:
    async for _ in viewer.messages():
        pass
