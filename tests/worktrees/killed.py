"""Does things to worktrees, each in a process that ends itself by SIGKILL at the step it is told.

Run by ``test_kill.py`` with the room as argument. Each line that comes in (JSON: what to do, at which call of the step
hook to end) is done in a fork, which saves loading everything anew; each that goes out is how that ended, 7 if it
came through.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from pathlib import Path

from parsess_lab.worktrees import Landing, Wanted, Worktrees

THROUGH = 7


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
    calls = 0

    def die(_kind: str, _step: str, _written: bool) -> None:
        nonlocal calls
        calls += 1
        if calls == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        asyncio.run(do(Worktrees(room / "state", [room / "work"], on_step=die), task))
    except Exception:
        traceback.print_exc()
        return 1
    return THROUGH


def main(room: Path) -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(one(room, *json.loads(line)))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
