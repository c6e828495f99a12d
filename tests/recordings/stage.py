"""Where golden logs are recorded: a server of its own for each, and what is kept of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from parsess_lab.events import TextBlock
from parsess_lab.log import Log
from parsess_lab.sessions import Session, Sessions
from parsess_lab.sessions.facts import Facts
from parsess_lab.sessions.fold import fold
from tests.sessions.scripted import Scripted

HERE = Path(__file__).parent


def state_of(log: Path) -> dict[str, Any]:
    """What a log says, in the words of ``*.state.json``."""
    facts = Facts()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(log, Path(folder) / "log.jsonl")
        for stored in Log.open(Path(folder), lambda _: None).read():
            facts = fold(facts, stored)
    state: dict[str, Any] = msgspec.to_builtins(
        {
            "last_seq": facts.seq,
            "last_event_at": facts.at,
            "name": facts.name,
            "archived": facts.archived,
            "directory": facts.directory,
            "mode": facts.mode,
            "model": facts.option("model"),
            "effort": facts.option("thought_level"),
            "state": facts.state,
            "stop_reason": facts.stop_reason,
            "seen_upto": facts.seen_upto,
            "summary": facts.headline,
            "questions": [question.id for question in facts.questions],
            "queue": [prompt.id for prompt in facts.queue],
            "usage": facts.usage,
        }
    )
    return state


class Stage:
    """A server with one session, thrown away after the recording."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.agent = Scripted()
        self.sessions = self.server(folder / "log")

    def server(self, log_dir: Path) -> Sessions:
        agents = {"scripted": self.agent}
        return Sessions(log_dir, agents, allowed_roots=[self.folder], default_agent="scripted")

    async def session(self) -> Session:
        directory = self.folder / "payments"
        directory.mkdir(exist_ok=True)
        return await self.sessions.get((await self.sessions.create(directory)).id)

    def keep(self, session: Session, name: str, more: bytes = b"") -> None:
        """Store the log, with the temporary folder's name taken out."""
        content = (session.log.folder / "log.jsonl").read_bytes() + more
        log = HERE / f"{name}.jsonl"
        log.write_bytes(content.replace(str(self.folder).encode(), b"/home/ada"))
        state = msgspec.json.format(msgspec.json.encode(state_of(log)), indent=2)
        log.with_suffix(".state.json").write_bytes(state + b"\n")


async def until(session: Session, condition: Callable[[], object]) -> None:
    """Wait for what the log will say."""
    async for _ in session.log.follow():
        if condition():
            return


def text(words: str) -> list[TextBlock]:
    return [TextBlock(words)]
