"""Killing what is done to worktrees at one step after the other."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from parsess_lab.worktrees import Worktrees

MOST = 60  # steps, more than anything has
THROUGH = 7
Run = Callable[[dict[str, str], int], bool]
"""Do a task and be killed at that call of the step hook. Whether it came through instead."""


def die_at(deadly: int) -> Callable[[str, str, bool], None]:
    """A step hook that kills the process at its call ``deadly``; 0: never."""
    calls = 0

    def die(_kind: str, _step: str, _written: bool) -> None:
        nonlocal calls
        calls += 1
        if calls == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


def serve(one: Callable[..., int]) -> None:
    """Each line that comes in (the arguments of ``one``, JSON) is done in a fork; each that goes out is how it ended.

    A fork saves loading everything anew.
    """
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(one(*json.loads(line)))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


@contextmanager
def killable(module: str, *arguments: str | Path) -> Iterator[Callable[..., bool]]:
    """A process whose forks do what is asked, see :func:`serve`. Calls tell whether it came through."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        tasks, ends = process.stdin, process.stdout

        def run(*task: Any) -> bool:
            tasks.write(json.dumps(task) + "\n")
            code = int(ends.readline())
            assert code in (THROUGH, -signal.SIGKILL)
            return code == THROUGH

        yield run
        tasks.close()


def at_every_step(run: Run, room: Path, task: dict[str, str], check: Callable[[int], None]) -> int:
    """Kill at the first step, recover and check; at the second; … until it comes through. How often it was killed."""
    for deadly in range(1, MOST):
        if run(task, deadly):
            return deadly - 1
        said = asyncio.run(Worktrees(room / "state", [room / "work"]).recover())
        assert len(said) <= 1
        assert list((room / "state").glob("journal/*")) == []
        check(deadly)
    raise AssertionError("it never came through")


def under_way(room: Path) -> list[str]:
    """The steps that killed processes were at."""
    return [json.loads(path.read_text())["step"] for path in (room / "state").glob("journal/*.json")]
