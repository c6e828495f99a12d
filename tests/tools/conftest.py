"""One session's tools on a real directory, and what they report."""

import asyncio
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.events import OutputContent, PlanEntry, TextBlock
from parsess_lab.tools.tool import Place, Reporter, ToolResult
from parsess_lab.tools.toolbox import Toolbox


@dataclass
class Bench:
    """Calls tools as the agent's loop does: parse, access, run."""

    toolbox: Toolbox
    live: list[str] = field(default_factory=list)
    plans: list[Sequence[PlanEntry]] = field(default_factory=list)
    moves: list[Path] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return self.toolbox.place

    @property
    def home(self) -> Path:
        return self.place.home

    async def __call__(self, name: str, **arguments: Any) -> ToolResult:
        tool = self.toolbox.tools[name]
        call = tool.parse(arguments)
        tool.access(call, self.place)
        return await tool.run(call, self.place, self.reporter)

    @property
    def reporter(self) -> Reporter:
        return Reporter(self.live.append, self.plans.append, self._move, self._keep)

    def _move(self, directory: Path) -> None:
        self.moves.append(directory)

    def _keep(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        self.blobs[name] = data
        return name


def text_of(result: ToolResult) -> str:
    return "\n".join(block.text for block in result.blocks if isinstance(block, TextBlock))


def output_of(result: ToolResult) -> OutputContent:
    assert result.content is not None
    [content] = result.content
    assert isinstance(content, OutputContent)
    return content


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = Path(os.path.realpath(tmp_path)) / "home"
    home.mkdir()
    return home


@pytest.fixture
def bench(home: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Bench]:
    bench = Bench(Toolbox(Place(home, home, [home.parent], "session-1")))
    yield bench
    jp_asyncio_loop.run_until_complete(bench.toolbox.close())
