"""What clients are told: events by request and by socket, the feed of the list, blobs, and the end of it all."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClientConnection

from parsess_lab.api.sockets import AHEAD
from tests.api.client import PATIENCE, Client, Json
from tests.api.conftest import Open

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def hidden(server: ServerApp, session: str) -> int:
    """How many lines of the log are not for clients."""
    folder = next(Path(server.data_dir).rglob(session))
    return (folder / "log.jsonl").read_text().count('"_model_message"')


async def test_live_replayed_and_asked_for_are_the_same(open_session: Open, jp_serverapp: ServerApp) -> None:
    session = await open_session()
    await session.prompt("run touch a\nread a\nplan")
    await session.answer(await session.stream.question(), "allow_once")
    await session.stream.end()
    listed = await session.client.events(session.id)
    replayed = await session.client.stream(session.id)
    last = listed[-1]["seq"]
    assert await replayed.upto(last) == listed == await session.stream.upto(last)
    assert len(listed) > 15
    sequence = [stored["seq"] for stored in listed]
    assert sequence == sorted(set(sequence))
    assert hidden(jp_serverapp, session.id) > 0
    assert "_model_message" not in session.stream.kinds()


async def test_a_reader_goes_on_where_it_was(open_session: Open) -> None:
    session = await open_session()
    await session.prompt("run ls")
    await session.stream.end()
    whole = await session.client.events(session.id)
    for number, stored in enumerate(whole, 1):
        rest = await session.client.events(session.id, stored["seq"])
        assert rest[: len(whole) - number] == whole[number:]
    middle = len(whole) // 2
    again = await session.client.stream(session.id, whole[middle - 1]["seq"])
    assert await again.upto(whole[-1]["seq"]) == whole[middle:]


async def test_a_reader_that_knows_more_than_the_log_is_told_to_begin_anew(open_session: Open) -> None:
    session = await open_session()
    params = {"after": "9999"}
    socket = await session.client.connect("sessions", session.id, "stream", params=params)
    async with asyncio.timeout(PATIENCE):
        assert await socket.read_message() is None
    assert socket.close_code == AHEAD


async def test_two_tabs_see_the_same_question(open_session: Open) -> None:
    session = await open_session()
    other = await session.client.stream(session.id)
    await session.prompt("run touch a")
    question = await session.stream.question()
    assert await other.question() == question
    late = await session.client.stream(session.id)
    assert await late.question() == question
    await session.answer(question, "reject_once", "no")
    for tab in (session.stream, other, late):
        assert (await tab.kind("_question_answered"))["reason"] == "no"


@pytest.mark.parametrize(("path", "status"), [(("nobody", "stream"), 404), (("..", "feed"), 404)])
async def test_a_socket_to_nothing_is_refused(client: Client, path: tuple[str, ...], status: int) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await client.connect("sessions", *path)
    assert refused.value.code == status


async def test_what_a_client_says_on_a_socket_does_nothing(open_session: Open) -> None:
    session = await open_session()
    for words in ("", "{", json.dumps({"id": "p", "text": "run ls"}), "x" * 100_000):
        await session.stream.socket.write_message(words)
    await session.prompt("run pwd")
    assert await session.stream.end() == "end_turn"
    assert session.stream.kinds().count("user_message") == 1


class Feed:
    """The list as a sidebar keeps it."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self._socket = socket

    async def until(self, condition: Callable[[Json], bool]) -> Json:
        async with asyncio.timeout(PATIENCE):
            while not condition(change := json.loads(await self._socket.read_message() or "null")):
                pass
        return change


async def test_the_feed_tells_what_changes(client: Client, open_session: Open, root: Path) -> None:
    there = await client.create("beta")
    feed = Feed(await client.connect("feed"))
    assert await feed.until(lambda change: change["id"] == there["id"]) == there
    session = await open_session()
    first = await feed.until(lambda change: change["id"] == session.id)
    assert (first["name"], first["state"]) == ("alpha", "idle")
    await session.call("PATCH", body={"name": "renamed"})
    await feed.until(lambda change: change.get("name") == "renamed")
    await session.prompt("run touch a")
    waiting = await feed.until(lambda change: change.get("state") == "waiting")
    assert waiting["question"]["title"] == "Run touch a"
    await session.answer(await session.stream.question(), "allow_once")
    await feed.until(lambda change: change.get("state") == "finished")
    await session.call("POST", "seen", body={"upto": (await session.summary())["last_seq"]})
    await feed.until(lambda change: change.get("state") == "idle")
    assert (await session.call("DELETE", body={"consent": ["conversation"]})).status == 204
    gone = await feed.until(lambda change: change["id"] == session.id and "deleted" in change)
    assert gone == {"id": session.id, "deleted": True}


