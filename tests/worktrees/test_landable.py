"""What can not land, or not there: refused before anything is done."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsess_lab.errors import InvalidRequest
from parsess_lab.worktrees import Wanted, Worktrees
from tests.worktrees.landing import land, refused, untouched
from tests.worktrees.repository import Repository


def _changed(target: Repository) -> list[str]:
    target.write("d/b.txt", "not committed\n")
    return ["d/b.txt"]


def _staged(target: Repository) -> list[str]:
    target.write("more", "staged\n")
    target.git("add", "more")
    return ["more"]


def _untracked_in_the_way(target: Repository) -> list[str]:
    target.write("new.txt", "somebody's own\n")
    return ["new.txt"]


def _ignored_in_the_way(target: Repository) -> list[str]:
    target.write(".git/info/exclude", "new.txt\n")
    target.write("new.txt", "ignored, and nowhere else\n")
    return ["new.txt"]


def _merging(target: Repository) -> list[str]:
    target.git("branch", "other")
    target.git("merge", "-q", "--no-ff", "--no-commit", "other", check=False)
    target.git("update-ref", "MERGE_HEAD", "HEAD")
    return []


DIRT = {
    one.__name__: one for one in (_changed, _staged, _untracked_in_the_way, _ignored_in_the_way, _merging)
}


@pytest.mark.parametrize("dirt", DIRT)
@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_a_dirty_target_is_refused(
    repository: Repository, worktrees: Worktrees, ahead: Repository, how: str, dirt: str
) -> None:
    files = DIRT[dirt](repository)
    before = untouched(repository, ahead)
    error = refused(worktrees, ahead, how=how)
    assert error.code == "dirty_target"
    assert error.details["files"] == files
    assert str(repository.path) in error.message
    assert untouched(repository, ahead) == before


def test_files_of_ones_own_that_are_in_nobodys_way_stay(
    repository: Repository, worktrees: Worktrees, ahead: Repository
) -> None:
    repository.write("notes", "mine\n")
    repository.write(".env", "SECRET=1")
    land(worktrees, ahead)
    assert repository.read("notes") == "mine\n"
    assert repository.read(".env") == "SECRET=1"


def test_a_target_that_is_being_rebased(
    repository: Repository, worktrees: Worktrees, ahead: Repository
) -> None:
    repository.git("checkout", "-q", "-b", "side")
    repository.write("d/b.txt", "side\n")
    repository.commit("side")
    repository.git("checkout", "-q", "main")
    repository.write("d/b.txt", "main\n")
    repository.commit("main")
    repository.git("rebase", "-q", "side", check=False)
    assert repository.git("symbolic-ref", "-q", "HEAD", check=False) == ""
    assert refused(worktrees, ahead).code == "dirty_target"


def test_a_target_that_moved(repository: Repository, worktrees: Worktrees, ahead: Repository) -> None:
    seen = repository.head()
    repository.write("d/b.txt", "meanwhile\n")
    repository.commit("meanwhile")
    before = untouched(repository, ahead)
    assert refused(worktrees, ahead, expected=seen).code == "moved_target"
    assert untouched(repository, ahead) == before
    land(worktrees, ahead, expected=repository.head())


def test_what_is_not_committed_is_never_left_behind_silently(
    repository: Repository, worktrees: Worktrees, ahead: Repository
) -> None:
    ahead.write("a.txt", "not committed\n")
    ahead.write("untracked", "u\n")
    before = untouched(repository, ahead)
    error = refused(worktrees, ahead)
    assert error.code == "uncommitted"
    assert error.details["files"] == ["a.txt", "untracked"]
    assert untouched(repository, ahead) == before
    land(worktrees, ahead, uncommitted="leave")
    assert ahead.read("untracked") == "u\n"
    assert not (repository.path / "untracked").exists()
    land(worktrees, ahead, uncommitted="include", how="squash", message="the rest")
    assert repository.read("untracked") == "u\n"
    assert ahead.git("status", "--porcelain") == ""


def test_wrong_targets(repository: Repository, worktrees: Worktrees, ahead: Repository) -> None:
    repository.git("tag", "v1")
    for target in ("nope", "v1", "-x", "parsess/work", "HEAD", "origin/main", ""):
        assert isinstance(refused(worktrees, ahead, target=target), InvalidRequest), target


def test_outputs_that_a_filter_keeps_from_git_are_not_overwritten_in_the_target(
    repository: Repository, worktrees: Worktrees, ahead: Repository
) -> None:
    repository.git("config", "filter.nbstripout.clean", "grep -v ^output || true")
    repository.git("config", "filter.nbstripout.smudge", "cat")
    repository.write(".git/info/attributes", "*.ipynb filter=nbstripout\n")
    for name in ("changed.ipynb", "other.ipynb"):
        repository.write(name, "source\n")
    repository.commit("notebooks")
    ahead.git("merge", "-q", "main")
    ahead.write("changed.ipynb", "more source\n")
    ahead.commit("notebook")
    repository.write("changed.ipynb", "source\noutput of hours\n")
    repository.write("other.ipynb", "source\noutput too\n")
    repository.git("add", ".")
    before = untouched(repository, ahead)
    error = refused(worktrees, ahead)
    assert (error.code, error.details["files"]) == ("dirty_target", ["changed.ipynb"])
    assert untouched(repository, ahead) == before
    repository.write("changed.ipynb", "source\n")
    repository.git("add", ".")
    land(worktrees, ahead)
    assert repository.read("other.ipynb") == "source\noutput too\n"


def test_nothing_is_committed_for_a_target_that_can_not_be_landed_on(
    repository: Repository, worktrees: Worktrees, ahead: Repository
) -> None:
    ahead.write("more.txt", "not committed\n")
    repository.write("d/b.txt", "dirty\n")
    before = untouched(repository, ahead)
    assert refused(worktrees, ahead, uncommitted="include", message="more").code == "dirty_target"
    assert untouched(repository, ahead) == before


def test_a_submodule_at_another_commit_is_not_left_behind_silently(
    repository: Repository, worktrees: Worktrees, room: Path
) -> None:
    inner = Repository.make(room / "inner")
    repository.git("submodule", "-q", "add", inner.path, "module")
    repository.commit("with a submodule")
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x")))
    made, module = Repository(Path(record.path)), Repository(Path(record.path) / "module")
    module.write("m.txt", "m\n")
    moved = module.commit("in the module")
    made.write("a.txt", "needs the module as it is now\n")
    made.git("add", "a.txt")
    made.git("commit", "-q", "-m", "work")
    error = refused(worktrees, made)
    assert (error.code, error.details["files"]) == ("uncommitted", ["module"])
    land(worktrees, made, uncommitted="include", message="the module too")
    assert repository.head("main:module") == moved
