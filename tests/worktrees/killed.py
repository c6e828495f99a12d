"""Does things to worktrees, each in a process that ends itself by SIGKILL at the step it is told.

Run by ``test_kill.py`` with the room as argument. Each line that comes in is what to do, and at which call of the step
hook to end.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from functools import partial
from pathlib import Path

from parsess_lab.worktrees import Landing, Wanted, Worktrees
from tests.worktrees.killing import THROUGH, die_at, serve


async def do(worktrees: Worktrees, task: dict[str, str]) -> None:
    match task["do"]:
        case "create":
            await worktrees.create(Wanted(directory=Path(task["directory"]), name="work"))
        case "remove":
            reasons = await worktrees.would_lose(task["id"])
            await worktrees.remove(task["id"], [reason.kind for reason in reasons])
        case "restore":
            await worktrees.restore(task["id"])
        case "land":
            how = task["how"]
            assert how in ("merge", "squash", "rebase")
            await worktrees.land(
                Landing(directory=Path(task["directory"]), how=how, target="main", message="landed")
            )  # type: ignore[arg-type]


def one(room: Path, task: dict[str, str], deadly: int) -> int:
    worktrees = Worktrees(room / "state", [room / "work"], on_step=die_at(deadly))
    try:
        asyncio.run(do(worktrees, task))
    except Exception:
        traceback.print_exc()
        return 1
    return THROUGH


if __name__ == "__main__":
    serve(partial(one, Path(sys.argv[1])))
