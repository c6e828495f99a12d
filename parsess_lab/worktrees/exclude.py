"""Keeping worktrees inside a checkout out of its status."""

from __future__ import annotations

from pathlib import Path

from parsess_lab.worktrees.names import INSIDE


def exclude(common_dir: Path, checkout: Path, folder: Path) -> None:
    """Keep a worktree inside a checkout out of that checkout's status, for this clone alone."""
    pattern = f"/{INSIDE}/" if folder.parent == checkout / INSIDE else _pattern(folder, checkout)
    path = common_dir / "info" / "exclude"
    path.parent.mkdir(exist_ok=True)
    known = path.read_text(errors="surrogateescape") if path.exists() else ""
    if pattern not in known.splitlines():
        gap = "" if not known or known.endswith("\n") else "\n"
        with path.open("a", errors="surrogateescape") as stream:
            stream.write(f"{gap}{pattern}\n")


def _pattern(folder: Path, checkout: Path) -> str:
    escaped = "".join(
        f"\\{char}" if char in "\\*?[ !#" else char for char in str(folder.relative_to(checkout))
    )
    return f"/{escaped}/"
