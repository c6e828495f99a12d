"""A server that makes a session's worktree, or rewinds a session, and is killed at the N-th step of it.

Arguments: the log directory, the root, what to do (JSON), N. Exits with 7 if it came through.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from parsess_lab.events import TextBlock
from parsess_lab.sessions import Sessions, WorktreeRequest
from parsess_lab.worktrees import Worktrees
from tests.changes.killed import kill_at
from tests.sessions.scripted import Scripted

THROUGH = 7


def sessions_of(log_dir: Path, root: Path, deadly: int = 0) -> Sessions:
    """Killed at the call ``deadly`` of the worktrees' step hook; 0: never."""
    calls = 0

    def die(_kind: str, _step: str, _written: bool) -> None:
        nonlocal calls
        calls += 1
        if calls == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    worktrees = Worktrees(log_dir / "worktrees", [root], on_step=die)
    agents = {"scripted": Scripted()}
    return Sessions(
        log_dir, agents, allowed_roots=[root], default_agent="scripted", worktrees=worktrees, snapshots=50
    )


async def main(log_dir: Path, root: Path, task: dict[str, Any], number: int) -> None:
    if task["do"] == "rewind":
        sessions = sessions_of(log_dir, root)
        session = await sessions.get(task["session"])
        kill_at(number, task["since"])
        await session.rewinding.rewind(task["to"], "both")
    else:
        sessions = sessions_of(log_dir, root, number)
        made = await sessions.create(root / "project", name="work", worktree=WorktreeRequest())
        session = await sessions.get(made.id)
        await session.prompt("p1", [TextBlock("go")])
        async for _ in session.log.follow():
            if session.facts.state == "finished":
                break
    os._exit(THROUGH)  # no clean end, which a killed one would not have either


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]), int(sys.argv[4])))
