"""Questions: open until answered, answered once, from anywhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsess_lab.agents.agent import Turn
from parsess_lab.errors import Conflict, InvalidRequest, NotFound
from parsess_lab.events import QuestionAnswered, StateUpdate, StopReason
from parsess_lab.sessions import Session, Sessions
from tests.sessions.conftest import Make, events, state, text, until
from tests.sessions.scripted import Scripted, ask


class Asking:
    """Asks all its questions at once and keeps the answers."""

    def __init__(self, agent: Scripted, *ids: str) -> None:
        self.ids = ids
        self.answers: list[QuestionAnswered] = []
        agent.script = self

    async def __call__(self, turn: Turn) -> StopReason:
        self.answers = await asyncio.gather(*(ask(turn, id) for id in self.ids))
        return "end_turn"


async def test_a_question_waits_and_its_answer_goes_on(session: Session, agent: Scripted) -> None:
    asking = Asking(agent, "q")
    await session.prompt("p", text("go"))
    await state(session, "waiting")
    summary = await session.summary()
    assert summary.question is not None
    assert (summary.question.id, summary.summary) == ("q", "Run make q")
    answer = await session.answer("q", "no", "Use ninja instead.")
    await state(session, "finished")
    assert asking.answers == [answer]
    assert answer == QuestionAnswered("q", "no", "reject_once", "Use ninja instead.")


async def test_parallel_questions_are_all_answered_before_it_runs(session: Session, agent: Scripted) -> None:
    Asking(agent, "a", "b")
    await session.prompt("p", text("go"))
    await until(lambda: len(session.facts.questions) == 2)
    await session.answer("b", "once")
    assert session.facts.state == "waiting"
    await session.answer("a", "once")
    await state(session, "finished")
    assert [event for event in events(session) if isinstance(event, StateUpdate)][-4:] == [
        StateUpdate("running"),
        StateUpdate("requires_action"),
        StateUpdate("running"),
        StateUpdate("idle", "end_turn"),
    ]


async def test_only_the_first_of_many_answers_counts(session: Session, agent: Scripted) -> None:
    asking = Asking(agent, "q")
    await session.prompt("p", text("go"))
    await state(session, "waiting")
    answers = [session.answer("q", option) for option in ("once", "no", "session", "once")]
    results = await asyncio.gather(*answers, return_exceptions=True)
    given = [result for result in results if isinstance(result, QuestionAnswered)]
    refused = [result for result in results if isinstance(result, Conflict)]
    assert (len(given), len(refused)) == (1, 3)
    assert {refusal.code for refusal in refused} == {"answered_already"}
    await state(session, "finished")
    assert asking.answers == given


async def test_answers_that_make_no_sense_are_refused(session: Session, agent: Scripted) -> None:
    Asking(agent, "q")
    await session.prompt("p", text("go"))
    await state(session, "waiting")
    with pytest.raises(NotFound):
        await session.answer("other", "once")
    with pytest.raises(InvalidRequest, match="once, session, project, no") as refusal:
        await session.answer("q", "maybe")
    assert refusal.value.code == "unknown_option"
    assert session.facts.state == "waiting"


async def test_an_answer_after_the_turn_is_refused(session: Session, agent: Scripted) -> None:
    Asking(agent, "q")
    await session.prompt("p", text("go"))
    await state(session, "waiting")
    await session.cancel()
    with pytest.raises(Conflict):
        await session.answer("q", "once")


async def test_one_of_two_askers_may_give_up(session: Session, agent: Scripted) -> None:
    async def impatient(turn: Turn) -> StopReason:
        giving_up = asyncio.create_task(ask(turn, "a"))
        staying = asyncio.create_task(ask(turn, "b"))
        await until(lambda: len(session.facts.questions) == 2)
        giving_up.cancel()
        await staying
        return "end_turn"

    agent.script = impatient
    await session.prompt("p", text("go"))
    await until(lambda: "a" in session.facts.answered)
    assert session.facts.state == "waiting"
    await session.answer("b", "once")
    await state(session, "finished")


async def test_allowed_for_the_session_holds_after_a_restart_and_not_elsewhere(
    sessions: Sessions, session: Session, agent: Scripted, make: Make, root: Path
) -> None:
    Asking(agent, "q")
    await session.prompt("p", text("go"))
    await state(session, "waiting")
    await session.answer("q", "session")
    await state(session, "finished")
    agent.script = agent.echo
    await sessions.close()

    later = make()
    again = await later.get(session.id)
    other = await later.get((await later.create(root / "payments")).id)
    for one in (again, other):
        await one.prompt("p2", text("go"))
        await state(one, "finished")
    assert [list(turn.rules) for turn in agent.turns] == [["run(make *)"], ["run(make *)"], []]


async def test_allowed_in_the_project_holds_in_all_of_it(
    sessions: Sessions, session: Session, agent: Scripted, make: Make, root: Path
) -> None:
    (root / ".git").mkdir()
    (root / "elsewhere").mkdir()
    (root / "elsewhere" / ".git").write_text(f"gitdir: {root}/.git/worktrees/elsewhere\n")
    Asking(agent, "q")
    await session.prompt("p", text("go"))
    await state(session, "waiting")
    await session.answer("q", "project")
    await state(session, "finished")
    agent.script = agent.echo
    await sessions.close()

    later = make(rules=["run(git status)"])
    for directory in (root, root / "payments", root / "elsewhere"):
        one = await later.get((await later.create(directory)).id)
        await one.prompt("p", text("go"))
        await state(one, "finished")
    rules = [list(turn.rules) for turn in agent.turns[1:]]
    assert rules == [["run(git status)", "run(make *)"]] * 2 + [["run(git status)"]]
    assert not list((root / "payments").iterdir())
