"""A session in a worktree stays in it: files, and every way to point git somewhere else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsess_lab.worktrees import Boundary, Wanted, Worktrees, boundary
from tests.worktrees.repository import Repository


@pytest.fixture
def pair(repository: Repository, worktrees: Worktrees) -> tuple[Path, Path]:
    made = [
        asyncio.run(worktrees.create(Wanted(directory=repository.path, name=name))) for name in ("one", "two")
    ]
    return Path(made[0].path), Path(made[1].path)


@pytest.fixture
def own(pair: tuple[Path, Path]) -> Boundary:
    found = boundary(pair[0] / "d")
    assert found is not None
    return found


def test_none_outside_a_worktree(repository: Repository, room: Path) -> None:
    assert boundary(repository.path) is None
    assert boundary(room) is None


def test_files(own: Boundary, repository: Repository, pair: tuple[Path, Path], room: Path) -> None:
    one, two = pair
    assert own.refuses_write(one / "a.txt") is None
    assert own.refuses_write(one / "new" / "deep") is None
    assert own.refuses_write(room / "elsewhere") is None
    main = own.refuses_write(repository.path / "a.txt")
    assert main is not None
    assert "main checkout" in main
    assert str(one) in main
    sibling = own.refuses_write(two / "a.txt")
    assert sibling is not None
    assert "another worktree" in sibling
    assert own.refuses_write(one / ".git") is not None
    assert own.refuses_write(repository.path / ".git" / "config") is not None
    assert own.refuses_write(repository.path / ".git" / "hooks" / "pre-commit") is not None
    assert own.refuses_write(one / "d" / ".." / ".." / "project" / "a.txt") is not None
    (one / "link").symlink_to(repository.path)
    assert own.refuses_write(one / "link" / "a.txt") is not None


def test_a_worktree_inside_the_main_checkout(repository: Repository, room: Path) -> None:
    worktrees = Worktrees(room / "state", [repository.path])
    made = Path(asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x"))).path)
    inside = boundary(made)
    assert inside is not None
    assert inside.refuses_write(made / "a.txt") is None
    assert inside.refuses_write(repository.path / "a.txt") is not None
    assert inside.refuses_command(["git", "status"], made) is None
    assert inside.refuses_command(["git", "status"], made.parent) is not None


ALLOWED = [
    "git status",
    "git commit -am x",
    "git -C {one}/d add .",
    "git -c user.name=x commit -m y",
    "git --git-dir={one}/.git log",
    "git log main",
    "git show main:a.txt",
    "git config --get core.hooksPath",
    "git config user.name Ada",
    "git checkout -b mine",
    "git worktree list",
    "git stash",
    "git mv a.txt d/a.txt",
    "git format-patch -o out main",
    "ls {main}",
    "cat {two}/a.txt",
    "make -C {main}",
]

REFUSED = [
    "git -C {main} commit -am x",
    "git -C .. -C project status",
    "git --git-dir={main}/.git commit",
    "git --git-dir {main}/.git reset --hard",
    "git --work-tree={main} checkout .",
    "git --work-tree {two} clean -fd",
    "git -c core.worktree={main} checkout .",
    "git -c core.hooksPath=/tmp commit -m x",
    "/usr/bin/git -C {two} status",
    "env GIT_DIR={main}/.git git status",
    "GIT_WORK_TREE={main} git checkout .",
    "timeout 5 git -C {main} status",
    "git config core.worktree {main}",
    "git config --unset core.bare",
    "git worktree remove {two}",
    "git worktree prune",
    "git worktree move {two} elsewhere",
    "git worktree add {main}/inside",
    "git checkout --ignore-other-worktrees main",
    "git update-ref refs/heads/main HEAD",
    "git update-ref refs/heads/parsess/two HEAD",
    "git update-ref --stdin",
    "git archive --output={main}/x.tar HEAD",
    "git clone . {main}/copy",
    "git -C {main}/.git gc",
]


@pytest.mark.parametrize("command", ALLOWED)
def test_allowed(own: Boundary, repository: Repository, pair: tuple[Path, Path], command: str) -> None:
    argv = command.format(main=repository.path, one=pair[0], two=pair[1]).split()
    assert own.refuses_command(argv, pair[0]) is None


@pytest.mark.parametrize("command", REFUSED)
def test_refused_with_a_reason(
    own: Boundary, repository: Repository, pair: tuple[Path, Path], command: str
) -> None:
    argv = command.format(main=repository.path, one=pair[0], two=pair[1]).split()
    why = own.refuses_command(argv, pair[0])
    assert why is not None
    assert len(why) > 30


def test_where_the_command_runs_counts(
    own: Boundary, repository: Repository, pair: tuple[Path, Path]
) -> None:
    assert own.refuses_command(["git", "status"], pair[0] / "d") is None
    assert own.refuses_command(["git", "commit"], repository.path) is not None
    assert own.refuses_command(["git", "commit"], pair[1] / "d") is not None
    assert own.refuses_command(["git", "status"], pair[0], {"GIT_DIR": "x"}) is not None
    assert own.refuses_command(["git", "status"], pair[0], {"OTHER": "x"}) is None
