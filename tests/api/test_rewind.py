"""Back to before a turn over REST: files, conversation, both; and back again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from tests.api.client import Answer, Client, Json
from tests.api.conftest import Open
from tests.worktrees.repository import Repository

Whole = dict[str, str]


async def turn(session: Any, prompt: str) -> int:
    """A turn; the number of its prompt's event."""
    await session.prompt(prompt)
    assert await session.stream.end() == "end_turn"
    # What comes after the turn ended: the files as it left them.
    await session.stream.until(lambda event: event.get("moment") == "after_turn")
    told = [one["seq"] for one in session.stream.events if one["event"]["kind"] == "user_message"]
    return int(told[-1])


async def rewind(session: Any, to: int, what: str = "both", **more: Any) -> Answer:
    answer: Answer = await session.call("POST", "rewind", body={"to": to, "what": what, **more})
    return answer


async def heard(server: ServerApp, session: str) -> str:
    """What the agent would be told of the conversation."""
    found = await server.web_app.settings["parsess_lab"].sessions.get(session)
    made = found._turns._made(None)
    made.before = found.log.last_seq + 1
    return "\n".join(str(event) for event in made.history())


def content(directory: Path) -> Whole:
    return {
        str(path.relative_to(directory)): path.read_text()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }


@pytest.fixture(params=["shop", "alpha"])
def place(request: pytest.FixtureRequest, project: Repository, root: Path) -> Path:
    """A repository, and a plain directory."""
    return root / request.param


async def test_files_and_conversation_go_back_and_forth(
    open_session: Open, place: Path, jp_serverapp: ServerApp
) -> None:
    session = await open_session(place.name, mode="accept_edits")
    await turn(session, "write a.txt one")
    before = content(place)
    second = await turn(session, "write a.txt two")
    await turn(session, "write new.txt three")
    after = content(place)

    preview = (await session.client.call("GET", "sessions", session.id, "rewind", params={"to": second})).body
    assert preview["prompt"] == {"id": "p2", "text": "write a.txt two"}
    assert (sorted(preview["files"]["written"]), preview["files"]["deleted"]) == (["a.txt"], ["new.txt"])
    assert preview["turns"] == 2
    assert content(place) == after

    done = await rewind(session, second)
    assert done.status == 200, done
    assert (done.body["to"], done.body["prompt"]["text"]) == (second, "write a.txt two")
    assert content(place) == before
    told = await heard(jp_serverapp, session.id)
    assert "a.txt one" in told
    assert "a.txt two" not in told
    assert (await session.summary())["summary"] != ""

    back = await rewind(session, done.body["seq"])
    assert back.status == 200, back
    assert content(place) == after
    assert "write new.txt three" in await heard(jp_serverapp, session.id)
    again = await rewind(session, back.body["seq"])
    assert again.status == 200
    assert content(place) == before


async def test_files_alone_and_conversation_alone(
    open_session: Open, project: Repository, jp_serverapp: ServerApp
) -> None:
    session = await open_session("shop", mode="accept_edits")
    first = await turn(session, "write one.txt one")
    await turn(session, "write two.txt two")
    done = await rewind(session, first, "files")
    assert sorted(done.body["deleted"]) == ["one.txt", "two.txt"]
    assert "two.txt" in await heard(jp_serverapp, session.id)
    assert (await rewind(session, done.body["seq"], "conversation")).refusal == (400, "nothing_to_rewind")
    assert (await rewind(session, done.body["seq"])).status == 200
    assert project.read("two.txt") == "two\n"

    talk = await rewind(session, first, "conversation")
    assert (talk.body["written"], talk.body["undo"]) == ([], None)
    assert project.read("two.txt") == "two\n"
    assert await heard(jp_serverapp, session.id) is not None
    assert "two.txt" not in await heard(jp_serverapp, session.id)
    third = await turn(session, "write three.txt three")
    assert third > talk.body["seq"]
    told = await heard(jp_serverapp, session.id)
    assert ("three.txt" in told, "two.txt" in told) == (True, False)


