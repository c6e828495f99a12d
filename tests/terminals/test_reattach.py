"""Who comes back sees what somebody who never left sees, and nothing is typed by coming back.

``PARSESS_TORTURE`` sets the number of rounds for each program; `make bench` does a hundred.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Any

import psutil
import pytest

from parsess_lab.terminals import Terminal, Terminals, Viewer
from tests.terminals.programs import PROGRAMS, ROUNDS, fill
from tests.terminals.waiting import need, until
from tests.terminals.xterm import Browser, Screens


@pytest.fixture
def filled(root: Path) -> Path:
    return fill(root)


@asynccontextmanager
async def at(terminals: Terminals, root: Path) -> AsyncIterator[tuple[Terminal, Screens, Browser[Viewer]]]:
    """A terminal, and a browser at it that never leaves."""
    screens = await Screens.start()
    terminal = terminals.find((await terminals.open(root)).name)
    staying = Browser(screens, "staying", terminal.attach())
    staying.viewer.resize(24, 80, 400, 600)
    try:
        yield terminal, screens, staying
    finally:
        await staying.leave()
        await screens.close()


async def both(one: Browser[Viewer], two: Browser[Viewer]) -> tuple[Any, Any]:
    """What both show at the same moment of the terminal's output."""
    async with asyncio.timeout(10):
        while not (one.viewer.up_to_date and two.viewer.up_to_date):  # noqa: ASYNC110 - at this very turn of the loop
            await asyncio.sleep(0)
    first, second = one.ask("show"), two.ask("show")
    return one.heard(await first), two.heard(await second)


def differences(stayed: Any, returned: Any) -> list[str]:
    """In words, and few."""
    lines = zip_longest(stayed.pop("lines"), returned.pop("lines"))
    found = [f"{number}: {a!r} != {b!r}" for number, (a, b) in enumerate(lines) if a != b]
    return [
        f"{key}: {stayed[key]} != {returned[key]}" for key in stayed if stayed[key] != returned[key]
    ] + found[:5]


@pytest.mark.parametrize("program", PROGRAMS)
async def test_who_comes_back_sees_what_who_stayed_sees(
    terminals: Terminals, filled: Path, program: str
) -> None:
    command, keys = PROGRAMS[program]
    need(*command.split()[:1])
    chance = random.Random(program)  # noqa: S311
    async with at(terminals, filled) as (terminal, screens, staying):
        if command:
            staying.viewer.write(f"{command}\r")
        for number in range(ROUNDS):
            staying.viewer.write(chance.choice(keys))
            await asyncio.sleep(chance.random() * 0.05)
            # A reload has a new screen, a socket that dropped the old one, a second browser a screen beside.
            back = Browser(screens, f"back-{number % 2}", terminal.attach())
            await asyncio.sleep(chance.random() * 0.02)
            stayed, returned = await both(staying, back)
            assert not differences(stayed, returned), f"round {number}"
            assert back.said == ""
            await back.leave()
            if chance.random() < 0.5:
                await screens.ask(f"back-{number % 2}", "gone")


RECORDER = r"""
import os, sys, termios, tty
tty.setraw(0)
sys.stdout.write("\x1b[c")
sys.stdout.flush()
while True:
    got = os.read(0, 1000)
    with open("typed", "ab") as file:
        file.write(got)
    if b"q" in got:
        break
"""
QUERIES = (
    r"\x1b[c\x1b[>c\x1b[=c\x1b[5n\x1b[6n\x1b[?6n\x1b]4;1;?\x07\x1b]10;?\x1b\\\x1b]11;?\x07\x1b]12;?\x07\x1b[?25$p"
    r"\x1bP+q544e\x1b\\\x1bP$qm\x1b\\\x1b[14t\x1b[18t\x1b[21t\x1b[?u\x1b[>q\xc2\x9b6n\x1b[\r6n"
)


async def test_a_query_is_answered_once_and_never_again(terminals: Terminals, filled: Path) -> None:
    (filled / "recorder.py").write_text(RECORDER)
    typed = filled / "typed"
    async with at(terminals, filled) as (terminal, screens, staying):
        staying.viewer.write(f"{sys.executable} recorder.py\r")
        await until(lambda: staying.said)
        for number in range(20):
            back = Browser(screens, f"back-{number}", terminal.attach())
            await both(staying, back)
            await back.leave()
            assert back.said == ""
        assert staying.said == "\x1b[?1;2c"
        staying.viewer.write("q")
        await until(lambda: typed.exists() and typed.read_bytes().endswith(b"q"))
    assert typed.read_bytes() == b"\x1b[?1;2cq"


