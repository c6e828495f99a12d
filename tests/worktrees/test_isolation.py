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
    "git branch mine main",
    "git branch -f mine main",
    "git branch --list main",
    "git branch -d mine",
    "git checkout -B mine main",
    "git checkout -Bmine",
    "git switch -c mine main",
    "git fetch origin main",
    "git fetch origin main:mine",
    "git pull --rebase origin main",
    "git push origin HEAD:main",
    "git push -u origin mine",
    "git rebase main",
    "git symbolic-ref HEAD",
    "git worktree add -b mine ../mine",
    "git stash push -u",
    "git stash drop",
    "git reflog main",
    "git reset --hard main",
    "git commit -m alias.x",
    "git config --get alias.st",
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
    "git branch -m main other",
    "git branch -f main HEAD",
    "git branch -fM mine main",
    "git branch -D parsess/two",
    "git checkout -B main",
    "git checkout -Bmain",
    "git checkout -qB parsess/two HEAD",
    "git checkout --ignore-other main",
    "git switch -C parsess/two",
    "git switch --force-create=main",
    "git fetch . HEAD:main",
    "git fetch --update-head-ok . +HEAD:refs/heads/main",
    "git pull . HEAD:main",
    "git push . HEAD:main",
    "git push -f {main} HEAD:refs/heads/parsess/two",
    "git push file://{main}/.git HEAD:main",
    "git symbolic-ref HEAD refs/heads/main",
    "git symbolic-ref refs/heads/main refs/heads/mine",
    "git worktree add -f ../again main",
    "git worktree add -B main ../again",
    "git filter-branch --tree-filter x -- --all",
    "git stash clear",
    "git reflog expire --expire=now --all",
    "git reflog delete main@{{1}}",
    "git config alias.x !touch",
    "git -c alias.x=!touch x",
    "git --exec-path=/tmp/x status",
]


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> tuple[Boundary, dict[str, Path]]:
    """One repository for all commands, which are only looked at."""
    top = tmp_path_factory.mktemp("isolation").resolve()
    main = Repository(top / "project")
    main.path.mkdir()
    main.git("init", "-q", "-b", "main")
    main.git("-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "first")
    for name in ("one", "two"):
        main.git("worktree", "add", "-q", "-b", f"parsess/{name}", top / name)
    (top / "one" / "d").mkdir()
    found = boundary(top / "one")
    assert found is not None
    return found, {"main": main.path, "one": top / "one", "two": top / "two"}


def looked_at(still: tuple[Boundary, dict[str, Path]], command: str) -> str | None:
    found, places = still
    return found.refuses_command(command.format(**places).split(), places["one"])


@pytest.mark.parametrize("command", ALLOWED)
def test_allowed(still: tuple[Boundary, dict[str, Path]], command: str) -> None:
    assert looked_at(still, command) is None


@pytest.mark.parametrize("command", REFUSED)
def test_refused_with_a_reason(still: tuple[Boundary, dict[str, Path]], command: str) -> None:
    why = looked_at(still, command)
    assert why is not None
    assert len(why) > 30


def test_what_holds_more_than_this_worktree_is_not_removed(
    own: Boundary, repository: Repository, pair: tuple[Path, Path]
) -> None:
    one, two = pair
    for path in (one.parent, one / "..", Path("/"), repository.path.parent):
        why = own.refuses_removal(path)
        assert why is not None
        assert str(repository.path) in why or str(two) in why
    for path in (one, one / "d", one / "d" / "..", Path("/tmp")):
        assert own.refuses_removal(path) is None


def test_where_the_command_runs_counts(
    own: Boundary, repository: Repository, pair: tuple[Path, Path]
) -> None:
    assert own.refuses_command(["git", "status"], pair[0] / "d") is None
    assert own.refuses_command(["git", "commit"], repository.path) is not None
    assert own.refuses_command(["git", "commit"], pair[1] / "d") is not None
    assert own.refuses_command(["git", "status"], pair[0], {"GIT_DIR": "x"}) is not None
    assert own.refuses_command(["git", "status"], pair[0], {"OTHER": "x"}) is None
