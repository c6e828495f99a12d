"""What goes wrong in a terminal's life, on real shells."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.terminals import Terminals
from parsess_lab.terminals.viewer import BACKLOG, RESET, UNACKNOWLEDGED, Viewer
from tests.terminals.conftest import Started
from tests.terminals.waiting import until


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_a_directory_removed_under_a_living_shell(start: Started, root: Path, shell: str) -> None:
    terminal = await start(shell)
    await until(lambda: terminal.idle)
    (root / "gone").mkdir()
    terminal.type("cd gone\r")
    await until(lambda: terminal.tracker.directory == str(root / "gone"))
    (root / "gone").rmdir()
    terminal.type("echo st''ill\r")
    await until(lambda: len(terminal.tracker.commands) == 2 and terminal.tracker.running is None)
    assert terminal.tracker.commands[1].with_output().output == "still"
    await until(lambda: terminal.idle)
    assert terminal.model.current_directory


async def test_a_shell_that_exits_at_once(root: Path) -> None:
    terminals = Terminals([root], shell=["/bin/false"])  # noqa: S604 - a list of arguments
    terminal = terminals.find((await terminals.open(root)).name)
    await asyncio.wait_for(terminal.ended.wait(), 10)
    assert terminal.exit_code == 1
    messages = [message async for message in terminal.attach().messages()]
    assert messages[-2:] == [["exit", 1], ["disconnect", 1]]
    assert terminals.list() == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_50_mb_of_output(start: Started, shell: str) -> None:
    terminal = await start(shell)
    await until(lambda: terminal.idle)
    terminal.type("yes 0123456789abcdef | head -c 50000000; echo do''ne\r")
    await until(lambda: terminal.tracker.commands and terminal.tracker.running is None, 60)
    record = terminal.tracker.commands[0].with_output(1000)
    assert record.output_bytes > 50_000_000
    assert record.truncated
    assert record.output is not None
    assert record.output.startswith("0123456789abcdef\n")
    assert record.output.endswith("done")
    assert len(terminal.history.text()) < 1_300_000


async def test_binary_output_breaks_nothing(terminals: Terminals, root: Path, watch: Any) -> None:
    (root / "binary").write_bytes(bytes(range(256)) * 4000)
    async with watch((await terminals.open(root)).name) as screen:
        screen.type("cat binary; cat binary | tr -d '\\033'\r")
        await until(lambda: (last := terminals.list()[0].last_command) and last.exit_code == 0)
        # The bytes may have left a control string open, or the screen in any state: the shell's own come through.
        screen.type("echo st''ill\r")
        await until(lambda: terminals.list()[0].last_command.id == 2)
        assert (await terminals.output(terminals.list()[0].name, 2)).output == "still"


async def test_a_cut_within_a_character_or_a_sequence(terminals: Terminals, root: Path, watch: Any) -> None:
    """The network goes between two reads: whoever comes then gets whole ones."""
    name = (await terminals.open(root)).name
    async with watch(name) as screen:
        screen.type(
            "printf 'a\\xe2\\x82'; sleep 0.5; printf '\\xac\\e[3'; sleep 0.5; printf '1mred'; read x\r"
        )
        await screen.until(lambda: screen.raw.endswith("a"))
        early = terminals.find(name).attach()
        await screen.until(lambda: screen.raw.endswith("€"))
        middle = terminals.find(name).attach()
        await screen.until(lambda: screen.raw.endswith("red"))
        late = terminals.find(name).attach()
        for viewer in (early, middle, late):
            text = await first_output(viewer)
            assert text.startswith(RESET)
            assert text.endswith("a€\x1b[31mred")
            viewer.close()


async def first_output(viewer: Viewer) -> str:
    async for kind, content in viewer.messages():
        if kind == "stdout":
            return str(content)
    pytest.fail("The terminal ended without output")


async def test_a_hidden_tab_gets_no_output_and_holds_up_nobody(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    name = (await terminals.open(root)).name
    async with watch(name) as screen:
        await until(lambda: terminals.get(name).idle)
        screen.viewer.show(False)
        await asyncio.sleep(0.05)
        before = screen.raw
        await asyncio.wait_for(terminals.run_in(name, "yes | head -c 5000000; echo do''ne"), 20)
        assert screen.raw == before
        assert [kind for kind, *_ in screen.frames].count("command") == 2
        screen.viewer.show(True)
        await screen.shows("done")
        assert not screen.raw.startswith(before)
        screen.viewer.show(False)
        await terminals.run_in(name, "echo li''ttle")
        screen.viewer.show(True)
        await screen.shows("little")
        assert screen.text.count("done\n") == 1


async def test_a_browser_that_acknowledges_sets_the_pace(terminals: Terminals, root: Path) -> None:
    name = (await terminals.open(root)).name
    viewer = terminals.find(name).attach()
    viewer.acknowledge(0)
    viewer.write("yes 'ä𝄞'; true\r")
    messages = viewer.messages()
    received = 0
    with suppress(TimeoutError):
        while received < 100 * BACKLOG:
            kind, content = await asyncio.wait_for(anext(messages), 0.5)
            received += len(content.encode("utf-16-le")) // 2 if kind == "stdout" else 0
    assert UNACKNOWLEDGED <= received < UNACKNOWLEDGED + 4 * BACKLOG
    # The program waits meanwhile: it has written no more than the buffers between hold.
    printed = len(terminals.find(name).history.text())
    await asyncio.sleep(0.2)
    assert len(terminals.find(name).history.text()) == printed
    viewer.close()
    await messages.aclose()


async def test_an_acknowledgement_sets_it_going_again(terminals: Terminals, root: Path) -> None:
    name = (await terminals.open(root)).name
    viewer = terminals.find(name).attach()
    viewer.acknowledge(0)
    viewer.write("yes | head -c 20000000; echo do''ne\r")
    text, total = "", 0
    async for kind, *content in viewer.messages():
        if kind == "stdout":
            viewer.acknowledge(len(content[0]))
            text, total = text[-100:] + content[0], total + len(content[0])
        if "done\r\n" in text:
            break
    assert total > 20_000_000
    viewer.close()


async def test_a_prompt_with_marks_of_its_own_misleads_nobody(start: Started) -> None:
    rc = r"PS1='\[\e]133;D;7\a\e]133;A\a\]$ \[\e]133;B\a\]'; PS0='\[\e]133;C\a\]'"
    terminal = await start("bash", rc)
    await until(lambda: terminal.idle)
    terminal.type("echo one; false\r")
    await until(lambda: terminal.tracker.commands and terminal.tracker.running is None)
    assert terminal.tracker.commands[0].with_output().output == "one"
    assert terminal.tracker.commands[0].exit_code == 1
    await until(lambda: terminal.idle)
    assert re.findall(r"\x1b\]133;([^\x07]*)", terminal.history.text()) == [
        "A", "B", "C;id=1", "D;1;id=1", "A", "B",
    ]  # fmt: skip
