"""How the built-in agent is set up."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from parsess_lab.agents.builtin.retries import Retries
from parsess_lab.agents.loop.turn_loop import MAX_STEPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is None comes from ``environ``, or is the vendor's or our own default.

    ``model`` is for sessions that name none; ``stall_timeout`` is how many seconds a connection may be silent
    before the request counts as timed out (120, or 600 for a server of one's own); ``user`` is the home
    directory whose ``.claude/CLAUDE.md`` is read; ``passing`` are names of further environment variables that
    commands may see.
    """

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    model: str | None = None
    stall_timeout: float | None = None
    retries: Retries = field(default_factory=Retries)
    allow_bypass: bool = False
    max_steps: int = MAX_STEPS
    user: Path = field(default_factory=Path.home)
    passing: Sequence[str] = ()
