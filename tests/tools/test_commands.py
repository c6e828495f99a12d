"""Running commands: output, directory, time limits, background; and nothing is left."""

import asyncio
import os
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest

from parsess_lab.permissions.access import Access
from parsess_lab.processes import SESSION_MARK
from parsess_lab.tools.output import SHOWN, Output

from .conftest import Bench, output_of, text_of

STUBBORN = (
    "trap '' TERM HUP; (setsid sh -c 'trap \"\" TERM HUP; while :; do sleep 1000; done' &) ; touch up; "
)


def left(session: str = "session-1") -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            marked = process.environ().get(SESSION_MARK) == session
            if marked and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 (files and processes raise no event)
            await asyncio.sleep(0.01)


async def test_output_and_exit_code(bench: Bench) -> None:
    result = await bench("run_command", command="echo out; echo err >&2")
    assert (text_of(result), result.failed, result.exit_code) == ("out\nerr", False, 0)
    assert "".join(bench.live) == "out\nerr\n"
    assert output_of(result).total_bytes == 8
    result = await bench("run_command", command="echo no; exit 3")
    assert (text_of(result), result.failed, result.exit_code) == ("no\n[exit code 3]", True, 3)
    assert text_of(await bench("run_command", command="true")) == "[no output]"


async def test_output_is_seen_while_it_runs(bench: Bench) -> None:
    line = "echo first; until [ -e go ]; do sleep 0.01; done; echo second"
    running = asyncio.create_task(bench("run_command", command=line))
    await until(lambda: "first\n" in "".join(bench.live))
    (bench.home / "go").touch()
    assert text_of(await running) == "first\nsecond"


async def test_long_output_is_cut_in_the_middle_and_kept_whole(bench: Bench) -> None:
    result = await bench("run_command", command="seq 1 100000")
    text = text_of(result)
    assert len(text) < SHOWN + 200
    assert text.startswith("1\n2\n")
    assert text.endswith("\n100000")
    assert "characters left out]" in text
    blob = output_of(result).blob
    assert blob is not None
    assert bench.blobs[blob] == "".join(f"{number}\n" for number in range(1, 100001)).encode()


async def test_endless_output_is_bounded_and_does_not_hold_up_the_loop(bench: Bench) -> None:
    running = asyncio.create_task(bench("run_command", command="yes", timeout=1))
    slowest = 0.0
    while not running.done():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        slowest = max(slowest, time.monotonic() - before)
    result = await running
    assert result.failed
    assert "its time limit" in text_of(result)
    assert output_of(result).total_bytes > 1_000_000
    assert all(len(blob) <= 16_000_000 for blob in bench.blobs.values())
    assert slowest < 0.5


async def test_there_is_no_input_no_terminal_and_no_secret(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "s3cret")
    monkeypatch.setenv("JUPYTER_TOKEN", "s3cret")
    result = await bench("run_command", command="cat; test -t 1 || echo no terminal; env; echo $PAGER $TERM")
    assert "no terminal" in text_of(result)
    assert "s3cret" not in text_of(result)
    assert text_of(result).endswith("cat dumb")


