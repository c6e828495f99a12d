"""Does one thing to worktrees, and ends itself by SIGKILL at the step it is told. Run by ``test_kill.py``.

Arguments: the room, what to do (JSON), at which call of the step hook to end; exits with 7 if it came through.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
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


def main() -> int:
    room, task, deadly = Path(sys.argv[1]), json.loads(sys.argv[2]), int(sys.argv[3])
    calls = 0

    def die(_kind: str, _step: str, _written: bool) -> None:
        nonlocal calls
        calls += 1
        if calls == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(do(Worktrees(room / "state", [room / "work"], on_step=die), task))
    return THROUGH


if __name__ == "__main__":
    sys.exit(main())