async def test_what_a_program_asked_while_nobody_looked_is_never_typed_into_the_shell(
    terminals: Terminals, filled: Path
) -> None:
    async with at(terminals, filled) as (terminal, screens, staying):
        await staying.leave()
        terminal.type(f"printf '{QUERIES}'; echo do''ne\r")
        await until(lambda: "done" in terminal.history.text())
        back = Browser(screens, "back", terminal.attach())
        await back.show()
        assert back.said == ""
        assert terminal.idle
        await back.leave()


async def test_a_shell_that_asks_before_the_first_browser_came_is_answered(root: Path) -> None:
    """As fish 4 does, which waits for it."""
    script = "stty -icanon -echo; printf '\\033[c'; dd bs=1 count=7 2>/dev/null | od -c; exec sleep 1000"
    terminals = Terminals([root], shell=["/bin/sh", "-c", script])  # noqa: S604 - a list of arguments
    screens = await Screens.start()
    terminal = terminals.find((await terminals.open(root)).name)
    await until(lambda: any("dd" in child.name() for child in psutil.Process(terminal.pid).children()))
    first = Browser(screens, "first", terminal.attach())
    await until(lambda: "033" in terminal.history.text())
    await first.leave()
    await screens.close()
    await terminals.close_all()


FULL_SCREEN = r"""
import signal, sys, time
def paint(*_):
    sys.stdout.write("\x1b[2J\x1b[H" + "".join(f"\x1b[{row};1H\x1b[3{row % 8}mrow {row}" for row in range(1, 20)))
    sys.stdout.flush()
sys.stdout.write("\x1b[?1049h\x1b[?25l\x1b[?1000h\x1b[?2004h\x1b[?1h\x1b]2;painter\x07")
signal.signal(signal.SIGWINCH, paint)
paint()
for number in range(40000):
    sys.stdout.write(f"\x1b[22;1H\x1b[K\x1b[1m{number} {'=' * 50}")
sys.stdout.write("\x1b[23;1Hready")
sys.stdout.flush()
while True:
    time.sleep(100)
"""


@pytest.mark.parametrize("exec", ["", "exec "], ids=["run", "in place of the shell"])
@pytest.mark.parametrize("comes", ["back", "into sight"])
async def test_a_full_screen_program_is_painted_anew_when_its_beginning_is_lost(
    terminals: Terminals, filled: Path, comes: str, exec: str
) -> None:
    (filled / "painter.py").write_text(FULL_SCREEN)
    async with at(terminals, filled) as (terminal, screens, staying):
        hidden = Browser(screens, "hidden", terminal.attach())
        await both(staying, hidden)
        hidden.viewer.show(False)
        staying.viewer.write(f"echo before; {exec}{sys.executable} painter.py\r")
        async with asyncio.timeout(30):
            while not any("ready" in line for line in (await staying.show())["lines"]):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert terminal.history.cut
        back = Browser(screens, "back", terminal.attach()) if comes == "back" else hidden
        back.viewer.show(True)
        async with asyncio.timeout(10):
            stayed, returned = await both(staying, back)
            while returned != stayed or "row 7" not in "".join(returned["lines"]):
                await asyncio.sleep(0.02)
                stayed, returned = await both(staying, back)
        assert returned["title"] == "painter"
        assert returned["modes"]["mouseTrackingMode"] == "vt200"
        assert back.said == ""
        await back.leave()
        await hidden.leave()


async def test_a_shell_at_its_prompt_is_not_nudged(terminals: Terminals, filled: Path) -> None:
    async with at(terminals, filled) as (terminal, screens, staying):
        staying.viewer.write("trap 'echo nud''ged' WINCH; printf '\\e[?1049h'\r")
        await asyncio.sleep(0.2)
        back = Browser(screens, "back", terminal.attach())
        await asyncio.sleep(0.3)
        await back.show()
        terminal.type("echo af''ter\r")
        await until(lambda: "after\r\n" in terminal.history.text())
        assert "nudged" not in terminal.history.text()
        await back.leave()
