"""Sockets cut off at any moment: who comes back sees what who stayed sees, and the shell gets what was typed, no more.

``PARSESS_TORTURE`` sets the number of rounds for each program; `make bench` does a hundred.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError

from tests.terminals.programs import HOLD, PROGRAMS, QUIT, ROUNDS, fill
from tests.terminals.test_reattach import differences
from tests.terminals.waiting import need, until
from tests.terminals.xterm import Browser, Screens


class Wire:
    """A page's end of a socket."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self.sent = ""
        self._connection = connection

    async def messages(self) -> AsyncIterator[list[Any]]:
        while (message := await self._connection.read_message()) is not None:
            frame = json.loads(message)
            if frame[0] == "stdout":
                self._send("ack", len(frame[1].encode("utf-16-le")) // 2)
            yield frame

    def write(self, text: str) -> None:
        self.sent += text
        self._send("stdin", text)

    def resize(self, rows: int, columns: int) -> None:
        self._send("set_size", rows, columns, 400, 600)

    def close(self) -> None:
        self._connection.close()

    def cut(self) -> None:
        """As a network does that goes away: whatever was under way is lost."""
        stream = self._connection.protocol.stream  # type: ignore[union-attr]
        stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()

    def _send(self, kind: str, *content: Any) -> None:
        # Nobody sends on a socket that is gone.
        if not self._connection.protocol or self._connection.protocol.is_closing():
            return
        try:
            self._connection.write_message(json.dumps([kind, *content]))
        except WebSocketClosedError:
            return


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    """What the shell has received, byte by byte, written down by a program between terminal and shell."""
    need("script")
    return tmp_path / "typed"


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any], typed: Path) -> dict[str, Any]:
    shell = ["script", "-qf", "-I", str(typed), "-c", "exec bash --norc --noprofile"]
    jp_server_config["ParsessLab"] = {"shell_command": shell}
    return jp_server_config


class Table:
    """Where pages sit down at one terminal."""

    def __init__(self, fetch: Any, name: str, screens: Screens) -> None:
        self.screens = screens
        self._fetch = fetch
        self._name = name

    async def sit(self, screen: str) -> Browser[Wire]:
        connection = await self._fetch("parsess", "terminals", "websocket", self._name)
        wire = Wire(connection)
        wire.resize(24, 80)
        return Browser(self.screens, screen, wire)

    async def alike(self, one: Browser[Wire], two: Browser[Wire], why: str) -> None:
        """Until both show the same; what is printed in between reaches one of them first."""
        found: list[str] = ["nothing"]
        try:
            async with asyncio.timeout(15):
                while found:
                    first, second = one.ask("show"), two.ask("show")
                    found = differences(one.heard(await first), two.heard(await second))
        except TimeoutError:
            pytest.fail(f"{why}: {found}")


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_page_that_is_cut_off_and_comes_back_changes_nothing(
    jp_fetch: Any, jp_ws_fetch: Any, jp_root_dir: Path, typed: Path, program: str
) -> None:
    command, keys = PROGRAMS[program]
    need(*command.split()[:1])
    fill(jp_root_dir)
    chance = random.Random(program)  # noqa: S311
    opened = await jp_fetch("parsess", "api", "terminals", method="POST", body='{"directory": "."}')
    table = Table(jp_ws_fetch, json.loads(opened.body)["name"], await Screens.start())
    staying = await table.sit("staying")
    if command:
        staying.viewer.write(f"{command}\r")
    if program == "vim":
        # It asks who it is shown by, and is answered by the page in use.
        await until(lambda: "$y" in staying.said)
    page = await table.sit("page")
    for number in range(ROUNDS):
        staying.viewer.write(chance.choice(keys))
        await asyncio.sleep(chance.random() * 0.05)
        why = f"round {number}, {(how := chance.choice(['reload', 'drop', 'second']))}"
        before = page
        if how == "second":
            page = await table.sit(f"second-{number}")
        else:
            before.viewer.cut() if how == "drop" else before.viewer.close()
            await before.leave()
            await asyncio.sleep(chance.random() * 0.05)
            # A reload begins with an empty screen; after a drop the old one is still there.
            page = await table.sit(f"page-{number}" if how == "reload" else before.id)
        await asyncio.sleep(chance.random() * 0.03)
        (jp_root_dir / HOLD).touch()
        await table.alike(staying, page, why)
        (jp_root_dir / HOLD).unlink()
        assert page.said == "", why
        if how == "second":
            await page.leave()
            page = before
    staying.viewer.write(f"{QUIT[program]}true\r")
    await until(lambda: typed.read_bytes().endswith(b"true\r"))
    for each in (staying, page):
        await each.leave()
    await table.screens.close()
    # The program between puts a line of its own before all others.
    assert typed.read_bytes().partition(b"\n")[2].decode() == staying.viewer.sent
