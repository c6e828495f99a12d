"""Find files by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from parsess_lab.errors import NotFound, ParsessError
from parsess_lab.events import TextBlock
from parsess_lab.permissions.access import Access
from parsess_lab.permissions.globs import compile_glob
from parsess_lab.tools import ripgrep
from parsess_lab.tools.arguments import Arguments, Described
from parsess_lab.tools.paths import in_thread, resolve, shown
from parsess_lab.tools.tool import Place, Reporter, ToolResult


class FindArguments(Arguments, frozen=True):
    pattern: Annotated[str, Meta(min_length=1, description="A glob such as *.py or src/**/test_*.ts.")] = "*"
    path: Annotated[str, Meta(description="The directory to look in.")] = "."
    sort: Annotated[Literal["path", "modified"], Meta(description="modified: latest first.")] = "path"
    limit: Annotated[int, Meta(ge=1, le=2000, description="How many files to give back at most.")] = 300


@dataclass(slots=True)
class FindCall:
    """The input and the directory that was decided on."""

    asked: FindArguments
    path: Path | None = None


class FindFiles(Described[FindArguments]):
    """See ``description``."""

    name = "find_files"
    kind = "search"
    arguments = FindArguments
    description = (
        "Find files by a glob, hidden ones too. A glob without / is about the name alone. What git ignores "
        "is left out."
    )

    def parse(self, arguments: object) -> FindCall:
        return FindCall(self.check(arguments))

    def title(self, arguments: FindCall, place: Place) -> str:
        asked = arguments.asked
        where = "" if asked.path == "." else f" in {shown(resolve(asked.path, place), place)}"
        return f"Find {asked.pattern}{where}"

    def access(self, arguments: FindCall, place: Place) -> Access:
        arguments.path = resolve(arguments.asked.path, place)
        return Access("read", [arguments.path])

    async def run(self, arguments: FindCall, place: Place, report: Reporter) -> ToolResult:
        asked, path = arguments.asked, arguments.path or resolve(arguments.asked.path, place)
        try:
            if not await in_thread(path.is_dir):
                raise NotFound(f"{path} is no directory.")
            found = await ripgrep.run(["--files"], path)
        except ParsessError as error:
            return ToolResult([TextBlock(text=error.message)], failed=True)
        names = await in_thread(lambda: _chosen(found.lines, asked, path))
        text = _told([shown(path / name, place) for name in names[: asked.limit]], len(names))
        return ToolResult(
            [TextBlock(text=f"{text}\n[there are more files than were looked at]" if found.cut else text)]
        )


def _chosen(names: Sequence[str], asked: FindArguments, path: Path) -> list[str]:
    """Matched here: a glob given to ripgrep would bring back what git ignores."""
    pattern = asked.pattern.removeprefix("./")
    matches = compile_glob(pattern).fullmatch
    found = [name for name in names if matches(name if "/" in pattern else name.rpartition("/")[2])]
    return sorted(found, key=(lambda name: _age(path / name)) if asked.sort == "modified" else None)


def _age(path: Path) -> float:
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _told(names: Sequence[str], count: int) -> str:
    if not names:
        return "No file matches."
    text = "\n".join(names)
    left = count - len(names)
    return text if left <= 0 else f"{text}\n[{left} more files; narrow the pattern or raise limit]"
