"""What all sessions of a server share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from parsess_lab.agents.agent import Agent
from parsess_lab.log import Owner
from parsess_lab.sessions.outlook import Outlook
from parsess_lab.sessions.places import Places
from parsess_lab.sessions.rules import Rules
from parsess_lab.sessions.setups import Setups
from parsess_lab.terminals import Terminals
from parsess_lab.worktrees import Worktrees
from parsess_lab.worktrees.worktrees import Tell, nobody_told

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Workspace:
    """Worktrees, and what goes with them."""

    worktrees: Worktrees
    setups: Setups
    outlook: Outlook
    tell: Tell = nobody_told
    """Tells a session what became of something."""
    _recovering: asyncio.Task[None] | None = field(default=None)

    async def recover(self) -> None:
        """Finish or undo, once, what killed servers were in the middle of."""
        if self._recovering is None:
            self._recovering = asyncio.create_task(self._recover())
        await asyncio.shield(self._recovering)

    async def _recover(self) -> None:
        said = await self.worktrees.recover(self.tell)
        for words in [*said, *map(_forgotten, await self.worktrees.expire())]:
            _logger.warning("%s", words)

    async def close(self) -> None:
        """End what runs for worktrees."""
        await self.outlook.close()
        await self.setups.close()


def _forgotten(id: str) -> str:
    return f"The snapshot of the removed worktree {id} is older than it is kept, and was let go."


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``me`` is this server as an owner of logs; ``slots`` bound how many turns run at a time.

    ``snapshots`` is how many a session keeps; 0: none are taken. ``terminals`` None: people have none here.
    """

    me: Owner
    agents: Mapping[str, Agent]
    allowed_roots: Sequence[Path]
    allow_bypass: bool
    slots: asyncio.Semaphore
    rules: Rules
    places: Places
    workspace: Workspace
    snapshots: int = 0
    terminals: Terminals | None = None
