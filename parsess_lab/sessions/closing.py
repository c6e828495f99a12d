"""What the log is told when a turn ends, whichever way: nothing of it may look as if it went on."""

from __future__ import annotations

import asyncio
import logging

from parsess_lab.errors import AgentFailed, StorageFailed
from parsess_lab.events import (
    AgentFailedEvent,
    AnyEvent,
    QuestionAnswered,
    StateUpdate,
    StopReason,
    ToolCallUpdate,
    ToolStatus,
)
from parsess_lab.sessions.facts import Facts

_logger = logging.getLogger(__name__)


def closing(facts: Facts, reason: StopReason, failure: AgentFailedEvent | None = None) -> list[AnyEvent]:
    """The events that end the turn in ``facts``: open tool calls, open questions, why, and the end itself."""
    status: ToolStatus = "cancelled" if reason in ("cancelled", "interrupted") else "failed"
    tools = [ToolCallUpdate(tool_call_id=tool.id, status=status) for tool in facts.tools]
    questions = [QuestionAnswered(id=question.id) for question in facts.questions]
    why = [failure] if failure is not None else []
    return [*tools, *questions, *why, StateUpdate(state="idle", stop_reason=reason)]


def outcome(task: asyncio.Task[StopReason]) -> tuple[StopReason, AgentFailedEvent | None]:
    """How the agent's task, which is done, ended."""
    if task.cancelled():
        return "cancelled", None
    error = task.exception()
    if error is None:
        return task.result(), None
    return "failed", _failure(error)


def _failure(error: BaseException) -> AgentFailedEvent:
    match error:
        case AgentFailed():
            return AgentFailedEvent(
                reason=error.reason,
                message=error.message,
                retryable=error.retryable,
                detail=error.detail,
            )
        case StorageFailed():
            return AgentFailedEvent(reason="storage", message=error.message, retryable=True)
        case _:
            # The traceback may hold secrets: it goes to the server's log only.
            _logger.error("An agent failed unexpectedly", exc_info=error)
            message = "The agent stopped on an error of its own. The server's log has the details."
            return AgentFailedEvent(reason="internal", message=message, retryable=True)
