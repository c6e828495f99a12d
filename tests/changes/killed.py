"""A rewind in a process of its own that is killed at its N-th touch of the file system.

    python killed.py DIRECTORY FOLDER SNAPSHOT|finish|undo N FILE

Counted from the first that names FILE, which may be empty.

Python reports every such touch to audit hooks before it happens, so none is missed, whatever the code
does.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from parsess_lab.changes import Snapshots

TOUCHES = {
    "open",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.symlink",
    "os.chmod",
    "subprocess.Popen",
}


def kill_at(number: int, since: str) -> None:
    left = number
    counting = False

    def hook(event: str, args: tuple[object, ...]) -> None:
        nonlocal left, counting
        if event not in TOUCHES:
            return
        counting = counting or since in str(args[0])
        if event == "open" and not _writes(args):
            return
        left -= counting
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _writes(args: tuple[object, ...]) -> bool:
    flags = args[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


async def main(directory: str, folder: str, what: str) -> None:
    snapshots = Snapshots(Path(directory), session="s1", folder=Path(folder))
    if what in ("finish", "undo"):
        await snapshots.recover(what)  # type: ignore[arg-type]
    else:
        await snapshots.rewind(what, consent_external=True)


if __name__ == "__main__":
    kill_at(int(sys.argv[4]), sys.argv[5])
    asyncio.run(main(*sys.argv[1:4]))
