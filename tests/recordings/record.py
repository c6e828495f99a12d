"""Records the golden logs anew, from real sessions: ``python -m tests.recordings.record [name …]``.

Both folds, Python's and TypeScript's, are held to what stands in ``*.state.json``.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from parsess_lab.agents.agent import Turn
from parsess_lab.errors import AgentFailed
from parsess_lab.events import (
    AgentThoughtChunk,
    BlockContent,
    DiffContent,
    DirectoryChanged,
    ImageBlock,
    Location,
    ModelMessage,
    OutputContent,
    Plan,
    PlanEntry,
    RetryScheduled,
    StopReason,
    TextBlock,
    ToolCall,
    ToolCallUpdate,
    UsageUpdate,
)
from parsess_lab.git import git
from parsess_lab.sessions import Wanted, WorktreeRequest
from tests.recordings.stage import Stage, text, until
from tests.sessions.scripted import ask, say

_WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
LATER = b'{"seq":%d,"at":"2027-01-01T00:00:00.000Z","event":{"kind":"hologram","depth":3}}\n'


async def simple_turn(stage: Stage) -> None:
    async def script(turn: Turn) -> StopReason:
        for word in ("The tests ", "fail in ", "one place."):
            turn.emit(AgentThoughtChunk("m1", TextBlock(word)))
        turn.emit(Plan([PlanEntry("Read the test", "in_progress"), PlanEntry("Mend it")]))
        for word in ("# Done\n\n", "It was **one", " line**.", "\n"):
            say(turn, word)
        turn.emit(ModelMessage({"role": "assistant", "content": []}, turn.prompt.id))
        turn.emit(UsageUpdate(used=1200, size=200_000, input=1000, output=200, cost_usd=0.006, model="small"))
        turn.emit(Plan([PlanEntry("Read the test", "completed"), PlanEntry("Mend it", "completed")]))
        turn.emit(UsageUpdate(used=1500, input=100, output=50, cache_read=1000, cost_usd=0.001))
        return "end_turn"

    stage.agent.script = script
    session = await stage.session()
    image = ImageBlock("image/png", data="iVBORw0KGgo=", name="screen.png")
    await session.prompt("p1", [*text("Why do the tests fail?"), image])
    await until(session, lambda: session.facts.state == "finished")
    stage.keep(session, "simple_turn")


async def tools_and_questions(stage: Stage) -> None:
    async def allowed(turn: Turn, call: str, title: str) -> None:
        turn.emit(ToolCall(call, title, "execute", raw_input={"command": "make"}, name="run"))
        answer = await ask(turn, f"q-{call}", tool_call=call, command="make", directory=str(turn.directory))
        if answer.option == "no":
            turn.emit(ToolCallUpdate(call, status="failed", content=[BlockContent(TextBlock("Refused"))]))
            return
        turn.emit(ToolCallUpdate(call, status="in_progress"))
        for line in ("cc a.c\n", "cc b.c\n"):
            turn.emit(ToolCallUpdate(call, append_output=line))
        output = OutputContent("cc a.c\ncc b.c\n", total_bytes=14)
        turn.emit(ToolCallUpdate(call, status="completed", content=[output], exit_code=0))

    async def script(turn: Turn) -> StopReason:
        say(turn, "I build both.")
        await asyncio.gather(allowed(turn, "t1", "Run make a"), allowed(turn, "t2", "Run make b"))
        diff = DiffContent(str(turn.home / "a.c"), "int a;\n", "int b;\n")
        turn.emit(
            ToolCall("t3", "Edit a.c", "edit", "completed", [diff], [Location(str(turn.home / "a.c"), 1)])
        )
        turn.emit(DirectoryChanged(str(turn.home / "src")))
        await ask(turn, "q-last")
        return "end_turn"

    stage.agent.script = script
    session = await stage.session()
    await session.prompt("p1", text("Build it"))
    await until(session, lambda: len(session.facts.questions) == 2)
    await session.answer("q-t2", "no", "Leave b alone.")
    await session.answer("q-t1", "session")
    await until(session, lambda: [question.id for question in session.facts.questions] == ["q-last"])
    stage.keep(session, "tools_and_questions")


async def queue_and_cancel(stage: Stage) -> None:
    step = asyncio.Event()

    async def script(turn: Turn) -> StopReason:
        turn.emit(ToolCall("t1", "Run sleep 60", "execute", "in_progress"))
        await step.wait()
        turn.steering()
        say(turn, "I read that.", "m2")
        await ask(turn)
        return "end_turn"

    stage.agent.script = script
    session = await stage.session()
    await session.prompt("p1", text("Begin"))
    for number in (2, 3, 4, 5):
        await session.prompt(f"p{number}", text(f"Then {number}"))
    await session.queue.edit("p3", text("Then 3, but better"))
    await session.queue.remove("p2")
    await session.queue.send_now("p4")
    step.set()
    await until(session, lambda: session.facts.questions)
    await session.cancel()
    stage.keep(session, "queue_and_cancel")


async def failure_and_interruption(stage: Stage) -> None:
    async def failing(turn: Turn) -> StopReason:
        say(turn, "Half of an ans", "m1")
        message = "The service is overloaded."
        turn.emit(RetryScheduled(1, 3, 0.5, "overloaded", message, f"m1-{turn.prompt.id}"))
        turn.emit(ToolCall("t1", "Run make", "execute", "in_progress"))
        raise AgentFailed("The service is overloaded. Try again later.", reason="overloaded", retryable=True)

    async def endless(turn: Turn) -> StopReason:
        turn.emit(UsageUpdate(used=10, size=100, input=10))
        turn.emit(ToolCall("t2", "Run sleep 600", "execute", "in_progress"))
        await ask(turn)
        return "end_turn"

    stage.agent.script = failing
    session = await stage.session()
    await session.prompt("p1", text("Build it"))
    await until(session, lambda: session.facts.state == "failed")
    stage.agent.script = endless
    await session.prompt("p2", text("Once more"))
    await session.prompt("p3", text("And then this"))
    await until(session, lambda: session.facts.questions)

    # What a server finds that comes after one that died at this point.
    shutil.copytree(session.log.folder, stage.folder / "later" / "sessions" / session.id)
    (stage.folder / "later" / "sessions" / session.id / "owner.json").unlink()
    later = stage.server(stage.folder / "later")
    stage.keep(await later.get(session.id), "failure_and_interruption")
    await later.close()


async def archived_by_a_later_version(stage: Stage) -> None:
    session = await stage.session()
    await session.prompt("p1", text("Hello"))
    await until(session, lambda: session.facts.state == "finished")
    await session.seen(session.log.last_seq)
    await session.update(Wanted(name="Invoices", mode="plan", model="large", effort="high"))
    await session.update(Wanted(archived=True))
    stage.keep(session, "archived_by_a_later_version", LATER % (session.log.last_seq + 1))


async def rewound(stage: Stage) -> None:
    async def script(turn: Turn) -> StopReason:
        said = str(turn.prompt.id)
        turn.emit(ToolCall(f"t-{said}", "Edit a.c", "edit", "completed"))
        turn.emit(UsageUpdate(used=100 * int(said[1:]), size=1000, input=10, output=1))
        say(turn, f"I did {said}.")
        if said in ("p3", "p6"):
            raise AgentFailed("The service is overloaded. Try again later.", reason="overloaded")
        return "end_turn"

    async def go(id: str) -> None:
        turns = len(session.facts.turns)
        await session.prompt(id, text(f"Do {id}"))
        await until(session, lambda: not session.facts.in_turn and len(session.facts.turns) > turns)

    stage.agent.script = script
    session = await stage.session()
    for id in ("p1", "p2", "p3"):
        await go(id)
    second = session.facts.turns[1].seq
    first = await session.rewinding.rewind(second, "conversation")
    await go("p4")
    back = await session.rewinding.rewind(first.seq, "conversation")
    await session.rewinding.rewind(back.seq, "conversation")
    await session.rewinding.rewind(session.facts.turns[1].seq, "conversation")
    await go("p5")
    await go("p6")
    await session.rewinding.rewind(session.facts.turns[-1].seq, "conversation")
    stage.keep(session, "rewound")


async def worktree(stage: Stage) -> None:
    repository = stage.folder / "payments"
    repository.mkdir()
    for command in ("init -q -b main", "commit -q --allow-empty -m first"):
        await git(*_WHO, *command.split(), cwd=repository)
    created = await stage.sessions.create(repository, name="Tax", worktree=WorktreeRequest())
    session = await stage.sessions.get(created.id)
    await session.prompt("p1", text("Begin as soon as you can"))
    await until(session, lambda: session.facts.state == "finished")
    stage.keep(session, "worktree")


async def worktree_failed(stage: Stage) -> None:
    repository = stage.folder / "payments"
    repository.mkdir()
    for command in ("init -q -b main", "commit -q --allow-empty -m first"):
        await git(*_WHO, *command.split(), cwd=repository)
    (repository / ".git" / "refs" / "heads" / "parsess").write_text("in the way")
    created = await stage.sessions.create(repository, name="Tax", worktree=WorktreeRequest())
    session = await stage.sessions.get(created.id)
    await session.prompt("p1", text("Begin as soon as you can"))
    await until(session, lambda: session.facts.state == "failed")
    stage.keep(session, "worktree_failed")


async def main() -> None:
    recordings: list[Callable[[Stage], Awaitable[None]]] = [
        simple_turn,
        tools_and_questions,
        queue_and_cancel,
        failure_and_interruption,
        archived_by_a_later_version,
        rewound,
        worktree,
        worktree_failed,
    ]
    wanted = sys.argv[1:]
    for record in (one for one in recordings if not wanted or one.__name__ in wanted):
        with tempfile.TemporaryDirectory() as folder:
            stage = Stage(Path(folder).resolve())
            await record(stage)
            await stage.sessions.close()


if __name__ == "__main__":
    asyncio.run(main())
