"""Bad input over REST: the right status, a code, words that say what to do, and nothing changed."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.conftest import Open

NOBODY = "0123456789abcdef"

Refusal = tuple[int, str]


@pytest.fixture
def places(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Directories in which no session may be."""
    beyond = tmp_path_factory.mktemp("beyond")
    (root / "file").write_text("words")
    (root / "far").symlink_to(beyond)
    (root / "far-file").symlink_to(beyond / "nothing")
    (root / "circle").symlink_to("circle")
    return {"outside": str(beyond), "twin": f"{root}-twin"}


DIRECTORIES = [
    ("missing", (404, "directory_missing")),
    ("file", (400, "not_a_directory")),
    ("{outside}", (403, "outside_allowed_roots")),
    ("{twin}", (403, "outside_allowed_roots")),
    ("..", (403, "outside_allowed_roots")),
    ("alpha/../../..", (403, "outside_allowed_roots")),
    ("/", (403, "outside_allowed_roots")),
    ("~", (403, "outside_allowed_roots")),
    ("far", (403, "outside_allowed_roots")),
    ("far-file", (403, "outside_allowed_roots")),
    ("circle", (404, "directory_missing")),
    ("alpha\0", (400, "not_absolute")),
]


async def test_directories(client: Client, places: dict[str, str]) -> None:
    for directory, refusal in DIRECTORIES:
        body = {"directory": directory.format(**places), "agent": "tour"}
        assert (await client.call("POST", "sessions", body=body)).refusal == refusal, directory
    assert (await client.call("GET", "sessions")).body == []


CHOICES: list[tuple[dict[str, Any], Refusal]] = [
    ({"agent": "nobody"}, (400, "unknown_agent")),
    ({"model": "no-such-model"}, (400, "unknown_model")),
    ({"mode": "yolo"}, (400, "unknown_mode")),
    ({"mode": "bypass"}, (400, "unknown_mode")),
    ({"effort": "enormous"}, (400, "unknown_effort")),
    ({"name": "x" * 201}, (400, "bad_name")),
    ({"name": "two\nlines"}, (400, "bad_name")),
    ({"name": 5}, (400, "invalid_request")),
    ({"directory": None}, (400, "invalid_request")),
    ({"color": "red"}, (400, "invalid_request")),
]


async def test_choices(client: Client) -> None:
    for wanted, refusal in CHOICES:
        body = {"directory": "alpha", "agent": "tour", **wanted}
        assert (await client.call("POST", "sessions", body=body)).refusal == refusal, wanted
    assert (await client.call("GET", "sessions")).body == []


CHANGES: list[tuple[dict[str, Any], Refusal]] = [
    ({"mode": "yolo"}, (400, "unknown_mode")),
    ({"mode": "bypass"}, (400, "unknown_mode")),
    ({"model": "no-such-model"}, (400, "unknown_model")),
    ({"name": ""}, (400, "bad_name")),
    ({"name": "fine", "mode": "yolo"}, (400, "unknown_mode")),
    ({"state": "idle"}, (400, "invalid_request")),
]


async def test_changes(open_session: Open) -> None:
    session = await open_session()
    before = await session.summary()
    for wanted, refusal in CHANGES:
        assert (await session.call("PATCH", body=wanted)).refusal == refusal, wanted
    assert await session.summary() == before


def prompt(**fields: Any) -> dict[str, Any]:
    return {"id": "p", "text": "run ls", **fields}


def image(**fields: Any) -> dict[str, Any]:
    return prompt(attachments=[{"type": "image", "mime_type": "image/png", **fields}])


PROMPTS: list[tuple[Any, Refusal]] = [
    (b"{", (400, "invalid_request")),
    (b"\xff\xfe", (400, "invalid_request")),
    (b"[]", (400, "invalid_request")),
    (b"null", (400, "invalid_request")),
    (b"[" * 100_000, (400, "invalid_request")),
    ({"text": "run ls"}, (400, "invalid_request")),
    (prompt(id=7), (400, "invalid_request")),
    (prompt(id=""), (400, "bad_prompt_id")),
    (prompt(id="x" * 201), (400, "bad_prompt_id")),
    (prompt(text=" \n"), (400, "empty_prompt")),
    (prompt(when="soon"), (400, "invalid_request")),
    (prompt(text="x" * 1_000_001), (413, "too_large")),
    (prompt(text="é" * 500_001), (413, "too_large")),
    (prompt(attachments=[{"type": "video", "data": ""}]), (400, "invalid_request")),
    (image(), (400, "empty_attachment")),
    (image(data="no base64"), (400, "bad_base64")),
    (image(data=base64.b64encode(bytes(10_000_001)).decode()), (413, "too_large")),
    (image(blob="0" * 64), (400, "unknown_blob")),
    (image(blob="../log.jsonl"), (400, "unknown_blob")),
]


