"""Processes that work in a directory, and waiting for a git among them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil

_PAUSE = 0.05
_SECONDS = 60.0


def processes(directory: Path, name: str | None = None) -> list[str]:
    """Processes whose working directory is in ``directory``, as ``name (pid)``. Blocks for some milliseconds."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(directory) and name in (None, process.name()):
                found.append(f"{process.name()} ({process.pid})")
        except (psutil.Error, OSError):
            continue
    return found


async def settled(git_dir: Path, folder: Path) -> None:
    """Wait, for a minute at most, for a git that outlived its server and still has the index of ``folder``.

    A lock that no running git holds was left by one that was killed, and nobody will take it away.
    """
    for _ in range(int(_SECONDS / _PAUSE)):
        if not (git_dir / "index.lock").exists() or not await asyncio.to_thread(processes, folder, "git"):
            return
        await asyncio.sleep(_PAUSE)
