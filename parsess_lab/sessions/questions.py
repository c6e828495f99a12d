"""Questions of the running turn: put to the log, answered once, by whoever is first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from parsess_lab.agents.agent import Answer
from parsess_lab.errors import Conflict, InvalidRequest, NotFound, ParsessError
from parsess_lab.events import AnyEvent, QuestionAnswered, QuestionAsked, QuestionOption, StateUpdate
from parsess_lab.sessions.facts import Facts
from parsess_lab.terminals import Terminals
from parsess_lab.tools.in_view import InView

_REMEMBERED = ("allow_session", "allow_project")
_REASON = 10_000  # characters
_IN_TERMINAL = QuestionOption(id="run_in_terminal", kind="run_in_terminal", label="Run it in my terminal")


@dataclass(frozen=True, slots=True)
class _Wish:
    """That the command of a question is begun in a terminal. ``granted`` is the answer, once it has begun."""

    terminal: str | None
    granted: asyncio.Future[QuestionAnswered]

    def refuse(self, error: ParsessError) -> None:
        """Whoever wished it is told why not."""
        self.granted.set_exception(error)


class Questions:
    """``append`` writes to the session's log; ``facts`` are what the log says now.

    ``terminals`` None: commands can't be run in the person's view. What is begun there belongs to the turn that
    asked: a page that goes away loses nothing, and a turn that is stopped takes it along.
    """

    def __init__(
        self,
        session: str,
        append: Callable[[Sequence[AnyEvent]], object],
        facts: Callable[[], Facts],
        terminals: Terminals | None = None,
    ) -> None:
        self._session = session
        self._append = append
        self._facts = facts
        self._terminals = terminals
        self._waiting: dict[str, asyncio.Future[QuestionAnswered | _Wish]] = {}

    async def ask(self, question: QuestionAsked) -> Answer:
        """Put a question and wait for its answer; cancelling closes it."""
        facts = self._facts()
        if question.id in facts.answered or question.id in self._waiting:
            raise InvalidRequest(f"A question {question.id} has been asked before.")
        question = self._offering(question)
        waits = [] if facts.activity == "requires_action" else [StateUpdate(state="requires_action")]
        self._append([question, *waits])
        try:
            return await self._settled(question)
        except asyncio.CancelledError:
            self._close(question.id)
            raise
        finally:
            _forget(self._waiting.pop(question.id))

    async def answer(
        self, id: str, option: str, reason: str | None = None, terminal: str | None = None
    ) -> QuestionAnswered:
        """Answer an open question; the agent goes on.

        ``terminal`` is where its command is to be run, if that is the answer; None: see ``Terminals.begin``.

        Raises:
            NotFound: no such question.
            Conflict: answered already, or its turn has ended (``answered_already``); it is just being begun in a
                terminal (``beginning``); and what ``Terminals.begin`` raises: the question stays open.
            InvalidRequest: not one of its options.
        """
        question = self._open(id)
        chosen = _option(question, option)
        waiting = self._waiting.get(id)
        if waiting is not None and waiting.done():
            raise Conflict("It is being begun in a terminal. Wait a moment.", code="beginning")
        if chosen.kind == "run_in_terminal":
            return await self._wish(waiting, terminal)
        answer = _answered(question, chosen, reason)
        self._append([answer, *self._resumed(id)])
        if waiting is not None:
            waiting.set_result(answer)
        return answer

    def _offering(self, question: QuestionAsked) -> QuestionAsked:
        """A command can also be run by the person, where their shell tells what comes of it."""
        runnable = question.command is not None and question.directory is not None
        if not runnable or self._terminals is None or not self._terminals.marked:
            return question
        return replace(question, options=[*question.options, _IN_TERMINAL])

    async def _settled(self, question: QuestionAsked) -> Answer:
        while True:
            waiting = self._waiting[question.id] = asyncio.get_running_loop().create_future()
            told = await waiting
            if isinstance(told, QuestionAnswered):
                return Answer(told)
            if begun := await self._begin(question, told):
                return begun

    async def _begin(self, question: QuestionAsked, wish: _Wish) -> Answer | None:
        """None: it could not be begun, and the question is still open."""
        try:
            running = await self._run(question, wish.terminal)
        except ParsessError as error:
            wish.refuse(error)
            return None
        except BaseException:
            wish.refuse(_too_late())
            raise
        answer = replace(_answered(question, _IN_TERMINAL, None), terminal=running.terminal)
        try:
            self._append([answer, *self._resumed(question.id)])
        except ParsessError as error:
            wish.refuse(error)
            await running.stop()
            raise
        wish.granted.set_result(answer)
        return Answer(answer, running)

    async def _run(self, question: QuestionAsked, terminal: str | None) -> InView:
        if self._terminals is None or question.command is None or question.directory is None:
            raise InvalidRequest("This can't be run in a terminal.")
        return await self._terminals.begin(self._session, question.directory, question.command, terminal)

    async def _wish(
        self, waiting: asyncio.Future[QuestionAnswered | _Wish] | None, terminal: str | None
    ) -> QuestionAnswered:
        if waiting is None:
            raise _too_late()
        wish = _Wish(terminal, asyncio.get_running_loop().create_future())
        waiting.set_result(wish)
        return await asyncio.shield(wish.granted)

    def _open(self, id: str) -> QuestionAsked:
        facts = self._facts()
        question = next((question for question in facts.questions if question.id == id), None)
        if question is not None:
            return question
        if id in facts.answered:
            raise _too_late()
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


def _forget(waiting: asyncio.Future[QuestionAnswered | _Wish]) -> None:
    """The turn may have been stopped before it heard of the last wish."""
    told = waiting.result() if waiting.done() and not waiting.cancelled() else None
    if isinstance(told, _Wish) and not told.granted.done():
        told.refuse(_too_late())


def _too_late() -> Conflict:
    return Conflict("This question has been answered, or its turn has ended.", code="answered_already")


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
