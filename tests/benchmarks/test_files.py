"""How long completion, finding and searching take in a tree of 100,000 files, and what the loop feels of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.tools.files import list_files
from parsess_lab.tools.tool import Place, Reporter
from parsess_lab.tools.toolbox import Toolbox
from tests.benchmarks.figures import median, percentile, tell

FOLDERS, FILES = 500, 200
IGNORED = 50  # folders besides


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100,000 files in 500 folders three deep, and 10,000 that git ignores."""
    tree = tmp_path_factory.mktemp("tree").resolve()
    (tree / ".gitignore").write_text("build/\n")
    for number in range(FOLDERS):
        fill(tree / f"team{number % 10}" / f"package{number}" / "src")
    for number in range(IGNORED):
        fill(tree / "build" / f"package{number}")
    return tree


def fill(folder: Path) -> None:
    folder.mkdir(parents=True)
    for number in range(FILES):
        (folder / f"module_{number}.py").write_text(f"value = {number}\n")


async def timed(call: Callable[[], Awaitable[Any]], times: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each call, and how late the loop was meanwhile."""
    lags: list[float] = []
    watching = asyncio.create_task(watch_lag(lags))
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        await call()
        took.append((time.perf_counter() - begun) * 1000)
    watching.cancel()
    return took, lags


async def watch_lag(lags: list[float]) -> None:
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.005)
        lags.append((time.perf_counter() - begun) * 1000 - 5)


async def test_completion(tree: Path) -> None:
    first, late = await timed(lambda: list_files(tree, "mod199"), 1)
    tell("first list of 100,000 files", first[0], "ms", 2000)
    tell("event loop lag meanwhile, most", max(late), "ms")
    later, late = await timed(lambda: list_files(tree, "pack42mod7"), 20)
    tell("each further key, median", median(later), "ms", 300)
    tell("event loop lag meanwhile, p99", percentile(late, 99), "ms")
    found = await list_files(tree, "package42/src/module_7.py")
    assert found[0].path.endswith("package42/src/module_7.py")
    assert not [match for match in await list_files(tree, "build", limit=100_000) if "build/" in match.path]


async def test_tools(tree: Path) -> None:
    toolbox = Toolbox(Place(tree, tree, [tree]))
    silent = Reporter(print, print, print, lambda data: "")

    async def use(name: str, **arguments: Any) -> str:
        tool = toolbox.tools[name]
        result = await tool.run(tool.parse(arguments), toolbox.place, silent)
        return "".join(getattr(block, "text", "") for block in result.blocks)

    for name, arguments in (
        ("find_files", {"pattern": "module_199.py"}),
        ("find_files", {"pattern": "**/*.py", "sort": "modified"}),
        ("search", {"pattern": "value = 199$"}),
        ("search", {"pattern": "nothing like it"}),
    ):
        took, late = await timed(lambda n=name, a=arguments: use(n, **a), 3)
        tell(f"{name} {arguments['pattern']}", median(took), "ms", 3000)
        tell("event loop lag meanwhile, p99", percentile(late, 99), "ms")
    assert "build/" not in await use("find_files", pattern="module_199.py", limit=2000)
    await toolbox.close()
