"""Pushing with the person's own git, and pull requests through the forge's own tool."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from parsess_lab.errors import Conflict, GitFailed, InvalidRequest
from parsess_lab.worktrees import publish
from tests.worktrees.repository import Repository


@pytest.fixture
def origin(repository: Repository, room: Path) -> Repository:
    repository.clone_as_remote(room / "origin.git")
    repository.git("checkout", "-q", "-b", "feature")
    repository.write("x", "x")
    repository.commit("feature")
    return repository.at(room / "origin.git")


@pytest.fixture
def gh(room: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for gh that writes down what it is asked."""
    tool = room / "bin" / "gh"
    tool.parent.mkdir()
    tool.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$0.asked"\ncat "$0.answer"\nexit "$(cat "$0.code")"\n')
    tool.chmod(0o755)
    tool.with_name("gh.code").write_text("0")
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
    return tool


def test_push_sets_the_upstream_and_never_forces(
    repository: Repository, origin: Repository, room: Path
) -> None:
    assert asyncio.run(publish.push(repository.path)) == "origin"
    assert origin.head("feature") == repository.head()
    assert repository.git("rev-parse", "--abbrev-ref", "@{upstream}") == "origin/feature"
    theirs = repository.git("commit-tree", "HEAD^{tree}", "-p", "main", "-m", "theirs")
    repository.git("push", "-q", "-f", "origin", f"{theirs}:refs/heads/feature")
    with pytest.raises(Conflict) as caught:
        asyncio.run(publish.push(repository.path))
    assert caught.value.code == "push_rejected"
    assert origin.head("feature") == theirs


def test_a_push_that_can_not_be(repository: Repository, origin: Repository) -> None:
    with pytest.raises(InvalidRequest):
        asyncio.run(publish.push(repository.path, "nope"))
    origin.path.rename(origin.path.with_name("gone"))
    with pytest.raises(GitFailed):
        asyncio.run(publish.push(repository.path))
    repository.git("checkout", "-q", "--detach")
    with pytest.raises(InvalidRequest):
        asyncio.run(publish.push(repository.path))


def test_no_tool_no_request(
    repository: Repository, origin: Repository, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = room / "only"
    git.mkdir()
    (git / "git").symlink_to(
        next(Path(one) / "git" for one in os.environ["PATH"].split(":") if (Path(one) / "git").exists())
    )
    monkeypatch.setenv("PATH", str(git))
    assert asyncio.run(publish.forge(repository.path)) is None
    with pytest.raises(InvalidRequest):
        asyncio.run(publish.open_request(repository.path, "main", "x"))


def test_opening_and_checks(repository: Repository, origin: Repository, gh: Path) -> None:
    gh.with_name("gh.answer").write_text("Creating pull request\nhttps://example.org/pull/7\n")
    made = asyncio.run(publish.open_request(repository.path, "main", "A title; `x`", "--body"))
    assert made.url == "https://example.org/pull/7"
    asked = gh.with_name("gh.asked").read_text().splitlines()
    assert asked == ["pr", "create", "--base=main", "--title=A title; `x`", "--body=--body"]
    rollup = [{"name": "tests", "conclusion": "SUCCESS"}, {"context": "ci/old", "state": "PENDING"}]
    told = {"url": made.url, "state": "OPEN", "statusCheckRollup": rollup}
    gh.with_name("gh.answer").write_text(json.dumps(told))
    state = asyncio.run(publish.request_state(repository.path))
    assert (state.state, state.checks) == ("open", {"tests": "success", "ci/old": "pending"})


def test_a_tool_that_fails_says_why(repository: Repository, origin: Repository, gh: Path) -> None:
    gh.write_text("#!/bin/sh\necho 'not signed in: run gh auth login' >&2\nexit 4\n")
    with pytest.raises(GitFailed, match="gh auth login"):
        asyncio.run(publish.request_state(repository.path))
