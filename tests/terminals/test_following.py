"""When the agent moves, shells go along: the idle ones, and nobody else's line is touched."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from parsess_lab.terminals import Terminal, Terminals
from tests.terminals.conftest import Moved, look_at
from tests.terminals.waiting import until

SHELLS = ["bash", "zsh", "fish"]
MOVES = 20
SESSION = "s1"


@dataclass(frozen=True)
class Seat:
    """A session's terminal, and what the agent's moves are told to."""

    terminals: Terminals
    terminal: Terminal

    def lead(self, place: Path) -> None:
        self.terminals.lead(SESSION, place)

    async def follow(self, place: Path) -> None:
        """The person takes what is offered."""
        await self.terminals.follow(str(self.terminal.term_name), place)

    def is_in(self, place: Path) -> bool:
        return self.terminal.model.current_directory == str(place)

    def is_offered(self, place: Path | None) -> bool:
        return self.terminal.model.offered_directory == (place and str(place))


Sit = Callable[[str], Awaitable[Seat]]


@pytest.fixture
def sit(at_home: Moved, root: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Sit]:
    receiving: list[asyncio.Task[None]] = []
    made: list[Terminals] = []

    async def _sit(shell: str) -> Seat:
        terminals = at_home(shell, "")
        terminal = terminals.find((await terminals.open(root, SESSION)).name)
        receiving.append(look_at(terminal))
        made.append(terminals)
        return Seat(terminals, terminal)

    yield _sit
    for terminals in made:
        jp_asyncio_loop.run_until_complete(terminals.close_all())
    jp_asyncio_loop.run_until_complete(asyncio.gather(*receiving))


@pytest.fixture
def places(root: Path) -> list[Path]:
    made = [root / "one", root / "it's « two » \\n $HOME", root]
    for place in made:
        place.mkdir(exist_ok=True)
    return made


@pytest.mark.parametrize("shell", SHELLS)
async def test_an_idle_shell_goes_wherever_the_agent_goes(sit: Sit, places: list[Path], shell: str) -> None:
    seat = await sit(shell)
    terminal = seat.terminal
    for number in range(MOVES):
        place = places[number % len(places)]
        seat.lead(place)
        await until(lambda place=place: seat.is_in(place))
    assert seat.is_offered(None)
    assert [command.exit_code for command in terminal.tracker.commands] == [0] * MOVES


@pytest.mark.parametrize("shell", SHELLS)
async def test_it_ends_up_where_the_agent_went_last(sit: Sit, places: list[Path], shell: str) -> None:
    seat = await sit(shell)
    terminal = seat.terminal
    for _ in range(MOVES):
        for place in places:
            seat.lead(place)
    await until(lambda: terminal.idle and seat.is_in(places[-1]))
    seat.lead(places[0])
    seat.lead(places[1])
    await until(lambda: seat.is_in(places[1]))
    assert seat.is_offered(None)


@pytest.mark.parametrize("shell", SHELLS)
async def test_a_shell_with_something_typed_is_only_offered_it(
    sit: Sit, root: Path, places: list[Path], shell: str
) -> None:
    seat = await sit(shell)
    terminal = seat.terminal
    await until(lambda: terminal.idle)
    terminal.type("echo half a li")
    seat.lead(places[0])
    await until(lambda: seat.is_offered(places[0]))
    terminal.type("ne\r")
    await until(lambda: terminal.tracker.last is not None)
    ran = terminal.tracker.commands[0].with_output()
    assert (ran.command, ran.output, ran.directory) == ("echo half a line", "half a line", str(root))
    await seat.follow(places[0])
    assert seat.is_in(places[0])
    assert seat.is_offered(None)


@pytest.mark.parametrize("shell", SHELLS)
async def test_a_shell_with_a_program_running_is_only_offered_it(
    sit: Sit, places: list[Path], shell: str
) -> None:
    seat = await sit(shell)
    terminal = seat.terminal
    await until(lambda: terminal.idle)
    terminal.type("cat\r")
    await until(lambda: terminal.tracker.running and not terminal.shell_in_front)
    for place in places[:2]:
        seat.lead(place)
        await until(lambda place=place: seat.is_offered(place))
    terminal.type("read\r\x04")
    await until(lambda: terminal.idle)
    assert terminal.tracker.commands[0].with_output().output == "read\nread"
    terminal.type(f"cd '{places[0]}'\r")
    await until(lambda: seat.is_in(places[0]))
    assert seat.is_offered(places[1])
    # By the person's own hand is as good as by the offer.
    await seat.follow(places[1])
    assert seat.is_offered(None)


async def test_a_shell_without_marks_is_neither_moved_nor_offered_anything(
    sit: Sit, root: Path, places: list[Path]
) -> None:
    seat = await sit("dash")
    terminal = seat.terminal
    terminal.type("echo re''ady\r")
    await until(lambda: "ready" in terminal.history.text())
    seat.lead(places[0])
    terminal.type("echo in $PWD, st''ill\r")
    await until(lambda: "still" in terminal.history.text())
    assert seat.is_in(root)
    assert seat.is_offered(None)
    assert "cd --" not in terminal.history.text()


async def test_only_the_shells_of_its_session_go_along(terminals: Terminals, root: Path) -> None:
    (root / "sub").mkdir()
    mine, mine_too, others, nobodys = [
        terminals.find((await terminals.open(root, session, new=True)).name)
        for session in (SESSION, SESSION, "s2", None)
    ]
    await until(lambda: all(each.idle for each in (mine, mine_too, others, nobodys)))
    terminals.lead(SESSION, root / "sub")
    await until(lambda: all(each.tracker.directory.endswith("/sub") for each in (mine, mine_too)))
    assert others.idle
    assert not others.tracker.commands
    assert not nobodys.tracker.commands
