"""The list: created, shown, changed, deleted, and always what is on the disk."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.errors import Conflict, Forbidden, InvalidRequest, NotFound, ParsessError
from parsess_lab.sessions import Deleted, Session, Sessions, Wanted
from tests.sessions.conftest import Make, events, gone, kinds, state, text, until
from tests.sessions.scripted import Scripted, ask


async def test_a_new_session(sessions: Sessions, root: Path, tmp_path: Path) -> None:
    summary = await sessions.create(root / "payments", model="large", effort="high", mode="plan")
    session = await sessions.get(summary.id)
    assert await sessions.list() == [summary] == [await session.summary()]
    assert (summary.name, summary.directory, summary.agent) == (
        "payments",
        str(root / "payments"),
        "scripted",
    )
    assert (summary.state, summary.model, summary.effort, summary.mode) == ("idle", "large", "high", "plan")
    assert (summary.branch, summary.question, summary.problem, summary.last_seq) == (None, None, None, 5)
    assert kinds(session) == [
        "session_info_update",
        "current_mode_update",
        "config_option_update",
        "available_commands_update",
        "state_update",
    ]
    for path in (session.log.folder, session.log.folder.parent):
        assert path.stat().st_mode & 0o777 == 0o700
    for path in session.log.folder.glob("*"):
        assert path.stat().st_mode & 0o777 == 0o600
    assert session.log.folder == tmp_path / "log" / "sessions" / summary.id


async def test_names_are_told_apart(sessions: Sessions, root: Path) -> None:
    names = [(await sessions.create(root / "payments")).name for _ in range(3)]
    assert names == ["payments", "payments 2", "payments 3"]
    assert (await sessions.create(root, name=" Mine ")).name == "Mine"


async def test_directories_that_will_not_do(sessions: Sessions, root: Path, tmp_path: Path) -> None:
    (root / "file").write_text("")
    (root / "out").symlink_to(tmp_path)
    (root / "loop").symlink_to(root / "loop")
    (root / "in").symlink_to(root / "payments")
    refused = {
        root / "missing": (NotFound, "directory_missing"),
        root / "loop": (NotFound, "directory_missing"),
        root / "file": (InvalidRequest, "not_a_directory"),
        tmp_path: (Forbidden, "outside_allowed_roots"),
        root / "out": (Forbidden, "outside_allowed_roots"),
        root / ".." / "log": (Forbidden, "outside_allowed_roots"),
        Path("/no/such"): (Forbidden, "outside_allowed_roots"),
        Path("payments"): (InvalidRequest, "not_absolute"),
        "/a\0b": (InvalidRequest, "not_absolute"),
    }
    for directory, (error, code) in refused.items():
        with pytest.raises(error) as refusal:
            await sessions.create(directory)
        assert refusal.value.code == code, directory
    assert await sessions.list() == []
    assert (await sessions.create(root / "in")).directory == str(root / "payments")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_a_directory_that_can_not_be_read(sessions: Sessions, root: Path) -> None:
    (root / "payments").chmod(0)
    with pytest.raises(Forbidden) as refusal:
        await sessions.create(root / "payments")
    assert refusal.value.code == "not_readable"
    (root / "payments").chmod(0o700)


@pytest.mark.parametrize(
    ("choice", "error", "code"),
    [
        ({"agent": "nobody"}, InvalidRequest, "unknown_agent"),
        ({"model": "giant"}, InvalidRequest, "unknown_model"),
        ({"effort": "max"}, InvalidRequest, "unknown_effort"),
        ({"mode": "yolo"}, InvalidRequest, "unknown_mode"),
        ({"mode": "bypass"}, Forbidden, "bypass_not_allowed"),
        ({"name": " "}, InvalidRequest, "bad_name"),
        ({"name": "a\nb"}, InvalidRequest, "bad_name"),
    ],
)
async def test_choices_that_are_none(
    choice: dict[str, str], error: type[ParsessError], code: str, sessions: Sessions, session: Session
) -> None:
    with pytest.raises(error) as refusal:
        await sessions.create(session.directory, **choice)
    assert refusal.value.code == code
    if "agent" not in choice:
        last = session.log.last_seq
        with pytest.raises(error) as refusal:
            await session.update(Wanted(**choice))
        assert (refusal.value.code, session.log.last_seq) == (code, last)


async def test_bypass_where_it_is_allowed(make: Make, root: Path) -> None:
    assert (await make(allow_bypass=True).create(root, mode="bypass")).mode == "bypass"


async def test_the_default_agent_is_one_that_can_answer(make: Make, root: Path) -> None:
    tour = Scripted(id="tour")
    ready, not_ready = Scripted(id="builtin"), Scripted(id="builtin", available=False, why_not="Set a key.")
    with_key = make(default_agent=None, agents={"builtin": ready, "tour": tour})
    assert (await with_key.create(root)).agent == "builtin"
    without = make(default_agent=None, agents={"builtin": not_ready, "tour": tour})
    assert (await without.create(root)).agent == "tour"
    with pytest.raises(Conflict, match=r"Set a key\.") as refusal:
        await without.create(root, agent="builtin")
    assert refusal.value.code == "agent_unavailable"


async def test_settings_change_and_last(sessions: Sessions, session: Session, make: Make) -> None:
    await session.update(Wanted(name="Invoices", mode="plan", model="large"))
    last = session.log.last_seq
    await session.update(Wanted(name="Invoices", mode="plan", model="large"))
    assert session.log.last_seq == last
    await sessions.close()
    summary = (await make().list())[0]
    assert (summary.name, summary.mode, summary.model, summary.effort) == ("Invoices", "plan", "large", "low")


async def test_a_duplicate_has_the_settings_and_no_conversation(sessions: Sessions, session: Session) -> None:
    await session.prompt("p", text("hello"))
    await state(session, "finished")
    await session.update(Wanted(model="large", mode="plan"))
    copy = await sessions.duplicate(session.id)
    assert (copy.name, copy.directory, copy.model, copy.mode) == (
        "payments 2",
        str(session.directory),
        "large",
        "plan",
    )
    assert (copy.state, copy.summary) == ("idle", "")


async def test_deleting_asks_for_what_is_lost(sessions: Sessions, session: Session, agent: Scripted) -> None:
    async def asking(turn: Any) -> Any:
        await ask(turn)

    agent.script = asking
    await session.prompt("p", text("hello"))
    await state(session, "waiting")
    with pytest.raises(Conflict) as refusal:
        await sessions.delete(session.id, ["conversation"])
    reasons: Any = refusal.value.details["reasons"]
    assert (refusal.value.code, [reason["kind"] for reason in reasons]) == (
        "would_lose",
        ["running", "question"],
    )
    assert session.facts.state == "waiting"

    await sessions.delete(session.id, ["running", "question", "conversation"])
    assert await sessions.list() == []
    assert agent.ended == [session.id]
    assert agent.running == 0
    assert session.directory.is_dir()
    assert not session.log.folder.exists()
    await gone(sessions.get(session.id))
    await gone(sessions.delete(session.id))


async def test_an_empty_session_goes_without_asking(sessions: Sessions, session: Session) -> None:
    await sessions.delete(session.id)
    assert await sessions.list() == []


async def test_followers_of_a_deleted_session_end(sessions: Sessions, session: Session) -> None:
    async def follow() -> int:
        return len([stored async for stored in session.log.follow()])

    following = asyncio.create_task(follow())
    await asyncio.sleep(0)
    await sessions.delete(session.id)
    async with asyncio.timeout(2):
        assert await following == 5


async def test_the_list_is_what_the_logs_say(sessions: Sessions, session: Session, make: Make) -> None:
    await session.prompt("p", text("hello"))
    await state(session, "finished")
    before = await sessions.list()
    await sessions.close()
    for path in session.log.folder.iterdir():
        if path.name != "log.jsonl":
            path.unlink() if path.is_file() else shutil.rmtree(path)
    shutil.copytree(session.log.folder, session.log.folder.with_name("copy"))
    (session.log.folder.parent / "rubbish").mkdir()
    (session.log.folder.parent / "file").write_text("x")
    after = {summary.id: summary for summary in await make().list()}
    assert after.keys() == {session.id, "copy"}
    assert after[session.id] == before[0]


async def test_the_feed_tells_what_changed(sessions: Sessions, session: Session, root: Path) -> None:
    changes: list[Any] = []

    async def follow() -> None:
        async for change in sessions.feed():
            changes.append(change)  # noqa: PERF401 - one by one, as they come

    following = asyncio.create_task(follow())
    await asyncio.sleep(0)
    await session.update(Wanted(name="Invoices"))
    await until(lambda: changes and changes[-1].name == "Invoices")
    await session.prompt("p", text("hello"))
    await until(lambda: changes[-1].state == "finished")
    other = await sessions.create(root)
    await until(lambda: changes[-1].id == other.id)
    await sessions.delete(other.id)
    await until(lambda: changes[-1] == Deleted(other.id))
    await sessions.close()
    async with asyncio.timeout(2):
        await following
    assert len(changes) < 20
    assert events(session)
