"""How fast a prompt is on the disk, and how late a streamed event is at its reader."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from parsess_lab.agents.agent import Turn
from parsess_lab.events import AgentMessageChunk, StateUpdate, StopReason, TextBlock
from parsess_lab.sessions import Sessions
from tests.benchmarks.figures import median, percentile, tell
from tests.sessions.scripted import Scripted

SESSIONS = 50
CHUNKS_A_SECOND = 80
SECONDS = 6


async def stream(turn: Turn) -> StopReason:
    """Each piece of text is the time at which it was emitted."""
    begun = time.monotonic()
    for number in range(CHUNKS_A_SECOND * SECONDS):
        await asyncio.sleep(max(0, begun + number / CHUNKS_A_SECOND - time.monotonic()))
        turn.emit(AgentMessageChunk(message_id="m", content=TextBlock(text=f"{time.time():.6f} ")))
    return "end_turn"


@pytest.fixture
def sessions(jp_serverapp: ServerApp, http_server: object, tmp_path: Path) -> Sessions:
    """The server's sessions, answered by an agent that streams."""
    services = jp_serverapp.web_app.settings["parsess_lab"]
    fast = Sessions(
        tmp_path / "log", {"scripted": Scripted(stream)}, allowed_roots=[tmp_path], default_agent="scripted"
    )
    jp_serverapp.web_app.settings["parsess_lab"] = replace(services, sessions=fast)
    return fast


async def test_a_streamed_event_is_at_its_reader(
    sessions: Sessions, jp_serverapp: ServerApp, jp_http_port: int, tmp_path: Path
) -> None:
    ids = [(await sessions.create(tmp_path)).id for _ in range(SESSIONS)]
    url = f"ws://127.0.0.1:{jp_http_port}{jp_serverapp.base_url.rstrip('/')}"
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.reader", url, jp_serverapp.identity_provider.token, *ids,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert reader.stdout
    await reader.stdout.readline()
    lags: list[float] = []
    watching = asyncio.create_task(watch_lag(lags))
    for id in ids:
        await (await sessions.get(id)).prompt("p", [TextBlock(text="go")])
    output, _ = await reader.communicate()
    watching.cancel()
    late = json.loads(output)
    assert len(late) == SESSIONS * CHUNKS_A_SECOND * SECONDS
    tell(f"emit to the socket's client, {SESSIONS} sessions, median", median(late) * 1000, "ms")
    tell("emit to the socket's client, p99", percentile(late, 99) * 1000, "ms", 20)
    tell("event loop lag in that run, p99", percentile(lags, 99) * 1000, "ms", 20)
    await sessions.close()


async def watch_lag(lags: list[float]) -> None:
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.01)
        lags.append(time.perf_counter() - begun - 0.01)


async def test_a_prompt_is_on_the_disk(
    sessions: Sessions, jp_fetch: Callable[..., Any], tmp_path: Path
) -> None:
    id = (await sessions.create(tmp_path)).id
    accepted, bare = [], []
    for number in range(60):
        body = json.dumps({"id": f"p{number}", "text": "hello"})
        begun = time.perf_counter()
        await jp_fetch("parsess", "sessions", id, "prompts", method="POST", body=body)
        accepted.append(time.perf_counter() - begun)
        bare.append(fsync(tmp_path / "bare"))
    tell("prompt accepted over HTTP, p50", median(accepted) * 1000, "ms")
    tell("one fsync on the same disk, p50", median(bare) * 1000, "ms")
    tell("difference", (median(accepted) - median(bare)) * 1000, "ms", 15)
    await sessions.close()


def fsync(path: Path) -> float:
    begun = time.perf_counter()
    with path.open("ab") as file:
        file.write(b"x" * 200)
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - begun


async def test_an_idle_session_costs_little(tmp_path: Path) -> None:
    async def fill(turn: Turn) -> StopReason:
        for number in range(200):
            turn.emit(AgentMessageChunk(message_id=f"m{number}", content=TextBlock(text="some words " * 10)))
        return "end_turn"

    agent = Scripted(fill)
    sessions = Sessions(tmp_path / "log", {"scripted": agent}, allowed_roots=[tmp_path])
    await full(sessions, tmp_path, 5)
    tracemalloc.start()
    await full(sessions, tmp_path, 100)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    tell("memory of an idle session with 200 events", held / 100 / 2**20, "MB", 0.5)
    await sessions.close()


async def full(sessions: Sessions, directory: Path, count: int) -> None:
    for _ in range(count):
        session = await sessions.get((await sessions.create(directory)).id)
        await session.prompt("p", [TextBlock(text="go")])
        async with aclosing(session.log.follow()) as events:
            async for stored in events:
                if isinstance(stored.event, StateUpdate) and stored.event.stop_reason is not None:
                    break