async def test_the_index_the_branch_and_the_stash_stay_as_they_are(
    open_session: Open, project: Repository
) -> None:
    session = await open_session("shop", mode="accept_edits")
    project.write("staged.txt", "staged")
    project.git("add", "staged.txt")
    first = await turn(session, "write a.txt changed")
    index, head = (project.path / ".git/index").read_bytes(), project.head()
    assert (await rewind(session, first)).status == 200
    assert (project.git("diff", "--cached", "--name-only"), project.head()) == ("staged.txt", head)
    assert (project.path / ".git/index").read_bytes() == index
    assert project.git("branch", "--all") == "* main"


async def test_what_somebody_else_changed_is_shown_first(open_session: Open, project: Repository) -> None:
    session = await open_session("shop", mode="accept_edits")
    first = await turn(session, "write a.txt changed")
    project.write("a.txt", "by hand\n")
    refused = await rewind(session, first)
    assert (refused.refusal, refused.body["files"]) == ((409, "external_edits"), ["a.txt"])
    assert project.read("a.txt") == "by hand\n"
    done = await rewind(session, first, consent_external=True)
    assert project.read("a.txt") == "one\ntwo\nthree\n"
    assert (await rewind(session, done.body["seq"], consent_external=True)).status == 200
    assert project.read("a.txt") == "by hand\n"


async def test_where_nothing_can_be_rewound(open_session: Open, client: Client, project: Repository) -> None:
    session = await open_session("shop")
    assert (await rewind(session, 1)).refusal == (400, "nothing_to_rewind")
    assert (await rewind(session, 1, "everything")).refusal == (400, "invalid_request")
    await session.prompt("run sleep 100")
    await session.stream.until(lambda event: event.get("status") == "in_progress")
    assert (await rewind(session, 1)).refusal == (409, "running")
    await session.call("POST", "cancel")
    assert (await client.call("POST", "sessions", "none", "rewind", body={"to": 1})).status == 404


async def test_a_snapshot_is_taken_before_the_agent_starts_and_after_it_ended(
    open_session: Open, project: Repository
) -> None:
    session = await open_session("shop", mode="accept_edits")
    await turn(session, "write a.txt changed")
    kinds = session.stream.kinds()
    assert kinds.index("user_message") < kinds.index("_snapshot") < kinds.index("tool_call")
    kept = [one["event"] for one in session.stream.events if one["event"]["kind"] == "_snapshot"]
    assert [(one["moment"], one["prompt"]) for one in kept] == [("before_turn", "p1"), ("after_turn", "p1")]
    assert project.git("show", f"{kept[0]['id']}:a.txt") == "one\ntwo\nthree"
    assert project.git("show", f"{kept[1]['id']}:a.txt") == "changed"
    assert (await session.call("DELETE", body={"consent": ["conversation"]})).status == 204
    assert project.git("for-each-ref", "refs/parsess") == ""


async def test_a_snapshot_that_fails_is_a_notice_and_no_failed_turn(
    open_session: Open, root: Path, jp_data_dir: Path
) -> None:
    session = await open_session("alpha", mode="accept_edits")
    (jp_data_dir / "parsess_lab" / "sessions" / session.id / "snapshots").write_text("in the way")
    await session.prompt("write a.txt one")
    assert await session.stream.end() == "end_turn"
    notices: list[Json] = [one["event"] for one in session.stream.events if one["event"]["kind"] == "_notice"]
    assert len(notices) == 1
    assert "rewound" in notices[0]["text"]
    assert (root / "alpha/a.txt").exists()
    prompt = next(one["seq"] for one in session.stream.events if one["event"]["kind"] == "user_message")
    assert (await rewind(session, prompt)).refusal == (404, "no_snapshot")
    assert (await rewind(session, prompt, "conversation")).status == 200
