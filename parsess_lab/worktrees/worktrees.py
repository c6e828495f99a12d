"""Worktrees made for sessions: create, land, remove, bring back; see what they lack and what collides."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from pathlib import Path

from parsess_lab import environments
from parsess_lab.errors import ParsessError
from parsess_lab.worktrees import carry, environment, lacks, leftovers, setup
from parsess_lab.worktrees import create as creation
from parsess_lab.worktrees import land as landing
from parsess_lab.worktrees import remove as removal
from parsess_lab.worktrees.carry import Carried
from parsess_lab.worktrees.checkout import listed
from parsess_lab.worktrees.environment import Interpreter
from parsess_lab.worktrees.ground import Ground, InUse, Report, nobody, silent
from parsess_lab.worktrees.isolation import boundary
from parsess_lab.worktrees.journal import Intent, IntentKind, Journal, OnStep
from parsess_lab.worktrees.lacks import Lacks
from parsess_lab.worktrees.landable import Landing
from parsess_lab.worktrees.leftovers import Leftover
from parsess_lab.worktrees.loss import Reason
from parsess_lab.worktrees.names import BRANCH_PATTERN, LOCATION
from parsess_lab.worktrees.plan import Wanted
from parsess_lab.worktrees.radar import Collision, Place, Radar
from parsess_lab.worktrees.record import Landed, Record, Registry, read_marker
from parsess_lab.worktrees.restore import Restored
from parsess_lab.worktrees.setup import Setup, SetupRun
from parsess_lab.worktrees.users import outlived

Tell = Callable[[str, str], Awaitable[None]]
"""Tells a session, in words, what became of something."""


async def nobody_told(_session: str, _words: str) -> None:
    """For callers without sessions."""


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
        hook_seconds: float = 60.0,
        snapshot_limit: int = 2 * 2**30,
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
            hook_seconds=hook_seconds,
            snapshot_limit=snapshot_limit,
        )
        self._radar = Radar()

    async def create(self, wanted: Wanted, report: Report = silent) -> Record:
        """See ``create.create``."""
        return await creation.create(self.ground, wanted, report)

    def get(self, id: str) -> Record:
        """Raises NotFound."""
        return self.ground.registry.get(id)

    def keeps(self, id: str | None) -> bool:
        """Whether a worktree was removed here and can be brought back. Reads one small file."""
        return id is not None and self.ground.registry.has(id) and self.get(id).removed is not None

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

    async def land(
        self, wish: Landing, report: Report = silent, tell: landing.Tell = landing.nobody
    ) -> Landed:
        """See ``land.land``."""
        return await landing.land(self.ground, wish, report, tell)

    async def lacks(self, id: str) -> Lacks:
        """What it does not have that the checkout it came from has. Raises NotFound, GitFailed."""
        return await lacks.lacks(self.get(id))

    async def carry_over(self, id: str) -> Carried:
        """See ``carry.carry_over``."""
        return await carry.carry_over(self.get(id))

    async def collisions(self, places: Sequence[Place]) -> list[Collision]:
        """See ``radar``: pairs of sessions that share a directory, touch the same files or would not merge."""
        return await self._radar.collisions(places)

    async def leftovers(self) -> list[Leftover]:
        """What is left of worktrees that nobody finished with. Nothing is deleted."""
        return await leftovers.leftovers(await self.all())

    async def find(self, directory: Path) -> Record | None:
        """The record of the worktree that ``directory`` is in, if we made it."""
        return await asyncio.to_thread(_find, directory)

    def setup(self, id: str, configured: str | None = None, *, wait: bool = False) -> Setup | None:
        """The setup command of a worktree; see ``setup.find``."""
        return setup.find(Path(self.get(id).path), configured, wait=wait)

    async def run_setup(self, id: str, command: Setup, consent: str | None = None) -> SetupRun:
        """Start a setup command (or an environment's recipe) and return at once. Raises Conflict ``needs_consent``."""
        record = self.get(id)
        git_dir = await asyncio.to_thread(removal.own, record)
        run = SetupRun(Path(record.path), command, setup.log_of(record, git_dir))
        await run.start(setup.variables(record), consent=consent)
        return run

    async def interpreter(self, id: str) -> Interpreter | None:
        """The worktree's own Python and whether it imports the worktree's code; None without one."""
        record = self.get(id)
        worktree = Path(record.path)
        found = await environments.look(worktree)
        if found is None:
            return None
        others = [item.path for item in await listed(worktree) if item.path != worktree and not item.bare]
        return await environment.inspect(worktree, found, others)

    async def recover(self, tell: Tell = nobody_told) -> list[str]:
        """Finish or undo what killed servers were in the middle of; says what was done, in words.

        ``tell`` is awaited with the session that it concerns, too, before it is forgotten. What can't be recovered
        just now stays written down, and is tried again the next time.
        """
        abandoned = await asyncio.to_thread(self.ground.journal.abandoned)
        return [await self._recover(intent, tell) for intent in abandoned]

    async def _recover(self, intent: Intent, tell: Tell) -> str:
        if not await asyncio.to_thread(Path(intent.repository).is_dir):
            await self.ground.journal.end(intent)
            return f"{intent.kind} in {intent.repository} was dropped: the repository is gone."
        try:
            await outlived(intent.owner.server)
            words = await self._settled(intent)
        except (ParsessError, OSError, TimeoutError) as error:
            return f"{intent.kind} in {intent.repository} could not be recovered: {error}"
        if session := intent.facts.get("session"):
            await tell(session, words)
        await self.ground.journal.end(intent)
        return words

    async def _settled(self, intent: Intent) -> str:
        """Recover it once: what was settled before another kill is not looked at again, only told."""
        if intent.step != "settled":
            words = await _RECOVER[intent.kind](self.ground, intent)
            await self.ground.journal.step(intent, "settled", words=words)
        return str(intent.facts["words"])

    async def expire(self) -> list[str]:
        """Forget snapshots that are older than ``keep``; the ids of their worktrees."""
        return await removal.expire(self.ground)


def _find(directory: Path) -> Record | None:
    around = boundary(directory)
    return read_marker(around.git_dir) if around is not None else None


_RECOVER: dict[IntentKind, Callable[[Ground, Intent], Awaitable[str]]] = {
    "create": creation.recover,
    "land": landing.recover,
    "remove": removal.recover_remove,
    "restore": removal.recover_restore,
}
