"""Landing over REST: merge, squash, rebase; refused with what to do, never half done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.client import Answer, Client
from tests.api.conftest import Open
from tests.worktrees.repository import Repository


async def working(open_session: Open, project: Repository) -> Any:
    """A session in a worktree in which one file was written and committed."""
    made = await open_session("shop", name="tax", worktree={}, mode="accept_edits")
    await made.prompt("write a.txt changed")
    assert await made.stream.end() == "end_turn"
    here(project, await made.summary()).commit("Change a")
    return made


def here(project: Repository, summary: Any) -> Repository:
    return project.at(summary["directory"])


async def land(session: Any, how: str = "merge", target: str = "main", **more: Any) -> Answer:
    answer: Answer = await session.call("POST", "land", body={"how": how, "target": target, **more})
    return answer


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
async def test_the_work_lands_on_the_named_target(open_session: Open, project: Repository, how: str) -> None:
    session = await working(open_session, project)
    info = (await session.call("GET", "land")).body
    assert (info["branch"], info["target"], info["uncommitted"]) == ("parsess/tax", "main", [])
    (target,) = info["targets"]
    assert (target["name"], target["ahead"], target["behind"]) == ("main", 1, 0)
    assert target["checked_out_in"] == str(project.path)
    done = await land(session, how, message="Tax" if how == "squash" else None, expected=target["commit"])
    assert done.status == 200, done
    assert (done.body["commit"], done.body["target"]) == (project.head("main"), "main")
    assert project.read("a.txt") == "changed\n"
    assert project.git("status", "--porcelain") == ""
    assert (await session.summary())["worktree"]["landed"] == "main"
    assert (await land(session, how)).refusal == (409, "nothing_to_land")


async def test_after_landing_the_worktree_goes_without_a_question(
    open_session: Open, client: Client, project: Repository
) -> None:
    session = await working(open_session, project)
    await land(session, "squash", message="Tax")
    worktree = (await session.summary())["worktree"]["id"]
    await session.call("PATCH", body={"archived": True})
    gone = await client.call("DELETE", "worktrees", worktree)
    assert gone.status == 200, gone
    assert project.git("worktree", "list").count("\n") == 0
    assert project.git("branch") == "* main"


async def test_a_dirty_a_moved_and_an_unknown_target_are_refused(
    open_session: Open, project: Repository
) -> None:
    session = await working(open_session, project)
    before = project.head()
    project.write("a.txt", "by hand")
    refused = await land(session)
    assert (refused.refusal, refused.body["files"]) == ((409, "dirty_target"), ["a.txt"])
    assert refused.body["path"] == str(project.path)
    project.git("checkout", "-q", "a.txt")
    assert (await land(session, expected="0" * 40)).refusal == (409, "moved_target")
    assert (await land(session, target="nowhere")).refusal == (400, "unknown_branch")
    assert (await land(session, target="-x")).refusal == (400, "invalid_branch")
    assert (await land(session, how="magic")).refusal == (400, "invalid_request")
    assert project.head() == before


async def test_uncommitted_changes_are_named_or_included(open_session: Open, project: Repository) -> None:
    session = await working(open_session, project)
    here(project, await session.summary()).write("more.txt", "more")
    refused = await land(session)
    assert (refused.refusal, refused.body["files"]) == ((409, "uncommitted"), ["more.txt"])
    done = await land(session, "squash", message="All of it", uncommitted="include")
    assert done.status == 200
    assert project.read("more.txt") == "more"
    assert project.git("log", "-1", "--format=%s") == "All of it"


async def test_conflicts_are_listed_and_nothing_half_done_remains(
    open_session: Open, project: Repository
) -> None:
    session = await working(open_session, project)
    project.write("a.txt", "otherwise\n")
    head = project.commit("Otherwise")
    for how in ("merge", "squash", "rebase"):
        refused = await land(session, how)
        assert (refused.refusal, refused.body["files"]) == ((409, "conflict"), ["a.txt"])
    assert project.head() == head
    assert project.git("status", "--porcelain") == ""
    assert project.git("worktree", "list").count("\n") == 1


async def test_what_a_hook_refuses_is_told_in_its_words_and_nothing_lands(
    open_session: Open, project: Repository
) -> None:
    session = await working(open_session, project)
    hook = project.write(".git/hooks/commit-msg", "#!/bin/sh\necho 'no ticket in the message' >&2\nexit 1\n")
    hook.chmod(0o755)
    before = project.head()
    refused = await land(session, "squash", message="Tax")
    assert refused.refusal == (409, "git_failed")
    assert "no ticket in the message" in refused.body["message"]
    assert project.head() == before
    assert project.git("worktree", "list").count("\n") == 1


async def test_push_to_a_remote_of_ones_own(open_session: Open, project: Repository, tmp_path: Path) -> None:
    session = await working(open_session, project)
    assert (await session.call("POST", "push")).refusal == (400, "no_remote")
    project.git("clone", "-q", "--bare", ".", tmp_path / "remote.git")
    project.git("remote", "add", "origin", tmp_path / "remote.git")
    pushed = await session.call("POST", "push")
    assert pushed.body == {"remote": "origin", "branch": "parsess/tax"}
    remote = Repository(tmp_path / "remote.git")
    assert remote.head("parsess/tax") == project.head("parsess/tax")
    request = {"target": "main", "title": "Tax"}
    assert (await session.call("POST", "pull-request", body=request)).refusal == (400, "no_remote")
    assert (await session.call("POST", "pull-request", body={"target": "main", "title": " "})).status == 400


async def test_a_session_without_a_repository_has_nothing_to_land(
    open_session: Open, project: Repository
) -> None:
    plain = await open_session("alpha")
    assert (await plain.call("GET", "land")).refusal == (400, "not_a_repository")
    assert (await land(plain)).refusal == (400, "not_a_repository")
    assert (await plain.call("POST", "carry-over")).refusal == (400, "no_worktree")