async def test_an_attachment_comes_back_by_its_hash_in_its_session_only(
    open_session: Open, jp_serverapp: ServerApp
) -> None:
    session, other = await open_session(), await open_session()
    image = {"type": "image", "mime_type": "image/png", "data": base64.b64encode(PNG).decode()}
    body = {"id": "p", "text": "run ls", "attachments": [image]}
    assert (await session.call("POST", "prompts", body=body)).status == 202
    message = await session.stream.kind("user_message")
    name = hashlib.sha256(PNG).hexdigest()
    assert message["content"][1] == {"type": "image", "mime_type": "image/png", "blob": name}
    response = await session.client.fetch("parsess", "sessions", session.id, "blobs", name)
    assert response.body == PNG
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == "attachment"
    assert (await other.call("GET", "blobs", name)).refusal == (404, "not_found")


OTHER_NAMES = [
    "0" * 64, "0" * 63, "F" * 64, "x", "../log.jsonl", "..%2flog.jsonl", "0" * 64 + "/../../log.jsonl",
]  # fmt: skip


async def test_no_other_name_gets_anything(open_session: Open) -> None:
    session = await open_session()
    for name in OTHER_NAMES:
        path = ("parsess", "sessions", session.id, "blobs", name)
        response = await session.client.fetch(*path, raise_error=False)
        assert response.code == 404, name
        assert b'"format"' not in response.body


async def test_a_long_output_is_kept_whole(open_session: Open) -> None:
    session = await open_session()
    await session.prompt("run seq 100000")
    done = await session.stream.until(lambda event: event.get("status") == "completed")
    [output] = done["content"]
    assert output["total_bytes"] == 588_895
    response = await session.client.fetch("parsess", "sessions", session.id, "blobs", output["blob"])
    assert response.body == "".join(f"{number}\n" for number in range(1, 100_001)).encode()


async def test_files_are_offered_for_completion(open_session: Open, root: Path) -> None:
    for name in ("src/deep/app.py", "readme.md", "build/app.py", ".github/ci.yml"):
        (root / "alpha" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "alpha" / name).write_text("x")
    (root / "alpha/.gitignore").write_text("build/\n")
    session = await open_session()
    answer = await session.client.call("GET", "sessions", session.id, "files", params={"query": "app"})
    assert answer.body == [{"path": "src/deep/app.py", "directory": False}]
    everything = (await session.call("GET", "files")).body
    assert {one["path"] for one in everything} == {
        "src", "src/deep", "src/deep/app.py", "readme.md", ".gitignore", ".github", ".github/ci.yml",
    }  # fmt: skip


async def test_deleting_says_what_is_lost_until_each_is_agreed_to(
    open_session: Open, jp_serverapp: ServerApp, root: Path
) -> None:
    session = await open_session()
    await session.prompt("run touch a; sleep 1000")
    question = await session.stream.question()
    refused = await session.call("DELETE")
    assert refused.refusal == (409, "would_lose")
    reasons = {reason["kind"]: reason["detail"] for reason in refused.body["reasons"]}
    assert reasons.keys() == {"running", "question", "conversation"}
    assert "Run touch a; sleep 1000" in reasons["question"]
    await session.answer(question, "allow_once")
    some = await session.call("DELETE", body={"consent": ["conversation", "anything"]})
    assert [reason["kind"] for reason in some.body["reasons"]] == ["running"]
    folder = next(Path(jp_serverapp.data_dir).rglob(session.id))
    consent = {"consent": "running,conversation"}
    assert (await session.client.call("DELETE", "sessions", session.id, params=consent)).status == 204
    assert not folder.exists()
    assert (root / "alpha").is_dir()
    assert (await session.call("GET")).refusal == (404, "not_found")
    assert (await session.client.call("GET", "sessions")).body == []


async def test_an_empty_session_is_deleted_at_once(open_session: Open) -> None:
    session = await open_session()
    assert (await session.call("DELETE")).status == 204
    with pytest.raises(AssertionError, match="hung up"):
        await session.stream.end()