async def test_prompts(open_session: Open) -> None:
    session = await open_session()
    before = await session.client.events(session.id)
    for body, refusal in PROMPTS:
        assert (await session.call("POST", "prompts", body=body)).refusal == refusal, str(body)[:200]
    assert await session.client.events(session.id) == before


async def test_answers(open_session: Open) -> None:
    session = await open_session()
    await session.prompt("run touch a")
    question = await session.stream.question()
    assert (await session.answer(question, "allow_everything")).refusal == (400, "unknown_option")
    assert (await session.answer(question, "reject_once", "x" * 10_001)).refusal == (400, "invalid_request")
    assert (await session.answer({"id": "other"}, "allow_once")).refusal == (404, "not_found")
    body: Any = {"choice": "allow_once"}
    assert (await session.call("POST", "answers", question["id"], body=body)).refusal == (
        400,
        "invalid_request",
    )
    assert (await session.summary())["question"]["id"] == question["id"]


ROUTES: list[tuple[str, tuple[str, ...], Any]] = [
    ("GET", (), None),
    ("PATCH", (), {"name": "x"}),
    ("DELETE", (), {"consent": ["conversation"]}),
    ("POST", ("prompts",), prompt()),
    ("POST", ("cancel",), None),
    ("POST", ("duplicate",), None),
    ("POST", ("seen",), {"upto": 1}),
    ("POST", ("answers", "q"), {"option": "allow_once"}),
    ("GET", ("events",), None),
    ("GET", ("files",), None),
    ("GET", ("blobs", "0" * 64), None),
]


async def test_a_session_that_is_not_there(client: Client) -> None:
    for method, path, body in ROUTES:
        answer = await client.call(method, "sessions", NOBODY, *path, body=body)
        assert answer.refusal == (404, "not_found"), (method, path)


async def test_cursors(open_session: Open) -> None:
    session = await open_session()
    for after in ("-1", "x", "1.5", "²"):
        answer = await session.client.call("GET", "sessions", session.id, "events", params={"after": after})
        assert answer.refusal == (400, "invalid_request")
    assert await session.client.events(session.id, 10**30) == []


async def test_a_directory_that_is_removed_meanwhile(open_session: Open, root: Path) -> None:
    session = await open_session()
    (root / "alpha").rmdir()
    refused = await session.call("POST", "prompts", body=prompt())
    assert refused.refusal == (409, "directory_missing")
    (root / "alpha").mkdir()
    await session.prompt("run ls")
    assert await session.stream.end() == "end_turn"


async def test_a_directory_that_becomes_a_way_out(
    open_session: Open, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    session = await open_session()
    (root / "alpha").rmdir()
    (root / "alpha").symlink_to(tmp_path_factory.mktemp("beyond"))
    refused = await session.call("POST", "prompts", body=prompt())
    assert refused.refusal == (409, "outside_allowed_roots")


async def test_an_agent_without_a_key_says_what_to_do(
    client: Client, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    refused = await client.call("POST", "sessions", body={"directory": "alpha", "agent": "builtin"})
    assert refused.refusal == (409, "agent_unavailable")
    assert "ANTHROPIC_API_KEY" in refused.body["message"]
    created = await client.call("POST", "sessions", body={"directory": "alpha"})
    assert (created.status, created.body["agent"]) == (201, "tour")


async def test_the_least_that_is_needed(client: Client, root: Path) -> None:
    raw = json.dumps({"directory": str(root / "alpha"), "agent": "tour"}).encode()
    created = (await client.call("POST", "sessions", body=raw)).body
    assert (created["directory"], created["name"]) == (str(root / "alpha"), "alpha")
    assert (created["mode"], created["state"]) == ("ask", "idle")
    assert (await client.create("alpha"))["name"] == "alpha 2"
    assert (await client.create("."))["directory"] == str(root)
