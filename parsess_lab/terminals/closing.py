"""Ends shells and all that came from them, many at once by scans of the process table that they share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from parsess_lab.processes import Tree, end_trees
from parsess_lab.terminals.terminal import Terminal

LAST_WORDS = 1.0
"""Seconds for the kernel to report the end of a shell whose processes were all killed."""

ATTEMPTS = 3
"""How often ending is tried; each attempt is bounded by itself, and may run out of time on a busy machine."""

# Ending must not queue behind slow file work in the loop's own threads.
_ending = ThreadPoolExecutor(max_workers=2, thread_name_prefix="parsess-terminals")


class Closing:
    """Takes terminals to be closed; those that come while others are being closed go together next."""

    def __init__(self) -> None:
        self._waiting: list[Terminal] = []
        self._turn: asyncio.Task[None] | None = None
        self._working = asyncio.Lock()

    async def close(self, terminals: Sequence[Terminal]) -> None:
        """Afterwards they count as ended, whatever resists. Goes on when the caller is cancelled."""
        self._waiting += terminals
        if self._turn is None:
            self._turn = asyncio.create_task(self._end_waiting())
        await asyncio.shield(self._turn)

    async def _end_waiting(self) -> None:
        async with self._working:
            await asyncio.sleep(0)  # what is closed in the same breath goes together
            together, self._waiting, self._turn = self._waiting, [], None
            await _end(together)


async def _end(terminals: Sequence[Terminal]) -> None:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(_ending, _end_all, [terminal.tree for terminal in terminals])
    await asyncio.wait([asyncio.create_task(each.ended.wait()) for each in terminals], timeout=LAST_WORDS)
    for terminal in terminals:
        terminal.give_up()


def _end_all(trees: Sequence[Tree]) -> None:
    for _ in range(ATTEMPTS):
        if end_trees(trees):
            return
