"""Replace an exact text in a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from parsess_lab.errors import InvalidRequest, NotFound, ParsessError
from parsess_lab.events import TextBlock, ToolContent
from parsess_lab.tools.changes import Change, Present, check_known, present
from parsess_lab.tools.paths import FileCall, FileTool, PathArguments, in_thread, shown
from parsess_lab.tools.text import TextFile
from parsess_lab.tools.tool import Place, Reporter, ToolResult


class EditArguments(PathArguments, frozen=True):
    path: Annotated[str, Meta(description="The file: absolute, or relative to the working directory.")]
    old_text: Annotated[
        str, Meta(min_length=1, description="The exact text to replace, indentation included.")
    ]
    new_text: Annotated[str, Meta(description="What stands there afterwards.")]
    replace_all: Annotated[bool, Meta(description="Replace every occurrence instead of the only one.")] = (
        False
    )


class EditFile(FileTool[EditArguments]):
    """See ``description``. Line endings, byte order mark, final newline and mode are kept."""

    name = "edit_file"
    kind = "edit"
    verb = "Edit"
    access_kind = "write"
    arguments = EditArguments
    description = (
        "Replace a text in a file that was read before. old_text must occur exactly as given, and only once "
        "unless replace_all is set: add lines around it until it does. Leave out read_file's line numbers."
    )

    async def preview(self, arguments: FileCall[EditArguments], place: Place) -> Sequence[ToolContent]:
        path = arguments.decided(place)
        try:
            return await in_thread(lambda: _edited(path, arguments.asked))
        except ParsessError:
            return ()

    async def run(self, arguments: FileCall[EditArguments], place: Place, report: Reporter) -> ToolResult:
        path = arguments.decided(place)
        try:
            edit = await in_thread(lambda: _apply(path, arguments.asked, place))
        except ParsessError as error:
            return ToolResult([TextBlock(text=error.message)], failed=True)
        many = f", {len(edit.lines)} places" if len(edit.lines) > 1 else f", line {edit.lines[0]}"
        return edit.change.result(f"Edited {shown(path, place)}{many}.", edit.lines[0])


def _edited(path: Path, asked: EditArguments) -> Sequence[ToolContent]:
    return _Edit(path, asked).change.shown()


def _apply(path: Path, asked: EditArguments, place: Place) -> _Edit:
    edit = _Edit(path, asked)
    check_known(path, edit.before, place)
    edit.change.apply(place)
    return edit


class _Edit:
    """The change and the lines (from 1) where it happens."""

    def __init__(self, path: Path, asked: EditArguments) -> None:
        found = present(path)
        if found is None:
            raise NotFound(f"{path} doesn't exist. Use write_file to make it.")
        if asked.old_text == asked.new_text:
            raise InvalidRequest("old_text and new_text are the same.")
        self.before: Present = found
        text = found.file.text
        pattern = _pattern(asked.old_text)
        starts = [match.start() for match in re.finditer(f"(?={pattern})", text)]
        self.lines = [text.count("\n", 0, start) + 1 for start in starts]
        _check_count(path, self.lines, asked)
        after = re.sub(pattern, lambda match: self._new(match.group(), asked.new_text), text)
        self.change = Change(path, TextFile(after, found.file.bom), found)

    def _new(self, old: str, new: str) -> str:
        newline = self.before.file.newline
        if "\n" in old:
            newline = "\r\n" if "\r\n" in old else "\n"
        return new.replace("\r\n", "\n").replace("\n", newline)


def _pattern(old: str) -> str:
    """The model sees and writes ``\\n`` for either line ending."""
    return "\r?\n".join(re.escape(line) for line in old.replace("\r\n", "\n").split("\n"))


def _check_count(path: Path, lines: Sequence[int], asked: EditArguments) -> None:
    if not lines:
        raise NotFound(f"old_text wasn't found in {path}. Read the file again and copy it exactly.")
    if len(lines) > 1 and not asked.replace_all:
        places = ", ".join(map(str, lines[:10]))
        raise InvalidRequest(
            f"old_text occurs {len(lines)} times in {path.name} (lines {places}). Add lines around it, or "
            "set replace_all."
        )
