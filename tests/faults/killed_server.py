"""A server to be killed: streams, asks, runs a process, and says on stdout what it has acknowledged."""

from __future__ import annotations

import asyncio
import json
import sys
from itertools import count
from pathlib import Path

from parsess_lab.agents.agent import Turn
from parsess_lab.events import StopReason, TextBlock, ToolCall, ToolCallUpdate
from parsess_lab.processes import child_environment, start
from parsess_lab.sessions import Session, Sessions
from tests.sessions.scripted import Scripted, ask, say


def acknowledge(what: str, id: str) -> None:
    print(json.dumps({"what": what, "id": id}), flush=True)


async def chatter(turn: Turn) -> StopReason:
    """Never stops by itself: text, real processes, a question, again and again."""
    environment = child_environment(session=turn.session)
    await start(["sleep", "1000"], directory=turn.home, environment=environment, output=lambda _: None)
    for number in count():
        for word in ("some ", "words ", "that ", "stream "):
            say(turn, word, f"m{number}")
            await asyncio.sleep(0.001)
        await echo(turn, f"{turn.prompt.id}-t{number}")
        await ask(turn, f"{turn.prompt.id}-q{number}")
    return "end_turn"


async def echo(turn: Turn, call: str) -> None:
    """A tool call; once its result is emitted, the model may be told of it: it must not be lost."""
    turn.emit(ToolCall(tool_call_id=call, title="Run echo", status="in_progress"))
    process = await asyncio.create_subprocess_exec("echo", "hello", stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    turn.emit(ToolCallUpdate(tool_call_id=call, append_output=output.decode()))
    turn.emit(ToolCallUpdate(tool_call_id=call, status="completed", exit_code=process.returncode))
    acknowledge("block", call)


async def answer_all(session: Session) -> None:
    async for stored in session.log.follow(session.log.last_seq):
        for question in session.facts.questions:
            if getattr(stored.event, "id", None) == question.id:
                await session.answer(question.id, "once")
                acknowledge("answer", question.id)


async def main(log_dir: Path, root: Path, id: str, number: str) -> None:
    agent = Scripted(chatter)
    sessions = Sessions(log_dir, {"scripted": agent}, allowed_roots=[root], default_agent="scripted")
    session = await sessions.get(id)
    answering = asyncio.create_task(answer_all(session))
    for prompt in count():
        await session.prompt(f"{number}-{prompt}", [TextBlock("go")])
        acknowledge("prompt", f"{number}-{prompt}")
        await asyncio.sleep(0.02)
    await answering


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]))
