"""The server killed while it lands: the target has all of it or nothing of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsess_lab.worktrees import Landing, Record, Worktrees
from tests.worktrees.killing import MOST, Run, at_every_step, under_way
from tests.worktrees.repository import Repository, picture


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
@pytest.mark.parametrize("checked_out", [True, False])
def test_land(  # noqa: PLR0917
    repository: Repository,
    worktrees: Worktrees,
    dirty: Record,
    room: Path,
    run: Run,
    how: str,
    checked_out: bool,
) -> None:
    made = Repository(Path(dirty.path))
    made.git("add", "--all")
    made.git("commit", "-q", "-m", "two")
    repository.write("main.txt", "meanwhile")
    start = repository.commit("meanwhile")
    repository.write("untracked", "stays")
    if not checked_out:
        repository.git("checkout", "-q", "-b", "elsewhere")
    source = picture(made)
    undone = finished = 0

    def check(_deadly: int) -> None:
        nonlocal undone, finished
        assert picture(made) == source
        assert repository.git("status", "--porcelain") == "?? untracked"
        assert len(repository.git("worktree", "list").splitlines()) == 2
        if repository.head("main") == start:
            undone += 1
            return
        finished += 1
        assert repository.git("show", "main:c") == "committed"
        assert repository.git("show", "main:main.txt") == "meanwhile"
        record = worktrees.get(dirty.id)
        assert record.landed is not None
        assert record.landed.commit == repository.head("main")
        if checked_out:
            assert repository.read("c") == "committed"
            repository.git("reset", "-q", "--hard", start)
        else:
            repository.git("update-ref", "refs/heads/main", start)

    killed = at_every_step(run, room, {"do": "land", "directory": str(made.path), "how": how}, check)
    assert killed >= 10
    assert undone >= 6
    assert finished >= 3
    assert worktrees.get(dirty.id).landed is not None


def test_a_landing_whose_fast_forward_was_cut_off(
    repository: Repository, worktrees: Worktrees, dirty: Record, room: Path, run: Run
) -> None:
    """git was ended too: one file is new, one half written, one deleted, one has its mode; the person's edit stays."""
    for checkout in (repository, Repository(Path(dirty.path))):
        checkout.write("gone.txt", "before\n")
        checkout.write("run.sh", "#!/bin/sh\n")
    repository.commit("more")
    made = Repository(Path(dirty.path))
    made.git("add", "gone.txt", "run.sh")
    made.git("commit", "-q", "-m", "more")
    made.git("merge", "-q", "main")
    made.write("gone.txt", "after\n")
    (made.path / "run.sh").chmod(0o755)
    made.git("add", "--all")
    made.git("commit", "-q", "-m", "two")
    start = repository.head()
    for deadly in range(1, MOST):
        assert not run({"do": "land", "directory": str(made.path), "how": "merge"}, deadly)
        if under_way(room) == ["advance"]:
            break
        asyncio.run(worktrees.recover())
    repository.write("a.txt", "dir")
    repository.write("c", "committed")
    (repository.path / "gone.txt").unlink()
    repository.path.joinpath("run.sh").chmod(0o755)
    repository.write("d/b.txt", "the person's own")
    asyncio.run(worktrees.recover())
    assert repository.head() == start
    assert repository.git("status", "--porcelain") == " M d/b.txt"
    assert repository.read("d/b.txt") == "the person's own"


def test_landing_again_after_recovery(
    repository: Repository, worktrees: Worktrees, dirty: Record, room: Path, run: Run
) -> None:
    made = Repository(Path(dirty.path))
    made.git("add", "--all")
    made.git("commit", "-q", "-m", "two")
    assert not run({"do": "land", "directory": str(made.path), "how": "squash"}, 6)
    asyncio.run(worktrees.recover())
    asyncio.run(worktrees.land(Landing(directory=made.path, how="squash", target="main", message="again")))
    assert repository.read("c") == "committed"
