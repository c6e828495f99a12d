"""Two pages at one terminal: one stays, one is reloaded, cut off or joined by a third. Both show the same, and only
what was typed arrives.

``PARSESS_TORTURE``, as for the sockets; pages take longer to come back.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocket

from tests.journeys.conftest import own_directory
from tests.journeys.pages import TERMINAL, opened
from tests.journeys.server import LabServer, running
from tests.terminals.programs import HOLD, PROGRAMS, QUIT, ROUNDS, fill
from tests.terminals.waiting import need

pytestmark = pytest.mark.timeout(120 + 30 * ROUNDS)

SHOWN = """
() => {
  const { active } = terminal._term.buffer;
  const row = number => {
    const line = active.getLine(active.baseY + number);
    return Array.from({ length: terminal._term.cols }, (_, column) => {
      const cell = line.getCell(column);
      const look = [cell.getFgColor(), cell.getBgColor(), cell.isBold(), cell.isInverse(), cell.isUnderline()];
      return cell.getChars() + (look.some(each => each > 0) ? `<${look}>` : '');
    }).join('').trimEnd();
  };
  return [
    `${active.type}, cursor at ${active.cursorX}, ${active.cursorY}`,
    ...Array.from({ length: terminal._term.rows }, (_, number) => row(number))
  ];
}
"""
CONNECTED = """
() => terminal.session.connectionStatus === 'connected' && terminal._term.element && terminal._term.buffer.active.length
"""


class Seat:
    """A page at the terminal. What it sends to the shell is kept, over all its connections."""

    def __init__(self, name: str, page: Page, server: LabServer, session: str) -> None:
        self.page = page
        self._name = name
        self.sent = ""
        self._server = server
        self._session = session
        page.on("websocket", self._listen)

    def sit(self) -> None:
        """Load the page, until the terminal is there."""
        # A workspace of its own: two pages in one would send each other away.
        opened(self.page, self._server.lab_url(f"/lab/workspaces/{self._name}?reset"))
        self.page.evaluate(
            "id => void window.jupyterapp.commands.execute('parsess-lab:open-session', { id })", self._session
        )
        self.page.wait_for_function(f"session => ({TERMINAL})(session)", arg=self._session)
        wait(lambda: self._do(CONNECTED), "the terminal is not connected")

    def cut(self) -> None:
        """As a network does that goes away, and comes back."""
        self._do("() => { terminal.session._ws.close(4000); }")

    def type(self, keys: str) -> None:
        self._do("() => { terminal._term.input(value); }", keys)

    def shown(self) -> list[str]:
        return list(self._do(SHOWN))

    def _do(self, what: str, value: str = "") -> Any:
        return self.page.evaluate(
            f"([session, value]) => {{ const terminal = ({TERMINAL})(session); return ({what})(); }}",
            [self._session, value],
        )

    def _listen(self, socket: WebSocket) -> None:
        if "/terminals/websocket/" in socket.url:
            socket.on("framesent", self._keep)

    def _keep(self, frame: str | bytes) -> None:
        kind, *content = json.loads(frame)
        if kind == "stdin":
            self.sent += content[0]


def wait(condition: Callable[[], Any], why: str | Callable[[], str]) -> None:
    end = time.monotonic() + 15
    while not condition():
        if time.monotonic() > end:
            pytest.fail(why if isinstance(why, str) else why())
        time.sleep(0.02)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """Between terminal and shell sits a program that writes down what arrives, below the shell's directory."""
    need("script")
    shell = ["script", "-qf", "-I", "typed", "-c", "exec bash --norc --noprofile"]
    options = [f"--ParsessLab.shell_command={argument}" for argument in shell]
    with running(LabServer(tmp_path_factory.mktemp("cut-off"), *options)) as server:
        yield server


@pytest.fixture
def own(recorded: LabServer, request: pytest.FixtureRequest) -> Path:
    return fill(own_directory(recorded, request))


def alike(own: Path, staying: Seat, moving: Seat, why: str) -> None:
    """Until both show the same; what is printed in between reaches one of them first."""
    (own / HOLD).touch()
    found: list[tuple[str | None, str | None]] = []

    def same() -> bool:
        pairs = zip_longest(staying.shown(), moving.shown())
        found[:] = [(one, two) for one, two in pairs if one != two]
        return not found

    wait(same, lambda: f"{why}: {found}")
    (own / HOLD).unlink()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_page_that_goes_and_comes_back_changes_nothing(
    page: Page, recorded: LabServer, own: Path, program: str
) -> None:
    command, keys = PROGRAMS[program]
    need(*command.split()[:1])
    chance = random.Random(program)  # noqa: S311
    wanted = {"directory": str(own), "agent": "tour"}
    session = recorded.ask("POST", "parsess/sessions", wanted)["id"]

    def seat(name: str) -> Seat:
        return Seat(name, page.context.new_page(), recorded, session)

    staying, moving = seat("staying"), seat("moving")
    staying.sit()
    if command:
        staying.type(f"{command}\r")
    moving.sit()
    for number in range(max(4, ROUNDS // 4)):
        how = ["reload", "drop", "second", "drop"][number % 4]
        staying.type(chance.choice(keys))
        comes = seat(how) if how == "second" else moving
        moving.cut() if how == "drop" else comes.sit()
        staying.type(chance.choice(keys))
        alike(own, staying, comes, f"round {number}, {how}")
        # That it has not the focus is let pass by the server, as the last line here proves.
        assert comes.sent.replace("\x1b[O", "") == ""
        if comes is not moving:
            comes.page.close()
    staying.type(f"{QUIT[program]}true\r")
    typed = own / "typed"
    wait(lambda: typed.read_bytes().endswith(b"true\r"), "what was typed last did not arrive")
    # The program between puts a line of its own before all others.
    assert typed.read_bytes().partition(b"\n")[2].decode() == staying.sent
