"""Turns over REST: a prompt, a question, an answer, what is remembered, and how it all ends."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_server.serverapp import ServerApp

from parsess_lab.processes import SESSION_MARK
from tests.api.client import Client
from tests.api.conftest import Open

OPTIONS = [
    ("allow_once", "Allow once"),
    ("allow_session", "Allow for this session"),
    ("allow_project", "Allow in this project"),
    ("reject_once", "Deny"),
    ("run_in_terminal", "Run it in my terminal"),
]
STUBBORN = "trap '' TERM HUP; (setsid sh -c 'trap \"\" TERM HUP; while :; do sleep 1000; done' &); echo up; "
FOREVER = STUBBORN + "while :; do sleep 1000; done"


def left(session: str) -> list[str]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            marked = process.environ().get(SESSION_MARK) == session
            if marked and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
    return found


async def told_to_the_agent(server: ServerApp, session: str) -> str:
    """All that the agent has read, from the log's own side."""
    log = (await server.web_app.settings["parsess_lab"].sessions.get(session)).log
    return "\n".join(str(stored.event) for stored in log.read())


async def test_a_command_is_asked_then_runs(open_session: Open, root: Path) -> None:
    session = await open_session()
    await session.prompt("run touch a && echo done")
    question = await session.stream.question()
    assert not (root / "alpha/a").exists()
    assert (question["title"], question["command"]) == ("Run touch a && echo done", "touch a && echo done")
    assert question["directory"] == str(root / "alpha")
    assert [(option["kind"], option["label"]) for option in question["options"]] == OPTIONS
    summary = await session.summary()
    assert summary["state"] == "waiting"
    shown = summary["question"]
    assert (shown["id"], shown["title"]) == (question["id"], question["title"])
    assert (await session.answer(question, "allow_once")).status == 200
    done = await session.stream.until(lambda event: event.get("status") == "completed")
    assert (done["exit_code"], done["content"][0]["text"]) == (0, "done\n")
    assert await session.stream.end() == "end_turn"
    assert (root / "alpha/a").exists()
    summary = await session.summary()
    assert (summary["question"], summary["state"]) == (None, "finished")


async def test_what_only_reads_is_not_asked(open_session: Open, root: Path) -> None:
    (root / "alpha/a.txt").write_text("words\n")
    session = await open_session()
    await session.prompt("run cat a.txt\nread a.txt\nsearch words")
    assert await session.stream.end() == "end_turn"
    assert session.asked() == []
    updates = [stored["event"] for stored in session.stream.events if stored["event"].get("content")]
    assert sum("words" in str(event) for event in updates) >= 3


async def test_the_session_remembers_and_no_other_does(open_session: Open, root: Path) -> None:
    first, second = await open_session(), await open_session()
    await first.prompt("run touch a")
    question = await first.stream.question()
    [rules] = {tuple(option["rules"]) for option in question["options"] if option.get("rules")}
    assert rules == ("run(touch *)",)
    await first.answer(question, "allow_session")
    assert (await first.stream.kind("_question_answered"))["rules"] == ["run(touch *)"]
    await first.stream.end()
    await first.prompt("run touch b")
    assert await first.stream.end() == "end_turn"
    assert first.asked() == ["Run touch a"]
    assert (root / "alpha/b").exists()
    await first.prompt("run touch c; rm c")
    assert (await first.stream.question())["command"] == "touch c; rm c"
    await second.prompt("run touch c")
    assert (await second.stream.question())["command"] == "touch c"


async def test_the_project_remembers_and_no_other_does(open_session: Open, root: Path) -> None:
    first, elsewhere = await open_session(), await open_session("beta")
    await first.prompt("run touch a")
    await first.answer(await first.stream.question(), "allow_project")
    await first.stream.end()
    second = await open_session()
    await second.prompt("run touch b")
    assert await second.stream.end() == "end_turn"
    assert second.asked() == []
    assert (root / "alpha/b").exists()
    await elsewhere.prompt("run touch b")
    assert (await elsewhere.stream.question())["command"] == "touch b"
    assert {path.name for path in (root / "alpha").iterdir()} == {
        "a",
        "b",
    }  # a project can't grant itself rights


