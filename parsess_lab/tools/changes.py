"""What writing and editing share: the file as it is now, whether the model knows it, and the diff to show."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.errors import Conflict, NotFound, TooLarge
from parsess_lab.events import DiffContent, Location, TextBlock, ToolContent
from parsess_lab.tools import paths
from parsess_lab.tools.text import LARGEST_EDIT, TextFile, is_binary, printable
from parsess_lab.tools.tool import Place, ToolResult

_LARGEST_DIFF = 400_000  # characters of both sides shown as a diff


@dataclass(frozen=True, slots=True)
class Present:
    """A file as it is. ``mtime`` in ns, ``mode`` its permission bits."""

    file: TextFile
    mtime: int
    mode: int


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written; ``before`` is None for a new file."""

    path: Path
    after: TextFile
    before: Present | None

    def apply(self, place: Place) -> None:
        """Write it, unless the file isn't any more what the change was made from.

        Raises:
            Conflict, Forbidden: with words for the model; nothing was changed then.
        """
        now = present(self.path)
        if (now and now.mtime) != (self.before and self.before.mtime):
            raise Conflict(f"{self.path} was changed meanwhile. Read it again.")
        mode = self.before.mode if self.before is not None else None
        place.read[self.path] = paths.replace(self.path, self.after.encode(), mode=mode)

    def shown(self) -> list[ToolContent]:
        """The diff, unless it is too large to be looked at."""
        old = printable(self.before.file.text) if self.before is not None else None
        new = printable(self.after.text)
        if len(old or "") + len(new) > _LARGEST_DIFF:
            return []
        return [DiffContent(path=str(self.path), old_text=old, new_text=new)]

    def result(self, words: str, line: int | None = None) -> ToolResult:
        """Success, with the diff for the page and one line for the model."""
        block = TextBlock(text=words)
        return ToolResult([block], self.shown() or None, locations=[Location(path=str(self.path), line=line)])


def present(path: Path) -> Present | None:
    """The file now; None when there is none. Blocks.

    Raises:
        InvalidRequest, Forbidden, Conflict: it can't be taken as text.
    """
    try:
        with paths.opened(path) as file:
            status = os.fstat(file.fileno())
            if status.st_size > LARGEST_EDIT:
                raise TooLarge(f"{path} has {status.st_size} bytes; at most {LARGEST_EDIT} can be edited.")
            data = file.read()
    except NotFound:
        return None
    if is_binary(data):
        raise Conflict(f"{path} is a binary file. Use a command to change it.")
    return Present(TextFile.decode(data), status.st_mtime_ns, stat.S_IMODE(status.st_mode))


def check_known(path: Path, found: Present, place: Place) -> None:
    """Refuse to change what the model hasn't seen as it is now.

    Raises:
        Conflict: with words for the model.
    """
    if path not in place.read:
        raise Conflict(f"{path} exists and wasn't read yet. Read it first.")
    if place.read[path] != found.mtime:
        raise Conflict(f"{path} was changed since it was read. Read it again.")
