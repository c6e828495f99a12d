"""The prompts that wait: taken while a turn runs or the worktree is made, read in the order they came."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from parsess_lab.errors import Conflict, NotFound
from parsess_lab.events import Block, PromptQueued, PromptRemoved
from parsess_lab.sessions.ledger import Ledger
from parsess_lab.sessions.prompts import store
from parsess_lab.sessions.readiness import Readiness
from parsess_lab.sessions.turns import Turns


class Queue:
    """Of one session. While ``gate`` is held, nobody else begins a turn.

    Methods that write raise as those of :class:`parsess_lab.sessions.Session`.
    """

    def __init__(self, ledger: Ledger, turns: Turns, readiness: Readiness, gate: asyncio.Lock) -> None:
        self._ledger = ledger
        self._turns = turns
        self._readiness = readiness
        self._gate = gate

    async def put(self, prompt: PromptQueued) -> None:
        """Begin a turn with a prompt, or let it wait for its turn; one that is known already changes nothing.

        Raises Conflict ``archived``, ``agent_missing``. Not on the disk yet when it returns.
        """
        async with self._gate:
            self._readiness.check_not_archived()
            if prompt.id not in self._ledger.facts.prompts:
                self._start_or_keep(prompt)

    async def edit(self, id: str, content: Sequence[Block]) -> None:
        """Replace a queued prompt.

        Raises:
            InvalidRequest, TooLarge: see :func:`parsess_lab.sessions.prompts.store`.
            NotFound: no such prompt.
            Conflict: ``already_read``.
        """
        await self._ledger.take()
        self._queued(id)
        kept = await asyncio.to_thread(store, content, self._ledger.log.blobs)
        self._ledger.append([PromptQueued(id=id, content=kept, when=self._queued(id).when)])
        await self._ledger.flush()

    async def remove(self, id: str) -> None:
        """Take a queued prompt back. Raises NotFound, Conflict ``already_read``."""
        await self._ledger.take()
        self._queued(id)
        self._ledger.append([PromptRemoved(id=id)])
        await self._ledger.flush()

    async def send_now(self, id: str) -> None:
        """Have a queued prompt read at the agent's next step, or at once if no turn runs.

        Raises NotFound, Conflict ``already_read`` and what :meth:`.Readiness.check` raises.
        """
        await self._ledger.take()
        await self._readiness.check()
        async with self._gate:
            self._start_or_keep(PromptQueued(id=id, content=self._queued(id).content, when="now"))
        await self._ledger.flush()

    @property
    def _has_to_wait(self) -> bool:
        return self._turns.running or self._ledger.facts.making

    def _start_or_keep(self, prompt: PromptQueued) -> None:
        if self._has_to_wait:
            self._ledger.append([prompt])
        else:
            self._turns.start(prompt)

    def _queued(self, id: str) -> PromptQueued:
        for prompt in self._ledger.facts.queue:
            if prompt.id == id:
                return prompt
        if id in self._ledger.facts.prompts:
            raise Conflict("The agent has read this prompt, or it was taken back.", code="already_read")
        raise NotFound(f"No prompt {id} is queued in this session.")
