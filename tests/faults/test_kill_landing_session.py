"""The server killed between any two steps of landing or removing: done or undone, and the pane says which."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from parsess_lab.events import Notice, Stored
from parsess_lab.sessions import Session, Sessions, WorktreeRequest
from tests.faults.conftest import until
from tests.faults.killed_session import remove_worktree, sessions_of
from tests.worktrees.killing import MOST
from tests.worktrees.repository import Repository, picture

Run = Callable[..., bool]


def notices(session: Session, after: int) -> list[str]:
    told = [one for one in session.log.read(after) if isinstance(one, Stored)]
    return [one.event.text for one in told if isinstance(one.event, Notice)]


async def in_worktree(log_dir: Path, root: Path) -> tuple[str, str, Repository]:
    """A session at rest in a new worktree: its id, the worktree's, and the checkout."""
    sessions = sessions_of(log_dir, root)
    summary = await sessions.create(root / "project", name="work", worktree=WorktreeRequest())
    session = await sessions.get(summary.id)
    await until(session, "idle")
    (record,) = await sessions.workspace.worktrees.all()
    await sessions.close()
    return session.id, record.id, Repository(Path(record.path))


async def restarted(log_dir: Path, root: Path) -> Sessions:
    """What the next server makes of it."""
    sessions = sessions_of(log_dir, root)
    await sessions.recover()
    assert list((log_dir / "worktrees" / "journal").glob("*")) == []
    return sessions


@pytest.mark.timeout(900)
@pytest.mark.parametrize("how", ["squash", "rebase"])
async def test_the_work_has_landed_or_not_and_the_session_says_which(
    room: Path, repository: Repository, run: Run, how: str
) -> None:
    root, log_dir = room / "work", room / "log"
    id, _, made = await in_worktree(log_dir, root)
    made.write("new.txt", "new\n")
    made.commit("add new")
    repository.write("main.txt", "meanwhile")
    start = repository.commit("meanwhile")
    source = picture(made)
    task = {"do": "land", "session": id, "how": how}
    seen: list[str] = []
    last = 0
    for number in range(1, MOST):
        if await asyncio.to_thread(run, str(log_dir), str(root), task, number):
            break
        sessions = await restarted(log_dir, root)
        session = await sessions.get(id)
        said, last = notices(session, last), session.log.last_seq
        assert (session.facts.state, picture(made)) == ("idle", source)
        assert repository.git("status", "--porcelain") == ""
        assert len(repository.git("worktree", "list").splitlines()) == 2
        if (now := repository.head("main")) == start:
            seen.append("not landed" if said else "not begun")
            assert all("Nothing has landed: main is as it was." in words for words in said)
        else:
            seen.append("landed")
            assert repository.git("show", "main:new.txt") == "new"
            assert said
            assert all("landed" in words.lower() and now[:9] in words for words in said)
            assert (await session.summary()).worktree.landed == "main"  # type: ignore[union-attr]
            repository.git("reset", "-q", "--hard", start)
        await sessions.close()
    assert seen[:1] == ["not begun"]
    assert seen.count("not begun") == 1
    assert seen.count("not landed") >= 6
    assert seen.count("landed") >= 3


@pytest.mark.timeout(900)
@pytest.mark.parametrize("what", ["remove", "restore"])
async def test_the_worktree_is_removed_or_whole_and_the_session_says_which(
    room: Path, repository: Repository, run: Run, what: str
) -> None:
    root, log_dir = room / "work", room / "log"
    id, worktree, made = await in_worktree(log_dir, root)
    made.write("c", "committed")
    made.commit("one")
    made.write("a.txt", "dirty")
    made.write("new/untracked", "u")
    made.write(".env", "A=1")
    whole = picture(made)
    seen: list[str] = []
    last = 0
    for number in range(1, MOST):
        if what == "restore":
            await removed(log_dir, root, worktree)
        if await asyncio.to_thread(run, str(log_dir), str(root), {"do": what, "id": worktree}, number):
            break
        sessions = await restarted(log_dir, root)
        session = await sessions.get(id)
        said, last = notices(session, last), session.log.last_seq
        status = (await session.summary()).worktree.status  # type: ignore[union-attr]
        there = made.path.exists()
        assert status == ("ready" if there else "removed")
        if not there:
            assert repository.branches() == {"main"}
            await sessions.workspace.worktrees.restore(worktree)
        assert picture(made) == whole
        assert all(ending(what, there=there) in words for words in said), said
        seen.append(f"{'there' if there else 'gone'}, {'told' if said else 'not told'}")
        await sessions.close()
    first, over = ("there", "gone") if what == "remove" else ("gone", "there")
    assert seen[0] == f"{first}, not told"  # killed before it was written down
    assert seen[-1] == f"{over}, not told"  # killed after it was crossed out
    assert set(seen[1:-1]) <= {"there, told", "gone, told"}
    assert len(seen) >= 6


async def removed(log_dir: Path, root: Path, worktree: str) -> None:
    sessions = sessions_of(log_dir, root)
    await remove_worktree(sessions, root, worktree)
    await sessions.close()


def ending(what: str, *, there: bool) -> str:
    if what == "restore":
        return "It is back."
    return "It was not: all of it is there." if there else "It is removed, and can be brought back."
