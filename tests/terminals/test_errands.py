"""Commands run on somebody's behalf, in view; commands watched for somebody who looks elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.errors import Conflict, Forbidden, InvalidRequest, NotFound
from parsess_lab.terminals import Terminals, errands
from tests.terminals.conftest import Screen, Started
from tests.terminals.waiting import until

SHELLS = ["bash", "zsh", "fish"]
SCRIPT = {
    "bash": "for i in 1 2; do\n\techo \"$i\"\ndone\ncat <<'E'\n  here $x\nE\nfalse",
    "zsh": "for i in 1 2; do\n\techo \"$i\"\ndone\ncat <<'E'\n  here $x\nE\nfalse",
    "fish": "for i in 1 2\n\techo $i\nend\necho '  here $x'\nfalse",
}


@pytest.mark.parametrize("shell", SHELLS)
async def test_a_command_is_run_in_view_and_its_result_given(start: Started, shell: str) -> None:
    terminal = await start(shell)
    await until(lambda: terminal.idle)
    ran = await errands.run(terminal, "echo one; sh -c 'exit 3'")
    assert (ran.with_output().output, ran.exit_code, ran.line) == ("one", 3, "echo one; sh -c 'exit 3'")
    assert "echo one" in terminal.history.text()
    await until(lambda: terminal.idle and terminal.history.modes.on("?2004"))
    ran = await errands.run(terminal, SCRIPT[shell])
    assert (ran.with_output().output, ran.exit_code, ran.line) == ("1\n2\n  here $x", 1, SCRIPT[shell])


@pytest.mark.parametrize("shell", ["bash", "zsh"])
async def test_a_line_with_a_mistake_in_it_fails_as_the_shell_says(start: Started, shell: str) -> None:
    terminal = await start(shell)
    await until(lambda: terminal.idle)
    ran = await errands.run(terminal, "echo )")
    assert ran.exit_code not in {0, None}
    assert "error near" in (ran.with_output().output or "")
    assert (await errands.run(terminal, "echo fine")).exit_code == 0


@pytest.mark.parametrize("shell", SHELLS)
async def test_a_line_that_needs_more_is_taken_back(
    start: Started, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = await start(shell)
    await until(lambda: terminal.idle)
    monkeypatch.setattr(errands, "START_SECONDS", 0.5)
    with pytest.raises(Conflict) as caught:
        await errands.run(terminal, "echo 'never closed")
    assert caught.value.code == "not_started"
    await until(lambda: terminal.idle)


@pytest.mark.parametrize("shell", SHELLS)
async def test_who_gives_up_a_command_ends_it(start: Started, shell: str) -> None:
    terminal = await start(shell)
    await until(lambda: terminal.idle)
    running = asyncio.create_task(errands.run(terminal, "sleep 1000"))
    await until(lambda: terminal.tracker.running and not terminal.shell_in_front)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await until(lambda: terminal.idle)
    assert terminal.tracker.commands[0].exit_code not in {0, None}


async def test_what_the_person_begins_meanwhile_is_not_ended_by_who_gives_up_waiting(
    start: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = await start("bash")
    await until(lambda: terminal.idle)
    monkeypatch.setattr(errands, "SETTLED", 60.0)
    terminal.type("read mine")
    waiting = asyncio.create_task(errands.run(terminal, "echo no"))
    await asyncio.to_thread(terminal.tree.members)  # so long it looks at what runs, then it waits
    terminal.type("\r")
    await until(lambda: terminal.tracker.running)
    waiting.cancel()
    with suppress(asyncio.CancelledError, Conflict):
        await waiting
    terminal.type("words\r")
    await until(lambda: terminal.tracker.at_prompt)
    (mine,) = terminal.tracker.commands
    assert (mine.line, mine.exit_code) == ("read mine", 0)


async def test_a_command_runs_where_it_was_asked_for_whoever_moves_the_shell(
    start: Started, root: Path
) -> None:
    terminal = await start("bash")
    places = [str(root / name) for name in ("one", "two", "three")]
    for place in places:
        Path(place).mkdir()
    for _ in range(5):
        await until(lambda: terminal.idle)
        errand, *others = await asyncio.gather(
            errands.begin(terminal, places[0], "pwd; read x", called="pwd"),
            errands.follow(terminal, places[1]),
            errands.begin(terminal, places[2], "pwd", called="pwd"),
            return_exceptions=True,
        )
        assert isinstance(errand, errands.Errand)
        assert [isinstance(one, Conflict) and one.code for one in others] == ["shell_busy", "shell_busy"]
        terminal.type("\r")
        assert ((await errand.wait()).output or "").split() == places[:1]
        await errands.follow(terminal, places[1])


async def test_a_command_that_will_not_end_is_ended_and_jobs_of_the_person_are_not(start: Started) -> None:
    terminal = await start("bash")
    await until(lambda: terminal.idle)
    await errands.run(terminal, "(while sleep 0.05; do :; done) & sleep 1001 &")
    mine = {process.pid for process in terminal.tree.members()}
    # Each of them begins another one as soon as the last is ended.
    again = "for i in 1 2 3 4 5 6; do (while :; do sleep 1002; done) & done"
    line = f"sh -c 'trap \"\" INT TERM HUP; {again}; echo re''ady; wait; sleep 1003'"
    running = asyncio.create_task(errands.run(terminal, line))
    await until(lambda: "ready\r\n" in terminal.history.text())
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await until(lambda: terminal.idle)
    lines = [" ".join(process.cmdline()) for process in terminal.tree.members()]
    assert "sleep 1001" in lines
    assert not {"sleep 1002", "sleep 1003"} & set(lines)
    assert len(mine & {process.pid for process in terminal.tree.members()}) >= 3


@pytest.mark.parametrize("line", ["", "  \n", "echo \x03", "echo \x1b[A", "a\rb", "x\x9b"])
async def test_what_is_no_command_line_is_refused(start: Started, line: str) -> None:
    terminal = await start("bash")
    with pytest.raises(InvalidRequest):
        await errands.start(terminal, line)


async def test_a_busy_shell_refuses(start: Started) -> None:
    terminal = await start("bash")
    await until(lambda: terminal.idle)
    terminal.type("half a li")
    for call in (errands.start(terminal, "echo no"), errands.follow(terminal, "/")):
        with pytest.raises(Conflict) as caught:
            await call
        assert caught.value.code == "shell_busy"
    terminal.type("\x03")
    await until(lambda: terminal.idle)
    terminal.type("sleep 1000\r")
    await until(lambda: terminal.tracker.running)
    with pytest.raises(Conflict) as caught:
        await errands.start(terminal, "echo no")
    assert caught.value.details == {"running": "sleep 1000"}
    assert "echo no" not in terminal.history.text()


async def test_a_shell_without_marks_is_left_alone(start: Started) -> None:
    terminal = await start("dash")
    for call in (errands.start(terminal, "echo no"), errands.follow(terminal, "/")):
        with pytest.raises(Conflict) as caught:
            await call
        assert caught.value.code == "no_integration"


async def test_a_shell_that_ends_under_a_command_says_so(start: Started) -> None:
    terminal = await start("bash")
    await until(lambda: terminal.idle)
    ran = await errands.run(terminal, "echo bye; exit 3")
    assert ran.exit_code is None
    assert ran.with_output().output == "bye\nexit"
    with pytest.raises(Conflict):
        await errands.start(terminal, "echo no")


@pytest.mark.parametrize("shell", SHELLS)
async def test_running_one_after_the_other_needs_no_patience(start: Started, shell: str) -> None:
    terminal = await start(shell)
    for number in range(10):
        await until(lambda: terminal.tracker.integrated)
        ran = await errands.run(terminal, f"echo {number}")
        assert ran.with_output().output == str(number)


@asynccontextmanager
async def idle(terminals: Terminals, root: Path, watch: Any) -> AsyncIterator[tuple[str, Screen]]:
    name = (await terminals.open(root)).name
    async with watch(name) as screen:
        await until(lambda: terminals.get(name).idle)
        yield name, screen


async def test_the_shell_follows_only_where_a_terminal_may_be(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    (root / "sub").mkdir()
    (root / "file").write_text("")
    (root / "two\nlines").mkdir()
    async with idle(terminals, root, watch) as (name, screen):
        for directory, kind in (("/", Forbidden), (root / "no", NotFound), (root / "file", InvalidRequest)):
            with pytest.raises(kind):
                await terminals.follow(name, directory)
        with pytest.raises(InvalidRequest):
            await terminals.follow(name, root / "two\nlines")
        await terminals.follow(name, root / "sub")
        await screen.until(lambda: ["directory", str(root / "sub")] in screen.frames)
        assert terminals.get(name).directory == str(root)


async def test_the_list_of_commands_and_their_output(terminals: Terminals, root: Path, watch: Any) -> None:
    async with idle(terminals, root, watch) as (name, _):
        first = await terminals.run_in(name, "echo TOKEN=ghp_" + "a1B2" * 9)
        assert (first.output, first.masked) == ("TOKEN=[masked: GitHub token]", 2)
        assert "ghp_" not in first.command
        for number in range(3):
            await terminals.run_in(name, f"seq {number}")
        assert [each.command for each in terminals.commands(name, 2)] == ["seq 1", "seq 2"]
        assert terminals.commands(name, 0) == []
        assert (await terminals.output(name, 4)).output == "1\n2"
        long = await terminals.run_in(name, "seq 100000", limit=200)
        assert long.output is not None
        assert len(long.output) < 300
        assert long.output.startswith("1\n2\n")
        assert long.output.endswith("\n100000")
        assert long.truncated
        with pytest.raises(NotFound):
            await terminals.output(name, 99)
        with pytest.raises(Conflict):
            terminals.interrupt(name, 1)


async def test_outputs_are_forgotten_oldest_first(terminals: Terminals, root: Path, watch: Any) -> None:
    async with idle(terminals, root, watch) as (name, _):
        for _ in range(24):
            await terminals.run_in(name, "yes | head -c 400000", limit=10)
        with pytest.raises(NotFound) as caught:
            await terminals.output(name, 1)
        assert caught.value.code == "output_gone"
        assert (await terminals.output(name, 24)).output


async def test_a_watched_command_tells_of_its_pattern_and_its_end(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    async with idle(terminals, root, watch) as (name, screen):
        with pytest.raises(Conflict) as caught:
            terminals.monitor(name)
        assert caught.value.code == "nothing_running"
        id = await terminals.start_in(name, "read x; echo Serving on port 80$x; read x; sh -c 'exit 4'")
        made = terminals.monitor(name, "serving*8080")
        forgotten = terminals.monitor(name, "serving")
        terminals.unmonitor(name, forgotten.id)
        screen.type("80\r")
        await screen.until(lambda: any(kind == "monitor" for kind, *_ in screen.frames))
        fired = screen.frames[-1][1]
        assert (fired.id, fired.command, fired.reason, fired.line) == (
            made.id,
            id,
            "pattern",
            "Serving on port 8080",
        )
        screen.type("\r")
        await screen.until(
            lambda: screen.frames[-1][0] == "monitor" and screen.frames[-1][1].reason == "exit"
        )
        assert screen.frames[-1][1].exit_code == 4
        assert terminals.get(name).monitors == [screen.frames[-1][1]]
        with pytest.raises(NotFound):
            terminals.unmonitor(name, forgotten.id)


async def test_the_model_tells_what_a_tab_shows(terminals: Terminals, root: Path, watch: Any) -> None:
    async with idle(terminals, root, watch) as (name, screen):
        screen.viewer.resize(30, 90, 1, 1)
        assert terminals.rename(name, "  my \n tests ").label == "my tests"
        await screen.until(lambda: any(kind == "state" and model.label for kind, model in screen.frames))
        screen.type("printf '\\e]2;a title\\a'; sh -c 'read x; exit 2'\r")
        await until(lambda: terminals.get(name).title == "a title")
        model = terminals.get(name)
        assert model.running is not None
        assert (model.shell, model.rows, model.columns, model.idle) == ("bash", 30, 90, False)
        screen.type("\r")
        await until(lambda: terminals.get(name).running is None)
        last = terminals.get(name).last_command
        assert last is not None
        assert last.exit_code == 2
        assert terminals.rename(name, "").label is None
