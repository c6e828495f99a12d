"""What a tool call would touch: the question that ``decide`` answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from parsess_lab.events import Mode, QuestionOption


@dataclass(frozen=True, slots=True)
class Access:
    """``paths`` are absolute and resolved; ``command`` is the shell line of an *execute*.

    ``nothing`` touches neither files nor processes (the plan).
    """

    kind: Literal["nothing", "read", "write", "execute"]
    paths: Sequence[Path] = ()
    command: str = ""


@dataclass(frozen=True, slots=True)
class Allow:
    """Go on; ``rule`` names what allowed it, for the record."""

    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Deny:
    """Refuse, in words the model can act on."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the person. ``options`` are ready to show; an *always* carries its rules."""

    reason: str | None
    options: Sequence[QuestionOption]


Decision = Allow | Deny | Ask


class Fence(Protocol):
    """What around the session's worktree does not belong to it: refused in every mode, with why and how else."""

    def refuses_write(self, path: Path) -> str | None:
        """Why a file may not be written, or None."""

    def refuses_removal(self, path: Path) -> str | None:
        """Why a folder may not be deleted or moved with all that is in it, or None."""

    def refuses_command(
        self, argv: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None
    ) -> str | None:
        """Why one simple command may not run, or None."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where the session is, and how it is set: what a decision depends on besides the access."""

    home: Path
    directory: Path
    allowed_roots: Sequence[Path]
    mode: Mode
    rules: Sequence[str]
    allow_bypass: bool = False
    fence: Fence | None = None
