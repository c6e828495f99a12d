"""Nothing of a closed terminal is left; an exit is told with its code."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from parsess_lab.errors import NotFound
from parsess_lab.processes import CHILD_MARK
from parsess_lab.terminals import Terminals

MANY = 100

STUBBORN = (
    "nohup sleep 1001 >/dev/null 2>&1 & setsid sleep 1002 & (setsid sh -c 'sleep 1003 & sleep 1003' &) ; "
    "sh -c 'trap \"\" HUP TERM INT; sleep 1004 & wait; while :; do sleep 1; done' & "
    "echo star''ted\r"
)


def living(mark: str) -> list[str]:
    """Command lines of what came from the child with this mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(CHILD_MARK) == mark:
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def wait_until_living(mark: str, count: int) -> None:
    """A fork shows its mark only once it has become another program."""
    deadline = time.monotonic() + 10
    while len(living(mark)) < count:
        assert time.monotonic() < deadline, living(mark)
        time.sleep(0.02)


async def test_close_ends_everything(terminals: Terminals, root: Path, watch: Any) -> None:
    opened = await terminals.open(root)
    mark = terminals.find(opened.name).mark
    async with watch(opened.name) as screen:
        screen.type(STUBBORN)
        await screen.shows("started")
        below = psutil.Process(opened.pid).children(recursive=True)
        await asyncio.to_thread(wait_until_living, mark, 8)
        begun = time.monotonic()
        await terminals.close(opened.name)
        assert time.monotonic() - begun < 3
        await screen.ends()
    assert screen.kinds[-2:] == ["exit", "disconnect"]
    assert living(mark) == []
    assert not [each for each in below if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
    assert not psutil.pid_exists(opened.pid)


async def test_a_closed_name_is_free_at_once(terminals: Terminals, root: Path, watch: Any) -> None:
    opened = await terminals.open(root)
    async with watch(opened.name) as screen:
        screen.type("trap '' HUP TERM; echo dea''f\r")
        await screen.shows("deaf")
        closing = asyncio.create_task(terminals.close(opened.name))
        await asyncio.sleep(0)
        assert terminals.list() == []
        assert (await terminals.open(root)).pid != opened.pid
        await closing


async def test_closing_all_is_bounded(terminals: Terminals, root: Path, watch: Any) -> None:
    opened = [await terminals.open(root, f"session-{index}") for index in range(6)]
    marks = [terminals.find(each.name).mark for each in opened]
    async with watch(opened[0].name) as screen:
        screen.type(STUBBORN)
        await screen.shows("started")
    begun = time.monotonic()
    await terminals.close_all()
    assert time.monotonic() - begun < 6
    assert [line for mark in marks for line in living(mark)] == []
    assert terminals.list() == []


async def test_closing_one_session_spares_others(terminals: Terminals, root: Path) -> None:
    mine = await terminals.open(root, "mine")
    theirs = await terminals.open(root, "theirs")
    await terminals.close_all("mine")
    assert [each.name for each in terminals.list()] == [theirs.name]
    assert not psutil.pid_exists(mine.pid)


@pytest.mark.parametrize(
    ("command", "code"), [("exit 7", 7), ("exit", 0), ("kill -KILL $$", -signal.SIGKILL)]
)
async def test_an_exit_is_told_with_its_code(
    terminals: Terminals, root: Path, watch: Any, command: str, code: int
) -> None:
    opened = await terminals.open(root)
    async with watch(opened.name) as screen:
        screen.type(f"{command}\r")
        await screen.ends()
    assert screen.exit_code == code
    assert screen.kinds[-2:] == ["exit", "disconnect"]
    with pytest.raises(NotFound) as caught:
        terminals.get(opened.name)
    assert caught.value.details == {"exit_code": code}


async def test_an_exit_is_told_while_a_child_holds_the_terminal(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    opened = await terminals.open(root)
    mark = terminals.find(opened.name).mark
    async with watch(opened.name) as screen:
        screen.type("sh -c 'trap \"\" HUP; sleep 60' & exit 3\r")
        await screen.ends(3)
    assert screen.exit_code == 3
    for process in psutil.process_iter():
        try:
            if process.environ().get(CHILD_MARK) == mark:
                process.kill()
        except psutil.Error:
            continue


async def test_who_comes_after_the_end_sees_it(terminals: Terminals, root: Path, watch: Any) -> None:
    script = ["/bin/sh", "-c", "echo last words; exit 4"]
    short = Terminals([root], shell=script)
    terminal = short.find((await short.open(root)).name)
    await asyncio.wait_for(terminal.ended.wait(), 10)
    assert short.list() == []
    messages = [message async for message in short.find(str(terminal.term_name)).attach().messages()]
    assert messages[0][0] == "setup"
    assert "last words" in messages[1][1]
    assert messages[2:] == [["exit", 4], ["disconnect", 1]]


async def test_unknown_names(terminals: Terminals) -> None:
    for call in (terminals.get, terminals.find):
        with pytest.raises(NotFound):
            call("nothing")
    with pytest.raises(NotFound):
        await terminals.close("nothing")


async def test_shells_that_end_do_not_stall_the_loop(terminals: Terminals, root: Path) -> None:
    """The stock manager sleeps 105 ms on the loop for each shell that exits."""
    opened = [terminals.find((await terminals.open(root, new=True)).name) for _ in range(20)]
    begun = time.perf_counter()
    for each in opened:
        os.kill(each.pid, signal.SIGKILL)
    await asyncio.wait_for(asyncio.gather(*(each.ended.wait() for each in opened)), 10)
    assert time.perf_counter() - begun < 1


async def test_nothing_is_left_of_25_stubborn_shells_within_two_seconds(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    opened = [await terminals.open(root, f"session-{index}") for index in range(25)]
    marks = {terminals.find(each.name).mark for each in opened}
    for each in opened:
        terminals.find(each.name).type(STUBBORN)
    await asyncio.to_thread(wait_until_all_live, marks, 25 * 8)
    begun = time.monotonic()
    await terminals.close_all()
    took = time.monotonic() - begun
    assert all_living(marks) == []
    assert took < 2


async def test_nothing_is_left_of_many_terminals_closed_one_by_one(terminals: Terminals, root: Path) -> None:
    opened = [await terminals.open(root, new=True) for _ in range(MANY)]
    marks = {terminals.find(each.name).mark for each in opened}
    for each in opened:
        terminals.find(each.name).type(STUBBORN)
    await asyncio.to_thread(wait_until_all_live, marks, MANY * 8)
    await asyncio.gather(*(terminals.close(each.name) for each in opened))
    assert all_living(marks) == []


def all_living(marks: set[str]) -> list[int]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(CHILD_MARK) in marks and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def wait_until_all_live(marks: set[str], count: int) -> None:
    deadline = time.monotonic() + 60
    while len(all_living(marks)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.1)
