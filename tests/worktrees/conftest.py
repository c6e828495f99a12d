"""Real repositories on the fastest disk there is, with a git configuration of their own."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from parsess_lab.worktrees import Record, Wanted, Worktrees
from tests.worktrees.killing import Run, killable
from tests.worktrees.repository import Repository

_CONFIG = """
[user]
    name = Ada
    email = ada@example.org
[init]
    defaultBranch = main
[protocol "file"]
    allow = always
[core]
    autocrlf = false
"""


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty directory: a RAM disk where there is one, since git is mostly the disk's speed."""
    fast = Path("/dev/shm")
    made = Path(tempfile.mkdtemp(prefix="parsess-test-", dir=fast if fast.is_dir() else None)).resolve()
    (made / "gitconfig").write_text(_CONFIG)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(made / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    yield made
    for here, folders, _ in os.walk(made):
        for folder in folders:
            if not (Path(here) / folder).is_symlink():
                (Path(here) / folder).chmod(0o700)
    shutil.rmtree(made)


@pytest.fixture
def repository(room: Path) -> Repository:
    """A repository with one commit: ``a.txt``, ``d/b.txt``, an ignore file."""
    return Repository.make(room / "work" / "project")


@pytest.fixture
def worktrees(room: Path) -> Worktrees:
    (room / "work").mkdir(exist_ok=True)
    return Worktrees(room / "state", [room / "work"])


@pytest.fixture
def record(repository: Repository, worktrees: Worktrees) -> Record:
    """A worktree just made for the session ``s``."""
    return asyncio.run(worktrees.create(Wanted(directory=repository.path, name="work", session="s")))


@pytest.fixture
def made(record: Record) -> Repository:
    """The checkout of ``record``."""
    return Repository(Path(record.path))


@pytest.fixture
def ahead(made: Repository) -> Repository:
    """A checkout with two commits of its own."""
    made.write("new.txt", "new\n")
    made.commit("add new")
    made.write("a.txt", "one\ntwo\nTHREE\n")
    made.commit("shout")
    return made


@pytest.fixture
def dirty(record: Record, made: Repository) -> Record:
    """A worktree with a commit of its own, and changes of all kinds that are in none."""
    made.write("c", "committed")
    made.commit("one")
    made.write("a.txt", "dirty")
    made.write("staged", "staged")
    made.git("add", "staged")
    made.write("new/untracked", "u")
    made.write(".env", "A=1")
    (made.path / "link").symlink_to("a.txt")
    return record


@pytest.fixture
def run(room: Path) -> Iterator[Run]:
    with killable("tests.worktrees.killed", room) as run:
        yield run
