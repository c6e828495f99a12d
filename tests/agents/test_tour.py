"""The tour: honest about being none, and of use to a newcomer."""

from __future__ import annotations

import asyncio
import time
from asyncio import AbstractEventLoop
from collections.abc import Iterator
from pathlib import Path

import pytest

from parsess_lab.agents.builtin import Options
from parsess_lab.agents.catalogue import Catalogue
from parsess_lab.agents.tour import TourAgent
from parsess_lab.agents.tour.model import LONGEST_SECONDS
from parsess_lab.errors import InvalidRequest
from parsess_lab.events import Plan, QuestionAsked, ToolCall
from tests.fakes.turn import FakeTurn, Log, answering


@pytest.fixture
def tour(jp_asyncio_loop: AbstractEventLoop) -> Iterator[TourAgent]:
    agent = TourAgent(pace=0)
    yield agent
    jp_asyncio_loop.run_until_complete(agent.close())


async def said(tour: TourAgent, log: Log, prompt: str) -> str:
    assert await tour.run_turn(FakeTurn(log, prompt, answer=answering("allow_once"))) == "end_turn"
    return log.said()


@pytest.mark.parametrize("prompt", ["Please fix the bug", "help", "/help", "run", "write x"])
async def test_it_says_that_it_is_no_model_and_how_to_get_one(tour: TourAgent, log: Log, prompt: str) -> None:
    text = await said(tour, log, prompt)
    assert "not a language model" in text
    assert "ANTHROPIC_API_KEY" in text
    assert not log.calls()


@pytest.mark.parametrize(
    ("prompt", "comment"),
    [
        ("run true", "`true` ended with exit code 0 and 0 lines of output."),
        ("run printf 'a\\nb\\n'", "exit code 0 and 2 lines of output."),
        ("run exit 7", "`exit 7` ended with exit code 7."),
        ("read poem.txt", "`poem.txt` is read: 3 lines."),
        ("read nowhere.txt", "`read_file` did not work: "),
        ("write note.md Hello to you", "`note.md` is written: 13 characters."),
        ('write "two words.md" Hello', "`two words.md` is written"),
        ("write poem.txt New", "`poem.txt` is written"),
        ("search rose", "2 matches found."),
        ("search lily", "Nothing matches."),
        ("search a.b(", "Nothing matches."),
        ("/run true", "`true` ended with exit code 0"),
    ],
)
async def test_it_comments_on_what_came_out(tour: TourAgent, log: Log, prompt: str, comment: str) -> None:
    (log.home / "poem.txt").write_text("a rose\nis a rose\nis\n")
    assert comment in await said(tour, log, prompt)


async def test_lines_become_calls_of_one_message(tour: TourAgent, log: Log) -> None:
    text = await said(tour, log, "write a.txt one\nwrite b.txt two\nhumm\nrun cat a.txt b.txt")
    assert "I don't understand `humm`" in text
    assert "exit code 0 and 2 lines" in text
    assert len(log.all(ToolCall)) == 3


async def test_the_tour_does_real_things_and_asks_before_it_writes(tour: TourAgent, log: Log) -> None:
    (log.home / "README.md").write_text("# A project\n")
    text = await said(tour, log, "tour")
    assert [call.title for call in log.calls()] == [
        "Run ls",
        "Read README.md",
        "Write parsess-tour.md",
        "Run ls -l",
    ]
    assert all(call.status == "completed" for call in log.calls())
    assert any(question.title == "Write parsess-tour.md" for question in log.all(QuestionAsked))
    assert (log.home / "parsess-tour.md").exists()
    for word in ("Permissions", "Terminal", "Side by side", "worktree", "handoff", "no model"):
        assert word in text


async def test_a_tour_that_may_not_write_goes_on(tour: TourAgent, log: Log) -> None:
    turn = FakeTurn(log, "tour", answer=answering("reject_once", "not now"))
    assert await tour.run_turn(turn) == "end_turn"
    assert "not now" in log.said()
    assert "That was the tour." in log.said()


async def test_the_tour_can_be_taken_in_an_empty_directory_and_twice(tour: TourAgent, log: Log) -> None:
    await said(tour, log, "tour")
    assert "That was the tour." in await said(tour, log, "tour")


async def test_the_plan_is_worked_off(tour: TourAgent, log: Log) -> None:
    await said(tour, log, "plan")
    plans = [[entry.status for entry in plan.entries] for plan in log.all(Plan)]
    assert plans[0] == ["in_progress", "pending", "pending"]
    assert plans[-1] == ["completed"] * 3


async def test_steering_replaces_the_rest_of_the_script(tour: TourAgent, log: Log) -> None:
    turn = FakeTurn(log, "tour", answer=answering("allow_once"))
    turn.steer = [FakeTurn(Log(log.home), "help").prompt]
    assert await tour.run_turn(turn) == "end_turn"
    assert len(log.calls()) == 1
    assert "I understand these lines" in log.said()


async def test_text_streams_but_never_for_long(log: Log) -> None:
    agent = TourAgent()
    begun = time.monotonic()
    await agent.run_turn(FakeTurn(log, "help"))
    assert time.monotonic() - begun < LONGEST_SECONDS + 2
    await agent.close()


async def test_the_catalogue(tmp_path: Path) -> None:
    catalogue = Catalogue(Options(environ={}, user=tmp_path))
    infos = await catalogue.infos()
    assert [info.id for info in infos] == list(catalogue) == ["builtin", "tour"]
    assert [info.available for info in infos] == [False, True]
    assert await catalogue.default() == "tour"
    assert [command.name for command in infos[1].capabilities.commands] == ["tour", "help"]
    with pytest.raises(InvalidRequest, match="builtin, tour"):
        catalogue.named("nobody")
    await asyncio.wait_for(catalogue.close(), 5)
