"""Running a child: its output, its end, the end of all it started."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from parsess_lab.processes import CHILD_MARK, Child, child_environment, start

STUBBORN = """
import os, signal, sys, time
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
begun, beginning = os.pipe()  # at its end when all have become what they are to be: exec closes it
def daemon(environment):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for fd in range(3):
                os.close(fd)
            line = "trap '' TERM HUP INT; while :; do sleep 1000; done"
            os.execve("/bin/sh", ["sh", "-c", line], environment)
        os._exit(0)
daemon(dict(os.environ))
if os.fork() == 0:
    os.setsid()
    os.close(beginning)
    while True:
        time.sleep(1000)
if os.fork() == 0:
    os.execve("/bin/sleep", ["sleep", "1000"], {})
os.close(beginning)
os.read(begun, 1)
print("ready", flush=True)
while True:
    time.sleep(1000)
"""


class Output:
    """Collects what a child says and lets a test wait for words in it."""

    def __init__(self) -> None:
        self.chunks: list[str] = []
        self._news = asyncio.Event()

    @property
    def text(self) -> str:
        return "".join(self.chunks)

    def __call__(self, chunk: str) -> None:
        self.chunks.append(chunk)
        self._news.set()

    async def contains(self, words: str) -> None:
        async with asyncio.timeout(20):
            while words not in self.text:
                self._news.clear()
                await self._news.wait()


async def begin(argv: list[str], directory: Path, output: Output, **environment: str) -> Child:
    return await start(
        argv, directory=directory, environment=child_environment() | environment, output=output
    )


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 60))


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def living(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(CHILD_MARK) == mark and lives(process):
                found.append(process)
    return found


def test_output_comes_while_it_runs_and_whole(tmp_path: Path) -> None:
    async def test() -> None:
        output = Output()
        child = await begin(["sh", "-c", "echo one; echo two >&2; cat; pwd; exit 3"], tmp_path, output)
        await output.contains("two")
        assert await child.wait() == 3
        assert child.exit_code == 3
        assert output.text == f"one\ntwo\n{tmp_path}\n"

    run(test)


def test_characters_cut_by_a_chunk_and_bytes_that_are_none(tmp_path: Path) -> None:
    code = r"import os; [os.write(1, '€'.encode()) for _ in range(70000)]; os.write(1, b'\xff\xe2')"

    async def test() -> None:
        output = Output()
        child = await begin([sys.executable, "-c", code], tmp_path, output)
        await child.wait()
        assert output.text == "€" * 70000 + "\ufffd\ufffd"

    run(test)


def test_stopping_ends_everything_it_ever_started_within_a_second(tmp_path: Path) -> None:
    async def test() -> None:
        output = Output()
        child = await begin([sys.executable, "-c", STUBBORN], tmp_path, output)
        await output.contains("ready")
        unmarked = [
            process
            for process in psutil.Process(child.pid).children(recursive=True)
            if process.name() == "sleep"
        ]
        assert len(living(child.tree.mark)) >= 3
        begun = time.monotonic()
        assert await child.stop()
        assert time.monotonic() - begun < 1.0
        assert living(child.tree.mark) == []
        assert unmarked
        assert not any(lives(process) for process in unmarked)
        assert await child.wait() == -9

    run(test)


def test_a_friendly_child_may_clean_up(tmp_path: Path) -> None:
    async def test() -> None:
        output = Output()
        line = "trap 'echo bye; exit 0' TERM; trap '' HUP; echo ready; while :; do sleep 0.01; done"
        child = await begin(["sh", "-c", line], tmp_path, output)
        await output.contains("ready")
        assert await child.stop()
        assert "bye" in output.text

    run(test)


def test_a_stopped_child_is_ended_too(tmp_path: Path) -> None:
    async def test() -> None:
        output = Output()
        child = await begin(["sh", "-c", "echo ready; kill -STOP $$; echo no"], tmp_path, output)
        await output.contains("ready")
        assert await child.stop()
        assert living(child.tree.mark) == []

    run(test)


def test_a_job_left_in_the_background_neither_blocks_nor_stays(tmp_path: Path) -> None:
    async def test() -> None:
        output = Output()
        child = await begin(["bash", "-c", "sleep 1000 & env -i sleep 1001 & echo done"], tmp_path, output)
        begun = time.monotonic()
        assert await child.wait() == 0
        assert time.monotonic() - begun < 5
        assert output.text == "done\n"
        assert await child.end_leftovers() == 2
        assert living(child.tree.mark) == []
        assert await child.end_leftovers() == 0

    run(test)


def test_a_daemon_outlives_its_starter_until_that_is_stopped(tmp_path: Path) -> None:
    async def test() -> None:
        line = (
            "setsid sh -c 'touch up; exec sleep 1000' >/dev/null 2>&1 & until [ -e up ]; do sleep 0.01; done"
        )
        child = await begin(["bash", "-c", line], tmp_path, Output())
        await child.wait()
        assert await child.end_leftovers() == 0
        assert len(living(child.tree.mark)) == 1
        assert await child.stop()
        assert living(child.tree.mark) == []

    run(test)


def test_another_child_of_the_same_session_is_left_alone(tmp_path: Path) -> None:
    async def test() -> None:
        outputs = Output(), Output()
        one, other = [
            await begin(["sh", "-c", "echo up; sleep 1000"], tmp_path, output) for output in outputs
        ]
        for output in outputs:
            await output.contains("up")
        await one.stop()
        assert living(other.tree.mark)
        await other.stop()

    run(test)


def test_cancelling_the_wait_ends_nothing_and_stop_finishes_though_cancelled(tmp_path: Path) -> None:
    async def test() -> None:
        output = Output()
        child = await begin(
            ["sh", "-c", "trap '' TERM HUP; echo up; while :; do sleep 1000; done"], tmp_path, output
        )
        await output.contains("up")
        waiting = asyncio.create_task(child.wait())
        stopping = asyncio.create_task(child.stop())
        await asyncio.sleep(0)
        waiting.cancel()
        stopping.cancel()
        assert await child.wait() == -9

    run(test)


def test_a_program_or_directory_that_is_missing_is_an_error(tmp_path: Path) -> None:
    async def test() -> None:
        with pytest.raises(FileNotFoundError):
            await begin(["no-such-program-here"], tmp_path, Output())
        with pytest.raises(FileNotFoundError):
            await begin(["true"], tmp_path / "gone", Output())

    run(test)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_no_descriptor_is_leaked_to_children_or_kept(tmp_path: Path) -> None:
    async def once() -> str:
        output = Output()
        child = await begin(["sh", "-c", "ls /proc/self/fd | wc -l"], tmp_path, output)
        await child.wait()
        return output.text.strip()

    async def test() -> None:
        with (tmp_path / "open").open("w") as ours:
            os.set_inheritable(ours.fileno(), True)
            assert await once() == "4"  # 0, 1, 2 and that of ls itself
        before = open_descriptors()
        for _ in range(10):
            await once()
        assert open_descriptors() <= before

    run(test)
