"""Questions of the running turn: put to the log, answered once, by whoever is first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from parsess_lab.errors import Conflict, InvalidRequest, NotFound, ParsessError
from parsess_lab.events import AnyEvent, QuestionAnswered, QuestionAsked, QuestionOption, StateUpdate
from parsess_lab.sessions.summarise import Facts

_REMEMBERED = ("allow_session", "allow_project")
_REASON = 10_000  # characters


class Questions:
    """``append`` writes to the session's log; ``facts`` are what the log says now."""

    def __init__(self, append: Callable[[Sequence[AnyEvent]], object], facts: Callable[[], Facts]) -> None:
        self._append = append
        self._facts = facts
        self._waiting: dict[str, asyncio.Future[QuestionAnswered]] = {}

    async def ask(self, question: QuestionAsked) -> QuestionAnswered:
        """Put a question and wait for its answer; cancelling closes it."""
        facts = self._facts()
        if question.id in facts.answered or question.id in self._waiting:
            raise InvalidRequest(f"A question {question.id} has been asked before.")
        waits = [] if facts.activity == "requires_action" else [StateUpdate(state="requires_action")]
        self._append([question, *waits])
        future: asyncio.Future[QuestionAnswered] = asyncio.get_running_loop().create_future()
        self._waiting[question.id] = future
        try:
            return await future
        except asyncio.CancelledError:
            self._close(question.id)
            raise
        finally:
            del self._waiting[question.id]

    def answer(self, id: str, option: str, reason: str | None) -> QuestionAnswered:
        """Answer an open question; the agent goes on.

        Raises:
            NotFound: no such question.
            Conflict: answered already, or its turn has ended (``answered_already``).
            InvalidRequest: not one of its options.
        """
        question = self._open(id)
        answer = _answered(question, _option(question, option), reason)
        self._append([answer, *self._resumed(id)])
        waiting = self._waiting.get(id)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
        return answer

    def _open(self, id: str) -> QuestionAsked:
        facts = self._facts()
        question = next((question for question in facts.questions if question.id == id), None)
        if question is not None:
            return question
        if id in facts.answered:
            raise Conflict("This question has been answered, or its turn has ended.", code="answered_already")
        raise NotFound(f"No question {id} has been asked in this session.")

    def _close(self, id: str) -> None:
        # A turn that was ended for good has closed its questions, and a log that can't be written
        # is closed when it can be again: neither may hide the cancellation.
        if any(question.id == id for question in self._facts().questions):
            try:
                self._append([QuestionAnswered(id=id), *self._resumed(id)])
            except ParsessError:
                return

    def _resumed(self, id: str) -> list[AnyEvent]:
        others = [question for question in self._facts().questions if question.id != id]
        return [] if others else [StateUpdate(state="running")]


def _option(question: QuestionAsked, id: str) -> QuestionOption:
    for option in question.options:
        if option.id == id:
            return option
    possible = ", ".join(option.id for option in question.options)
    raise InvalidRequest(f"{id} is none of this question's answers: {possible}.", code="unknown_option")


def _answered(question: QuestionAsked, option: QuestionOption, reason: str | None) -> QuestionAnswered:
    if reason is not None and len(reason) > _REASON:
        raise InvalidRequest(f"A reason has at most {_REASON} characters.")
    return QuestionAnswered(
        id=question.id,
        option=option.id,
        option_kind=option.kind,
        reason=reason,
        rules=option.rules if option.kind in _REMEMBERED else [],
    )
