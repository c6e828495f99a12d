"""What a new worktree lacks, and bringing it over without touching where it comes from."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsess_lab.errors import Conflict, InvalidRequest
from parsess_lab.worktrees import Carried, Record, Wanted, Worktrees
from tests.worktrees.repository import Repository, files, picture


def carry(worktrees: Worktrees, record: Record) -> Carried:
    return asyncio.run(worktrees.carry_over(record.id))


def test_nothing(worktrees: Worktrees, record: Record) -> None:
    lacks = asyncio.run(worktrees.lacks(record.id))
    assert not lacks.anything
    assert lacks.describe() == ""


def test_all_of_it_in_one_line(repository: Repository, worktrees: Worktrees, room: Path) -> None:
    old = repository.head()
    repository.clone_as_remote(room / "origin.git")
    repository.write("a.txt", "second\n")
    repository.commit("not pushed")
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x", base="origin/main")))
    assert record.base == old
    repository.write("a.txt", "changed\n")
    repository.write("new/untracked", "u")
    repository.write(".env", "SECRET=1")
    repository.write("data/x.csv", "1")
    repository.write("__pycache__/x.pyc", "1")
    lacks = asyncio.run(worktrees.lacks(record.id))
    assert (lacks.uncommitted, lacks.uncommitted_files) == (2, ["a.txt", "new/"])
    assert lacks.commits == 1
    assert lacks.ignored == [".env", "data/"]
    assert lacks.describe() == (
        "Not in this worktree: 2 uncommitted changes, 1 commit of the checkout it came from, "
        "ignored files (.env, data/)."
    )


def test_submodules_that_could_not_be_had(repository: Repository, worktrees: Worktrees, room: Path) -> None:
    inner = Repository.make(room / "inner")
    repository.git("submodule", "-q", "add", inner.path, "sub")
    repository.commit("submodule")
    repository.git("submodule", "-q", "deinit", "-f", "sub")
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x")))
    assert asyncio.run(worktrees.lacks(record.id)).submodules == ["sub"]


def test_carried_byte_for_byte_and_the_source_untouched(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    repository.write("a.txt", "mixed\r\nline ends\n")
    repository.write("staged", "staged")
    repository.git("add", "staged")
    repository.write("staged", "changed since")
    repository.write("run", "#!/bin/sh\n").chmod(0o755)
    repository.write("deep/er/untracked", "u")
    repository.write(".env", "ignored, so not carried")
    (repository.path / "link").symlink_to("a.txt")
    (repository.path / "d" / "b.txt").unlink()
    before = picture(repository)
    carried = carry(worktrees, record)
    assert set(carried.files) == {"a.txt", "staged", "run", "deep/er/untracked", "link", "d/b.txt"}
    assert picture(repository) == before
    there, here = files(repository.path), files(made.path)
    for name in carried.files:
        assert (here.get(name) or ())[-1:] == (there.get(name) or ())[-1:], name
    assert (made.path / "run").stat().st_mode & 0o111
    assert made.git("diff", "--cached", "--name-only") == ""
    assert not (made.path / ".env").exists()
    assert carry(worktrees, record).files == []


def test_a_file_that_differs_here_is_merged(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    lines = [f"{number}\n" for number in range(20)]
    repository.write("long", "".join(lines))
    repository.commit("long")
    made.git("merge", "-q", "main")
    made.write("long", "".join(["here\n", *lines]))
    made.commit("changed here")
    repository.write("long", "".join([*lines, "there\n"]))
    carry(worktrees, record)
    assert made.read("long") == "".join(["here\n", *lines, "there\n"])


def test_a_collision_writes_nothing_at_all(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    repository.write("a.txt", "there\n")
    repository.write("d/b.txt", "would be fine\n")
    repository.write("new", "there\n")
    made.write("a.txt", "here\n")
    made.write("new", "here\n")
    before = picture(made)
    with pytest.raises(Conflict) as caught:
        carry(worktrees, record)
    assert caught.value.code == "carry_over"
    assert caught.value.details["files"] == ["a.txt", "new"]
    assert picture(made) == before


def test_never_through_a_link_out_of_the_worktree(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository, room: Path
) -> None:
    (room / "outside").mkdir()
    (made.path / "shared").symlink_to(room / "outside")
    repository.write("shared/x", "x")
    with pytest.raises(Conflict):
        carry(worktrees, record)
    assert list((room / "outside").iterdir()) == []


def test_the_source_is_gone(repository: Repository, worktrees: Worktrees, room: Path) -> None:
    repository.git("worktree", "add", "-q", "-b", "other", room / "work" / "other")
    record = asyncio.run(worktrees.create(Wanted(directory=room / "work" / "other", name="x")))
    repository.git("worktree", "remove", room / "work" / "other")
    with pytest.raises(InvalidRequest):
        carry(worktrees, record)
    assert not asyncio.run(worktrees.lacks(record.id)).anything
