"""What every agent must do, whichever it is: held to the seam, over the real tools."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil
import pytest

from parsess_lab.agents.agent import Agent, AgentInfo
from parsess_lab.agents.builtin import BuiltinAgent
from parsess_lab.agents.tour import TourAgent
from parsess_lab.events import (
    AnyEvent,
    ModelMessage,
    OutputContent,
    Plan,
    QuestionAsked,
    ToolCall,
    ToolCallUpdate,
)
from tests.fakes.turn import FakeTurn, Log, answering


@dataclass(frozen=True)
class Driver:
    """An agent, and how to word a prompt so that it makes these calls in one message."""

    agent: Agent
    wording: Callable[[list[list[str]]], str]

    def run(self, command: str) -> str:
        return self.wording([["run", command]])

    def write(self, path: str, text: str) -> str:
        return self.wording([["write", path, text]])


def in_lines(calls: list[list[str]]) -> str:
    return "\n".join(" ".join(call) for call in calls)


def in_script(calls: list[list[str]]) -> str:
    fields = {
        "run": ("run_command", ["command"]),
        "read": ("read_file", ["path"]),
        "write": ("write_file", ["path", "content"]),
        "search": ("search", ["pattern"]),
    }
    content = [
        {"tool": fields[verb][0], "input": dict(zip(fields[verb][1], given, strict=True)), "id": f"t{number}"}
        for number, (verb, *given) in enumerate(calls)
    ]
    return f"```script\n{json.dumps([{'content': [{'text': 'I do it.'}, *content]}, 'Done.'])}\n```"


@pytest.fixture(params=["builtin", "tour"])
def driver(
    request: pytest.FixtureRequest,
    make_builtin: Callable[..., BuiltinAgent],
    jp_asyncio_loop: AbstractEventLoop,
) -> Iterator[Driver]:
    if request.param == "builtin":
        yield Driver(make_builtin(), in_script)
        return
    tour = TourAgent(pace=0)
    yield Driver(tour, in_lines)
    jp_asyncio_loop.run_until_complete(tour.close())


def is_alive(marker: str) -> bool:
    return any(
        marker in " ".join(process.info["cmdline"] or ())
        for process in psutil.process_iter(["cmdline", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
    )


async def test_it_says_what_it_is(driver: Driver) -> None:
    info = await driver.agent.info()
    assert isinstance(info, AgentInfo)
    assert (info.available, info.why_not) == (True, None)
    assert info.id
    assert info.name
    assert "ask" in info.capabilities.modes
    assert "bypass" not in info.capabilities.modes


async def test_a_prompt_is_answered(driver: Driver, log: Log) -> None:
    assert await driver.agent.run_turn(FakeTurn(log, "hello")) == "end_turn"
    assert log.said()
    assert not log.calls()


async def test_a_call_goes_from_pending_to_its_outcome(driver: Driver, log: Log) -> None:
    (log.home / "file.txt").write_text("words\n")
    await driver.agent.run_turn(FakeTurn(log, driver.wording([["read", "file.txt"]])))
    (call,) = log.calls()
    assert (call.title, call.tool_kind, call.status) == ("Read file.txt", "read", "completed")
    assert call.raw_input == {"path": "file.txt"}
    assert [location.path for location in call.locations] == [str(log.home / "file.txt")]
    told = [event.status for event in log.events if isinstance(event, ToolCall | ToolCallUpdate)]
    assert [status for status in told if status] == ["pending", "in_progress", "completed"]
    assert not log.all(QuestionAsked)


async def test_a_command_shows_its_output_and_exit_code(driver: Driver, log: Log) -> None:
    turn = FakeTurn(log, driver.run("echo out; exit 3"), answer=answering("allow_once"))
    assert await driver.agent.run_turn(turn) == "end_turn"
    (call,) = log.calls()
    assert [event.exit_code for event in log.all(ToolCallUpdate) if event.exit_code is not None] == [3]
    (output,) = call.content
    assert isinstance(output, OutputContent)
    assert "out" in output.text
    assert "out" in "".join(event.append_output or "" for event in log.all(ToolCallUpdate))


async def test_a_write_is_asked_with_its_diff_before_it_is_done(driver: Driver, log: Log) -> None:
    turn = FakeTurn(log, driver.write("new.txt", "hello"))
    task = asyncio.create_task(driver.agent.run_turn(turn))
    await log.until(lambda: bool(log.all(QuestionAsked)))
    (question,) = log.all(QuestionAsked)
    (call,) = log.calls()
    assert question.tool_call == call.tool_call_id
    assert (call.status, call.content[0].__struct_config__.tag) == ("pending", "diff")
    assert {"allow_once", "reject_once"} <= {option.kind for option in question.options}
    assert not (log.home / "new.txt").exists()
    task.cancel()
    await asyncio.wait([task])
    assert not (log.home / "new.txt").exists()


async def test_allowed_it_is_written(driver: Driver, log: Log) -> None:
    turn = FakeTurn(log, driver.write("new.txt", "hello"), answer=answering("allow_once"))
    assert await driver.agent.run_turn(turn) == "end_turn"
    assert (log.home / "new.txt").read_text().strip() == "hello"
    assert [call.status for call in log.calls()] == ["completed"]


async def test_refused_it_is_not_and_the_turn_goes_on(driver: Driver, log: Log) -> None:
    turn = FakeTurn(log, driver.write("new.txt", "hello"), answer=answering("reject_once", "No files today."))
    assert await driver.agent.run_turn(turn) == "end_turn"
    assert not list(log.home.iterdir())
    assert [call.status for call in log.calls()] == ["failed"]
    assert "No files today." in str([message.message for message in log.all(ModelMessage)])


async def test_what_lies_outside_the_allowed_roots_is_refused_unasked(driver: Driver, log: Log) -> None:
    turn = FakeTurn(log, driver.wording([["read", "/etc/hostname"]]), answer=answering("allow_once"))
    assert await driver.agent.run_turn(turn) == "end_turn"
    assert [call.status for call in log.calls()] == ["failed"]
    assert not log.all(QuestionAsked)


async def test_plan_mode_changes_nothing(driver: Driver, log: Log) -> None:
    turn = FakeTurn(log, driver.write("new.txt", "hello"), mode="plan", answer=answering("allow_once"))
    assert await driver.agent.run_turn(turn) == "end_turn"
    assert not list(log.home.iterdir())


async def test_several_calls_of_one_message_each_have_one_result(driver: Driver, log: Log) -> None:
    (log.home / "a.txt").write_text("needle\n")
    calls = [["read", "a.txt"], ["read", "missing.txt"], ["search", "needle"]]
    assert await driver.agent.run_turn(FakeTurn(log, driver.wording(calls))) == "end_turn"
    assert [call.status for call in log.calls()] == ["completed", "failed", "completed"]
    (asked,) = [
        [block["id"] for block in message.message["content"] if block["type"] == "tool_use"]
        for message in log.all(ModelMessage)
        if any(block["type"] == "tool_use" for block in message.message["content"])
    ]
    answered = [
        block["tool_use_id"]
        for message in log.all(ModelMessage)
        for block in message.message["content"]
        if block["type"] == "tool_result"
    ]
    assert answered == asked
    assert len(set(answered)) == 3


@pytest.mark.parametrize("where", ["in a command", "in a question"])
async def test_cancelled_it_stops_at_once_leaves_nothing_and_goes_on(
    where: str, driver: Driver, log: Log
) -> None:
    marker = f"marker-{where[-3:]}-{type(driver.agent).__name__}"
    command = shlex.join(["sh", "-c", f"sleep 300 # {marker}"]) + " | cat"
    answer = answering("allow_once") if where == "in a command" else None
    task = asyncio.create_task(driver.agent.run_turn(FakeTurn(log, driver.run(command), answer=answer)))
    if answer is None:
        await log.until(lambda: bool(log.all(QuestionAsked)))
    else:
        await log.until(lambda: any(call.status == "in_progress" for call in log.calls()))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 3)
    assert not is_alive(marker)
    assert [call.status for call in log.calls()] == ["cancelled"]
    assert await driver.agent.run_turn(FakeTurn(log, "hello")) == "end_turn"


async def test_its_events_survive_the_log(driver: Driver, log: Log) -> None:
    (log.home / "file.txt").write_text("words\n")
    await driver.agent.run_turn(FakeTurn(log, driver.wording([["read", "file.txt"]])))
    stored = msgspec.json.encode(log.events)
    assert msgspec.json.decode(stored, type=list[AnyEvent]) == log.events


async def test_sessions_do_not_meet(driver: Driver, tmp_path: Path) -> None:
    logs = []
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file.txt").write_text(f"This is {name}.\n")
        logs.append(Log(tmp_path / name, session=name))
    prompt = driver.wording([["read", "file.txt"]])
    await asyncio.gather(*(driver.agent.run_turn(FakeTurn(log, prompt)) for log in logs))
    for log in logs:
        said = set(re.findall(r"This is (\w+)\.", str(log.events)))
        assert said == {log.session}


async def test_ending_a_session_twice_and_closing_twice_is_fine(driver: Driver, log: Log) -> None:
    await driver.agent.run_turn(FakeTurn(log, driver.wording([["read", "file.txt"]])))
    for _ in range(2):
        await driver.agent.end_session(log.session)
        await driver.agent.end_session("never heard of it")
        await driver.agent.close()


async def test_a_plan_is_shown(driver: Driver, log: Log) -> None:
    entries = [{"content": "Look", "status": "in_progress"}, {"content": "Tell"}]
    script = [{"content": [{"tool": "plan", "input": {"entries": entries}}]}, "Done."]
    prompt = "plan" if driver.wording is in_lines else f"```script\n{json.dumps(script)}\n```"
    turn = FakeTurn(log, prompt, answer=answering("allow_once"))
    assert await driver.agent.run_turn(turn) == "end_turn"
    assert log.all(Plan)[0].entries[0].status == "in_progress"
