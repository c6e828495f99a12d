"""Ends what servers that died left running. Called once when a server starts, in a thread."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import psutil

from parsess_lab.processes.environment import SERVER_MARK, start_time
from parsess_lab.processes.tree import end_all, marked


def sweep() -> int:
    """End our user's processes whose mark names a dead server, never anything else. Blocks up to a second.

    Spared besides: this process and those it descends from (a server may be started in a terminal of one
    that has died since), and what runs in other containers, where the same pid means another process.

    Returns:
        how many were found.
    """
    spared = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    leftovers = [
        process
        for process in marked(psutil.process_iter(), _names_a_dead_server, SERVER_MARK)
        if process.pid not in spared and _in_our_container(process.pid)
    ]
    if leftovers:
        end_all(leftovers)
    return len(leftovers)


def _names_a_dead_server(mark: str) -> bool:
    pid, _, started = mark.partition(":")
    return pid.isdecimal() and started != "" and start_time(int(pid)) != started


def _in_our_container(pid: int) -> bool:
    ours = Path("/proc/self/ns/pid")
    with suppress(OSError):
        return not ours.exists() or ours.readlink() == Path(f"/proc/{pid}/ns/pid").readlink()
    return False
