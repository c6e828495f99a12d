"""A disk that is full in the middle: nothing half made stays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SMALL = ("unshare", "--user", "--map-root-user", "--mount")


def can_mount() -> bool:
    try:
        return subprocess.run([*SMALL, "true"], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not can_mount(), reason="no file system can be mounted here")
def test_a_worktree_for_which_there_is_no_room_is_taken_back_and_said_so(room: Path) -> None:
    disk = room / "disk"
    disk.mkdir()
    mounted = 'mount -t tmpfs -o size=7m small "$1" && exec "$2" -m tests.worktrees.full_disk "$1" "$3"'
    command = [*SMALL, "sh", "-c", mounted, "sh", disk, sys.executable, room / "state"]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True, timeout=60
    )
    said, left = done.stdout.splitlines()
    assert said.startswith("The disk is full: make room, then try again.")
    assert left == "project main"
