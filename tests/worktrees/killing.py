"""Killing what is done to worktrees at one step after the other."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from parsess_lab.worktrees import Worktrees
from tests.worktrees.killed import THROUGH

MOST = 60  # steps, more than anything has
Run = Callable[[dict[str, str], int], bool]
"""Do a task and be killed at that call of the step hook. Whether it came through instead."""


@contextmanager
def killable(room: Path) -> Iterator[Run]:
    """A process whose forks do what is asked, see ``killed.py``."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.worktrees.killed", str(room)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        tasks, ends = process.stdin, process.stdout

        def run(task: dict[str, str], deadly: int) -> bool:
            tasks.write(json.dumps([task, deadly]) + "\n")
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
