"""The radar: who is in whose way, told from the files as they are now."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsess_lab.worktrees import Collision, Place, Wanted, Worktrees
from tests.worktrees.repository import Repository, picture


@pytest.fixture
def pair(repository: Repository, worktrees: Worktrees) -> tuple[Repository, Repository]:
    made = [
        asyncio.run(worktrees.create(Wanted(directory=repository.path, name=name))) for name in ("one", "two")
    ]
    return Repository(Path(made[0].path)), Repository(Path(made[1].path))


def look(worktrees: Worktrees, **directories: Path) -> list[Collision]:
    return asyncio.run(worktrees.collisions([Place(name, path) for name, path in directories.items()]))


def test_nothing_collides_until_both_change_something(
    worktrees: Worktrees, pair: tuple[Repository, Repository]
) -> None:
    one, two = pair
    assert look(worktrees, a=one.path, b=two.path) == []
    one.write("a.txt", "one\ntwo\nONE\n")
    assert look(worktrees, a=one.path, b=two.path) == []
    two.write("d/b.txt", "two")
    assert look(worktrees, a=one.path, b=two.path) == []
    two.write("a.txt", "one\ntwo\nTWO\n")
    assert look(worktrees, a=one.path, b=two.path) == [
        Collision(a="a", b="b", kind="would_conflict", files=["a.txt"])
    ]
    two.write("a.txt", "one\ntwo\nthree\n")
    assert look(worktrees, a=one.path, b=two.path) == []


def test_the_same_file_in_different_places_merges_but_is_told(
    repository: Repository, worktrees: Worktrees, pair: tuple[Repository, Repository]
) -> None:
    one, two = pair
    lines = [f"line {number}" for number in range(40)]
    for checkout, place in ((one, 1), (two, 38)):
        checkout.write("long.txt", "\n".join(lines) + "\n")
        checkout.commit("long")
        checkout.write("long.txt", "\n".join([*lines[:place], "changed", *lines[place:]]) + "\n")
    two.git("reset", "-q", "--hard", "HEAD~1")
    two.git("merge", "-q", one.head())
    two.write("long.txt", "\n".join([*lines[:38], "changed", *lines[38:]]) + "\n")
    assert look(worktrees, a=one.path, b=two.path) == [
        Collision(a="a", b="b", kind="same_files", files=["long.txt"])
    ]


def test_committed_staged_and_untracked_all_count(
    worktrees: Worktrees, pair: tuple[Repository, Repository]
) -> None:
    one, two = pair
    one.write("new", "one\n")
    one.commit("committed")
    two.write("new", "two\n")
    [found] = look(worktrees, a=one.path, b=two.path)
    assert (found.kind, found.files) == ("would_conflict", ["new"])
    two.git("add", "new")
    [found] = look(worktrees, a=one.path, b=two.path)
    assert found.kind == "would_conflict"


def test_a_folder_where_the_other_has_a_file(
    worktrees: Worktrees, pair: tuple[Repository, Repository]
) -> None:
    one, two = pair
    one.write("thing", "a file\n")
    two.write("thing/inside", "in a folder\n")
    [found] = look(worktrees, a=one.path, b=two.path)
    assert found.kind == "would_conflict"


def test_one_directory(
    repository: Repository, worktrees: Worktrees, pair: tuple[Repository, Repository], room: Path
) -> None:
    one, _ = pair
    plain = room / "work" / "plain"
    (plain / "below").mkdir(parents=True)
    found = look(worktrees, a=one.path, b=one.path / "d", c=repository.path, x=plain, y=plain / "below")
    assert found == [
        Collision(a="a", b="b", kind="same_directory", files=[]),
        Collision(a="x", b="y", kind="same_directory", files=[]),
    ]


def test_nothing_of_the_persons_is_touched(worktrees: Worktrees, pair: tuple[Repository, Repository]) -> None:
    one, two = pair
    one.write("a.txt", "staged\n")
    one.git("add", "a.txt")
    one.write("a.txt", "changed again\n")
    two.write("a.txt", "other\n")
    before = [picture(one), picture(two), one.git("for-each-ref")]
    look(worktrees, a=one.path, b=two.path)
    assert [picture(one), picture(two), one.git("for-each-ref")] == before


def test_a_sparse_checkout_that_switched(repository: Repository, worktrees: Worktrees, room: Path) -> None:
    repository.write("big/x", "x\n")
    repository.write("src/y", "y\n")
    repository.commit("folders")
    repository.git("sparse-checkout", "set", "--cone", "src")
    made = [
        asyncio.run(worktrees.create(Wanted(directory=repository.path, name=name))) for name in ("one", "two")
    ]
    one, two = (Repository(Path(record.path)) for record in made)
    one.write("src/y", "one\n")
    two.write("src/z", "two\n")
    assert look(worktrees, a=one.path, b=two.path) == []
    for checkout in (repository,):
        checkout.git("sparse-checkout", "disable")
        checkout.write("big/x", "moved on\n")
        checkout.commit("on main")
    one.git("stash", "-q")
    one.git("merge", "-q", "main")
    one.git("stash", "pop", "-q")
    assert look(worktrees, a=one.path, b=two.path) == []


def test_looking_again_runs_little(worktrees: Worktrees, pair: tuple[Repository, Repository]) -> None:
    one, two = pair
    one.write("a.txt", "1\n")
    two.write("a.txt", "2\n")
    first = look(worktrees, a=one.path, b=two.path)
    objects = one.git("count-objects")
    assert look(worktrees, a=one.path, b=two.path) == first
    assert one.git("count-objects") == objects
