"""The server is killed at random moments of a turn; what it acknowledged stays, its processes do not."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psutil

from parsess_lab.events import StateUpdate, Stored, TextBlock
from parsess_lab.processes import SERVER_MARK, sweep
from parsess_lab.sessions import Session, Sessions
from tests.sessions.scripted import Scripted

ROUNDS = 50
_PROMPTS = ("user_message", "_prompt_queued")
SERVER = Path(__file__).with_name("killed_server.py")
CODE = Path(__file__).parents[2]


class Life(NamedTuple):
    """A server's process, and what it had acknowledged."""

    pid: int
    acknowledged: list[dict[str, Any]]


def one_life(log_dir: Path, root: Path, session: str, number: int, seconds: float) -> Life:
    """Run a server, kill it after so many seconds of answering."""
    command = [sys.executable, str(SERVER), str(log_dir), str(root), session, str(number)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=CODE, env={**os.environ, "PYTHONPATH": str(CODE)}
    ) as server:
        assert server.stdout is not None
        first = server.stdout.readline()
        time.sleep(seconds)
        server.send_signal(signal.SIGKILL)
        lines = [first, *server.stdout.readlines()]
    assert server.returncode == -signal.SIGKILL, lines
    return Life(server.pid, [json.loads(line) for line in lines if line.endswith(b"\n")])


async def test_killed_fifty_times_it_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    root = tmp_path / "work"
    root.mkdir()
    log_dir = tmp_path / "log"
    dice = random.Random(8)  # noqa: S311 - moments, not secrets
    sessions = Sessions(log_dir, {"scripted": Scripted()}, allowed_roots=[root], default_agent="scripted")
    id = (await sessions.create(root)).id
    await sessions.close()

    acknowledged: list[dict[str, Any]] = []
    servers = set()
    for number in range(ROUNDS):
        life = await asyncio.to_thread(one_life, log_dir, root, id, number, dice.uniform(0, 0.25))
        acknowledged += life.acknowledged
        servers.add(str(life.pid))
        check(log_dir / "sessions" / id / "log.jsonl", acknowledged)
    kinds = [entry["what"] for entry in acknowledged]
    assert kinds.count("prompt") >= ROUNDS
    assert kinds.count("answer") > 5
    assert kinds.count("block") > 100

    assert len(left_by(servers)) > ROUNDS / 10  # how many depends on where the kills fell
    await asyncio.to_thread(sweep)
    assert left_by(servers) == []

    sessions = Sessions(log_dir, {"scripted": Scripted()}, allowed_roots=[root], default_agent="scripted")
    session = await sessions.get(id)
    assert (session.facts.state, session.facts.questions, session.facts.tools) == ("interrupted", (), ())
    await goes_on(session)
    await sessions.close()


async def goes_on(session: Session) -> None:
    for waiting in session.facts.queue:
        await session.queue.remove(waiting.id)
    before = session.log.last_seq
    await session.prompt("last", [TextBlock("still there?")])
    async with asyncio.timeout(5):
        async for stored in session.log.follow(before):
            if isinstance(stored, Stored) and stored.event == StateUpdate("idle", "end_turn"):
                break
    assert session.facts.text == "You said: still there?"


def left_by(servers: set[str]) -> list[int]:
    """Processes that carry the mark of one of these servers, and live."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            mark = process.environ().get(SERVER_MARK, "").partition(":")[0]
            if mark in servers and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def check(path: Path, acknowledged: list[dict[str, Any]]) -> None:
    events = list(lines(path))
    assert [event["seq"] for event in events] == sorted({event["seq"] for event in events})
    found = {
        "prompt": {one["event"]["id"] for one in events if one["event"]["kind"] in _PROMPTS},
        "answer": {one["event"]["id"] for one in events if one["event"].get("option") == "once"},
        "block": {
            one["event"]["tool_call_id"] for one in events if one["event"].get("status") == "completed"
        },
    }
    for entry in acknowledged:
        assert entry["id"] in found[entry["what"]], entry


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Events of the log as anyone can read them; the last line may be torn."""
    _, *rest = path.read_bytes().splitlines(keepends=True)
    for line in rest:
        if line.endswith(b"\n"):
            yield msgspec.json.decode(line)