async def test_the_agent_reads_why_it_was_refused(
    open_session: Open, root: Path, jp_serverapp: ServerApp
) -> None:
    session = await open_session()
    await session.prompt("run touch a\nwrite b.txt words")
    await session.answer(await session.stream.question(), "reject_once", "use the fixture instead")
    await session.answer(await session.stream.question(), "reject_once")
    assert await session.stream.end() == "end_turn"
    assert list((root / "alpha").iterdir()) == []
    told = await told_to_the_agent(jp_serverapp, session.id)
    assert "The person refused this, and says: use the fixture instead" in told
    assert "Don't get the same done another way" in told


async def test_a_diff_is_shown_before_it_is_written(open_session: Open, root: Path) -> None:
    (root / "alpha/a.txt").write_text("old\n")
    session = await open_session()
    await session.prompt("write a.txt new")
    await session.stream.question()
    [diff] = [
        content
        for stored in session.stream.events
        for content in stored["event"].get("content") or []
        if isinstance(content, dict) and content.get("type") == "diff"
    ]
    assert diff == {
        "type": "diff",
        "path": str(root / "alpha/a.txt"),
        "old_text": "old\n",
        "new_text": "new\n",
    }
    assert (root / "alpha/a.txt").read_text() == "old\n"


async def test_a_mode_may_change_in_the_middle_of_a_turn(open_session: Open, root: Path) -> None:
    session = await open_session()
    await session.prompt("write a.txt words\nwrite b.txt words\nrun touch c")
    question = await session.stream.question()
    assert (await session.call("PATCH", body={"mode": "accept_edits"})).status == 200
    await session.answer(question, "allow_once")
    assert (await session.stream.question())["command"] == "touch c"
    assert (root / "alpha/b.txt").read_text() == "words\n"


async def test_plan_mode_changes_nothing(open_session: Open, root: Path) -> None:
    session = await open_session(mode="plan")
    await session.prompt("run touch a\nwrite b.txt words\nrun ls")
    assert await session.stream.end() == "end_turn"
    assert session.asked() == []
    assert list((root / "alpha").iterdir()) == []


@pytest.mark.parametrize("mode", ["ask", "accept_edits", "auto"])
async def test_outside_the_directory_is_asked_and_beyond_the_roots_refused(
    open_session: Open,
    root: Path,
    jp_serverapp: ServerApp,
    tmp_path_factory: pytest.TempPathFactory,
    mode: str,
) -> None:
    beyond = tmp_path_factory.mktemp("beyond")
    (root / "alpha/side").symlink_to(root / "beta")
    (root / "alpha/far").symlink_to(beyond)
    session = await open_session(mode=mode)
    await session.prompt("write far/x words")
    assert await session.stream.end() == "end_turn"
    assert "outside the folders this server works in" in await told_to_the_agent(jp_serverapp, session.id)
    await session.prompt("write side/x words")
    question = await session.stream.question()
    assert question["reason"] == "It is outside the session's directory."
    await session.answer(question, "reject_once")
    assert await session.stream.end() == "end_turn"
    assert not [*beyond.iterdir(), *(root / "beta").iterdir()]


async def test_stopping_leaves_no_process(open_session: Open) -> None:
    session = await open_session()
    await session.prompt(f"run {FOREVER}")
    await session.answer(await session.stream.question(), "allow_once")
    await session.stream.until(lambda event: "up" in (event.get("append_output") or ""))
    assert left(session.id)
    begun = time.monotonic()
    stopped = await session.call("POST", "cancel")
    assert time.monotonic() - begun < 1.5
    assert (stopped.status, stopped.body) == (202, {"stopped": True})
    assert left(session.id) == []
    assert await session.stream.end() == "cancelled"
    assert "cancelled" in [stored["event"].get("status") for stored in session.stream.events]
    assert (await session.call("POST", "cancel")).status == 200


async def test_stopping_closes_the_question(open_session: Open, root: Path) -> None:
    session = await open_session()
    await session.prompt("run touch a")
    question = await session.stream.question()
    assert (await session.call("POST", "cancel")).status == 202
    assert "option" not in await session.stream.kind("_question_answered")
    assert await session.stream.end() == "cancelled"
    assert (await session.answer(question, "allow_once")).refusal == (409, "answered_already")
    assert not (root / "alpha/a").exists()