async def test_a_name_the_administrator_passes_is_seen(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_TOKEN", "t0ken")
    bench.place.passing = ["DATABASE_TOKEN"]
    assert text_of(await bench("run_command", command="echo $DATABASE_TOKEN")) == "t0ken"


@pytest.mark.parametrize(
    "line",
    [
        "cd sub",
        "cd sub; exit 3",
        "cd sub && false",
        "cd sub; set -e; false; cd ..",
        "cd sub; kill -TERM $$",
        "cd sub; (cd ..)",
        "cd sub; bash -c 'cd /'",
    ],
)
async def test_the_directory_persists(bench: Bench, line: str) -> None:
    sub = bench.home / "sub"
    sub.mkdir()
    await bench("run_command", command=line)
    assert bench.place.directory == sub
    assert bench.moves == [sub]
    assert text_of(await bench("run_command", command="pwd")) == str(sub)


@pytest.mark.parametrize(
    "line", ["cd sub; exec true", "cd sub; kill -KILL $$", "(cd sub)", "if", "exec 3>&- 4>&- 5>&-"]
)
async def test_a_shell_that_says_nothing_moves_nothing(bench: Bench, line: str) -> None:
    (bench.home / "sub").mkdir()
    await bench("run_command", command=line)
    assert bench.place.directory == bench.home
    assert bench.moves == []


async def test_the_directory_stays_inside(bench: Bench) -> None:
    result = await bench("run_command", command="cd / && pwd")
    assert "the working directory stays" in text_of(result)
    assert bench.place.directory == bench.home


async def test_odd_directory_names(bench: Bench) -> None:
    for name in ["two words", "é", "-x", "a\nb"]:
        (bench.home / name).mkdir()
        bench.place.directory = bench.home / name
        assert text_of(await bench("run_command", command="pwd; cd .")) == str(bench.home / name)
        assert bench.place.directory == bench.home / name


async def test_a_directory_that_is_gone_locks_nobody_out(bench: Bench) -> None:
    sub = bench.home / "sub"
    sub.mkdir()
    bench.place.directory = sub
    sub.rmdir()
    result = await bench("run_command", command="touch x")
    assert result.failed
    assert "is gone. Nothing was run" in text_of(result)
    assert text_of(await bench("run_command", command="pwd; ls")) == str(bench.home)


async def test_lines_reach_bash_as_they_are(bench: Bench) -> None:
    lines = {
        'echo "it\'s" \'a "b"\' \\$x': 'it\'s a "b" $x',
        "cat <<'EOF'\n$x `y` 'z'\nEOF": "$x `y` 'z'",
        "# words\necho a # more\n": "a",
        "echo a \\\n  b": "a b",
        "[[ abc == a* ]] && echo yes": "yes",
        "x=(1 2 3); echo ${#x[@]}": "3",
        "-x": "[exit code 127]",
    }
    for line, expected in lines.items():
        assert text_of(await bench("run_command", command=line)).endswith(expected)


async def test_a_time_limit_ends_all_of_it(bench: Bench) -> None:
    result = await bench("run_command", command=STUBBORN + "while :; do sleep 1000; done", timeout=0.7)
    assert result.failed
    assert "[ended after 0.7 s" in text_of(result)
    assert left() == []


async def test_cancelling_ends_all_of_it_in_a_second(bench: Bench) -> None:
    line = STUBBORN + "while :; do sleep 1000; done"
    running = asyncio.create_task(bench("run_command", command=line))
    await until((bench.home / "up").exists)
    begun = time.monotonic()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert time.monotonic() - begun < 1.3
    assert left() == []


async def test_jobs_left_behind_are_ended(bench: Bench) -> None:
    begun = time.monotonic()
    result = await bench("run_command", command="sleep 1000 & nohup sleep 1001 & echo done")
    assert text_of(result) == "done"
    assert time.monotonic() - begun < 10
    assert left() == []


async def test_closing_ends_daemons_and_background_commands(bench: Bench) -> None:
    daemon = "setsid sh -c 'touch up; exec sleep 1000' >/dev/null 2>&1 & until [ -e up ]; do sleep 0.01; done"
    await bench("run_command", command=daemon)
    await bench("run_command", command="sleep 1000", background=True)
    assert len(left()) == 3  # the daemon, the shell in the background and its sleep
    await bench.toolbox.close()
    assert left() == []


async def test_a_background_command_is_read_and_stopped(bench: Bench) -> None:
    line = (
        "echo one; until [ -e go ]; do sleep 0.01; done; echo two; "
        + STUBBORN
        + "while :; do sleep 1000; done"
    )
    result = await bench("run_command", command=line, background=True)
    assert text_of(result) == "command-1 is running.\none"
    assert text_of(await bench("command_output", handle="command-1")) == "command-1 is running."
    (bench.home / "go").touch()
    await until((bench.home / "up").exists)
    assert text_of(await bench("command_output", handle="command-1")) == "command-1 is running.\ntwo"
    result = await bench("stop_command", handle="command-1")
    assert text_of(result).startswith("command-1 has ended [exit code -")
    assert left() == []
    assert not (await bench("stop_command", handle="command-1")).failed


async def test_a_background_command_that_fails_at_once_says_so(bench: Bench) -> None:
    result = await bench("run_command", command="echo oops; exit 4", background=True)
    assert text_of(result) == "command-1 has ended [exit code 4].\noops"
    result = await bench("command_output", handle="command-9")
    assert result.failed
    assert "There are: command-1" in text_of(result)


async def test_the_number_of_background_commands_is_bounded(bench: Bench) -> None:
    results = await asyncio.gather(
        *(bench("run_command", command="sleep 1000", background=True) for _ in range(16))
    )
    assert not any(result.failed for result in results)
    result = await bench("run_command", command="sleep 1000", background=True)
    assert result.failed
    await bench("stop_command", handle="command-3")
    assert not (await bench("run_command", command="true", background=True)).failed


async def test_commands_run_side_by_side(bench: Bench) -> None:
    lines = [f"touch {one}; until [ -e {other} ]; do sleep 0.01; done" for one, other in ["ab", "ba"]]
    results = await asyncio.gather(*(bench("run_command", command=line, timeout=20) for line in lines))
    assert [result.exit_code for result in results] == [0, 0]


async def test_no_descriptor_is_kept(bench: Bench) -> None:
    await bench("run_command", command="true")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(5):
        await bench("run_command", command="true")
        await bench("run_command", command="sleep 10", timeout=0.01)
        await bench("run_command", command="true", background=True)
    await bench.toolbox.close()
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208


async def test_a_line_too_long_for_the_system_is_a_failure_in_words(bench: Bench) -> None:
    result = await bench("run_command", command="echo " + "é" * 99_000)
    assert result.failed
    assert "can't be started" in text_of(result)


def test_titles_and_access(bench: Bench) -> None:
    tool = bench.toolbox.tools["run_command"]
    call = tool.parse({"command": "make test\nmake lint"})
    assert tool.title(call, bench.place) == "Run make test…"
    assert tool.access(call, bench.place) == Access("execute", command="make test\nmake lint")


async def test_a_directory_told_by_another_is_where_it_leads(bench: Bench) -> None:
    (bench.home / "out").symlink_to("/")
    (bench.home / "in").symlink_to("sub")
    (bench.home / "sub").mkdir()
    tell = (
        "for fd in /proc/self/fd/*; do n=${fd##*/}; [ $n -gt 2 ] && echo -n $PWD/%s >&$n; done; trap - EXIT"
    )
    await bench("run_command", command=tell % "out")
    assert bench.place.directory == bench.home
    await bench("run_command", command=tell % "in")
    assert bench.place.directory == bench.home / "sub"


def test_output_without_a_whole_keeps_its_ends_only() -> None:
    tracemalloc.start()
    output = Output(kept=0)
    for _ in range(500):
        output.add("x" * 65_536)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000
    assert output.size == 500 * 65_536
    assert "characters left out]" in output.trimmed
