"""Worktrees made for sessions: create, land, remove, bring back; see what they lack and what collides."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from pathlib import Path

from parsess_lab.errors import ParsessError
from parsess_lab.worktrees import create as creation
from parsess_lab.worktrees import remove as removal
from parsess_lab.worktrees.create import Wanted
from parsess_lab.worktrees.ground import Ground, InUse, Report, nobody, silent
from parsess_lab.worktrees.journal import Intent, IntentKind, Journal, OnStep
from parsess_lab.worktrees.loss import Reason
from parsess_lab.worktrees.names import BRANCH_PATTERN, LOCATION
from parsess_lab.worktrees.record import Record, Registry
from parsess_lab.worktrees.restore import Restored


class Worktrees:
    """The one door. ``folder`` is private to the person; ``roots`` are the directories open to them, resolved."""

    def __init__(  # noqa: PLR0913 - what the administrator may set
        self,
        folder: Path,
        roots: Sequence[Path],
        *,
        location: str = LOCATION,
        branch_pattern: str = BRANCH_PATTERN,
        in_use: InUse = nobody,
        keep: timedelta = timedelta(days=30),
        on_step: OnStep | None = None,
    ) -> None:
        self.ground = Ground(
            journal=Journal(folder / "journal", on_step),
            registry=Registry(folder / "made"),
            roots=tuple(roots),
            location=location,
            branch_pattern=branch_pattern,
            in_use=in_use,
            keep=keep,
        )

    async def create(self, wanted: Wanted, report: Report = silent) -> Record:
        """See ``create.create``."""
        return await creation.create(self.ground, wanted, report)

    def get(self, id: str) -> Record:
        """Raises NotFound."""
        return self.ground.registry.get(id)

    async def all(self) -> list[Record]:
        """Those we made, oldest first; removed ones that can be brought back have ``removed`` set."""
        return await asyncio.to_thread(self.ground.registry.all)

    async def would_lose(self, id: str) -> list[Reason]:
        return await removal.reasons(self.ground, self.get(id))

    async def remove(self, id: str, consent: Collection[str] = ()) -> Record:
        """See ``remove.remove``."""
        return await removal.remove(self.ground, self.get(id), consent)

    async def restore(self, id: str) -> tuple[Record, Restored]:
        """See ``remove.restore``."""
        return await removal.restore(self.ground, id)

    async def recover(self) -> list[str]:
        """Finish or undo what killed servers were in the middle of; says what was done, in words.

        What can't be recovered just now stays written down, and is tried again the next time.
        """
        said = []
        for intent in await asyncio.to_thread(self.ground.journal.abandoned):
            try:
                said.append(await _RECOVER[intent.kind](self.ground, intent))
            except (ParsessError, OSError, TimeoutError) as error:
                said.append(f"{intent.kind} in {intent.repository} could not be recovered: {error}")
        return said

    async def expire(self) -> list[str]:
        """Forget snapshots that are older than ``keep``; the ids of their worktrees."""
        return await removal.expire(self.ground)


_RECOVER: dict[IntentKind, Callable[[Ground, Intent], Awaitable[str]]] = {
    "create": creation.recover,
    "remove": removal.recover_remove,
    "restore": removal.recover_restore,
}
