"""What the model is told before the conversation: who it is, where it is, what people wrote down for it.

Made once a session: a prefix that stays the same to the byte is what the service caches.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import Template

from parsess_lab.agents.builtin import memory
from parsess_lab.agents.builtin.memory import Memory


@dataclass(frozen=True, slots=True)
class Briefing:
    """``system`` is the system prompt, ``read`` what went into it."""

    system: str
    read: Sequence[Memory]


def brief(home: Path, user: Path) -> Briefing:
    """Look around ``home``. Blocking: call it in a thread."""
    repository = next((folder for folder in (home, *home.parents) if (folder / ".git").exists()), None)
    memories = memory.read_all(user.resolve(), repository, home)
    template = Template(Path(__file__).with_name("system_prompt.md").read_text("utf-8"))
    system = template.substitute(
        directory=home,
        repository=repository or "none",
        branch=_branch(repository) if repository else "none",
        platform=f"{platform.system()} {platform.release()}",
        date=datetime.now().astimezone().date().isoformat(),
    )
    return Briefing("\n".join([system, *map(_section, memories)]), memories)


def _section(remembered: Memory) -> str:
    cut = "\n[The file goes on; only its beginning is here.]" if remembered.cut else ""
    return f"# From {remembered.path}\n\n{remembered.text.strip()}{cut}\n"


def _branch(repository: Path) -> str:
    """As git's own files say, without starting git: a worktree's ``.git`` is a file that names its folder."""
    try:
        git = repository / ".git"
        if git.is_file():
            git = repository / git.read_text("utf-8").removeprefix("gitdir:").strip()
        head = (git / "HEAD").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return "unknown"
    return head.removeprefix("ref: refs/heads/") if head.startswith("ref:") else f"none (at {head[:12]})"
