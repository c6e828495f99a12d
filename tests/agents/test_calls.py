"""The tool calls of one message: side by side where they may, in order where they must, one result each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from parsess_lab.agents.agent import Settings
from parsess_lab.agents.loop import history
from parsess_lab.agents.loop.call import Workbench
from parsess_lab.agents.loop.calls import Calls
from parsess_lab.agents.loop.reply import Use
from parsess_lab.errors import InvalidRequest, StorageFailed
from parsess_lab.events import AnyEvent, QuestionAsked, TextBlock, ToolCallUpdate
from parsess_lab.permissions.access import Access
from parsess_lab.tools.tool import Place, Reporter, ToolResult
from tests.fakes.turn import FakeTurn, Log, answering

Paths = tuple[str, ...]


@dataclass
class Gate:
    """A tool that waits to be let through: which calls run at a time can be seen, not timed."""

    name: str
    kind: Any
    running: set[str] = field(default_factory=set)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    done: list[str] = field(default_factory=list)
    description: str = "waits"
    schema: dict[str, Any] = field(default_factory=dict)
    fail: BaseException | None = None

    def parse(self, arguments: Any) -> Any:
        if "bad" in arguments:
            raise InvalidRequest("The field bad is bad.")
        return arguments

    def title(self, arguments: Any, place: Place) -> str:
        return f"{self.name} {arguments.get('name')}"

    def access(self, arguments: Any, place: Place) -> Access:
        paths = [place.home / path for path in arguments.get("paths", ())]
        return Access(self.kind, paths, "true" if self.kind == "execute" else "")

    async def preview(self, arguments: Any, place: Place) -> Sequence[Any]:
        return []

    async def run(self, arguments: Any, place: Place, report: Reporter) -> ToolResult:
        name = arguments["name"]
        self.running.add(name)
        report.output(f"{name} runs")
        try:
            await self.open.wait()
        finally:
            self.running.discard(name)
        if self.fail is not None:
            raise self.fail
        self.done.append(name)
        return ToolResult(blocks=[TextBlock(text=name)])


class Bench:
    """Gates for each kind of access, and the calls that go through them."""

    def __init__(self, log: Log, **turn: Any) -> None:
        self.turn = FakeTurn(log, "go", **{"mode": "bypass", **turn})
        self.gates = {kind: Gate(kind, kind) for kind in ("read", "write", "execute")}
        place = Place(log.home, log.home, [log.home])
        toolbox: Any = SimpleNamespace(place=place, tools=self.gates)
        self.workbench = Workbench(self.turn, toolbox, allow_bypass=True)

    def calls(self, *wanted: tuple[str, str, Paths]) -> Calls:
        uses = [
            Use(f"call_{name}", f"use_{name}", kind, {"name": name, "paths": list(paths)})
            for name, kind, paths in wanted
        ]
        return Calls(self.workbench, uses)

    @property
    def running(self) -> set[str]:
        return set().union(*(gate.running for gate in self.gates.values()))


def texts(calls: Calls) -> list[str]:
    return [result["content"][0]["text"] for result in calls.results()]


@pytest.mark.parametrize(
    ("wanted", "at_first"),
    [
        ([("a", "read", ("x",)), ("b", "read", ("x",)), ("c", "read", ("y",))], "abc"),
        ([("a", "write", ("x",)), ("b", "write", ("y",)), ("c", "read", ("z",))], "abc"),
        ([("a", "write", ("x",)), ("b", "write", ("x",)), ("c", "write", ("y",))], "ac"),
        ([("a", "write", ("x/y",)), ("b", "read", ("x",)), ("c", "read", ("z",))], "ac"),
        ([("a", "execute", ()), ("b", "execute", ()), ("c", "read", ("x",))], "a"),
        ([("a", "read", ("x",)), ("b", "read", ("y",)), ("c", "execute", ())], "ab"),
    ],
)
async def test_only_what_is_independent_runs_side_by_side(
    wanted: list[tuple[str, str, Paths]], at_first: str, log: Log
) -> None:
    bench = Bench(log)
    calls = bench.calls(*wanted)
    task = asyncio.create_task(calls.run())
    await log.until(lambda: bench.running == set(at_first))
    assert not any(gate.done for gate in bench.gates.values())
    for gate in bench.gates.values():
        gate.open.set()
    await task
    assert texts(calls) == ["a", "b", "c"]


async def test_commands_run_in_the_order_of_the_message(log: Log) -> None:
    bench = Bench(log)
    bench.gates["execute"].open.set()
    await bench.calls(*((name, "execute", ()) for name in "abcd")).run()
    assert bench.gates["execute"].done == ["a", "b", "c", "d"]


async def test_whatever_is_wrong_with_a_call_becomes_its_result(log: Log) -> None:
    bench = Bench(log)
    bench.gates["read"].fail = RuntimeError("a bug")
    bench.gates["read"].open.set()
    bench.gates["write"].open.set()
    uses = [
        Use("1", "u1", "nothing", {}),
        Use("2", "u2", "read", {"bad": 1}),
        Use("3", "u3", "read", {"name": "c"}),
        Use("4", "u4", "write", "not an object"),
        Use("5", "u5", "write", {"name": "e", "paths": ["x"]}),
    ]
    calls = Calls(bench.workbench, uses)
    await calls.run()
    said = texts(calls)
    assert "no tool 'nothing'" in said[0]
    assert "execute, read, write" in said[0]
    assert said[1] == "The field bad is bad."
    assert "a bug" in said[2]
    assert "not an object" not in said[4]
    assert [result.get("is_error", False) for result in calls.results()] == [True, True, True, True, False]
    assert [result["tool_use_id"] for result in calls.results()] == ["u1", "u2", "u3", "u4", "u5"]


async def test_cancelling_keeps_what_was_done_and_calls_the_rest_interrupted(log: Log) -> None:
    bench = Bench(log)
    bench.gates["read"].open.set()
    calls = bench.calls(("a", "read", ("x",)), ("b", "write", ("y",)), ("c", "write", ("y",)))
    task = asyncio.create_task(calls.run())
    await log.until(lambda: bench.running == {"b"} and bench.gates["read"].done == ["a"])
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert texts(calls) == ["a", history.INTERRUPTED, history.INTERRUPTED]
    assert not bench.running
    last = {event.tool_call_id: event.status for event in log.all(ToolCallUpdate) if event.status}
    assert last == {"call_a": "completed", "call_b": "cancelled", "call_c": "cancelled"}


async def test_a_full_disk_ends_all_calls(log: Log) -> None:
    bench = Bench(log)
    bench.gates["write"].open.set()
    bench.gates["write"].fail = StorageFailed("full")
    calls = bench.calls(("a", "read", ("x",)), ("b", "write", ("y",)))
    with pytest.raises(StorageFailed):
        await asyncio.wait_for(calls.run(), 5)
    assert not bench.running


async def test_questions_come_one_at_a_time(log: Log) -> None:
    bench = Bench(log, mode="ask")
    calls = bench.calls(("a", "write", ("x",)), ("b", "write", ("y",)))
    task = asyncio.create_task(calls.run())
    await log.until(lambda: bool(log.all(QuestionAsked)))
    await asyncio.sleep(0)
    assert [question.tool_call for question in log.all(QuestionAsked)] == ["call_a"]
    task.cancel()
    await asyncio.wait([task])


async def test_what_changes_while_a_question_is_open_settles_the_next_one(log: Log) -> None:
    bench = Bench(log, mode="ask")
    bench.gates["write"].open.set()

    def answer(question: QuestionAsked) -> Any:
        bench.turn.settings = Settings("accept_edits")
        return answering("allow_once")(question)

    bench.turn.answer = answer
    calls = bench.calls(("a", "write", ("x",)), ("b", "write", ("y",)))
    await calls.run()
    assert texts(calls) == ["a", "b"]
    assert len(log.all(QuestionAsked)) == 1


@pytest.mark.parametrize("reason", [None, "Not on a Friday."])
async def test_a_refusal_is_read_by_the_model(reason: str | None, log: Log) -> None:
    bench = Bench(log, mode="ask", answer=answering("reject_once", reason))
    calls = bench.calls(("a", "write", ("x",)))
    await calls.run()
    (result,) = calls.results()
    assert result["is_error"]
    assert "refused" in texts(calls)[0]
    assert (reason or "another way") in texts(calls)[0]


def updates_of(log: Log, call: str) -> list[AnyEvent]:
    return [event for event in log.all(ToolCallUpdate) if event.tool_call_id == call]


async def test_a_call_is_told_from_pending_to_done(log: Log) -> None:
    bench = Bench(log)
    bench.gates["read"].open.set()
    await bench.calls(("a", "read", ("x",))).run()
    fields = [
        {name: getattr(event, name) for name in event.__struct_fields__ if getattr(event, name) is not None}
        for event in updates_of(log, "call_a")
    ]
    assert [sorted(set(one) - {"tool_call_id"}) for one in fields] == [
        ["raw_input", "title"],
        ["status"],
        ["append_output"],
        ["content", "status"],
    ]
    assert fields[-1]["status"] == "completed"


async def test_a_link_swapped_while_an_earlier_call_ran_is_looked_at_again(log: Log, tmp_path: Path) -> None:
    bench = Bench(log)
    seen: list[Sequence[Path]] = []
    gate = bench.gates["read"]

    def access(arguments: Any, place: Place) -> Access:
        seen.append([place.directory])
        return Access("read", [place.directory])

    gate.access = access  # type: ignore[method-assign]
    gate.open.set()
    bench.gates["execute"].open.set()
    calls = bench.calls(("a", "execute", ()), ("b", "read", ()))
    moved = log.home / "below"
    moved.mkdir()

    async def move(arguments: Any, place: Place, report: Reporter) -> ToolResult:
        report.moved(moved)
        return ToolResult(blocks=[TextBlock(text="moved")])

    bench.gates["execute"].run = move  # type: ignore[method-assign]
    await calls.run()
    assert seen == [[log.home], [moved]]
