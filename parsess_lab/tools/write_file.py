"""Write a whole file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from parsess_lab.errors import ParsessError
from parsess_lab.events import TextBlock, ToolContent
from parsess_lab.tools.changes import Change, check_known, present
from parsess_lab.tools.paths import FileCall, FileTool, PathArguments, in_thread, shown
from parsess_lab.tools.text import TextFile
from parsess_lab.tools.tool import Place, Reporter, ToolResult
from parsess_lab.words import counted


class WriteArguments(PathArguments, frozen=True):
    path: Annotated[str, Meta(description="The file: absolute, or relative to the working directory.")]
    content: Annotated[str, Meta(description="All that shall stand in the file.")]


class WriteFile(FileTool[WriteArguments]):
    """See ``description``. Line endings, byte order mark and mode of a file it replaces are kept."""

    name = "write_file"
    kind = "edit"
    verb = "Write"
    access_kind = "write"
    arguments = WriteArguments
    description = (
        "Write a file, whole, making missing folders. A file that exists must have been read before; to "
        "change a part of it use edit_file."
    )

    async def preview(self, arguments: FileCall[WriteArguments], place: Place) -> Sequence[ToolContent]:
        path = arguments.decided(place)
        try:
            return await in_thread(lambda: _change(path, arguments.asked.content).shown())
        except ParsessError:
            return ()

    async def run(self, arguments: FileCall[WriteArguments], place: Place, report: Reporter) -> ToolResult:
        path = arguments.decided(place)
        try:
            change = await in_thread(lambda: _write(path, arguments.asked.content, place))
        except ParsessError as error:
            return ToolResult([TextBlock(text=error.message)], failed=True)
        count = change.after.text.count("\n") + (not change.after.text.endswith("\n"))
        verb = "Wrote" if change.before is not None else "Created"
        return change.result(f"{verb} {shown(path, place)} ({counted(count, 'line')}).")


def _write(path: Path, content: str, place: Place) -> Change:
    change = _change(path, content)
    if change.before is not None:
        check_known(path, change.before, place)
    change.apply(place)
    return change


def _change(path: Path, content: str) -> Change:
    before = present(path)
    if before is None:
        return Change(path, TextFile(content, bom=False), None)
    if before.file.newline == "\r\n" and "\r" not in content:
        content = content.replace("\n", "\r\n")
    return Change(path, TextFile(content.removeprefix("\ufeff"), before.file.bom), before)
