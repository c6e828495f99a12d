"""Writes a patch for some hunks of a file, for ``git apply``, byte for byte what git said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from parsess_lab.changes.diffs import UNTRACKED
from parsess_lab.changes.hunks import header
from parsess_lab.changes.names import quoted
from parsess_lab.changes.parsing import ABSENT, RawFile, RawHunk


def patch(file: RawFile, hunks: Iterable[RawHunk], *, reverse: bool) -> bytes:
    """The patch that does (or, reversed, takes back) ``hunks`` and no others.

    A mode or a new name that goes with them is left as it is: those belong to the file, not to a hunk.
    """
    lines = [b"diff --git %s %s" % (quoted(b"a/" + file.path), quoted(b"b/" + file.path)), *_extended(file)]
    for hunk in _placed(hunks, reverse=reverse):
        lines += [header(replace(hunk, section=b"")), *hunk.lines]
    return b"\n".join(lines) + b"\n"


def _extended(file: RawFile) -> list[bytes]:
    old, new = quoted(b"a/" + file.path), quoted(b"b/" + file.path)
    if file.status in (b"A", UNTRACKED):
        return [b"new file mode " + file.new_mode, b"--- /dev/null", b"+++ " + new + _tab(new)]
    if file.status == b"D":
        return [b"deleted file mode " + file.old_mode, b"--- " + old + _tab(old), b"+++ /dev/null"]
    # A link has to be told; naming a file's mode would change it.
    link = [b"index %s..%s 120000" % (file.old_oid, file.new_oid)] if file.new_mode == b"120000" else []
    return [*link, b"--- " + old + _tab(old), b"+++ " + new + _tab(new)]


def _tab(name: bytes) -> bytes:
    return b"" if name.startswith(b'"') else b"\t"  # ends a name that could have spaces, as diff does it


def _placed(hunks: Iterable[RawHunk], *, reverse: bool) -> list[RawHunk]:
    """Hunks with the line numbers they have when the others are not there: exact places, no search."""
    placed = []
    shift = 0
    for hunk in sorted(hunks, key=lambda one: one.old_start):
        grown = hunk.new_lines - hunk.old_lines
        if reverse:
            old = _after(hunk.new_start, hunk.new_lines, hunk.old_lines) - shift
            placed.append(replace(hunk, old_start=old))
        else:
            new = _after(hunk.old_start, hunk.old_lines, hunk.new_lines) + shift
            placed.append(replace(hunk, new_start=new))
        shift += grown
    return placed


def _after(start: int, lines: int, others: int) -> int:
    """Where the other side begins: a side without lines is named by the line before it."""
    first = start if lines else start + 1
    return first if others else first - 1


def is_whole(file: RawFile) -> bool:
    """Whether only the whole file can be staged or reverted, no hunk of it."""
    kinds = {file.old_mode[:2], file.new_mode[:2]} - {ABSENT[:2]}
    return file.status in (b"T", b"U") or b"16" in kinds or len(kinds) > 1
