"""What all sessions of a server share."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.agents.agent import Agent
from parsess_lab.log import Owner
from parsess_lab.sessions.places import Places
from parsess_lab.sessions.rules import Rules


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``me`` is this server as an owner of logs; ``slots`` bound how many turns run at a time."""

    me: Owner
    agents: Mapping[str, Agent]
    allowed_roots: Sequence[Path]
    allow_bypass: bool
    slots: asyncio.Semaphore
    rules: Rules
    places: Places
