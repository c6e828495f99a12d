"""Servers that do something to a session and its worktree, each killed at a step of it.

See ``tests.worktrees.killing``. Arguments of each: the log directory, the root, what to do, N.
"""

from __future__ import annotations

import asyncio
import os
import traceback
from pathlib import Path
from typing import Any

from parsess_lab.events import TextBlock
from parsess_lab.sessions import Occupants, Sessions, Setups, WorktreeRequest
from parsess_lab.sessions.occupants import remove
from parsess_lab.terminals import Terminals
from parsess_lab.worktrees import Landing, Worktrees
from tests.changes.killed import kill_at
from tests.sessions.scripted import Scripted
from tests.worktrees.killing import THROUGH, die_at, serve


def sessions_of(log_dir: Path, root: Path, deadly: int = 0) -> Sessions:
    """Killed at the call ``deadly`` of the worktrees' step hook; 0: never."""
    worktrees = Worktrees(log_dir / "worktrees", [root], on_step=die_at(deadly))
    agents = {"scripted": Scripted()}
    return Sessions(
        log_dir, agents, allowed_roots=[root], default_agent="scripted", worktrees=worktrees, snapshots=50
    )


async def remove_worktree(sessions: Sessions, root: Path, id: str) -> None:
    """As the route does, with consent to all that would be lost."""
    workspace = sessions.workspace
    occupants = Occupants(sessions, Terminals([root]), Setups(workspace.worktrees))
    consent = [reason.kind for reason in await workspace.worktrees.would_lose(id)]
    await remove(workspace.worktrees, occupants, id, consent)


async def do(log_dir: Path, root: Path, task: dict[str, Any], number: int) -> None:
    rewind = task["do"] == "rewind"
    sessions = sessions_of(log_dir, root, 0 if rewind else number)
    match task["do"]:
        case "rewind":
            session = await sessions.get(task["session"])
            kill_at(number, task["since"])
            await session.rewinding.rewind(task["to"], "both")
        case "create":
            made = await sessions.create(root / "project", name="work", worktree=WorktreeRequest())
            session = await sessions.get(made.id)
            await session.prompt("p1", [TextBlock("go")])
            async for _ in session.log.follow():
                if session.facts.state == "finished":
                    break
        case "land":
            session = await sessions.get(task["session"])
            await session.land(Landing(session.directory, task["how"], "main", message="landed"))
        case "remove":
            await remove_worktree(sessions, root, task["id"])
        case "restore":
            await sessions.workspace.worktrees.restore(task["id"])
    os._exit(THROUGH)  # no clean end, which a killed one would not have either


def one(log_dir: str, root: str, task: dict[str, Any], number: int) -> int:
    try:
        asyncio.run(do(Path(log_dir), Path(root), task, number))
    except Exception:
        traceback.print_exc()
    return 1


if __name__ == "__main__":
    serve(one)
