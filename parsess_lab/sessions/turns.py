"""Is a turn running, start it, end it. However it ends, the log says so within a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from functools import partial
from pathlib import Path

from parsess_lab.agents.agent import Agent
from parsess_lab.errors import Conflict, ParsessError
from parsess_lab.events import AgentFailedEvent, Notice, PromptQueued, StateUpdate, StopReason, UserMessage
from parsess_lab.sessions.closing import closing, outcome
from parsess_lab.sessions.keeping import Keeping
from parsess_lab.sessions.ledger import Ledger
from parsess_lab.sessions.questions import Questions
from parsess_lab.sessions.surroundings import Surroundings
from parsess_lab.sessions.turn import RunningTurn

_STOP_SECONDS = 0.7  # of the second in which a stopped turn must be over
_LEFT_SECONDS = 30.0
_RETRY_SECONDS = 3.0
_QUEUE_WAITS: tuple[StopReason, ...] = ("cancelled", "failed", "interrupted")

_logger = logging.getLogger(__name__)


class Turns:
    """The turns of one session, one at a time."""

    def __init__(self, ledger: Ledger, around: Surroundings, keeping: Keeping) -> None:
        self._keeping = keeping
        session = ledger.log.header.session
        self.questions = Questions(session, ledger.append, lambda: ledger.facts, around.terminals)
        self._ledger = ledger
        self._around = around
        self._turn: RunningTurn | None = None
        self._task: asyncio.Task[StopReason] | None = None
        self._unwritten: tuple[StopReason, AgentFailedEvent | None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> bool:
        """A turn runs in this server."""
        return self._turn is not None

    @property
    def unwritten(self) -> bool:
        """A turn is over but the log could not be told so: the disk is full."""
        return self._unwritten is not None

    @property
    def agent(self) -> Agent:
        """What answers. Raises Conflict ``agent_missing`` if it is not configured any more."""
        id = self._ledger.log.header.agent
        if id not in self._around.agents:
            raise Conflict(f"The agent {id} is not configured here any more.", code="agent_missing")
        return self._around.agents[id]

    def start(self, prompt: PromptQueued) -> None:
        """Begin a turn. Raises StorageFailed, Conflict: none was begun."""
        agent = self.agent
        self.write_end()
        message = UserMessage(id=prompt.id, content=prompt.content)
        self._ledger.append([message, StateUpdate(state="running")])
        self._turn = turn = self._made(message)
        name = f"turn of session {turn.session}"
        self._task = asyncio.create_task(self._answer(agent, turn), name=name)
        self._task.add_done_callback(partial(self._done, turn))

    def start_next(self) -> bool:
        """Begin a turn with the first queued prompt, those sent with *now* first; False if none waits."""
        waiting = sorted(self._ledger.facts.queue, key=lambda prompt: prompt.when != "now")
        if waiting:
            self.start(waiting[0])
        return bool(waiting)

    async def stop(self, reason: StopReason) -> bool:
        """End the running turn within a second, whatever its agent does; False if none runs."""
        turn, task = self._turn, self._task
        if turn is None or task is None:
            return False
        turn.stopping = reason
        task.cancel()
        await asyncio.wait({task}, timeout=_STOP_SECONDS)
        if not turn.over:
            self._end(turn, reason, None)
        if not task.done():
            self._spawn(_wait_out(task))
        return True

    def write_end(self) -> None:
        """Write the end of a turn that could not be written when it ended. Raises StorageFailed."""
        if self._unwritten is not None:
            if self._ledger.log.owned and self._ledger.facts.in_turn:
                self._ledger.append(closing(self._ledger.facts, *self._unwritten))
            self._unwritten = None
            self._ledger.changed()

    async def close(self) -> None:
        """Stop the turn as interrupted and everything around it, in about a second."""
        await self.stop("interrupted")
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_STOP_SECONDS)

    def _made(self, message: UserMessage) -> RunningTurn:
        ledger = self._ledger
        return RunningTurn(
            prompt=message,
            before=ledger.log.last_seq - 1,
            home=Path(ledger.log.header.directory),
            allowed_roots=self._around.allowed_roots,
            log=ledger.log,
            facts=lambda: ledger.facts,
            questions=self.questions,
            remembered=self._around.rules,
            moved=self._moved,
        )

    def _moved(self, directory: Path) -> None:
        if self._around.terminals is not None:
            self._around.terminals.lead(self._ledger.log.header.session, directory)

    async def _answer(self, agent: Agent, turn: RunningTurn) -> StopReason:
        slots = self._around.slots
        if slots.locked():
            turn.emit(Notice(text="Other turns are running. This one begins when one of them has ended."))
        async with slots:
            await self._keeping.before(turn.prompt)
            return await agent.run_turn(turn)

    def _done(self, turn: RunningTurn, task: asyncio.Task[StopReason]) -> None:
        reason, failure = outcome(task)
        if not turn.over:
            self._end(turn, turn.stopping or reason, None if turn.stopping else failure)

    def _end(self, turn: RunningTurn, reason: StopReason, failure: AgentFailedEvent | None) -> None:
        turn.over = True
        self._turn = None
        self._unwritten = reason, failure
        try:
            self.write_end()
            if reason not in _QUEUE_WAITS:
                self.start_next()
        except ParsessError as error:
            _logger.warning("Session %s: %s", turn.session, error.message)
        self._spawn(self._settle(turn))

    async def _settle(self, turn: RunningTurn) -> None:
        if not self.running:
            await self._keeping.after(turn.prompt)
        self._around.workspace.outlook.touch()
        while self._unwritten is not None:
            await asyncio.sleep(_RETRY_SECONDS)
            self._try_to_end()
        try:
            await self._ledger.flush()
        except ParsessError as error:
            _logger.warning("%s", error.message)
        if not self.running:
            self._ledger.log.rest()

    def _try_to_end(self) -> None:
        try:
            self.write_end()
        except ParsessError:
            return

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _wait_out(task: asyncio.Task[StopReason]) -> None:
    """An agent that does not stop when told: its turn is over, what it still says is dropped."""
    await asyncio.wait({task}, timeout=_LEFT_SECONDS)
    if not task.done():
        _logger.error("The agent of a stopped turn still runs after %d seconds: %s", _LEFT_SECONDS, task)
        task.cancel()
