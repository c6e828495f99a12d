"""Sessions in worktrees over REST: made behind the pane, told step by step, kept apart, removed without loss."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.client import Answer, Client, Json
from tests.api.conftest import Open
from tests.worktrees.repository import Repository


async def ready(session: Any) -> Json:
    """Wait until the worktree is there."""
    await session.stream.until(lambda event: event["kind"] == "_worktree" and event["status"] == "ready")
    await session.stream.until(lambda event: event["kind"] == "state_update")
    return await session.summary()  # type: ignore[no-any-return]


def steps(session: Any) -> dict[str, str]:
    events = [stored["event"] for stored in session.stream.events]
    return {event["step"]: event["status"] for event in events if event["kind"] == "_setup_step"}


async def remove(client: Client, worktree: str, *consent: str) -> Answer:
    return await client.call("DELETE", "worktrees", worktree, body={"consent": list(consent)})


# --- creating --------------------------------------------------------------------------------------------


async def test_the_session_is_there_at_once_and_its_worktree_follows(
    open_session: Open, client: Client, project: Repository, root: Path
) -> None:
    summary = await client.create("shop", name="Fix tax", worktree={})
    assert (summary["state"], summary["directory"]) == ("starting", str(root / "shop-Fix-tax"))
    assert (summary["worktree"]["status"], summary["worktree"]["id"]) == ("making", None)
    events = await _until_idle(client, summary["id"])
    told = [event["step"] for event in events if event["kind"] == "_setup_step" and event["status"] == "done"]
    assert told == ["base", "prune", "add", "checkout", "hook", "submodules", "include"]
    summary = (await client.call("GET", "sessions", summary["id"])).body
    worktree = summary["worktree"]
    assert (summary["state"], summary["branch"]) == ("idle", "parsess/Fix-tax")
    assert (worktree["branch"], worktree["base"], worktree["status"]) == ("parsess/Fix-tax", "main", "ready")
    assert project.at(summary["directory"]).read("a.txt") == "one\ntwo\nthree\n"
    assert worktree["id"] in [one["id"] for one in (await client.call("GET", "worktrees")).body]


async def _until_idle(client: Client, session: str) -> list[Json]:
    stream = await client.stream(session)
    await stream.kind("state_update")
    return [stored["event"] for stored in stream.events]


async def test_a_prompt_typed_before_it_is_ready_runs_in_it(open_session: Open, project: Repository) -> None:
    session = await open_session("shop", worktree={"branch": "tax", "base": "HEAD"}, mode="accept_edits")
    await session.prompt("write new.txt hello")
    assert await session.stream.end() == "end_turn"
    summary = await session.summary()
    assert project.at(summary["directory"]).read("new.txt") == "hello\n"
    assert not (project.path / "new.txt").exists()
    kinds = session.stream.kinds()
    assert kinds.index("_prompt_queued") < kinds.index("user_message")


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"base": "nowhere"}, 400, "unknown_base"),
        ({"branch": "a b"}, 400, "invalid_branch"),
        ({"branch": "-x"}, 400, "invalid_branch"),
        ({"branch": "main"}, 409, "branch_checked_out"),
        ({"branch": "gone", "existing": True}, 400, "unknown_branch"),
        ({"folder": "d"}, 409, "folder_exists"),
        ({"folder": "/elsewhere/x"}, 403, "forbidden"),
        ({"folder": ".hidden"}, 400, "invalid_folder"),
        ({"colour": "red"}, 400, "invalid_request"),
    ],
)
async def test_what_is_wrong_with_the_wish_is_said_before_there_is_a_session(
    client: Client, project: Repository, wish: Json, status: int, code: str
) -> None:
    project.path.with_name("d").mkdir()
    answer = await client.call(
        "POST", "sessions", body={"directory": "shop", "agent": "tour", "worktree": wish}
    )
    assert answer.refusal == (status, code)
    assert (await client.call("GET", "sessions")).body == []
    assert project.git("worktree", "list").count("\n") == 0


async def test_no_repository_no_worktree(client: Client, project: Repository, root: Path) -> None:
    refused = await client.call(
        "POST", "sessions", body={"directory": "alpha", "agent": "tour", "worktree": {}}
    )
    assert refused.refusal == (400, "not_a_repository")
    Repository(root / "beta").git("init", "-q")
    refused = await client.call(
        "POST", "sessions", body={"directory": "beta", "agent": "tour", "worktree": {}}
    )
    assert refused.refusal == (400, "no_commit")


async def test_a_failure_is_told_and_never_the_main_checkout_instead(
    open_session: Open, client: Client, project: Repository, root: Path
) -> None:
    lock = project.path / ".git" / "refs" / "heads" / "parsess"
    lock.write_text("in the way of the branch's folder")
    session = await open_session("shop", name="tax", worktree={})
    await session.prompt("run pwd")
    failure = await session.stream.kind("_agent_failed")
    assert (failure["reason"], failure["retryable"]) == ("worktree", True)
    assert await session.stream.end() == "failed"
    summary = await session.summary()
    assert (summary["state"], summary["worktree"]["status"]) == ("failed", "failed")
    assert not (root / "shop-tax").exists()
    assert (await session.call("POST", "prompts", body={"id": "x", "text": "run pwd"})).status == 409
    assert "user_message" not in session.stream.kinds()

    lock.unlink()
    assert (await session.call("POST", "worktree")).status == 202
    assert await session.stream.end() == "end_turn"
    assert (await session.call("POST", "worktree")).refusal == (409, "no_failed_worktree")


async def test_many_of_one_name_at_once_do_not_meet(client: Client, project: Repository) -> None:
    made = await asyncio.gather(*(client.create("shop", name="tax", worktree={}) for _ in range(3)))
    for one in made:
        await _until_idle(client, one["id"])
    now = [(await client.call("GET", "sessions", one["id"])).body for one in made]
    assert {one["state"] for one in now} == {"idle"}
    assert len({one["directory"] for one in now}) == len({one["branch"] for one in now}) == 3


async def test_stop_while_it_is_made_leaves_nothing(
    open_session: Open, project: Repository, root: Path
) -> None:
    hook = project.path / ".git" / "hooks" / "post-checkout"
    hook.write_text("#!/bin/sh\nsleep 60\n")
    hook.chmod(0o755)
    session = await open_session("shop", name="tax", worktree={})
    await session.stream.until(lambda event: event.get("step") == "hook")
    assert (await session.call("POST", "cancel")).status == 202
    assert await session.stream.end() == "failed"
    assert (await session.summary())["state"] == "failed"
    assert not (root / "shop-tax").exists()
    assert project.git("branch", "--format=%(refname:short)") == "main"
    assert project.git("worktree", "list").count("\n") == 0
    hook.unlink()
    assert (await session.call("POST", "worktree")).status == 202
    assert (await ready(session))["branch"] == "parsess/tax"


async def test_the_form_learns_where_a_worktree_could_start(
    client: Client, project: Repository, root: Path
) -> None:
    project.git("branch", "old", "main")
    project.git("tag", "v1")
    project.write("a.txt", "changed\n")
    project.write(".parsess/settings.json", '{"worktree": {"setup": "make deps"}}')
    found = (await client.call("GET", "bases", params={"directory": "shop", "name": "tax"})).body
    assert found["repository"] == str(project.path)
    assert (found["head"]["name"], found["default"]["name"]) == ("main", "main")
    assert {one["name"] for one in found["branches"]} == {"main", "old"}
    assert [one["name"] for one in found["tags"]] == ["v1"]
    assert found["head"]["checked_out_in"] == str(project.path)
    assert found["uncommitted"] == 2
    assert found["suggestion"] == {"branch": "parsess/tax", "folder": str(root / "shop-tax")}
    assert (found["setup"]["command"], found["setup"]["needs_consent"]) == ("make deps", True)
    plain = (await client.call("GET", "bases", params={"directory": "alpha"})).body
    assert plain["repository"] is None
    assert "no git repository" in plain["why_not"]
    outside = await client.call("GET", "bases", params={"directory": "/etc"})
    assert outside.refusal == (403, "outside_allowed_roots")


async def test_what_the_worktree_lacks_is_said_and_carried_over(
    open_session: Open, client: Client, project: Repository
) -> None:
    project.write("a.txt", "one\ntwo\nthree\nfour\n")
    project.write("notes.txt", "mine")
    session = await open_session("shop", worktree={})
    summary = await ready(session)
    details = (await client.call("GET", "worktrees", summary["worktree"]["id"])).body
    assert details["lacks"]["uncommitted"] == 2
    assert "2 uncommitted changes" in details["lacks"]["line"]
    carried = await session.call("POST", "carry-over")
    assert sorted(carried.body["files"]) == ["a.txt", "notes.txt"]
    assert project.at(summary["directory"]).read("notes.txt") == "mine"
    assert project.read("notes.txt") == "mine"
    project.write("notes.txt", "other")
    refused = await session.call("POST", "carry-over")
    assert refused.refusal == (409, "carry_over")
    assert refused.body["files"] == ["notes.txt"]


# --- setup -----------------------------------------------------------------------------------------------


async def test_the_repositorys_setup_command_runs_only_as_it_was_read(
    open_session: Open, client: Client, project: Repository
) -> None:
    project.write(".parsess/settings.json", '{"worktree": {"setup": "echo made > made.log; echo said"}}')
    project.commit("setup")
    session = await open_session("shop", worktree={"setup_consent": "of something else"})
    summary = await ready(session)
    told = [stored["event"] for stored in session.stream.events if stored["event"].get("step") == "setup"]
    assert [(step["status"], step["detail"]) for step in told] == [
        ("needs_consent", "echo made > made.log; echo said")
    ]
    worktree = summary["worktree"]["id"]
    assert not (Path(summary["directory"]) / "made.log").exists()
    refused = await client.call("POST", "worktrees", worktree, "setup")
    assert refused.refusal == (409, "needs_consent")
    offer = (await client.call("GET", "worktrees", worktree, "setup")).body["setup"]
    agreed = {"consent": offer["fingerprint"]}
    assert (await client.call("POST", "worktrees", worktree, "setup", body=agreed)).status == 202
    done = await session.stream.until(
        lambda event: event.get("step") == "setup" and event["status"] == "done"
    )
    assert done["detail"].endswith("exit code 0")
    assert (Path(summary["directory"]) / "made.log").exists()
    info = (await client.call("GET", "worktrees", worktree, "setup")).body
    assert (info["run"]["status"], info["run"]["exit_code"], info["tail"]) == ("done", 0, "said\n")
    log = await client.fetch("parsess", "worktrees", worktree, "setup", "log")
    assert log.body == b"said\n"


async def test_the_first_prompt_can_wait_for_the_setup(open_session: Open, project: Repository) -> None:
    project.write(
        ".parsess/settings.json", '{"worktree": {"setup": "sleep 0.3; echo made > made.log", "wait": true}}'
    )
    project.commit("setup")
    session = await open_session("shop", worktree={})
    await session.stream.until(lambda event: event.get("status") == "needs_consent")
    await session.prompt("read made.log")
    worktree = await session.stream.kind("_prompt_queued") and (await session.summary())["worktree"]["id"]
    offer = (await session.client.call("GET", "worktrees", worktree, "setup")).body["setup"]
    await session.client.call("POST", "worktrees", worktree, "setup", body={"consent": offer["fingerprint"]})
    assert await session.stream.end() == "end_turn"
    read = [
        stored["event"] for stored in session.stream.events if stored["event"].get("status") == "completed"
    ]
    assert "made" in str(read)


async def test_a_setup_that_fails_or_is_cancelled_says_so(
    open_session: Open, client: Client, project: Repository
) -> None:
    project.write(".parsess/settings.json", '{"worktree": {"setup": "echo no; exit 3"}}')
    project.commit("setup")
    session = await open_session("shop", worktree={})
    worktree = (await ready(session))["worktree"]["id"]
    offer = (await client.call("GET", "worktrees", worktree, "setup")).body["setup"]
    await client.call("POST", "worktrees", worktree, "setup", body={"consent": offer["fingerprint"]})
    failed = await session.stream.until(lambda event: event.get("status") == "failed")
    assert failed["detail"].endswith("exit code 3")
    settings = '{"worktree": {"setup": "sleep 60"}}'
    project.at((await session.summary())["directory"]).write(".parsess/settings.json", settings)
    offer = (await client.call("GET", "worktrees", worktree, "setup")).body["setup"]
    again = {"consent": offer["fingerprint"]}
    assert (await client.call("POST", "worktrees", worktree, "setup", body=again)).status == 202
    assert (await client.call("POST", "worktrees", worktree, "setup", body=again)).refusal == (409, "running")
    gone = await client.call("DELETE", "worktrees", worktree, "setup")
    assert gone.body["status"] == "cancelled"


# --- isolation -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["ask", "accept_edits"])
async def test_the_main_checkout_and_siblings_are_out_of_reach(
    open_session: Open, project: Repository, root: Path, mode: str
) -> None:
    other = await open_session("shop", name="other", worktree={})
    await ready(other)
    session = await open_session("shop", name="tax", worktree={}, mode=mode)
    await ready(session)
    tries = (
        "write ../shop/new.txt gone",
        f"write {root}/shop-other/new.txt gone",
        "run echo gone > ../shop/a.txt",
        "run cp a.txt ../shop/stolen.txt",
        "run cd ../shop && touch stolen.txt",
        "run git -C ../shop commit --allow-empty -m x",
        "run git --git-dir=../shop/.git --work-tree=. commit --allow-empty -m x",
        "run GIT_DIR=../shop/.git git commit --allow-empty -m x",
        "run for f in 1; do echo gone > ../shop/a.txt; done",
        "write .git gitdir: /nowhere",
    )
    for prompt in tries:
        await session.prompt(prompt)
        assert await session.stream.end() == "end_turn"
        told = [stored["event"] for stored in session.stream.events]
        last = [event for event in told if event.get("status") in ("failed", "completed")][-1]
        assert last["status"] == "failed", prompt
        assert any(word in str(last["content"]) for word in ("worktree", "checkout")), last
    assert session.asked() == []
    assert project.git("status", "--porcelain") == ""
    assert project.git("rev-list", "--count", "HEAD") == "1"


async def test_in_its_own_worktree_all_is_as_usual(open_session: Open, project: Repository) -> None:
    session = await open_session("shop", name="tax", worktree={}, mode="accept_edits")
    await ready(session)
    await session.prompt("run cat ../shop/a.txt && git log --oneline main")
    question = await session.stream.question()
    assert "outside the session's directory" in question["reason"]
    await session.answer(question, "allow_once")
    assert await session.stream.end() == "end_turn"
    await session.prompt("run git commit -q --allow-empty -m mine")
    await session.answer(await session.stream.question(), "allow_once")
    assert await session.stream.end() == "end_turn"
    assert project.git("log", "--format=%s", "parsess/tax").splitlines() == ["mine", "first"]


# --- removing --------------------------------------------------------------------------------------------


async def test_nothing_goes_without_its_own_consent_and_all_comes_back(
    open_session: Open, client: Client, project: Repository
) -> None:
    session = await open_session("shop", name="tax", worktree={})
    summary = await ready(session)
    worktree, path = summary["worktree"]["id"], Path(summary["directory"])
    (path / "a.txt").write_text("changed\n")
    (path / "new.txt").write_text("mine\n")
    refused = await remove(client, worktree)
    assert refused.refusal == (409, "would_lose")
    assert [reason["kind"] for reason in refused.body["reasons"]] == ["dirty", "untracked"]
    assert all(reason["detail"] for reason in refused.body["reasons"])
    assert (await remove(client, worktree, "dirty")).status == 409
    assert path.is_dir()

    gone = await remove(client, worktree, "dirty", "untracked")
    assert gone.status == 200, gone
    assert gone.body["snapshot"]
    assert not path.exists()
    assert "parsess/tax" not in project.git("branch", "--list", "--all")
    summary = await session.summary()
    assert (summary["worktree"]["status"], summary["state"]) == ("removed", "idle")
    assert "was removed" in summary["problem"]
    assert (await session.call("POST", "prompts", body={"id": "x", "text": "run pwd"})).status == 409
    assert (await remove(client, worktree)).body == gone.body

    back = await client.call("POST", "worktrees", worktree, "restore")
    assert (back.status, back.body["branch"], back.body["notes"]) == (200, "parsess/tax", [])
    assert ((path / "a.txt").read_text(), (path / "new.txt").read_text()) == ("changed\n", "mine\n")
    assert (await session.summary())["worktree"]["status"] == "ready"
    await session.prompt("read new.txt")
    assert await session.stream.end() == "end_turn"


async def test_of_a_session_that_is_deleted_after_its_worktree_no_snapshot_of_a_turn_is_left(
    open_session: Open, client: Client, project: Repository
) -> None:
    session = await open_session("shop", name="tax", worktree={}, mode="accept_edits")
    worktree = (await ready(session))["worktree"]["id"]
    await session.prompt("write a.txt changed")
    assert await session.stream.end() == "end_turn"
    await session.stream.until(lambda event: event.get("moment") == "after_turn")
    assert project.git("for-each-ref", "refs/parsess/snapshots") != ""
    assert (await remove(client, worktree, "dirty")).status == 200
    assert (await session.call("DELETE", body={"consent": ["conversation"]})).status == 204
    assert project.git("for-each-ref", "refs/parsess/snapshots") == ""
    assert (await client.call("POST", "worktrees", worktree, "restore")).status == 200


async def test_whoever_is_in_it_is_named_and_leaves_only_with_consent(
    open_session: Open, client: Client, project: Repository
) -> None:
    session = await open_session("shop", name="tax", worktree={})
    summary = await ready(session)
    worktree = summary["worktree"]["id"]
    body = {"directory": summary["directory"], "session": session.id}
    assert (await client.call("POST", "api", "terminals", body=body)).status == 200
    await session.prompt("run sleep 100")
    await session.stream.until(lambda event: event.get("status") == "in_progress")
    refused = await remove(client, worktree)
    assert [reason["kind"] for reason in refused.body["reasons"]] == ["in_use"]
    detail = refused.body["reasons"][0]["detail"]
    assert "tax" in detail
    assert "terminal" in detail
    assert (await client.call("GET", "api", "terminals")).body
    assert (await remove(client, worktree, "in_use")).status == 200
    assert await session.stream.end() == "cancelled"
    assert (await client.call("GET", "api", "terminals")).body == []


async def test_deleting_or_archiving_a_session_leaves_its_worktree(
    open_session: Open, client: Client, project: Repository
) -> None:
    session = await open_session("shop", name="tax", worktree={})
    path = Path((await ready(session))["directory"])
    await session.call("PATCH", body={"archived": True})
    assert (await session.call("DELETE")).status == 204
    assert (path / "a.txt").is_file()
    (one,) = (await client.call("GET", "worktrees")).body
    assert (one["exists"], one["session"]) == (True, session.id)


async def test_a_worktree_made_elsewhere_can_be_opened_and_is_nobodys_to_remove(
    open_session: Open, client: Client, project: Repository, root: Path
) -> None:
    project.git("worktree", "add", "-q", "-b", "theirs", root / "theirs")
    session = await open_session("theirs")
    worktree = (await session.summary())["worktree"]
    assert (worktree["id"], worktree["branch"], worktree["source"]) == (None, "theirs", str(project.path))
    await session.prompt("write ../shop/new.txt gone")
    refused = await session.stream.until(lambda event: event.get("status") == "failed")
    assert "main checkout" in str(refused["content"])
    assert (await client.call("GET", "worktrees")).body == []
    for id in ("theirs", "wt-00000000", "x"):
        assert (await remove(client, id)).status == 404
    main = await open_session("shop")
    assert (await main.summary())["worktree"] is None


async def test_what_was_left_behind_is_found_and_shown(
    open_session: Open, client: Client, project: Repository
) -> None:
    session = await open_session("shop", name="tax", worktree={})
    summary = await ready(session)
    Path(summary["directory"]).rename(project.path.parent / "moved")
    (found,) = (await client.call("GET", "worktrees", "leftovers")).body
    assert (found["kind"], found["worktree"]) == ("folder_gone", summary["worktree"]["id"])
    assert "git worktree repair" in found["detail"]
    assert (await session.call("POST", "prompts", body={"id": "x", "text": "run pwd"})).status == 409
    assert (await session.summary())["worktree"]["status"] == "gone"


# --- radar -----------------------------------------------------------------------------------------------


async def test_sessions_that_get_in_each_others_way_are_told_while_they_work(
    open_session: Open, client: Client, project: Repository
) -> None:
    feed = await client.connect("feed")
    one = await open_session("shop", name="one", worktree={}, mode="accept_edits")
    two = await open_session("shop", name="two", worktree={}, mode="accept_edits")
    await ready(one)
    await ready(two)
    await one.prompt("write a.txt one")
    assert await one.stream.end() == "end_turn"
    # Not by a turn: somebody types in a terminal.
    (Path((await two.summary())["directory"]) / "a.txt").write_text("two")
    conflict = {"session": two.id, "files": ["a.txt"], "kind": "would_conflict"}
    await _told(feed, one.id, [conflict])
    assert (await two.summary())["conflicts"] == [{**conflict, "session": one.id}]
    project.at((await two.summary())["directory"]).git("checkout", "-q", "a.txt")
    await _told(feed, one.id, [])


async def test_two_in_one_directory_see_each_other(open_session: Open, client: Client, root: Path) -> None:
    feed = await client.connect("feed")
    one = await open_session("alpha")
    two = await open_session("alpha")
    await _told(feed, one.id, [{"session": two.id, "files": [], "kind": "same_directory"}])
    await two.call("PATCH", body={"archived": True})
    await _told(feed, one.id, [])


async def _told(feed: Any, session: str, conflicts: list[Json]) -> None:
    async with asyncio.timeout(15):
        while True:
            summary = json.loads(await feed.read_message())
            if summary["id"] == session and summary.get("conflicts") == conflicts:
                return
