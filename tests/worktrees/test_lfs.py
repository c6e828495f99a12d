"""Worktrees of a repository whose large files are in Git LFS: real filters, a real store behind a local remote."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from parsess_lab.errors import GitFailed
from parsess_lab.worktrees import Landing, Wanted, Worktrees, publish
from tests.worktrees.repository import Repository, picture

pytestmark = pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed")

ONE = "one\n" * 1000
TWO = "two\n" * 1000


@pytest.fixture
def origin(repository: Repository, room: Path) -> Path:
    """A bare repository with its own store of large files; ``repository`` has pushed a large file there."""
    bare = room / "origin.git"
    repository.git("init", "-q", "--bare", bare)
    repository.git("lfs", "install")
    repository.git("remote", "add", "origin", f"file://{bare}")
    repository.git("lfs", "track", "*.bin")
    repository.write("model.bin", ONE)
    repository.commit("model")
    repository.git("push", "-q", "-u", "origin", "main")
    return bare


def create(repository: Repository, worktrees: Worktrees, name: str = "work") -> Repository:
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name=name)))
    return repository.at(record.path)


def stored(folder: Path) -> int:
    """How many large files a store holds."""
    return sum(path.is_file() for path in (folder / "lfs" / "objects").rglob("*"))


@pytest.mark.usefixtures("origin")
def test_a_new_worktree_has_the_files_and_not_their_pointers(
    repository: Repository, worktrees: Worktrees
) -> None:
    made = create(repository, worktrees)
    assert made.read("model.bin") == ONE
    assert made.git("status", "--porcelain") == ""
    assert made.git("show", "HEAD:model.bin").startswith("version https://git-lfs")


def test_files_that_are_only_on_the_remote_are_fetched_for_it(
    repository: Repository, worktrees: Worktrees, origin: Path, room: Path
) -> None:
    clone = repository.at(room / "work" / "clone")
    repository.git("-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false",
                   "clone", "-q", f"file://{origin}", clone.path)  # fmt: skip
    assert clone.read("model.bin").startswith("version https://git-lfs")
    assert create(clone, worktrees).read("model.bin") == ONE


def test_a_file_that_no_store_has_ends_the_making_with_the_reason_and_nothing_left(
    repository: Repository, worktrees: Worktrees, origin: Path
) -> None:
    shutil.rmtree(origin)
    shutil.rmtree(repository.path / ".git" / "lfs" / "objects")
    with pytest.raises(GitFailed, match=r"model\.bin"):
        create(repository, worktrees)
    assert [path.name for path in repository.path.parent.iterdir()] == ["project"]
    assert repository.branches() == {"main"}


@pytest.mark.usefixtures("origin")
@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_landing_brings_the_files_into_the_targets_checkout(
    repository: Repository, worktrees: Worktrees, how: str
) -> None:
    made = create(repository, worktrees)
    made.write("model.bin", TWO)
    made.write("more.bin", ONE + TWO)
    made.commit("train")
    repository.write("readme", "meanwhile")
    repository.commit("meanwhile")
    asyncio.run(worktrees.land(Landing(directory=made.path, how=how, target="main", message="landed")))  # type: ignore[arg-type]
    assert (repository.read("model.bin"), repository.read("more.bin")) == (TWO, ONE + TWO)
    assert repository.git("status", "--porcelain") == ""
    assert repository.git("show", "main:more.bin").startswith("version https://git-lfs")


@pytest.mark.usefixtures("origin")
def test_a_removed_worktree_comes_back_with_changed_and_new_large_files(
    repository: Repository, worktrees: Worktrees
) -> None:
    made = create(repository, worktrees)
    made.write("model.bin", TWO)
    made.write("new.bin", TWO + ONE)
    made.write("staged.bin", TWO + TWO)
    made.git("add", "staged.bin")
    before = picture(made)
    [record] = asyncio.run(worktrees.all())
    reasons = asyncio.run(worktrees.would_lose(record.id))
    assert [reason.kind for reason in reasons] == ["dirty", "untracked"]
    asyncio.run(worktrees.remove(record.id, [reason.kind for reason in reasons]))
    assert not made.path.exists()
    asyncio.run(worktrees.restore(record.id))
    assert picture(made) == before


def test_a_push_takes_the_large_files_along(
    repository: Repository, worktrees: Worktrees, origin: Path
) -> None:
    made = create(repository, worktrees)
    made.write("model.bin", TWO)
    made.commit("train")
    assert stored(origin) == 1
    assert asyncio.run(publish.push(made.path)) == "origin"
    assert stored(origin) == 2
    assert repository.git("ls-remote", "--heads", "origin").count("refs/heads/") == 2