async def test_the_same_prompt_again_changes_nothing(open_session: Open) -> None:
    session = await open_session()
    await asyncio.gather(*(session.prompt("run ls", id="same") for _ in range(5)))
    assert await session.stream.end() == "end_turn"
    await session.prompt("run ls", id="same")
    await session.prompt("something else", id="same")
    events = [stored["event"] for stored in await session.client.events(session.id)]
    assert [event["kind"] for event in events if event.get("id") == "same"] == ["user_message"]
    assert (await session.summary())["state"] == "finished"


async def test_of_two_answers_one_counts(open_session: Open, root: Path) -> None:
    session = await open_session()
    await session.prompt("run touch a")
    question = await session.stream.question()
    answers = await asyncio.gather(*(session.answer(question, "allow_once") for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert {answer.refusal for answer in answers if answer.status == 409} == {(409, "answered_already")}
    await session.stream.end()
    assert session.stream.kinds().count("_question_answered") == 1
    assert (await session.answer(question, "reject_once")).refusal == (409, "answered_already")


async def test_prompts_wait_for_their_turn(open_session: Open, root: Path) -> None:
    session = await open_session()
    await session.prompt("run touch a", id="first")
    question = await session.stream.question()
    await session.prompt("run ls", id="second")
    await session.prompt("run pwd", id="third")
    assert (await session.call("DELETE", "prompts", "third")).status == 200
    await session.answer(question, "allow_once")
    assert [await session.stream.end(), await session.stream.end()] == ["end_turn", "end_turn"]
    messages = [e["event"] for e in session.stream.events if e["event"]["kind"] == "user_message"]
    assert [message["id"] for message in messages] == ["first", "second"]


async def test_sessions_run_side_by_side(open_session: Open, root: Path) -> None:
    """Each command waits for the other's file: neither ends unless both run."""
    one, other = await open_session("alpha"), await open_session("beta")
    for session, mine, theirs in ((one, "alpha", "beta"), (other, "beta", "alpha")):
        await session.prompt(f"run touch {mine}; until [ -e ../{theirs}/{theirs} ]; do sleep 0.01; done")
        await session.answer(await session.stream.question(), "allow_once")
    assert [await one.stream.end(), await other.stream.end()] == ["end_turn", "end_turn"]


async def test_an_archived_session_takes_nothing_until_it_is_restored(
    open_session: Open, client: Client
) -> None:
    session = await open_session()
    assert (await session.call("PATCH", body={"archived": True})).body["state"] == "archived"
    refused = await session.call("POST", "prompts", body={"id": "p", "text": "run ls"})
    assert refused.refusal == (409, "archived")
    await session.call("PATCH", body={"archived": False})
    await session.prompt("run ls", id="p")
    assert await session.stream.end() == "end_turn"


async def test_a_running_session_is_not_archived(open_session: Open) -> None:
    session = await open_session()
    await session.prompt("run touch a")
    await session.stream.question()
    assert (await session.call("PATCH", body={"archived": True})).refusal == (409, "running")


class TestPassedEnvironment:
    @pytest.fixture
    def jp_server_config(
        self, jp_server_config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> dict[str, Any]:
        for name in ("DATABASE_TOKEN", "OTHER_TOKEN", "ANTHROPIC_AUTH_TOKEN"):
            monkeypatch.setenv(name, f"the-{name}")
        jp_server_config["ParsessLab"] = {"pass_environment": ["DATABASE_TOKEN"]}
        return jp_server_config

    async def test_commands_see_what_is_passed_and_no_other_secret(self, open_session: Open) -> None:
        session = await open_session()
        await session.prompt("run echo '[' $DATABASE_TOKEN $OTHER_TOKEN $ANTHROPIC_AUTH_TOKEN ']'")
        done = await session.stream.until(lambda event: event.get("status") == "completed")
        assert done["content"][0]["text"] == "[ the-DATABASE_TOKEN ]\n"
