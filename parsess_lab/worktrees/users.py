"""Processes that work in a directory, and those of git that outlived their server."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import psutil

from parsess_lab.processes import SERVER_MARK, SESSION_MARK

_PAUSE = 0.05
_SECONDS = 60.0
_LOOKS = 3


def processes(directory: Path, name: str | None = None, *, ours: bool = False) -> list[str]:
    """Processes whose working directory is in ``directory``, as ``name (pid)``. Blocks for some milliseconds.

    The git with which this server looks after its worktrees is nobody's work, and counts only with ``ours``.
    """
    found = []
    for process in psutil.process_iter():
        try:
            there = Path(process.cwd()).is_relative_to(directory) and name in (None, process.name())
            if there and (ours or not _is_ours(process)):
                found.append(f"{process.name()} ({process.pid})")
        except (psutil.Error, OSError):
            continue
    return found


def _is_ours(process: psutil.Process) -> bool:
    return (
        process.ppid() == os.getpid()
        and process.name().startswith("git")
        and SESSION_MARK not in process.environ()
    )


async def outlived(server: str) -> None:
    """Wait, for a minute at most, until no git that the dead ``server`` had started is at work any more.

    Nothing can be judged before: it may be adding, deleting or merging just now. One that was being started as
    the server died shows only a moment later, so one look at nothing is not enough.
    """
    quiet = 0
    for _ in range(int(_SECONDS / _PAUSE)):
        quiet = 0 if await asyncio.to_thread(_gits_of, server) else quiet + 1
        if quiet == _LOOKS:
            return
        await asyncio.sleep(_PAUSE)


def _gits_of(server: str) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.name().startswith("git") and process.environ().get(SERVER_MARK) == server:
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def release(git_dir: Path, folder: Path, since: float) -> None:
    """Take away the index lock that a git of ours, killed in the middle, left after the time ``since``.

    Not while any git works in ``folder``: then the lock may be its own.
    """
    lock = git_dir / "index.lock"
    if lock.exists() and lock.stat().st_mtime >= since and not processes(folder, "git", ours=True):
        lock.unlink()
