"""Pushing with the person's own git, and pull requests through the forge's own tool."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
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
def gh(repository: Repository, origin: Repository, room: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for gh that writes down what it is asked; the remote is where it is for."""
    repository.git("remote", "set-url", "origin", "https://github.com/ada/project.git")
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
    repository.git("remote", "set-url", "origin", "git@gitlab.example.org:ada/project.git")
    assert asyncio.run(publish.forge(repository.path)) is None
    with pytest.raises(InvalidRequest, match="`glab` is not installed"):
        asyncio.run(publish.open_request(repository.path, "main", "x"))


@pytest.mark.parametrize("address", ["/srv/git/project.git", "file:///srv/git/project.git", "../project.git"])
def test_a_remote_that_is_a_folder_takes_no_requests(
    repository: Repository, origin: Repository, gh: Path, address: str
) -> None:
    repository.git("remote", "set-url", "origin", address)
    assert asyncio.run(publish.forge(repository.path)) is None
    with pytest.raises(InvalidRequest, match="no remote on a host that takes pull requests"):
        asyncio.run(publish.open_request(repository.path, "main", "x"))


def test_without_a_remote_it_is_said_how_to_get_one(repository: Repository) -> None:
    with pytest.raises(InvalidRequest, match="git remote add origin"):
        asyncio.run(publish.push(repository.path))
    with pytest.raises(InvalidRequest, match="no remote"):
        asyncio.run(publish.request_state(repository.path))


def test_what_the_remote_and_a_hook_say_is_told(repository: Repository, origin: Repository) -> None:
    hook = origin.path / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'the freeze ends on Monday' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(GitFailed, match="the freeze ends on Monday"):
        asyncio.run(publish.push(repository.path))
    own = repository.path / ".git" / "hooks" / "pre-push"
    own.write_text("#!/bin/sh\necho 'tests are red' >&2\nexit 1\n")
    own.chmod(0o755)
    with pytest.raises(GitFailed, match="tests are red"):
        asyncio.run(publish.push(repository.path))


@pytest.mark.skipif(shutil.which("gh") is None, reason="gh is not installed")
def test_the_real_gh_asks_to_sign_in(
    repository: Repository, origin: Repository, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GH_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GH_CONFIG_DIR", str(room / "gh"))
    repository.git("remote", "set-url", "origin", "https://github.com/ada/project.git")
    for asked in (publish.request_state(repository.path), publish.open_request(repository.path, "main", "x")):
        with pytest.raises(GitFailed, match="gh auth login") as caught:
            asyncio.run(asked)
        assert caught.value.code == "forge_failed"


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
