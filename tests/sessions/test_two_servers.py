"""Two servers on one log directory: one writes, the other reads along and takes over when it is gone."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.errors import Conflict
from parsess_lab.events import StateUpdate, TextBlock
from parsess_lab.log.owner import Owner
from parsess_lab.sessions import Session, Sessions, Wanted
from tests.sessions.conftest import Make, events, kinds, state, text
from tests.sessions.scripted import Scripted

OTHER_PROCESS = """
import asyncio, sys
from pathlib import Path
from parsess_lab.events import TextBlock
from parsess_lab.sessions import Sessions, Wanted
from tests.sessions.scripted import Scripted

async def main(log_dir, root):
    agent = Scripted()
    agent.gate.clear()
    sessions = Sessions(log_dir, {"scripted": agent}, allowed_roots=[root], default_agent="scripted")
    summary = await sessions.create(root)
    session = await sessions.get(summary.id)
    await session.prompt("p1", [TextBlock("hello")])
    print(summary.id, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await session.update(Wanted(name="Renamed"))
    print("renamed", flush=True)
    await asyncio.Event().wait()

asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""


@pytest.fixture
def other(tmp_path: Path, root: Path) -> Any:
    """A server in a process of its own, in the middle of a turn."""
    command = [sys.executable, "-c", OTHER_PROCESS, str(tmp_path / "log"), str(root)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        yield process
        process.kill()


def owned_by(session: Session, **changes: Any) -> Path:
    """Have the session owned by someone else."""
    me = Owner.this()
    fields = {"host": me.host, "pid": me.pid, "started": me.started, "server": "other"} | changes
    path = session.log.folder / "owner.json"
    path.write_text(json.dumps(fields))
    return path


async def listed(sessions: Sessions, number: int) -> None:
    """Wait until so many sessions are in the list."""
    async with asyncio.timeout(5):
        while len(await sessions.list()) != number:  # noqa: ASYNC110 - the disk tells nobody
            await asyncio.sleep(0.02)


async def test_a_session_of_a_living_server_can_only_be_read(other: Any, make: Make) -> None:
    id = other.stdout.readline().strip()
    sessions = make()
    session = await sessions.get(id)
    summary = await session.summary()
    assert (summary.read_only, summary.state) == (True, "running")
    assert f"process {other.pid}" in (summary.problem or "")
    last = session.log.last_seq
    for write in (
        session.prompt("p2", text("mine")),
        session.update(Wanted(name="Mine")),
        session.answer("q", "once"),
        sessions.delete(id, ["running", "conversation"]),
    ):
        with pytest.raises(Conflict) as refusal:
            await write
        assert refusal.value.code == "read_only"
    await session.seen(last)
    assert session.log.last_seq == last

    follower = session.log.follow(last)
    other.stdin.write("\n")
    other.stdin.flush()
    async with asyncio.timeout(5):
        followed = await anext(follower)
    assert followed.seq == last + 1
    assert (await session.summary()).name == "Renamed"
    await follower.aclose()


async def test_a_killed_server_s_session_is_taken_over(other: Any, make: Make) -> None:
    id = other.stdout.readline().strip()
    session = await make().get(id)
    assert (await session.summary()).read_only
    other.kill()
    other.wait()
    await session.prompt("p2", text("mine"))
    assert StateUpdate("idle", "interrupted") in events(session)
    await state(session, "finished")
    assert not (await session.summary()).read_only


async def test_a_killed_server_s_turn_is_closed_without_anyone_writing(other: Any, make: Make) -> None:
    id = other.stdout.readline().strip()
    session = await make().get(id)
    other.kill()
    other.wait()
    await state(session, "interrupted")


async def test_both_may_list_and_create(sessions: Sessions, session: Session, make: Make, root: Path) -> None:
    second = make()
    assert [(one.id, one.read_only) for one in await second.list()] == [(session.id, True)]
    mine = await second.create(root)
    await listed(sessions, 2)
    assert (await (await sessions.get(mine.id)).summary()).read_only
    await second.delete(mine.id)
    await listed(sessions, 1)


@pytest.mark.parametrize(
    ("owner", "lives"),
    [
        ({}, True),
        ({"pid": 4194300}, False),
        ({"started": 1.0}, False),
        ({"host": "elsewhere", "pid": 1}, True),
        ({"host": "elsewhere", "pid": 1, "age": 61}, False),
        ({"namespace": "pid:[1]", "pid": 4194300}, True),
        ({"namespace": "pid:[1]", "pid": 4194300, "age": 61}, False),
    ],
)
async def test_who_counts_as_living(
    owner: dict[str, Any], lives: bool, sessions: Sessions, session: Session, make: Make
) -> None:
    await sessions.close()
    path = owned_by(session, **owner)
    os.utime(path, (time.time() - owner.get("age", 0),) * 2)
    again = await make().get(session.id)
    assert (await again.summary()).read_only == lives
    if lives:
        with pytest.raises(Conflict):
            await again.prompt("p", text("go"))
    else:
        await again.prompt("p", text("go"))
        assert json.loads(path.read_text())["pid"] == os.getpid()


async def test_a_damaged_owner_file_owns_nothing(sessions: Sessions, session: Session, make: Make) -> None:
    await sessions.close()
    (session.log.folder / "owner.json").write_text("{")
    again = await make().get(session.id)
    await again.prompt("p", text("go"))


async def test_closing_gives_the_session_up(sessions: Sessions, session: Session, make: Make) -> None:
    assert (session.log.folder / "owner.json").exists()
    await sessions.close()
    assert not (session.log.folder / "owner.json").exists()
    with pytest.raises(Conflict):
        session.log.append(StateUpdate("idle"))


async def test_of_many_servers_that_want_a_dead_one_s_session_one_gets_it(
    sessions: Sessions, session: Session, make: Make
) -> None:
    await sessions.close()
    owned_by(session, pid=4194300)
    claimants = [await make().get(session.id) for _ in range(5)]
    prompts = [one.prompt(f"p{number}", [TextBlock("go")]) for number, one in enumerate(claimants)]
    results = await asyncio.gather(*prompts, return_exceptions=True)
    assert [type(result) for result in results].count(Conflict) == 4
    winner = claimants[results.index(None)]
    await state(winner, "finished")
    assert kinds(winner).count("user_message") == 1


async def test_a_server_that_was_taken_for_dead_stops_writing(session: Session, agent: Scripted) -> None:
    agent.gate.clear()
    await session.prompt("p", text("go"))
    owned_by(session)
    last = session.log.last_seq
    await session.lose()
    assert agent.running == 0
    assert session.log.last_seq == last
    with pytest.raises(Conflict):
        await session.prompt("p2", text("go"))
