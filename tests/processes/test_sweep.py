"""Leftovers of dead servers are ended, nothing else is."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from parsess_lab.processes import SERVER_MARK, server_id, sweep
from parsess_lab.processes.environment import start_time


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(autouse=True)
def clean_machine() -> Iterator[None]:
    """What other tests' servers left is gone, and a hang-up ends what does not ask for more, also below ``nohup``."""
    sweep()
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def sleeper(stack: ExitStack, mark: str | None) -> subprocess.Popen[bytes]:
    environment = {} if mark is None else {SERVER_MARK: mark}
    process = subprocess.Popen(["/bin/sleep", "1000"], env=environment, start_new_session=True)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def dead_server() -> str:
    code = "from parsess_lab.processes import server_id; print(server_id())"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_only_leftovers_of_dead_servers_are_ended(stack: ExitStack) -> None:
    other = subprocess.Popen(["/bin/sleep", "1000"], env={})
    stack.callback(other.wait)
    stack.callback(other.kill)
    spared = [
        sleeper(stack, None),
        sleeper(stack, server_id()),
        sleeper(stack, f"{other.pid}:{start_time(other.pid)}"),
        sleeper(stack, "nonsense"),
        sleeper(stack, "12"),
    ]
    pid = os.getpid()
    leftovers = [sleeper(stack, dead_server()), sleeper(stack, f"{pid}:1")]
    assert sweep() == 2
    assert [process.wait(5) for process in leftovers] == [-1, -1]
    assert [process.poll() for process in spared] == [None] * len(spared)


def test_a_server_that_is_a_zombie_is_dead(stack: ExitStack) -> None:
    zombie = subprocess.Popen(["/bin/sleep", "1000"], env={})
    mark = f"{zombie.pid}:{start_time(zombie.pid)}"
    leftover = sleeper(stack, mark)
    zombie.kill()
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    assert sweep() == 1
    assert leftover.wait(5) == -1
    zombie.wait()


def test_a_server_started_from_a_dead_ones_terminal_does_not_end_itself() -> None:
    code = "from parsess_lab.processes import sweep; print(sweep())"
    environment = os.environ | {SERVER_MARK: dead_server()}
    shell = ["/bin/sh", "-c", '"$0" -c "$1"; echo end', sys.executable, code]
    done = subprocess.run(shell, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "0\nend\n"
