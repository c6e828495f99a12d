"""A log that a crash left in the middle of something, and disks that do not take what they are given."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from parsess_lab.errors import Conflict
from parsess_lab.events import (
    AnyEvent,
    PromptQueued,
    QuestionAnswered,
    QuestionAsked,
    StateUpdate,
    ToolCall,
    ToolCallUpdate,
    UserMessage,
)
from parsess_lab.sessions import Session, Sessions
from tests.sessions.conftest import Make, events, kinds, state, text
from tests.sessions.scripted import OPTIONS, Scripted

CRASHED: list[AnyEvent] = [
    UserMessage("p1", text("go")),
    StateUpdate("running"),
    ToolCall("t1", "Run make", status="in_progress"),
    ToolCall("t2", "Run ls", status="in_progress"),
    ToolCallUpdate("t2", status="completed"),
    PromptQueued("p2", text("then")),
    QuestionAsked("q", "Run make?", OPTIONS),
    StateUpdate("requires_action"),
]


async def crash(sessions: Sessions, session: Session, what: list[AnyEvent]) -> None:
    """Leave the log as it is when the server dies now."""
    session.log.append_all(what)
    await sessions.close()


async def test_a_turn_cut_short_is_closed(sessions: Sessions, session: Session, make: Make) -> None:
    await crash(sessions, session, CRASHED)
    later = make()
    (summary,) = await later.list()
    assert (summary.state, summary.question) == ("interrupted", None)
    again = await later.get(session.id)
    assert events(again)[-3:] == [
        ToolCallUpdate("t1", status="cancelled"),
        QuestionAnswered("q"),
        StateUpdate("idle", "interrupted"),
    ]
    assert [prompt.id for prompt in again.facts.queue] == ["p2"]
    last = again.log.last_seq
    await later.close()
    assert (await make().list())[0].last_seq == last


async def test_every_prefix_of_a_turn_can_be_recovered(
    sessions: Sessions, session: Session, make: Make
) -> None:
    await crash(sessions, session, CRASHED)
    path = session.log.folder / "log.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for length in range(7, len(lines) + 1):
        path.write_bytes(b"".join(lines[:length]))
        later = make()
        again = await later.get(session.id)
        expected = "interrupted" if length > 7 else "idle"
        assert again.facts.state == expected
        await again.prompt("new", text("go on"))
        await state(again, "finished")
        assert again.facts.tools == again.facts.questions == ()
        await later.close()


async def test_damage_is_reported_once_and_kept_aside(
    sessions: Sessions, session: Session, make: Make
) -> None:
    await session.prompt("p1", text("hello"))
    await state(session, "finished")
    await sessions.close()
    path = session.log.folder / "log.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    damaged = [*lines[:3], b"rubbish \xff\n", *lines[3:-1], lines[-1][:-9]]
    path.write_bytes(b"".join(damaged))
    for _ in range(2):
        later = make()
        again = await later.get(session.id)
        assert [
            event.text.split(",")[0] for event in events(again) if kinds(again) and hasattr(event, "level")
        ] == [
            "The log's last line was incomplete",
            f"1 damaged lines of the log can't be read; they are in {session.log.folder}/damaged.jsonl.",
        ]
        assert again.facts.state == "interrupted"
        assert "1 line of its log is damaged" in str((await again.summary()).problem)
        await later.close()
    aside = [json.loads(line) for line in (path.parent / "damaged.jsonl").read_bytes().splitlines()]
    assert [entry["text"] for entry in aside] == [
        lines[-1][:-9].decode(),
        "rubbish \N{REPLACEMENT CHARACTER}\n",
    ]
    assert path.read_bytes().startswith(b"".join(damaged[:-1]))


@pytest.mark.parametrize(
    "header", [b"rubbish\n", b'{"format":99,"session":"x","created":"","directory":"/","agent":"a"}\n']
)
async def test_a_log_that_can_not_be_used_is_shown_and_can_be_deleted(
    header: bytes, sessions: Sessions, session: Session, make: Make
) -> None:
    await session.prompt("p1", text("hello"))
    await state(session, "finished")
    await sessions.close()
    path = session.log.folder / "log.jsonl"
    content = header + path.read_bytes().partition(b"\n")[2]
    path.write_bytes(content)
    later = make()
    (summary,) = await later.list()
    assert (summary.id, summary.read_only, summary.name) == (session.id, True, "payments")
    assert summary.problem is not None
    again = await later.get(session.id)
    with pytest.raises(Conflict) as refusal:
        await again.prompt("p2", text("hello"))
    assert refusal.value.code == "unreadable_log"
    assert "user_message" in kinds(again)
    assert path.read_bytes() == content
    await later.delete(session.id, ["conversation"])
    assert await later.list() == []


FULL_DISK = """
import asyncio, resource, sys
from pathlib import Path
from parsess_lab.errors import StorageFailed
from parsess_lab.events import TextBlock, UserMessage
from parsess_lab.sessions import Sessions
from tests.sessions.scripted import Scripted, say

async def refused(call):
    try:
        await call
    except StorageFailed as error:
        return error.message
    raise SystemExit("acknowledged on a full disk")

def limit(bytes):
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes, resource.RLIM_INFINITY))

async def main(log_dir, root):
    agent = Scripted()
    sessions = Sessions(log_dir, {"scripted": agent}, allowed_roots=[root], default_agent="scripted")
    session = await sessions.get((await sessions.create(root)).id)
    path = session.log.folder / "log.jsonl"

    limit(path.stat().st_size + 50)
    before = path.read_bytes()
    message = await refused(session.prompt("p1", [TextBlock("hello")]))
    assert "Free some space" in message, message
    assert path.read_bytes() == before
    assert message == (await session.summary()).problem
    limit(300)
    assert await refused(sessions.create(root))
    assert len(await sessions.list()) == 1

    limit(path.stat().st_size + 400)
    agent.gate.clear()
    await session.prompt("p1", [TextBlock("hello")])
    limit(path.stat().st_size + 50)
    agent.gate.set()
    while session.running:
        await asyncio.sleep(0.01)
    summary = await session.summary()
    assert summary.state == "failed" and "Free some space" in summary.problem, summary
    assert await refused(session.prompt("p2", [TextBlock("hello")]))
    assert path.read_bytes().endswith(b"\\n")

    limit(resource.RLIM_INFINITY)
    await session.prompt("p2", [TextBlock("hello")])
    while session.facts.state != "finished":
        await asyncio.sleep(0.01)
    assert (await session.summary()).problem is None
    prompts = [s.event.id for s in session.log.read() if isinstance(s.event, UserMessage)]
    assert prompts == ["p1", "p2"], prompts
    await sessions.close()

asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""


def test_a_full_disk_acknowledges_nothing_and_loses_nothing(tmp_path: Path, root: Path) -> None:
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "log"), str(root)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr


async def test_a_closing_server_leaves_its_turns_interrupted(
    sessions: Sessions, session: Session, agent: Scripted, make: Make
) -> None:
    agent.gate.clear()
    await session.prompt("p1", text("hello"))
    async with asyncio.timeout(4):
        await sessions.close()
    assert agent.running == 0
    assert (await make().list())[0].state == "interrupted"


async def test_a_closed_session_takes_nothing_more(
    sessions: Sessions, session: Session, agent: Scripted
) -> None:
    await sessions.close()
    with pytest.raises(Conflict) as refusal:
        await session.prompt("p1", text("hello"))
    assert refusal.value.code == "closed"
    assert not agent.turns
    await sessions.close()
