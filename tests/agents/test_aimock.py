"""The built-in agent against aimock, which others wrote: parallel tool calls and thinking, over the wire."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parsess_lab.agents.builtin import BuiltinAgent
from parsess_lab.events import AgentThoughtChunk, TextBlock
from tests.fakes.turn import FakeTurn, Log

CLI = Path(__file__).parents[2] / "labextension/node_modules/@copilotkit/aimock/dist/cli.js"
CALLS = [
    {"name": "read_file", "arguments": {"path": "one.txt"}, "id": "toolu_one"},
    {"name": "read_file", "arguments": {"path": "two.txt"}, "id": "toolu_two"},
]
FIXTURES = {
    "fixtures": [
        {
            "match": {"userMessage": "compare", "hasToolResult": False},
            "response": {
                "toolCalls": CALLS,
                "reasoning": "I should read both.",
                "reasoningSignature": "c2ln",
            },
        },
        {
            "match": {"userMessage": "compare", "hasToolResult": True, "toolResultContains": "second"},
            "response": {"content": "They differ.", "reasoning": "Now I know."},
        },
    ]
}


@pytest.fixture
def aimock(tmp_path: Path, jp_asyncio_loop: AbstractEventLoop) -> Iterator[str]:
    """Address of a server of this test's own."""
    node = shutil.which("node")
    if node is None or not CLI.exists():
        pytest.skip("aimock is installed with the front end's development packages")
    fixtures = tmp_path / "fixtures.json"
    fixtures.write_text(json.dumps(FIXTURES))

    async def start() -> tuple[asyncio.subprocess.Process, str]:
        process = await asyncio.create_subprocess_exec(
            node,
            CLI,
            *("--port", "0", "--fixtures", str(fixtures), "--strict", "--chunk-size", "5"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        assert process.stdout is not None
        async with asyncio.timeout(20):
            while line := (await process.stdout.readline()).decode():
                if "http://" in line:
                    return process, "http://" + line.split("http://")[1].split()[0].rstrip("/")
        raise AssertionError("aimock did not start")

    async def stop(process: asyncio.subprocess.Process) -> None:
        os.killpg(process.pid, signal.SIGKILL)  # `node` may be a launcher with the real one below it
        await process.communicate()

    process, url = jp_asyncio_loop.run_until_complete(start())
    yield url
    jp_asyncio_loop.run_until_complete(stop(process))


async def test_parallel_tool_calls_and_thinking(
    aimock: str, make_builtin: Callable[..., BuiltinAgent], log: Log
) -> None:
    (log.home / "one.txt").write_text("the first\n")
    (log.home / "two.txt").write_text("the second\n")
    agent = make_builtin(base_url=aimock, model="claude-sonnet-5-5")
    assert await agent.run_turn(FakeTurn(log, "compare the two")) == "end_turn"
    assert log.said() == "They differ."
    assert [(call.title, call.status) for call in log.calls()] == [
        ("Read one.txt", "completed"),
        ("Read two.txt", "completed"),
    ]
    thoughts = [event.content for event in log.all(AgentThoughtChunk)]
    text = "".join(block.text for block in thoughts if isinstance(block, TextBlock))
    assert text == "I should read both.Now I know."
