"""Commits with hooks and identities as people have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsess_lab.errors import Conflict, InvalidRequest
from tests.changes.repository import Repository


def hook(repository: Repository, name: str, script: str) -> None:
    path = repository.path / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)


@pytest.fixture
def staged(repository: Repository) -> Repository:
    repository.commit({"f": "1\n"})
    repository.write({"f": "2\n", "loose": "1\n"})
    repository.git("add", "f")
    return repository


async def test_only_what_is_staged_is_committed(staged: Repository) -> None:
    made = await staged.changes.commit("Subject é\n\n# kept\n")
    assert made.subject == "Subject é"
    assert staged.git("rev-parse", "HEAD").decode().strip() == made.id
    assert staged.git("log", "-1", "--format=%B").decode().strip() == "Subject é\n\n# kept"
    assert staged.git("status", "--porcelain") == b"?? loose\n"


async def test_the_first_commit(repository: Repository) -> None:
    repository.write({"a": "1\n"})
    repository.git("add", "a")
    made = await repository.changes.commit("first")
    assert repository.git("rev-list", "--count", made.id) == b"1\n"


async def test_hooks_run_and_may_refuse(staged: Repository) -> None:
    hook(staged, "pre-commit", "echo 'line too long' >&2; exit 1\n")
    before = staged.git("rev-parse", "HEAD")
    with pytest.raises(Conflict) as error:
        await staged.changes.commit("x")
    assert error.value.code == "commit_refused"
    assert "line too long" in error.value.message
    assert staged.git("rev-parse", "HEAD") == before
    hook(staged, "pre-commit", "exit 0\n")
    hook(staged, "commit-msg", "echo added >> $1\n")
    await staged.changes.commit("x")
    assert staged.git("log", "-1", "--format=%B").decode().split() == ["x", "added"]


async def test_a_hook_that_hangs_is_ended(staged: Repository) -> None:
    hook(staged, "pre-commit", "sleep 1000\n")
    with pytest.raises(Conflict) as error:
        await staged.changes.commit("x", timeout=0.5)
    assert error.value.code == "commit_timeout"
    assert not (staged.path / ".git/index.lock").exists()
    hook(staged, "pre-commit", "exit 0\n")
    hook(staged, "post-commit", "sleep 1000\n")
    made = await staged.changes.commit("y", timeout=1.5)
    assert made.note is not None
    assert staged.git("log", "-1", "--format=%s") == b"y\n"


async def test_without_an_identity_it_says_what_to_set(
    staged: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged.git("config", "--unset", "user.name")
    staged.git("config", "--unset", "user.email")
    staged.git("config", "user.useConfigOnly", "true")
    monkeypatch.delenv("GIT_AUTHOR_NAME", raising=False)
    with pytest.raises(Conflict) as error:
        await staged.changes.commit("x")
    assert error.value.code == "identity_missing"
    assert "git config --global user.email" in error.value.message


async def test_what_can_not_be_committed(repository: Repository) -> None:
    repository.commit({"f": "1\n"})
    with pytest.raises(Conflict) as error:
        await repository.changes.commit("x")
    assert error.value.code == "nothing_staged"
    with pytest.raises(InvalidRequest):
        await repository.changes.commit(" \n")
    repository.git("checkout", "-q", "-b", "other")
    repository.commit({"f": "2\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"f": "3\n"})
    repository.git("merge", "other", check=False)
    with pytest.raises(Conflict) as error:
        await repository.changes.commit("x")
    assert error.value.code == "unmerged"
    await repository.changes.revert("f")
    await repository.changes.commit("merged")
    assert len(repository.git("rev-list", "--parents", "-1", "HEAD").split()) == 3


async def test_in_a_linked_worktree(repository: Repository, place: Path) -> None:
    repository.commit({"f": "1\n"})
    repository.git("worktree", "add", "-q", "-b", "w", str(place / "w"))
    linked = Repository(place / "w", init=False)
    linked.write({"f": "2\n"})
    await linked.changes.stage("f")
    made = await linked.changes.commit("there")
    assert repository.git("rev-parse", "w").decode().strip() == made.id
    assert [file.path for file in (await linked.changes.list("branch")).files] == ["f"]


async def test_everything_is_committed_where_nothing_is_staged(repository: Repository) -> None:
    repository.commit({"f": "1\n", "gone": "bye\n", "old": "one\ntwo\nthree\n"})
    repository.write({"f": "2\n", "folder/new": "1\n"})
    (repository.path / "gone").unlink()
    (repository.path / "old").rename(repository.path / "renamed")
    inside = Repository(repository.path / "inside")
    inside.commit({"x": "1\n"})
    made = await repository.changes.commit("all", everything=True)
    assert made.subject == "all"
    assert repository.git("status", "--porcelain") == b"?? inside/\n"
    shown = repository.git("show", "--name-status", "--format=", "-M").decode().split()
    assert shown == ["M", "f", "A", "folder/new", "D", "gone", "R100", "old", "renamed"]


async def test_everything_that_is_refused_is_not_staged_either(repository: Repository) -> None:
    repository.commit({"f": "1\n"})
    repository.write({"f": "2\n", "new": "1\n"})
    before = repository.git("status", "--porcelain")
    hook(repository, "pre-commit", "exit 1\n")
    with pytest.raises(Conflict) as refused:
        await repository.changes.commit("all", everything=True)
    assert refused.value.code == "commit_refused"
    assert repository.git("status", "--porcelain") == before
    repository.git("add", "new")
    with pytest.raises(Conflict) as staged:
        await repository.changes.commit("all", everything=True)
    assert staged.value.code == "something_staged"
    assert repository.git("status", "--porcelain") == b" M f\nA  new\n"


async def test_what_is_in_conflict_is_so_still_after_everything_was_to_be_committed(
    repository: Repository,
) -> None:
    repository.commit({"f": "1\n", "beside": "1\n"})
    repository.git("checkout", "-q", "-b", "other")
    repository.commit({"f": "2\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"f": "3\n"})
    repository.git("merge", "other", check=False)
    repository.write({"beside": "2\n"})
    with pytest.raises(Conflict) as refused:
        await repository.changes.commit("all", everything=True)
    assert refused.value.code == "unmerged"
    assert repository.git("status", "--porcelain") == b" M beside\nUU f\n"
