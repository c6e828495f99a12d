"""Real git, for the journeys: repositories to work in, and what became of them."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git(cwd: Path, *arguments: str) -> str:
    """What it prints, without the last line break."""
    done = subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout.rstrip("\n")


def repository(path: Path, **files: str) -> Path:
    """With one commit of ``files`` on `main`, and a person who may commit; all its worktrees know that person."""
    path.mkdir(exist_ok=True)
    git(path, "init", "-q", "-b", "main")
    git(path, "config", "user.name", "Ada")
    git(path, "config", "user.email", "ada@example.invalid")
    for name, text in files.items():
        file = path / name.replace("__", ".")
        file.write_text(text, encoding="utf-8")
    git(path, "add", ".")
    git(path, "commit", "-q", "-m", "First")
    return path


def subjects(cwd: Path, branch: str = "HEAD") -> list[str]:
    """Subjects of the commits, the oldest first."""
    return git(cwd, "log", "--reverse", "--format=%s", branch).splitlines()
