"""The server killed between any two steps of making a worktree or of a rewind: its session tells what became of it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from parsess_lab.agents.agent import Turn, text_of
from parsess_lab.events import StopReason, Stored, TextBlock
from parsess_lab.sessions import Session
from tests.faults.conftest import until
from tests.faults.killed_session import sessions_of
from tests.sessions.scripted import Scripted
from tests.worktrees.repository import Repository

MOST = 200


@pytest.mark.timeout(900)
async def test_a_worktree_is_there_or_the_session_says_why_not(
    room: Path, repository: Repository, run: Callable[..., bool]
) -> None:
    root = room / "work"
    seen = set()
    for number in range(1, MOST):
        log_dir = room / f"log-{number}"
        if await asyncio.to_thread(run, str(log_dir), str(root), {"do": "create"}, number):
            break
        seen.add(await recovered(log_dir, root, repository))
    assert number > 12
    assert seen == {"failed", "made"}


async def recovered(log_dir: Path, root: Path, repository: Repository) -> str:
    sessions = sessions_of(log_dir, root)
    (summary,) = await sessions.list()
    session = await sessions.get(summary.id)
    assert summary.state in ("idle", "failed")
    assert [queued.id for queued in session.facts.queue] in (
        [],
        ["p1"],
    )  # a queued prompt waits for the person
    if summary.state == "failed":
        assert not Path(summary.directory).exists()
        assert "server ended" in summary.summary
        await session.making.again()
        await until(session, "finished" if session.facts.queue else "idle")
    else:
        assert any(
            "complete" in str(stored.event) for stored in session.log.read() if isinstance(stored, Stored)
        )
    assert (Path(summary.directory) / "a.txt").is_file()
    (record,) = await sessions.workspace.worktrees.all()
    assert (record.path, record.session) == (summary.directory, summary.id)
    assert repository.git("status", "--porcelain") == ""
    reasons = await sessions.workspace.worktrees.would_lose(record.id)
    assert reasons == []
    await sessions.workspace.worktrees.remove(record.id)
    await sessions.close()
    return "failed" if summary.state == "failed" else "made"


@pytest.mark.timeout(900)
async def test_a_rewind_was_done_or_never_begun(
    room: Path, repository: Repository, run: Callable[..., bool]
) -> None:
    root, kept = room / "work", room / "kept"
    log_dir = room / "log"
    id, to = await three_turns(log_dir, root)
    shutil.copytree(log_dir, kept / "log")
    shutil.copytree(root, kept / "work", symlinks=True)
    before = files(repository.path)
    seen = set()
    # Each step from the journal on; of those before it, in which only git reads, some.
    steps = [("rewinding.json", number) for number in range(1, 40, 8)]
    steps += [("rewind.making", number) for number in range(1, MOST)]
    for since, number in steps:
        for name, place in (("log", log_dir), ("work", root)):
            shutil.rmtree(place)
            shutil.copytree(kept / name, place, symlinks=True)
        task = {"do": "rewind", "session": id, "to": to, "since": since}
        if await asyncio.to_thread(run, str(log_dir), str(root), task, number):
            break
        seen.add(await consistent(log_dir, root, id, before))
    assert number > 15
    assert seen == {"done", "not begun"}


async def three_turns(log_dir: Path, root: Path) -> tuple[str, int]:
    async def write(turn: Turn) -> StopReason:
        for name in text_of(turn.prompt.content).split():
            (turn.home / name).write_text(turn.prompt.id)
        return "end_turn"

    sessions = sessions_of(log_dir, root)
    agent = sessions._around.agents["scripted"]
    assert isinstance(agent, Scripted)
    agent.script = write
    session = await sessions.get((await sessions.create(root / "project")).id)
    for number, names in enumerate(("a.txt", "a.txt new.txt", "a.txt d/b.txt"), 1):
        await session.prompt(f"p{number}", [TextBlock(names)])
        await until(session, "finished")
        await settled(session, number)
    to = session.facts.turns[1].seq
    await sessions.close()
    return session.id, to


async def settled(session: Session, turns: int) -> None:
    async with asyncio.timeout(10):
        async for _ in session.log.follow():
            told = [one.event for one in session.log.read() if isinstance(one, Stored)]
            if sum(getattr(event, "moment", "") == "after_turn" for event in told) == turns:
                return


def files(directory: Path) -> dict[str, str]:
    found = sorted(path for path in directory.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {str(path.relative_to(directory)): path.read_text() for path in found}


async def consistent(log_dir: Path, root: Path, id: str, before: dict[str, str]) -> str:
    """Files and log say the same; and a rewind can be done, or this one taken back."""
    sessions = sessions_of(log_dir, root)
    session = await sessions.get(id)
    now = files(root / "project")
    done = bool(session.facts.rewinds)
    rewound = {".gitignore": before[".gitignore"], "a.txt": "p1", "d/b.txt": "b\n"}
    assert now == (rewound if done else before)
    assert len(session.facts.turns) == (1 if done else 3)
    assert not (session.log.folder / "rewinding.json").exists()
    to = session.facts.rewinds[-1].seq if done else session.facts.turns[1].seq
    await session.rewinding.rewind(to, "both")
    assert files(root / "project") == (before if done else rewound)
    await sessions.close()
    return "done" if done else "not begun"
