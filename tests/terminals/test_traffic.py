"""Input, output, history and size between shells and browsers."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.terminals import Terminals
from parsess_lab.terminals.history import History
from parsess_lab.terminals.viewer import BACKLOG, RESET
from tests.terminals.waiting import until

NOT_READING = "stty raw -echo; echo rea''dy; exec sleep 1000\r"


async def first_output(messages: AsyncIterator[Any]) -> str:
    async for kind, content in messages:
        if kind == "stdout":
            return str(content)
    pytest.fail("The terminal ended without output")


async def test_what_is_typed_runs(terminals: Terminals, root: Path, watch: Any) -> None:
    async with watch((await terminals.open(root)).name) as screen:
        screen.type("echo $((6*7))\r")
        await screen.shows("\n42")
    assert screen.kinds[0] == "setup"


async def test_every_viewer_sees_the_same(terminals: Terminals, root: Path, watch: Any) -> None:
    name = (await terminals.open(root)).name
    async with watch(name) as one, watch(name) as two:
        one.type("echo h''i\r")
        await asyncio.gather(one.shows("hi"), two.shows("hi"))


async def test_who_comes_back_gets_the_history_on_an_empty_screen(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    name = (await terminals.open(root)).name
    async with watch(name) as screen:
        screen.type("echo fi''rst; echo ä€𝄞\r")
        await screen.shows("\nä€𝄞")
    viewer = terminals.find(name).attach()
    messages = viewer.messages()
    assert [(await anext(messages))[0] for _ in range(2)] == ["setup", "state"]
    kind, text = await anext(messages)
    assert kind == "stdout"
    assert text.startswith(RESET)
    assert text.count("first") == 1
    viewer.close()


async def test_a_shell_outlives_its_viewers(terminals: Terminals, root: Path, watch: Any) -> None:
    name = (await terminals.open(root)).name
    async with watch(name) as screen:
        screen.type("x=kept\r")
        await screen.shows("x=kept")
    async with watch(name) as screen:
        screen.type("echo [$x]\r")
        await screen.shows("[kept]")


async def test_a_paste_to_a_program_that_does_not_read_disturbs_nobody(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    """The stock manager's one writer thread held up all other terminals for 5.7 s here."""
    blocked = (await terminals.open(root, "blocked")).name
    other = (await terminals.open(root, "other")).name
    async with watch(blocked) as deaf, watch(other) as screen:
        deaf.type(NOT_READING)
        await deaf.shows("ready")
        deaf.type("x" * 1_000_000)
        screen.type("echo re''ady; cat\r")
        await screen.shows("ready")
        for index in range(20):
            begun = time.perf_counter()
            screen.type(f"echo-{index}-\r")
            await screen.until(lambda index=index: screen.text.count(f"echo-{index}-") >= 2)
            assert time.perf_counter() - begun < 0.2


async def test_a_paste_beyond_all_bounds_is_refused_in_words(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    name = (await terminals.open(root)).name
    async with watch(name) as screen:
        screen.type(NOT_READING)
        await screen.shows("ready")
        for _ in range(4):
            screen.type("x" * 5_000_000)
        await screen.shows("not reading")


async def test_a_large_paste_arrives_whole(terminals: Terminals, root: Path, watch: Any) -> None:
    name = (await terminals.open(root)).name
    async with watch(name) as screen:
        screen.type("stty raw -echo; echo rea''dy; head -c 1000000 | sha256sum; stty sane\r")
        await screen.shows("ready")
        screen.type("0123456789" * 100_000)
        await screen.shows(hashlib.sha256(b"0123456789" * 100_000).hexdigest())


async def test_output_waits_for_a_browser_that_is_slow(terminals: Terminals, root: Path, watch: Any) -> None:
    name = (await terminals.open(root)).name
    slow = terminals.find(name).attach()
    messages = slow.messages()
    slow.write("yes | head -c 20000000; echo do''ne\r")
    text = ""
    longest = 0
    while "done" not in text:
        kind, content = await asyncio.wait_for(anext(messages), 20)
        text = content if kind == "stdout" else text
        longest = max(longest, len(text))
        await asyncio.sleep(0.01)
    assert longest < 2 * BACKLOG
    slow.close()


async def test_one_slow_browser_does_not_hold_up_another(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    name = (await terminals.open(root)).name
    stuck = terminals.find(name).attach()
    async with watch(name) as screen:
        screen.type("yes | head -c 5000000; echo do''ne\r")
        await screen.shows("done", 20)
    text = await first_output(stuck.messages())
    assert text.startswith(RESET)
    assert text.rstrip().rpartition("\n")[0].endswith("done\r")
    stuck.close()


async def test_who_does_not_look_is_told_once_that_something_was_printed(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    name = (await terminals.open(root)).name
    async with watch(name) as screen:
        await until(lambda: terminals.get(name).idle)
        screen.viewer.show(False)
        for _ in range(2):
            assert ["activity", True] not in screen.frames
            await terminals.run_in(name, "seq 3")
            await terminals.run_in(name, "seq 3")
            await screen.until(lambda: screen.frames.count(["activity", True]) == 1)
            screen.viewer.show(True)
            await terminals.run_in(name, "echo se''en")
            await screen.shows("seen")
            assert screen.frames.count(["activity", True]) == 1
            screen.frames.clear()
            screen.viewer.show(False)


# Looks instead of waiting for the signal: a shell's trap loses one that comes while it forks.
SIZES = """
import os, time
last = None
while True:
    size = os.get_terminal_size(0)
    if size != last:
        print(f"size {size.lines} {size.columns}.", flush=True)
        last = size
    time.sleep(0.01)
"""


async def test_size_is_that_of_the_visible_browser_used_last(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    (root / "sizes.py").write_text(SIZES)
    name = (await terminals.open(root)).name

    async def told(screen: Any, size: str) -> None:
        await screen.shows(f"size {size}.")

    async with watch(name) as one:
        one.viewer.resize(40, 100, 800, 900)
        one.type("python3 sizes.py\r")
        await told(one, "40 100")
        async with watch(name) as two:
            two.viewer.resize(20, 70, 400, 500)
            await told(one, "20 70")
            one.viewer.resize(24, 80, -1, -1)
            one.type("x")
            await told(one, "40 100")
            two.viewer.write("\x1b[O")
            two.viewer.resize(21, 71, 400, 500)
            await told(one, "21 71")
            two.viewer.show(False)
            await told(one, "40 100")
            two.viewer.resize(23, 73, 400, 500)
            two.viewer.show(True)
            await told(one, "23 73")
            two.viewer.show(False)
            one.viewer.resize(41, 101, 800, 900)
            two.viewer.resize(22, 72, 400, 500)
            await told(one, "41 101")
        two_gone = one.text
        one.viewer.resize(-5, 10**9)
        await told(one, "1 1000")
        assert "22 72" not in two_gone
        assert "24 80" not in two_gone


def test_history_is_bounded_and_begins_with_a_line() -> None:
    history = History(100)
    for index in range(1000):
        history.append(f"line {index} ä\r\n")
    text = history.text()
    assert 80 < len(text.encode()) <= 120
    assert text.startswith("line ")
    assert text.endswith("line 999 ä\r\n")
