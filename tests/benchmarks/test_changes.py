"""Snapshots and lists against plain git on the same files, interleaved, as ratios."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from parsess_lab.changes import Changes, Snapshots
from tests.benchmarks.figures import median, tell

FILES = 10_000
ROUNDS = 7
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="parsess-", dir=memory if os.access(memory, os.W_OK) else None))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def repository(place: Path) -> Path:
    """10,000 files of 2 KB, committed."""
    top = place / "repo"
    for folder in range(100):
        (top / f"d{folder}").mkdir(parents=True)
        for number in range(FILES // 100):
            (top / f"d{folder}/f{number}").write_text(f"line {folder} {number}\n" * 150)
    git(top, "init", "-q")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "x")
    return top


def git(top: Path, *args: str, **extra: str) -> None:
    subprocess.run(
        ["git", *args], cwd=top, env={**ENVIRONMENT, **extra}, check=True, stdout=subprocess.DEVNULL
    )


async def seconds(act: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    await act()
    return time.perf_counter() - start


def told(
    what: str,
    ours: list[float],
    theirs: list[float],
    *,
    ratio: float | None = None,
    most: float | None = None,
) -> None:
    tell(f"{what}, median", median(ours) * 1000, "ms", most)
    tell("  the same by plain git", median(theirs) * 1000, "ms")
    tell("  ratio", median(ours) / median(theirs), "", ratio)


async def test_the_first_snapshot(repository: Path, place: Path) -> None:
    ours, theirs = [], []
    for number in range(ROUNDS):

        async def add() -> None:
            git(repository, "add", "-A", GIT_INDEX_FILE=str(place / f"index-{number}"))  # noqa: B023

        snapshots = Snapshots(repository, session=f"first{number}", folder=place / f"first{number}")
        theirs.append(await seconds(add))
        ours.append(await seconds(snapshots.take))
    told("first snapshot of 10,000 files", ours, theirs, ratio=1.3)


async def test_the_next_snapshot_when_little_changed(repository: Path, place: Path) -> None:
    snapshots = Snapshots(repository, session="next", folder=place / "next")
    await snapshots.take()
    ours, theirs = [], []
    for number in range(ROUNDS):
        (repository / "d1/f1").write_text(f"{number}\n")

        async def add() -> None:
            git(repository, "add", "-A", GIT_INDEX_FILE=str(place / "next-index"))
            git(repository, "write-tree", GIT_INDEX_FILE=str(place / "next-index"))

        theirs.append(await seconds(add))
        ours.append(await seconds(snapshots.take))
    told("next snapshot, one file changed", ours, theirs, most=100)


async def test_a_list_of_2000_files(repository: Path, place: Path) -> None:
    snapshots = Snapshots(repository, session="list", folder=place / "list")
    await snapshots.take("x", "before_turn")
    for number in range(2_000):
        path = repository / f"d{number % 100}/f{number // 100}"
        path.write_text(path.read_text().replace("line", "changed line", 3) + "more\n")
    changes = Changes(repository, snapshots=snapshots)
    for scope in ("uncommitted", "branch", "turn"):
        ours, theirs = [], []
        for _ in range(ROUNDS):

            async def diff() -> None:
                git(repository, "--no-optional-locks", "diff", "HEAD", "--output=/dev/null")

            async def listed() -> None:
                found = await changes.list(scope)  # type: ignore[arg-type]  # noqa: B023
                assert len(found.files) >= 2_000

            theirs.append(await seconds(diff))
            ours.append(await seconds(listed))
        told(f"list of 2,000 changed files, {scope}", ours, theirs, most=500)
    git(repository, "checkout", "-q", ".")
