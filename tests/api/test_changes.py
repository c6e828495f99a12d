"""What changed, over REST: lists and sides, staging, reverting, committing, and being told when to look again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from tests.api.client import Answer, Client, Json
from tests.api.conftest import Open
from tests.worktrees.repository import Repository


async def changes(session: Any, scope: str | None = None, *more: str, **params: str) -> Answer:
    wanted = {**params, **({"scope": scope} if scope else {})}
    return await session.client.call(  # type: ignore[no-any-return]
        "GET", "sessions", session.id, "changes", *more, params=wanted
    )


def files(answer: Answer) -> dict[str, str]:
    return {one["path"]: one["status"] for one in answer.body["files"]}


async def test_each_scope_has_its_own_list(open_session: Open, project: Repository) -> None:
    session = await open_session("shop", name="tax", worktree={}, mode="accept_edits")
    await session.prompt("write one.txt first")
    assert await session.stream.end() == "end_turn"
    worktree = project.at((await session.summary())["directory"])
    worktree.commit("one")
    await session.prompt("write two.txt second")
    assert await session.stream.end() == "end_turn"
    assert files(await changes(session, "turn")) == {"two.txt": "added"}
    assert files(await changes(session)) == {"two.txt": "added"}
    branch = await changes(session, "branch")
    assert files(branch) == {"one.txt": "added", "two.txt": "added"}
    assert branch.body["base_name"] == "main"
    assert branch.body["top"] == str(worktree.path)
    (hunk,) = branch.body["files"][0]["hunks"]
    assert [line["text"] for line in hunk["lines"]] == ["first"]


async def test_the_branch_scope_follows_the_base_it_was_made_from(
    open_session: Open, project: Repository
) -> None:
    project.git("checkout", "-q", "-b", "release")
    project.write("r.txt", "release")
    project.commit("on release")
    project.git("checkout", "-q", "main")
    session = await open_session("shop", worktree={"base": "release"}, mode="accept_edits")
    await session.prompt("write one.txt first")
    assert await session.stream.end() == "end_turn"
    listed = await changes(session, "branch")
    assert (files(listed), listed.body["base_name"]) == ({"one.txt": "added"}, "release")


async def test_both_sides_of_a_file_and_all_its_hunks(open_session: Open, project: Repository) -> None:
    session = await open_session("shop")
    project.write("a.txt", "one\nTWO\nthree\n")
    sides = (await changes(session, None, "file", path="a.txt")).body
    assert (sides["old"]["text"], sides["new"]["text"]) == ("one\ntwo\nthree\n", "one\nTWO\nthree\n")
    hunks = (await changes(session, None, "hunks", path="a.txt")).body["hunks"]
    assert len(hunks) == 1
    assert (await changes(session, None, "file", path="d/b.txt")).refusal == (404, "not_changed")


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", ".git/config", "d/../../x"])
async def test_no_path_leads_out(open_session: Open, project: Repository, path: str) -> None:
    session = await open_session("shop")
    assert (await changes(session, None, "file", path=path)).refusal == (400, "bad_path")
    for what in ("stage", "unstage", "revert"):
        refused = await session.call("POST", "changes", what, body={"path": path})
        assert refused.refusal == (400, "bad_path")


async def test_bad_questions_are_answered_with_what_to_do(
    open_session: Open, client: Client, project: Repository
) -> None:
    session = await open_session("shop")
    assert (await changes(session, "everything")).refusal == (400, "invalid_request")
    assert (await changes(session, None, "file")).refusal == (400, "invalid_request")
    assert (await changes(session, "turn")).refusal == (404, "no_snapshot")
    assert (await session.call("POST", "changes", "stage", body={"path": 1})).refusal == (
        400,
        "invalid_request",
    )
    plain = await open_session("alpha")
    assert (await changes(plain)).refusal == (400, "not_a_repository")
    assert (await client.call("GET", "sessions", "none", "changes")).status == 404


async def test_stage_unstage_commit(open_session: Open, project: Repository) -> None:
    session = await open_session("shop")
    project.write("a.txt", "ONE\n" + "two\nthree\n")
    project.write("new.txt", "new\n")
    listed = (await changes(session)).body["files"]
    hunk = next(one for one in listed if one["path"] == "a.txt")["hunks"][0]["id"]
    assert (await session.call("POST", "changes", "commit", body={"message": "x"})).refusal == (
        409,
        "nothing_staged",
    )
    assert (
        await session.call("POST", "changes", "stage", body={"path": "a.txt", "hunks": [hunk]})
    ).status == 200
    assert (await session.call("POST", "changes", "stage", body={"path": "new.txt"})).status == 200
    assert (await session.call("POST", "changes", "unstage", body={"path": "new.txt"})).status == 200
    project.write("a.txt", "ONE\ntwo\nTHREE\n")
    stale = await session.call("POST", "changes", "stage", body={"path": "a.txt", "hunks": [hunk]})
    assert stale.refusal == (409, "stale_hunk")
    assert (await session.call("POST", "changes", "commit", body={"message": " "})).refusal == (
        400,
        "empty_message",
    )
    made = await session.call("POST", "changes", "commit", body={"message": "Shout\n\nLoudly."})
    assert (made.body["id"], made.body["subject"]) == (project.head(), "Shout")
    assert project.git("status", "--porcelain").split() == ["M", "a.txt", "??", "new.txt"]


async def test_a_hook_that_refuses_is_quoted(open_session: Open, project: Repository) -> None:
    hook = project.path / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho no tabs here >&2\nexit 1\n")
    hook.chmod(0o755)
    session = await open_session("shop")
    project.write("a.txt", "x")
    await session.call("POST", "changes", "stage", body={"path": "a.txt"})
    refused = await session.call("POST", "changes", "commit", body={"message": "x"})
    assert refused.refusal == (409, "commit_refused")
    assert "no tabs here" in refused.body["message"]


async def test_a_revert_can_be_taken_back(open_session: Open, project: Repository) -> None:
    session = await open_session("shop")
    project.write("a.txt", "mine\n")
    project.write("new.txt", "mine too\n")
    for path in ("a.txt", "new.txt"):
        done = (await session.call("POST", "changes", "revert", body={"path": path})).body
        assert files(await changes(session)).get(path) is None
        undo = {"snapshot": done["undo"]["id"], "paths": done["paths"]}
        assert (await session.call("POST", "changes", "undo", body=undo)).status == 200
        assert "mine" in project.read(path)
    refused = await session.call("POST", "changes", "undo", body={"snapshot": "0" * 40, "paths": ["a.txt"]})
    assert refused.refusal == (404, "no_snapshot")


async def test_the_watch_says_when_to_look_again(
    open_session: Open, client: Client, project: Repository
) -> None:
    session = await open_session("shop")
    socket = await client.connect("sessions", session.id, "changes", "watch")
    assert await _frame(socket) == {"changed": ["files", "repository"]}
    project.write("d/b.txt", "changed")
    assert await _frame(socket) == {"changed": ["files"]}
    project.git("checkout", "-q", "-b", "other")
    assert "repository" in (await _frame(socket))["changed"]
    project.path.rename(project.path.with_name("gone"))
    async with asyncio.timeout(15):
        while await socket.read_message() is not None:
            pass
    with pytest.raises(HTTPClientError) as refused:
        await client.connect("sessions", session.id, "changes", "watch")
    assert refused.value.code == 409


async def _frame(socket: Any) -> Json:
    async with asyncio.timeout(15):
        return json.loads(await socket.read_message())  # type: ignore[no-any-return]


async def test_a_directory_that_is_gone_is_said_so(open_session: Open, root: Path) -> None:
    session = await open_session("alpha")
    (root / "alpha").rmdir()
    assert (await changes(session, "turn")).refusal == (409, "directory_missing")
