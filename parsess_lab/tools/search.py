"""Search the content of files with a regular expression."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from parsess_lab.errors import NotFound, ParsessError
from parsess_lab.events import TextBlock
from parsess_lab.permissions.access import Access
from parsess_lab.tools import ripgrep
from parsess_lab.tools.arguments import Arguments, Described
from parsess_lab.tools.paths import in_thread, resolve, shown
from parsess_lab.tools.tool import Place, Reporter, ToolResult

_LONGEST_LINE = 400  # characters
_SHAPE = (
    "--line-number",
    "--with-filename",
    "--no-heading",
    f"--max-columns={_LONGEST_LINE}",
    "--max-columns-preview",
    "--sort=path",
)


class SearchArguments(Arguments, frozen=True):
    pattern: Annotated[
        str, Meta(min_length=1, description="A regular expression in ripgrep's (Rust's) syntax.")
    ]
    path: Annotated[str, Meta(description="A directory or file to search in.")] = "."
    glob: Annotated[str | None, Meta(description="Only files whose path matches, such as *.py.")] = None
    ignore_case: Annotated[bool, Meta(description="Upper and lower case are the same.")] = False
    context: Annotated[int, Meta(ge=0, le=20, description="Lines shown around each match.")] = 0
    limit: Annotated[int, Meta(ge=1, le=1000, description="How many lines to give back at most.")] = 200


@dataclass(slots=True)
class SearchCall:
    """The input and the path that was decided on."""

    asked: SearchArguments
    path: Path | None = None


class Search(Described[SearchArguments]):
    """See ``description``."""

    name = "search"
    kind = "search"
    arguments = SearchArguments
    description = (
        "Search the content of files below the working directory with a regular expression. What git "
        "ignores and binary files are left out. Lines come as path:line:text."
    )

    def parse(self, arguments: object) -> SearchCall:
        return SearchCall(self.check(arguments))

    def title(self, arguments: SearchCall, place: Place) -> str:
        asked = arguments.asked
        where = "" if asked.path == "." else f" in {shown(resolve(asked.path, place), place)}"
        return f"Search {asked.pattern}{where}"

    def access(self, arguments: SearchCall, place: Place) -> Access:
        arguments.path = resolve(arguments.asked.path, place)
        return Access("read", [arguments.path])

    async def run(self, arguments: SearchCall, place: Place, report: Reporter) -> ToolResult:
        asked, path = arguments.asked, arguments.path or resolve(arguments.asked.path, place)
        try:
            found = await _search(asked, path, place)
        except ParsessError as error:
            return ToolResult([TextBlock(text=error.message)], failed=True)
        return ToolResult([TextBlock(text=_told(found, asked.limit))])


async def _search(asked: SearchArguments, path: Path, place: Place) -> ripgrep.Found:
    if not await in_thread(path.exists):
        raise NotFound(f"{path} doesn't exist. Use find_files to see what there is.")
    options = [*_SHAPE, f"--context={asked.context}"]
    if asked.ignore_case:
        options.append("--ignore-case")
    if asked.glob is not None:
        options += _only(asked.glob)
    return await ripgrep.run(
        [*options, f"--regexp={asked.pattern}", "--", _relative(path, place)], _base(place)
    )


def _only(glob: str) -> list[str]:
    """A file type of our own where the glob is about names: ``--glob`` would bring back what git ignores."""
    name = glob.removeprefix("**/")
    if "/" in name or name.startswith("!"):
        return [f"--glob={glob}"]
    return [f"--type-add=chosen:{name}", "--type=chosen"]


def _base(place: Place) -> Path:
    return place.directory if place.directory.is_dir() else place.home


def _relative(path: Path, place: Place) -> str:
    base = _base(place)
    if path == base:
        return "./"
    return f"./{path.relative_to(base)}" if path.is_relative_to(base) else str(path)


def _told(found: ripgrep.Found, limit: int) -> str:
    if not found.lines:
        return "Nothing matches."
    text = "\n".join(line.removeprefix("./") for line in found.lines[:limit])
    left = len(found.lines) - limit
    more = "at least " if found.cut else ""
    return text if left <= 0 else f"{text}\n[{more}{left} more lines; narrow the search or raise limit]"
