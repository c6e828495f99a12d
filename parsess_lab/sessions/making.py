"""A session's worktree: made behind the pane that is there already, each step told, never anything instead."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import msgspec

from parsess_lab.errors import Conflict, NotFound, ParsessError
from parsess_lab.events import AgentFailedEvent, AnyEvent, Notice, SetupStep, StateUpdate, WorktreeEvent
from parsess_lab.sessions.ledger import Ledger
from parsess_lab.sessions.request import WorktreeRequest
from parsess_lab.sessions.setups import Which
from parsess_lab.sessions.surroundings import Workspace
from parsess_lab.words import counted
from parsess_lab.worktrees import Record, SetupRun, SetupState, Step
from parsess_lab.worktrees.create import Plan, create

_STOP_SECONDS = 2.0
_STOPPED = "Making the worktree was stopped. Nothing of it is left; try again, or delete this session."
_NOT_WAITED = "The worktree is complete; its setup command is not waited for any more."
_ENDED = "The server ended while the worktree was made, and nothing of it is left. Try again."
StepStatus = Literal["running", "done", "failed", "skipped", "needs_consent"]
_STEPS: dict[Which, str] = {"setup": "setup", "recipe": "environment"}

_logger = logging.getLogger(__name__)


class Making:
    """Of one session. ``ready`` is called when the worktree is there: what is queued may begin."""

    def __init__(self, ledger: Ledger, workspace: Workspace, ready: Callable[[], object]) -> None:
        self._ledger = ledger
        self._workspace = workspace
        self._ready = ready
        self._task: asyncio.Task[None] | None = None
        self._following: set[asyncio.Task[None]] = set()

    def start(self, plan: Plan | None = None) -> None:
        """Begin to make what the log's last ``_worktree`` event asks for; ``plan`` if that was just looked at."""
        planned = self._ledger.facts.worktree
        if planned is not None:
            name = f"worktree of session {self._ledger.log.header.session}"
            self._task = asyncio.create_task(self._make(planned, plan), name=name)

    async def again(self) -> None:
        """Try once more after a failure. Raises Conflict."""
        await self._ledger.take()
        last = self._ledger.facts.worktree
        if last is None or last.status != "failed":
            raise Conflict("This session has no worktree that failed to be made.", code="no_failed_worktree")
        self._ledger.append([msgspec.structs.replace(last, status="making")])
        await self._ledger.flush()
        self.start()

    async def stop(self) -> bool:
        """End the making, with nothing of it left; False if nothing is made just now."""
        if self._task is None or self._task.done():
            return False
        self._task.cancel()
        await asyncio.wait({self._task}, timeout=_STOP_SECONDS)
        return True

    async def close(self) -> None:
        """Stop everything, in bounded time."""
        await self.stop()
        for task in self._following:
            task.cancel()

    # --- steps -------------------------------------------------------------------------------------------

    async def _make(self, planned: WorktreeEvent, plan: Plan | None) -> None:
        request = msgspec.convert(planned.request or {}, _Planned)
        try:
            record = await self._create(planned, request, plan)
            await self._furnish(record, request)
        except asyncio.CancelledError:
            self._stopped(planned)
            raise
        except (ParsessError, OSError) as error:
            self._fail(planned, f"The worktree could not be made: {error}")
        except Exception:
            _logger.exception("Making a worktree failed unexpectedly")
            self._fail(planned, "The worktree could not be made. The server's log has the details.")

    async def _create(self, planned: WorktreeEvent, request: _Planned, plan: Plan | None) -> Record:
        session = self._ledger.log.header.session
        wanted = request.worktree.wanted(Path(request.directory), request.name, session)
        wanted = replace(wanted, branch=planned.branch, folder=Path(planned.path))
        if plan is not None and not wanted.fetch:
            plan = replace(plan, record=msgspec.structs.replace(plan.record, session=session))
        else:
            plan = None
        return await create(self._workspace.worktrees.ground, wanted, self._report, plan)

    async def _furnish(self, record: Record, request: _Planned) -> None:
        """What comes on top: failures are shown, and leave a worktree that can be worked in."""
        if request.worktree.carry_over:
            await self._carry_over(record)
        self._workspace.outlook.look_again()
        self._append([made(record, self._ledger.facts.worktree)])
        if request.worktree.environment:
            await self._begin_setup(record.id, "recipe", None)
        if request.worktree.setup:
            await self._prepare(record, request.worktree)
        if not self._workspace.setups.running(record.id):
            self._follow(self._inspect(record.id))  # a hook, or a copy, may have brought an environment
        self._append([StateUpdate(state="idle")])
        await self._ledger.flush()
        self._ready()

    async def _carry_over(self, record: Record) -> None:
        self._report(Step(name="carry_over", status="running"))
        try:
            carried = await self._workspace.worktrees.carry_over(record.id)
        except (ParsessError, OSError) as error:
            self._report(Step(name="carry_over", status="failed", seconds=0.0, detail=str(error)))
            return
        skipped = f", {len(carried.skipped)} left out" if carried.skipped else ""
        detail = f"{counted(len(carried.files), 'file')}{skipped}"
        self._report(Step(name="carry_over", status="done", seconds=0.0, detail=detail))

    async def _prepare(self, record: Record, request: WorktreeRequest) -> None:
        setups = self._workspace.setups
        try:
            command = await asyncio.to_thread(setups.command, record.id)
        except ParsessError as error:
            return self._step("setup", "failed", 0.0, error.message)
        if command is None:
            return None
        await self._begin_setup(record.id, "setup", request.setup_consent)
        if request.wait_for_setup or command.wait:
            await setups.settled(record.id)
        return None

    async def _begin_setup(self, worktree: str, which: Which, consent: str | None) -> None:
        try:
            await self.run_setup(worktree, which, consent)
        except NotFound as error:
            self._step(_STEPS[which], "skipped", 0.0, error.message)
        except Conflict as error:
            if error.code != "needs_consent":
                return self._step(_STEPS[which], "failed", 0.0, error.message)
            self._step(_STEPS[which], "needs_consent", None, str(error.details["command"]))
        except (ParsessError, OSError) as error:
            self._step(_STEPS[which], "failed", 0.0, str(error))
        return None

    async def run_setup(self, worktree: str, which: Which, consent: str | None) -> SetupState:
        """Run a command that prepares the worktree, and tell how it goes. Raises as ``Setups.start``."""
        run = await self._workspace.setups.start(worktree, which, consent)
        self._step(_STEPS[which], "running", None, run.setup.command)
        self._follow(self._watch(worktree, which, run))
        return run.state

    async def _watch(self, worktree: str, which: Which, run: SetupRun) -> None:
        state = await run.wait()
        status: StepStatus = "done" if state.status == "done" else "failed"
        code = (
            f"exit code {state.exit_code}" if state.exit_code is not None else state.status.replace("_", " ")
        )
        self._step(_STEPS[which], status, round(state.seconds, 3), f"{run.setup.command}: {code}")
        if which == "setup":
            self._workspace.setups.settle(worktree)
        self._workspace.outlook.look_again()
        await self._inspect(worktree)

    async def _inspect(self, worktree: str) -> None:
        """Which Python there is by now, and whether it runs the code of this worktree."""
        try:
            found = await self._workspace.worktrees.interpreter(worktree)
        except (ParsessError, OSError) as error:
            return self._step("interpreter", "failed", 0.0, str(error))
        if found is None:
            return None
        detail = found.problem or found.described()
        return self._step("interpreter", "failed" if found.problem else "done", 0.0, detail)

    # --- the log -----------------------------------------------------------------------------------------

    def _report(self, step: Step) -> None:
        self._append(
            [SetupStep(step=step.name, status=step.status, seconds=step.seconds, detail=step.detail)]
        )

    def _step(self, step: str, status: StepStatus, seconds: float | None, detail: str) -> None:
        self._append([SetupStep(step=step, status=status, seconds=seconds, detail=detail)])

    def _fail(self, planned: WorktreeEvent, message: str) -> None:
        failure = AgentFailedEvent(reason="worktree", message=message, retryable=True)
        failed = msgspec.structs.replace(planned, status="failed")
        self._append([failed, failure, StateUpdate(state="idle", stop_reason="failed")])

    def _stopped(self, planned: WorktreeEvent) -> None:
        """A worktree that is complete stays, whatever was still waited for; what is queued waits for the person."""
        facts = self._ledger.facts
        if facts.worktree is None or facts.worktree.status != "ready":
            self._fail(planned, _STOPPED)
        elif facts.making:
            self._append([Notice(text=_NOT_WAITED), StateUpdate(state="idle")])

    def _append(self, events: list[AnyEvent]) -> None:
        """What can't be written is not worth undoing a worktree for: the session says that its log is full."""
        try:
            self._ledger.append(events)
        except ParsessError as error:
            _logger.warning("%s", error.message)

    def _follow(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    # --- after a kill ------------------------------------------------------------------------------------

    async def recover(self) -> None:
        """Say what became of a worktree that a server, which is gone, was making. Queued prompts wait."""
        planned = self._ledger.facts.worktree
        if not self._ledger.facts.making or planned is None or self._task is not None:
            return
        await self._ledger.take()
        await self._workspace.recover()
        record = await self._made()
        if record is None:
            self._fail(planned, _ENDED)
        else:
            words = "The server ended while the worktree was prepared. The worktree is complete."
            self._append([Notice(text=words), made(record, planned), StateUpdate(state="idle")])
        await self._ledger.flush()

    async def _made(self) -> Record | None:
        session = self._ledger.log.header.session
        records = await self._workspace.worktrees.all()
        mine = [one for one in records if one.session == session and one.removed is None]
        return await asyncio.to_thread(_there, mine)


def _there(records: Sequence[Record]) -> Record | None:
    return next((one for one in records if Path(one.path).is_dir()), None)


class _Planned(msgspec.Struct, frozen=True):
    """What stands in the ``_worktree`` event, so that it can be made (again)."""

    directory: str
    name: str
    worktree: WorktreeRequest


def planned(record: Record, directory: Path, name: str, request: WorktreeRequest) -> WorktreeEvent:
    """The event that a session with a new worktree begins with."""
    asked = _Planned(str(directory), name, request)
    return WorktreeEvent(
        status="making",
        path=record.path,
        base=record.base_name,
        base_commit=record.base,
        branch=record.branch,
        source=record.source,
        request=msgspec.to_builtins(asked),
    )


def made(record: Record, before: WorktreeEvent | None) -> WorktreeEvent:
    """The event that says it is there."""
    return WorktreeEvent(
        status="ready",
        id=record.id,
        path=record.path,
        base=record.base_name,
        base_commit=record.base,
        branch=record.branch,
        source=record.source,
        request=before.request if before else None,
    )
