"""The server killed between any two steps: on restart the thing is either done or undone, never half."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from parsess_lab.worktrees import Record, Wanted, Worktrees
from tests.worktrees.killing import MOST, Run, at_every_step, under_way
from tests.worktrees.repository import Repository, picture


def test_create(repository: Repository, worktrees: Worktrees, room: Path, run: Run) -> None:
    repository.write(".worktreeinclude", ".env\n")
    repository.write(".env", "A=1")
    repository.commit("include")
    undone = finished = 0

    def check(_deadly: int) -> None:
        nonlocal undone, finished
        records = asyncio.run(worktrees.all())
        folders = sorted(path.name for path in (room / "work").iterdir())
        assert asyncio.run(worktrees.leftovers()) == []
        if not records:
            undone += 1
            assert folders == ["project"]
            assert repository.branches() == {"main"}
            assert len(repository.git("worktree", "list").splitlines()) == 1
            return
        finished += 1
        [record] = records
        made = Repository(Path(record.path))
        assert folders == ["project", "project-work"]
        assert made.git("status", "--porcelain") == ""
        assert made.read(".env") == "A=1"
        assert "locked" not in repository.git("worktree", "list", "--porcelain")
        asyncio.run(worktrees.remove(record.id))
        worktrees.ground.registry.drop(record.id)
        repository.git("update-ref", "-d", f"refs/parsess/removed/{record.id}")

    killed = at_every_step(run, room, {"do": "create", "directory": str(repository.path)}, check)
    assert killed >= 12
    assert undone >= 6
    assert finished >= 4


def test_create_in_a_folder_that_got_files_of_ones_own(
    repository: Repository, worktrees: Worktrees, room: Path, run: Run
) -> None:
    """Killed before the checkout; the person writes into the folder; recovery leaves every line of it."""
    for deadly in range(1, MOST):
        assert not run({"do": "create", "directory": str(repository.path)}, deadly)
        made = room / "work" / "project-work"
        if made.is_dir():
            break
    (made / "mine").write_text("mine")
    asyncio.run(worktrees.recover())
    assert (made / "mine").read_text() == "mine"
    [record] = asyncio.run(worktrees.all())
    assert [reason.kind for reason in asyncio.run(worktrees.would_lose(record.id))] == ["dirty", "untracked"]


def test_remove(repository: Repository, worktrees: Worktrees, dirty: Record, room: Path, run: Run) -> None:
    made = Repository(Path(dirty.path))
    before = picture(made)
    undone = finished = 0

    def check(_deadly: int) -> None:
        nonlocal undone, finished
        if made.path.exists():
            undone += 1
        else:
            finished += 1
            assert repository.branches() == {"main"}
            asyncio.run(worktrees.restore(dirty.id))
        assert picture(made) == before
        assert worktrees.get(dirty.id).removed is None

    killed = at_every_step(run, room, {"do": "remove", "id": dirty.id}, check)
    assert killed >= 8
    assert undone >= 3
    assert finished >= 4


def test_remove_cut_off_in_the_middle_of_deleting(
    repository: Repository, worktrees: Worktrees, dirty: Record, room: Path, run: Run
) -> None:
    """Half of the folder is gone, and the person has written into the rest since."""
    made = Repository(Path(dirty.path))
    before = picture(made)
    delete = next(
        deadly
        for deadly in range(1, MOST)
        if not run({"do": "remove", "id": dirty.id}, deadly) and _is_deleting(room, worktrees)
    )
    assert delete
    (made.path / "c").unlink()
    (made.path / "new" / "untracked").unlink()
    (made.path / "new").rmdir()
    (made.path / "a.txt").write_text("written since")
    asyncio.run(worktrees.recover())
    assert made.read("a.txt") == "written since"
    made.write("a.txt", "dirty")
    os.utime(made.path / "a.txt", ns=(0, before["files"]["a.txt"][2]))  # type: ignore[index]
    assert picture(made)["files"] == before["files"]


def _is_deleting(room: Path, worktrees: Worktrees) -> bool:
    if under_way(room) == ["delete"]:
        return True
    asyncio.run(worktrees.recover())
    return False


def test_restore(worktrees: Worktrees, dirty: Record, room: Path, run: Run) -> None:
    made = Repository(Path(dirty.path))
    before = picture(made)
    kinds = [reason.kind for reason in asyncio.run(worktrees.would_lose(dirty.id))]
    asyncio.run(worktrees.remove(dirty.id, kinds))

    def check(_deadly: int) -> None:
        if not made.path.exists():
            asyncio.run(worktrees.restore(dirty.id))
        assert picture(made) == before
        asyncio.run(worktrees.remove(dirty.id, kinds))

    assert at_every_step(run, room, {"do": "restore", "id": dirty.id}, check) >= 5
    assert picture(made) == before


def test_what_a_living_server_is_at_is_left_alone(repository: Repository, room: Path) -> None:
    """Two servers on one data folder: the second must not recover what the first is doing."""
    other = Worktrees(room / "state", [room / "work"])
    seen: list[list[str]] = []

    def look(_kind: str, step: str, written: bool) -> None:
        if step == "checkout" and written:
            seen.append([intent.id for intent in other.ground.journal.abandoned()])

    worktrees = Worktrees(room / "state", [room / "work"], on_step=look)
    asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x")))
    assert seen == [[]]


def test_what_a_server_in_another_container_left_is_recovered_in_the_end(
    repository: Repository, worktrees: Worktrees, room: Path, run: Run
) -> None:
    """Its process number says nothing here, even if there is a process with it: only time does."""
    assert not run({"do": "create", "directory": str(repository.path)}, 6)
    [written] = (room / "state" / "journal").glob("*.json")
    intent = json.loads(written.read_text())
    intent["owner"] |= {"host": "another", "pid": 1}
    written.write_text(json.dumps(intent))
    assert asyncio.run(worktrees.recover()) == []
    written.write_text(json.dumps({**intent, "at": intent["at"] - 3700}))
    [said] = asyncio.run(worktrees.recover())
    assert "taken back" in said
    assert repository.branches() == {"main"}


def test_a_repository_that_is_gone_by_then(
    repository: Repository, worktrees: Worktrees, room: Path, run: Run
) -> None:
    assert not run({"do": "create", "directory": str(repository.path)}, 6)
    repository.path.rename(room / "moved away")
    [said] = asyncio.run(worktrees.recover())
    assert "the repository is gone" in said
    assert asyncio.run(worktrees.recover()) == []


@pytest.mark.parametrize(
    "written", [["locked"], ["locked", "gitdir"], ["locked", "gitdir", "commondir", "HEAD"]]
)
def test_git_itself_killed_while_it_added(
    repository: Repository, worktrees: Worktrees, room: Path, run: Run, written: list[str]
) -> None:
    """Only some of the files that make a worktree are there; other stale worktrees are not ours to forget."""
    repository.git("worktree", "add", "-q", "--detach", room / "disk" / "other")
    (room / "disk").rename(room / "unplugged")
    others = repository.git("worktree", "list", "--porcelain")
    assert not run({"do": "create", "directory": str(repository.path)}, 5)
    assert under_way(room) == ["mark"] or under_way(room) == ["add"]
    git_dir = repository.path / ".git" / "worktrees" / "project-work"
    for path in git_dir.iterdir():
        if path.is_file() and path.name not in written:
            path.unlink()
    (room / "work" / "project-work" / ".git").unlink()
    said = asyncio.run(worktrees.recover())
    assert "taken back" in said[0]
    assert not (room / "work" / "project-work").exists()
    assert not git_dir.exists()
    assert repository.branches() == {"main"}
    assert repository.git("worktree", "list", "--porcelain") == others
