"""A worktree for a session against a bare `git worktree add` of the same repository, interleaved; the radar's looks."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from parsess_lab.worktrees import Place, Wanted, Worktrees
from tests.benchmarks.figures import median, tell
from tests.worktrees.repository import Repository

FILES = 10_000
ROUNDS = 5
MORE = 150
"""Milliseconds that a session's worktree may take on top of git's own work."""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="parsess-", dir=memory if os.access(memory, os.W_OK) else None)
    yield Path(folder).resolve()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def repository(place: Path) -> Repository:
    """10,000 files of 2 KB, committed."""
    made = Repository(place / "work" / "project")
    for folder in range(100):
        (made.path / f"d{folder}").mkdir(parents=True)
        for number in range(FILES // 100):
            (made.path / f"d{folder}/f{number}").write_text(f"line {folder} {number}\n" * 150)
    made.git("init", "-q", "-b", "main")
    made.git("config", "user.name", "A")
    made.git("config", "user.email", "a@example.org")
    made.commit("x")
    return made


def since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


async def test_a_worktree_for_a_session(repository: Repository, place: Path) -> None:
    worktrees = Worktrees(place / "state", [place / "work"])
    ours, theirs = [], []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        repository.git("worktree", "add", "-q", "-b", f"bare-{number}", place / "work" / f"bare-{number}")
        theirs.append(since(begun))
        begun = time.perf_counter()
        record = await worktrees.create(Wanted(directory=repository.path, name=f"ours-{number}"))
        ours.append(since(begun))
        await worktrees.remove(record.id)
        repository.git("worktree", "remove", place / "work" / f"bare-{number}")
    tell("worktree of 10,000 files, median", median(ours), "ms")
    tell("  git worktree add of the same", median(theirs), "ms")
    tell("  more than git alone", median(ours) - median(theirs), "ms", MORE)


async def test_the_radar_looks(repository: Repository, place: Path) -> None:
    worktrees = Worktrees(place / "state", [place / "work"])
    made = [
        await worktrees.create(Wanted(directory=repository.path, name=f"radar-{number}"))
        for number in range(2)
    ]
    places = [Place(record.id, Path(record.path)) for record in made]
    first, again, changed = [], [], []
    for number in range(ROUNDS):
        for looks, edit in ((first if number == 0 else changed, True), (again, False)):
            if edit:
                (Path(made[number % 2].path) / "d1/f1").write_text(f"{number}\n")
            begun = time.perf_counter()
            await worktrees.collisions(places)
            looks.append(since(begun))
    tell("radar over two worktrees of 10,000 files, the first look", median(first), "ms")
    tell("  with one file changed", median(changed), "ms")
    tell("  with nothing changed", median(again), "ms")
