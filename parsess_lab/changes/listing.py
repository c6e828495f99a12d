"""Puts the parts of a scope together: one entry for each path, with what is staged of it."""

from __future__ import annotations

from collections.abc import Iterable

from parsess_lab.changes.diffs import UNTRACKED
from parsess_lab.changes.hunks import shown
from parsess_lab.changes.model import ChangeList, FileChange, Hunk, Kind, Staged, Status
from parsess_lab.changes.names import to_text
from parsess_lab.changes.parsing import ABSENT, RawFile
from parsess_lab.changes.scopes import Compared, Part

MAX_FILES = 10_000
"""Files in a list; the rest is counted."""
_ALL_LINES = 60_000  # lines of hunks in a list
_ALL_BYTES = 8 * 2**20  # bytes of hunks in a list

_STATUS: dict[bytes, Status] = {
    b"A": "added", b"?": "added", b"M": "modified", b"D": "deleted", b"R": "renamed", b"T": "type",
    b"U": "conflict",
}  # fmt: skip
_KIND: dict[bytes, Kind] = {b"120000": "symlink", b"160000": "submodule"}


def _entries(parts: Iterable[Part]) -> dict[bytes, list[Part]]:
    """The parts by path, staged ones first."""
    found: dict[bytes, list[Part]] = {}
    for part in parts:
        found.setdefault(part.file.path, []).append(part)
    return found


def listed(compared: Compared) -> ChangeList:
    """The list for the wire, by path, within bounds."""
    found = sorted(_entries(compared.parts).items())
    budget = _Budget()
    files = [change(its, budget) for _, its in found[:MAX_FILES]]
    return ChangeList(
        scope=compared.scope,
        top=str(compared.top),
        files=files,
        base=compared.base,
        base_name=compared.base_name,
        added=sum(file.added for file in files),
        removed=sum(file.removed for file in files),
        truncated=budget.exceeded or not compared.complete,
        left_out=max(0, len(found) - MAX_FILES),
    )


class _Budget:
    """How much of all hunks together may still be shown."""

    def __init__(self) -> None:
        self.lines = _ALL_LINES
        self.bytes = _ALL_BYTES
        self.exceeded = False

    def allows(self, file: RawFile) -> bool:
        for hunk in file.hunks:
            self.lines -= len(hunk.lines)
            self.bytes -= sum(map(len, hunk.lines))
        fits = self.lines >= 0 and self.bytes >= 0
        self.exceeded = self.exceeded or not fits
        return fits


def change(parts: list[Part], budget: _Budget | None = None) -> FileChange:
    """One path's entry from its parts. Without a budget all its hunks are shown."""
    fits = [budget is None or budget.allows(part.file) for part in parts]
    first, last = parts[0].file, parts[-1].file
    renamed = next((part.file for part in parts if part.file.old_path != part.file.path), None)
    return FileChange(
        path=to_text(last.path),
        old_path=to_text(renamed.old_path) if renamed else None,
        status=_status(parts),
        kind=_kind(last),
        added=sum(part.file.added for part in parts),
        removed=sum(part.file.removed for part in parts),
        binary=any(part.file.binary for part in parts),
        mode_change=_mode_change(first.old_mode, last.new_mode),
        staged=_staged(parts),
        too_large=any(part.file.too_large for part in parts) or not all(fits),
        hunks=_hunks(parts) if all(fits) else [],
    )


def _hunks(parts: list[Part]) -> list[Hunk]:
    found = [hunk for part in parts for hunk in shown(part.file, staged=part.staged)]
    return sorted(found, key=lambda hunk: hunk.new_start) if len(parts) > 1 else found


def _status(parts: list[Part]) -> Status:
    letters = [part.file.status for part in parts]
    if b"U" in letters:
        return "conflict"
    if letters[-1] == b"D":
        return "deleted"
    if letters[0] == b"D":  # gone from the index, but a file is there
        return "modified"
    return _STATUS.get(letters[0], "modified")


def _kind(file: RawFile) -> Kind:
    if file.status == UNTRACKED and file.path.endswith(b"/"):
        return "repository"
    mode = file.new_mode if file.new_mode != ABSENT else file.old_mode
    return _KIND.get(mode, "file")


def _mode_change(old: bytes, new: bytes) -> str | None:
    if ABSENT in (old, new) or old == new:
        return None
    return f"{old.decode()} → {new.decode()}"


def _staged(parts: list[Part]) -> Staged:
    marks = {part.staged for part in parts}
    if marks == {True, False}:
        return "partly"
    return "all" if True in marks else "none"
