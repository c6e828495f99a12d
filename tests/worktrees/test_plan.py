"""Where a worktree starts, what its branch and its folder are called, and where none can be."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsess_lab.errors import Forbidden, InvalidRequest
from parsess_lab.worktrees import Step, Wanted, Worktrees
from tests.worktrees.creating import create, refused
from tests.worktrees.repository import Repository


@pytest.mark.parametrize("base", ["older", "v1", "default", "hash", "main~1", None])
def test_starts_exactly_where_it_was_asked_to(
    repository: Repository, worktrees: Worktrees, base: str | None
) -> None:
    first = repository.head()
    repository.git("branch", "older")
    repository.git("tag", "-a", "v1", "-m", "one")
    repository.write("a.txt", "second\n")
    second = repository.commit("second")
    wanted = {"older": first, "v1": first, "default": second, "hash": first, "main~1": first, None: second}[
        base
    ]
    made = create(
        worktrees, Wanted(directory=repository.path, name="w", base=first if base == "hash" else base)
    )
    assert made.head() == wanted
    assert made.git("config", "--get", "branch.parsess/w.merge", check=False) == ""


def test_from_a_detached_head_and_from_a_worktree(repository: Repository, worktrees: Worktrees) -> None:
    repository.git("checkout", "-q", "--detach")
    made = create(worktrees, Wanted(directory=repository.path, name="one"))
    assert made.head() == repository.head()
    made.write("new", "x")
    made.commit("on the worktree")
    again = create(worktrees, Wanted(directory=made.path, name="two"))
    assert again.head() == made.head()
    assert again.path.parent == repository.path.parent


def test_age_of_the_base_is_told_and_fetched_only_if_asked(
    repository: Repository, worktrees: Worktrees, room: Path
) -> None:
    repository.clone_as_remote(room / "origin.git")
    repository.git("branch", "--set-upstream-to=origin/main", "main")
    other = Repository(room / "other")
    repository.git("clone", "-q", room / "origin.git", other.path)
    for number in range(3):
        other.write("o.txt", str(number))
        other.commit(f"theirs {number}")
    other.git("push", "-q")
    steps: list[Step] = []
    create(worktrees, Wanted(directory=repository.path, name="x"), steps)
    assert "up to date with origin/main" in next(step.detail for step in steps if step.detail)
    steps.clear()
    made = create(worktrees, Wanted(directory=repository.path, name="y", fetch=True), steps)
    assert "3 commits behind origin/main" in next(step.detail for step in steps if step.detail)
    assert asyncio.run(worktrees.lacks(worktrees_id(worktrees, made))).behind == 3


def worktrees_id(worktrees: Worktrees, made: Repository) -> str:
    return next(record.id for record in asyncio.run(worktrees.all()) if record.path == str(made.path))


def test_a_fetch_that_fails_is_a_note(repository: Repository, worktrees: Worktrees, room: Path) -> None:
    repository.git("remote", "add", "origin", room / "nowhere")
    steps: list[Step] = []
    create(worktrees, Wanted(directory=repository.path, name="x", fetch=True), steps)
    assert "could not fetch" in next(step.detail for step in steps if step.name == "base" and step.detail)


def test_an_existing_branch(repository: Repository, worktrees: Worktrees) -> None:
    repository.git("branch", "feature")
    made = create(worktrees, Wanted(directory=repository.path, branch="feature", existing=True))
    assert made.git("symbolic-ref", "--short", "HEAD") == "feature"
    [record] = asyncio.run(worktrees.all())
    assert not record.made_branch
    asyncio.run(worktrees.remove(record.id))
    assert "feature" in repository.branches()


@pytest.mark.parametrize(
    "name", ["-x", "a..b", "a b", "a~1", "end.lock", "x/", "/x", "HEAD", "@", "a\\b", "@{-1}", "n" * 300]
)
def test_branch_names_git_can_not_have(repository: Repository, worktrees: Worktrees, name: str) -> None:
    assert refused(worktrees, Wanted(directory=repository.path, branch=name)).code == "invalid_branch"
    assert repository.branches() == {"main"}


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Größe ändern", "project-Größe-ändern"),
        ("../../etc/passwd", "project-etc-passwd"),
        ("-rf", "project-rf"),
        ("日本語 テスト", "project-日本語-テスト"),
        ("a..b.lock", "project-a-b"),
        ("$(rm x); `y`", "project-rm-x-y"),
        ("x" * 300, "project-" + "x" * 80),
    ],
)
def test_any_name_becomes_a_folder_and_branch(
    repository: Repository, worktrees: Worktrees, name: str, folder: str
) -> None:
    made = create(worktrees, Wanted(directory=repository.path, name=name))
    assert made.path.name == folder
    assert made.git("symbolic-ref", "HEAD") == f"refs/heads/parsess/{folder.removeprefix('project-')}"


def test_the_same_name_again_gets_a_number(repository: Repository, worktrees: Worktrees) -> None:
    first = create(worktrees, Wanted(directory=repository.path, name="same"))
    second = create(worktrees, Wanted(directory=repository.path, name="same"))
    assert (first.path.name, second.path.name) == ("project-same", "project-same-2")
    assert {"parsess/same", "parsess/same-2"} <= repository.branches()


def test_taken_branches_and_folders_are_refused_by_name(repository: Repository, worktrees: Worktrees) -> None:
    repository.git("branch", "taken")
    (repository.path.parent / "there").mkdir()
    here = repository.path
    assert refused(worktrees, Wanted(directory=here, branch="taken")).code == "branch_exists"
    assert refused(worktrees, Wanted(directory=here, branch="main")).code == "branch_checked_out"
    assert (
        refused(worktrees, Wanted(directory=here, branch="main", existing=True)).code == "branch_checked_out"
    )
    assert refused(worktrees, Wanted(directory=here, branch="nope", existing=True)).code == "unknown_branch"
    assert refused(worktrees, Wanted(directory=here, branch="taken/below")).code == "branch_exists"
    assert refused(worktrees, Wanted(directory=here, name="x", folder=Path("there"))).code == "folder_exists"
    assert refused(worktrees, Wanted(directory=here, base="nope")).code == "unknown_base"
    assert refused(worktrees, Wanted(directory=here, base="--all")).code == "unknown_base"
    assert repository.branches() == {"main", "taken"}
    assert len(repository.git("worktree", "list").splitlines()) == 1


def test_folders_that_can_not_be(repository: Repository, worktrees: Worktrees, room: Path) -> None:
    here = repository.path
    hidden = refused(worktrees, Wanted(directory=here, name="x", folder=Path(".hidden/x")))
    outside = refused(worktrees, Wanted(directory=here, name="x", folder=room / "elsewhere"))
    dots = refused(worktrees, Wanted(directory=here, name="x", folder=Path("../../x")))
    git = refused(worktrees, Wanted(directory=here, name="x", folder=here / ".git" / "x"))
    assert isinstance(hidden, InvalidRequest)
    assert isinstance(outside, Forbidden)
    assert isinstance(dots, Forbidden)
    assert isinstance(git, InvalidRequest)


def test_inside_the_repository_when_nothing_beside_is_open(repository: Repository, room: Path) -> None:
    worktrees = Worktrees(room / "state", [repository.path])
    made = create(worktrees, Wanted(directory=repository.path, name="x"))
    assert made.path == repository.path / "parsess-worktrees" / "x"
    assert repository.git("status", "--porcelain") == ""
    assert "parsess" not in repository.read(".gitignore")


def test_no_repository_no_commit_a_git_file_to_nowhere(
    repository: Repository, worktrees: Worktrees, room: Path
) -> None:
    plain = room / "work" / "plain"
    plain.mkdir()
    assert refused(worktrees, Wanted(directory=plain)).code == "not_a_repository"
    (plain / ".git").write_text("gitdir: /nowhere/at/all\n")
    assert refused(worktrees, Wanted(directory=plain)).code == "not_a_repository"
    assert refused(worktrees, Wanted(directory=repository.path / ".git")).code == "not_a_repository"
    empty = Repository(room / "work" / "empty")
    empty.path.mkdir()
    empty.git("init", "-q")
    assert refused(worktrees, Wanted(directory=empty.path)).code == "no_commit"
    assert sorted(path.name for path in (room / "work").iterdir()) == ["empty", "plain", "project"]


def test_a_bare_repository(repository: Repository, worktrees: Worktrees, room: Path) -> None:
    repository.git("clone", "-q", "--bare", repository.path, room / "work" / "bare.git")
    made = create(worktrees, Wanted(directory=room / "work" / "bare.git", name="x"))
    assert made.path.name == "bare-x"
    assert made.read("a.txt") == repository.read("a.txt")
    [record] = asyncio.run(worktrees.all())
    asyncio.run(worktrees.remove(record.id))
    assert not made.path.exists()


def test_a_repository_inside_a_worktree_inside_a_repository(
    repository: Repository, worktrees: Worktrees
) -> None:
    outer = create(worktrees, Wanted(directory=repository.path, name="outer"))
    inner = Repository.make(outer.path / "inner")
    inner.write("a.txt", "inner\n")
    inner.commit("inner")
    made = create(worktrees, Wanted(directory=inner.path, name="deep"))
    assert made.path == outer.path / "inner-deep"
    assert made.read("a.txt") == "inner\n"
    assert len(repository.git("worktree", "list").splitlines()) == 2
