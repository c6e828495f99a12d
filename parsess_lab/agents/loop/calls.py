"""The tool calls of one model message: in parallel where independent, each with exactly one result."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from parsess_lab.agents.loop.call import Call, Workbench
from parsess_lab.agents.loop.content import Content
from parsess_lab.agents.loop.reply import Use
from parsess_lab.permissions.access import Access


class Calls:
    """Runs them, and has a result for each at any moment: *interrupted* until the real one is there."""

    def __init__(self, bench: Workbench, uses: Sequence[Use]) -> None:
        self._calls = [Call(bench, use) for use in uses]

    def results(self) -> list[Content]:
        """One tool result per call, in the order of the message."""
        return [call.result for call in self._calls]

    async def run(self) -> None:
        """Run all. On cancellation every tool has ended when this returns.

        Raises:
            StorageFailed: the log can't be written.
        """
        for call in self._calls:
            call.prepare()
        tasks: list[asyncio.Task[None]] = []
        for number, call in enumerate(self._calls):
            before = [
                tasks[other] for other in range(number) if _clash(self._calls[other].access, call.access)
            ]
            tasks.append(asyncio.create_task(_run_after(before, call)))
        try:
            await asyncio.gather(*tasks)
        finally:
            await _end(tasks)
            for call in self._calls:
                call.close()


async def _run_after(before: Sequence[asyncio.Task[None]], call: Call) -> None:
    if before:
        await asyncio.wait(before)
    await call.run()


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


def _clash(first: Access | None, second: Access | None) -> bool:
    """Whether the order of the two matters. A command may read and write anything."""
    if first is None or second is None or "nothing" in {first.kind, second.kind}:
        return False
    if "execute" in {first.kind, second.kind}:
        return True
    if "write" not in {first.kind, second.kind}:
        return False
    return any(
        one == other or one.is_relative_to(other) or other.is_relative_to(one)
        for one in first.paths
        for other in second.paths
    )
