"""What the built-in agent asks for, and what it makes of the answers."""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from parsess_lab.agents.builtin import BuiltinAgent, Options
from parsess_lab.errors import AgentFailed
from parsess_lab.events import (
    AgentThoughtChunk,
    ImageBlock,
    ModelMessage,
    Notice,
    ResourceBlock,
    ResourceLinkBlock,
    TextBlock,
    UsageUpdate,
)
from tests.fakes.messages_api import MessagesApi
from tests.fakes.turn import FakeTurn, Log

Make = Callable[..., BuiltinAgent]
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def test_a_request_uses_what_the_model_can_do(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    await builtin.run_turn(FakeTurn(log, "hello", effort="max"))
    request = api.requests[0]
    assert request["max_tokens"] == 64_000
    assert request["output_config"] == {"effort": "high"}
    assert request["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert request["cache_control"] == {"type": "ephemeral"}
    await builtin.run_turn(FakeTurn(log, "hello", model="plain", effort="max"))
    assert (api.requests[1]["model"], api.requests[1]["max_tokens"]) == ("plain", 16_384)
    assert not {"output_config", "thinking"} & set(api.requests[1])


async def test_each_request_only_adds_to_the_one_before(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    """The service caches by prefix, to the byte."""
    call = {
        "content": [{"thinking": "hm"}, {"text": "I look"}, {"tool": "nothing", "input": {"b": 1, "a": 2}}]
    }
    api.script(call, "So it is.", "And so it stays.")
    await builtin.run_turn(FakeTurn(log, "one"))
    await builtin.run_turn(FakeTurn(log, "two"))
    for before, after in zip(api.requests, api.requests[1:], strict=False):
        assert after["messages"][: len(before["messages"])] == before["messages"]
        rest = ("system", "tools", "thinking", "model")
        assert [after.get(name) for name in rest] == [before.get(name) for name in rest]


async def test_thinking_goes_to_the_page_and_back_with_its_signature(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script({"content": [{"thinking": "hm hm", "signature": "abc"}, {"text": "Yes."}]}, "Still.")
    await builtin.run_turn(FakeTurn(log, "one"))
    thought = [event.content for event in log.all(AgentThoughtChunk)]
    assert "".join(block.text for block in thought if isinstance(block, TextBlock)) == "hm hm"
    await builtin.run_turn(FakeTurn(log, "two"))
    assert api.requests[1]["messages"][1]["content"] == [
        {"type": "thinking", "thinking": "hm hm", "signature": "abc"},
        {"type": "text", "text": "Yes."},
    ]


async def test_usage_counts_cached_tokens_apart_and_knows_the_price(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    usage = {
        "input_tokens": 100,
        "output_tokens": 50,
        "cache_read_input_tokens": 1000,
        "cache_creation_input_tokens": 200,
    }
    api.script({"content": [{"text": "Yes."}], "usage": usage})
    await builtin.run_turn(FakeTurn(log, "hello"))
    assert log.all(UsageUpdate) == [
        UsageUpdate(
            used=1350,
            size=200_000,
            input=100,
            output=50,
            cache_read=1000,
            cache_write=200,
            cost_usd=pytest.approx((100 * 2 + 1000 * 0.2 + 200 * 2.5 + 50 * 10) / 1e6),
            model="claude-sonnet-5-5",
        )
    ]


async def test_images_documents_and_files_of_a_prompt(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    turn = FakeTurn(
        log,
        "Look at these",
        ImageBlock(mime_type="image/png", blob="", name="dot.png"),
        ResourceBlock(name="paper.pdf", mime_type="application/pdf", blob="pdf"),
        ResourceBlock(name="notes.md", text="a ``` b\n````\nc"),
        ResourceBlock(name="data.json", mime_type="application/json", blob="json"),
        ResourceBlock(name="a.zip", mime_type="application/zip", blob="zip"),
        ResourceLinkBlock(name="app.py", uri="file:///src/app.py"),
        ImageBlock(mime_type="image/png", blob="gone"),
    )
    log.blobs |= {"": PNG, "pdf": b"%PDF", "json": b"{}", "zip": b"PK"}
    await builtin.run_turn(turn)
    blocks = api.requests[0]["messages"][0]["content"]
    source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG).decode()}
    assert blocks[1] == {"type": "image", "source": source}
    assert blocks[2]["type"] == "document"
    assert (blocks[2]["title"], blocks[2]["source"]["data"]) == (
        "paper.pdf",
        base64.b64encode(b"%PDF").decode(),
    )
    texts = [block["text"] for block in blocks if block["type"] == "text"]
    assert texts[1] == "notes.md:\n`````\na ``` b\n````\nc\n`````"
    assert texts[2] == "data.json:\n```\n{}\n```"
    assert "a.zip" in texts[3]
    assert "/src/app.py" in texts[4]
    assert "no longer there" in texts[5]


async def test_the_log_has_no_bytes_of_images(api: MessagesApi, builtin: BuiltinAgent, log: Log) -> None:
    log.blobs["dot"] = PNG
    await builtin.run_turn(FakeTurn(log, ImageBlock(mime_type="image/png", blob="dot")))
    assert base64.b64encode(PNG).decode() not in str(log.all(ModelMessage))


async def test_what_people_wrote_for_agents_is_read_once_and_said_once(
    api: MessagesApi, make_builtin: Make, tmp_path: Path
) -> None:
    user, repository = tmp_path / "user", tmp_path / "repository"
    directory = repository / "part"
    for folder in (user / ".claude", directory):
        folder.mkdir(parents=True)
    await asyncio.to_thread(subprocess.run, ["git", "init", "-q", "-b", "trunk", repository], check=True)
    (user / ".claude" / "CLAUDE.md").write_text("Be kind.")
    (user / "secret").write_text("do not tell")
    (repository / "CLAUDE.md").write_text("Use tabs.")
    (repository / "AGENTS.md").symlink_to("CLAUDE.md")
    (directory / "AGENTS.md").write_text("x" * 100_000)
    (directory / "CLAUDE.md").symlink_to(user / "secret")
    agent, log = make_builtin(user=user), Log(directory)
    await agent.run_turn(FakeTurn(log, "one"))
    await agent.run_turn(FakeTurn(log, "two"))
    system = api.requests[0]["system"]
    assert api.requests[1]["system"] == system
    assert system.index("Be kind.") < system.index("Use tabs.") < system.index("xxxx")
    assert system.count("Use tabs.") == 1
    assert "do not tell" not in system
    assert len(system) < 75_000
    assert f"- Directory: {directory}" in system
    assert "opened: trunk" in system
    assert [notice.text for notice in log.all(Notice)] == [
        f"Read {user / '.claude' / 'CLAUDE.md'}",
        f"Read {repository / 'CLAUDE.md'}",
        "Read AGENTS.md, the beginning of it",
    ]


async def test_plan_mode_is_told_to_the_model(api: MessagesApi, builtin: BuiltinAgent, log: Log) -> None:
    await builtin.run_turn(FakeTurn(log, "hello", mode="plan"))
    assert "Plan mode" in str(api.requests[0]["messages"][-1])


async def test_steering_is_read_at_the_next_step(api: MessagesApi, builtin: BuiltinAgent, log: Log) -> None:
    turn = FakeTurn(log, "one")
    turn.steer = [FakeTurn(Log(log.home), "and two").prompt]
    assert await builtin.run_turn(turn) == "end_turn"
    assert [message["role"] for message in api.requests[1]["messages"]] == ["user", "assistant", "user"]
    assert api.requests[1]["messages"][-1]["content"] == [{"type": "text", "text": "and two"}]


async def test_steps_of_a_turn_are_bounded(api: MessagesApi, make_builtin: Make, log: Log) -> None:
    api.script(*[{"content": [{"tool": "nothing"}]}] * 9)
    assert await make_builtin(max_steps=3).run_turn(FakeTurn(log, "hello")) == "max_turn_requests"
    assert len(api.requests) == 3
    assert await make_builtin().run_turn(FakeTurn(log, "go on")) == "end_turn"


async def test_input_that_is_not_json_is_told_to_the_model(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    api.script({"content": [{"tool": "read_file", "partial": '{"path": '}]}, "Sorry.")
    assert await builtin.run_turn(FakeTurn(log, "hello")) == "end_turn"
    (result,) = api.requests[1]["messages"][-1]["content"]
    assert result["is_error"]
    assert "JSON" in result["content"][0]["text"]


async def test_a_refused_key(api: MessagesApi, make_builtin: Make, log: Log) -> None:
    api.key = "right"
    agent = make_builtin(api_key="wrong")
    assert (await agent.info()).available
    with pytest.raises(AgentFailed) as failure:
        await agent.run_turn(FakeTurn(log, "hello"))
    assert failure.value.reason == "authentication"
    assert "wrong" not in failure.value.message + str(failure.value.detail)
    assert await make_builtin(api_key="right").run_turn(FakeTurn(log, "hello")) == "end_turn"


async def test_the_model_is_told_where_it_works_when_that_has_moved(
    api: MessagesApi, builtin: BuiltinAgent, log: Log
) -> None:
    turn = FakeTurn(log, "hello")
    turn.directory = log.home / "below"
    await builtin.run_turn(turn)
    assert f"Working directory: {turn.directory}" in api.requests[0]["messages"][0]["content"][0]["text"]


def test_the_sdk_is_not_imported_before_it_is_used() -> None:
    code = (
        "import sys; from parsess_lab.agents.catalogue import Catalogue; Catalogue();"
        "print([name for name in ('anthropic', 'httpx2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def without(module: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(importlib.util.find_spec(module) is not None, reason=f"{module} is installed")


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({}, "ANTHROPIC_API_KEY"),
        pytest.param({"CLAUDE_CODE_USE_BEDROCK": "1"}, "boto3", marks=without("boto3")),
        pytest.param({"CLAUDE_CODE_USE_VERTEX": "1"}, "google-auth", marks=without("google")),
    ],
)
async def test_what_is_missing_is_said_in_one_line(environ: dict[str, str], missing: str) -> None:
    info = await BuiltinAgent(Options(environ=environ)).info()
    assert not info.available
    assert missing in (info.why_not or "")
    assert "\n" not in (info.why_not or "")


@pytest.mark.parametrize(
    ("environ", "key"),
    [({"ANTHROPIC_API_KEY": "k"}, "k"), ({"ANTHROPIC_AUTH_TOKEN": "t"}, "t"), ({}, "none")],
)
async def test_the_environment_is_enough(
    environ: dict[str, str], key: str, api: MessagesApi, make_builtin: Make, tmp_path: Path
) -> None:
    agent = make_builtin(api_key=None, base_url=None, environ={**environ, "ANTHROPIC_BASE_URL": api.url})
    assert (await agent.info()).available
    await agent.run_turn(FakeTurn(Log(tmp_path), "hello"))
    assert set(api.keys) == {key}
