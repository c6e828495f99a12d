"""What a browser would show and answer, by xterm.js itself."""

from __future__ import annotations

import asyncio
import json
import os
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import pytest

from tests.terminals.waiting import need

PACKAGE = Path(__file__).parents[2] / "labextension" / "node_modules" / "@xterm" / "headless"


class Screens:
    """A process with any number of screens."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._asked: deque[asyncio.Future[Any]] = deque()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls) -> Screens:
        need("node")
        if not PACKAGE.exists() and not os.environ.get("CI"):
            pytest.skip("`make setup` installs xterm.js")
        pipe = asyncio.subprocess.PIPE
        program = Path(__file__).with_name("screens.mjs")
        return cls(
            await asyncio.create_subprocess_exec("node", program, stdin=pipe, stdout=pipe, limit=1 << 26)
        )

    def ask(self, id: str, op: str, text: str = "") -> asyncio.Future[Any]:
        """Asked here and now, answered in that order."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": id, "op": op, "text": text}).encode() + b"\n")
        answer = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        return answer

    async def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            answer = self._asked.popleft()
            if not answer.done():
                answer.set_result(json.loads(line))


class Seat(Protocol):
    """Where a page gets a terminal's output, and where its keys go."""

    def messages(self) -> AsyncIterator[list[Any]]: ...

    def write(self, text: str) -> None: ...

    def close(self) -> None: ...


SeatT = TypeVar("SeatT", bound=Seat)


class Browser(Generic[SeatT]):
    """A page at a terminal: what arrives is painted, what its terminal answers is sent."""

    def __init__(self, screens: Screens, id: str, viewer: SeatT) -> None:
        self.viewer = viewer
        self.said = ""
        self.id = id
        self._screens = screens
        self._text = ""
        self._arrived = asyncio.Event()
        self._receiving = asyncio.create_task(self._receive())
        self._painting = asyncio.create_task(self._paint())

    async def show(self) -> Any:
        """What is on the screen once all that has arrived by now was painted."""
        return self.heard(await self.ask("show"))

    def ask(self, op: str) -> asyncio.Future[Any]:
        """Paint what has arrived by now, and ask for what then is there."""
        text, self._text = self._text, ""
        return self._screens.ask(self.id, op, text)

    async def leave(self) -> None:
        """Go away. A screen of the same name takes up where this one left it."""
        self.viewer.close()
        for task in (self._receiving, self._painting):
            task.cancel()
        await asyncio.wait([self._receiving, self._painting])

    async def _receive(self) -> None:
        async for kind, *content in self.viewer.messages():
            if kind == "stdout":
                self._text += content[0]
                self._arrived.set()

    async def _paint(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            self.heard(await self.ask("write"))

    def heard(self, answer: Any) -> Any:
        """What the screen answered is sent, as a browser does."""
        if said := answer.pop("said"):
            self.said += said
            self.viewer.write(said)
        return answer
