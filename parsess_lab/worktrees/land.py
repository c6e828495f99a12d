"""Landing a branch on another: merge, squash or rebase, all of it or nothing.

The work is done by git itself in a throw-away worktree inside git's directory, so hooks, merge drivers, signing
and the person's identity are as in any merge of theirs. Only the last step touches the target: one atomic
move of its ref, or a fast-forward of the checkout that has it, and only if it is clean and did not move.

Hooks: those of the commit or merge (``pre-merge-commit``, ``commit-msg``, ``pre-rebase`` …) run in the throw-away
worktree, bounded in time, and a refusal of theirs refuses the landing. ``post-merge`` runs in a checkout that is
fast-forwarded, since its files did change. Nothing passes ``--no-verify``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from parsess_lab.git import lock
from parsess_lab.worktrees.advance import advance, go_back
from parsess_lab.worktrees.checkout import commit, look
from parsess_lab.worktrees.ground import Ground, Report, Steps, silent, through
from parsess_lab.worktrees.journal import Intent
from parsess_lab.worktrees.landable import Landing, Ready, check, contains
from parsess_lab.worktrees.record import Landed, now, read_marker, write_marker
from parsess_lab.worktrees.users import release
from parsess_lab.worktrees.workshop import FOLDER, close_workshop, open_workshop, work

Tell = Callable[[Landed], Awaitable[None]]


async def nobody(_landed: Landed) -> None:
    """For callers that tell it themselves."""


async def land(ground: Ground, wish: Landing, report: Report = silent, tell: Tell = nobody) -> Landed:
    """Land and say where; ``tell`` is awaited before the journal forgets it, so that a kill leaves no landing untold.

    Raises InvalidRequest, GitFailed (a hook refused, for instance) and Conflict:

    ``uncommitted`` (with ``files``), ``nothing_to_land``, ``dirty_target`` (``files``, ``path``), ``moved_target``,
    ``conflict`` (``files``). After any of them the target, its checkout and the source are as they were, but for
    the commit that ``uncommitted="include"`` asked for.
    """
    steps = Steps(report)
    source = await look(wish.directory)
    async with lock(source.common_dir, "landing"):
        async with steps.step("check"):
            ready = await check(wish, source)
        return await through(_land(ground, wish, ready, steps, tell))


async def _land(ground: Ground, wish: Landing, ready: Ready, steps: Steps, tell: Tell) -> Landed:
    common, how = ready.source.common_dir, wish.how
    intent = await ground.journal.begin(
        "land", common, session=wish.session, target=ready.target, old=ready.old, head=ready.head, how=how,
        holder=str(ready.holder) if ready.holder else None, source=str(ready.source.git_dir),
    )  # fmt: skip
    workshop = common / FOLDER / intent.id
    try:
        await ground.journal.step(intent, "workshop", workshop=str(workshop))
        async with steps.step("workshop"):
            await open_workshop(workshop, ready)
        await ground.journal.step(intent, "work")
        async with steps.step(how):
            new = await work(workshop, how, ready)
        await ground.journal.step(intent, "advance", new=new)
        async with steps.step("advance") as note:
            await advance(ready, new)
            note.detail = f"{ready.target} is at {new[:9]}"
        landed = Landed(head=ready.head, target=ready.target, commit=new, how=how, at=now())
        await ground.journal.step(intent, "note", landed=msgspec.to_builtins(landed))
        _note(ground, ready.source.git_dir, landed)
        await tell(landed)
    finally:
        await close_workshop(workshop, common)
        await ground.journal.end(intent)
    return landed


def _note(ground: Ground, git_dir: Path, landed: Landed) -> None:
    """So that removing the worktree knows that its commits are not lost."""
    record = read_marker(git_dir)
    if record is not None:
        record = msgspec.structs.replace(record, landed=landed)
        write_marker(git_dir, record)
        ground.registry.put(record)


async def recover(ground: Ground, intent: Intent) -> str:
    """After a kill: landed if the target moved; else nothing happened, and a half-forwarded checkout goes back."""
    facts, common = intent.facts, Path(intent.repository)
    if "workshop" in facts:
        await close_workshop(Path(facts["workshop"]), common)
    landed = "new" in facts and await _settle(ground, facts["source"], facts, common, intent.at)
    became = (
        f"It has landed, as {facts['new'][:9]}."
        if landed
        else f"Nothing has landed: {facts['target']} is as it was."
    )
    return f"The server ended while this was landing on {facts['target']}. {became}"


async def _settle(ground: Ground, source: str, facts: dict[str, str], common: Path, since: float) -> bool:
    """Whether it has landed; if not, a checkout that had begun to follow goes back."""
    target, old, new = facts["target"], facts["old"], facts["new"]
    holder = Path(facts["holder"]) if facts["holder"] else None
    if holder is not None and holder.is_dir():
        await asyncio.to_thread(release, (await look(holder)).git_dir, holder, since)
    at = await commit(common, f"refs/heads/{target}")
    if at is not None and (at == new or await contains(common, at, new)):
        landed = Landed(head=facts["head"], target=target, commit=new, how=facts["how"], at=now())
        await asyncio.to_thread(_note, ground, Path(source), landed)
        return True
    if holder is not None and holder.is_dir() and at == old:
        await go_back(holder, old, new)
    return False
