"""Hunks as they are shown and named."""

from __future__ import annotations

import hashlib
from collections import Counter

from parsess_lab.changes.model import Hunk, Line
from parsess_lab.changes.parsing import NO_NEWLINE, RawFile, RawHunk


def ids(file: RawFile, *, staged: bool) -> list[str]:
    """A name for each hunk, by content: it survives what happens elsewhere in the file.

    Hunks that are twice in a file are named by their place too. So a name never comes to mean another hunk.
    """
    content = [b"\n".join(hunk.lines) for hunk in file.hunks]
    twice = {text for text, times in Counter(content).items() if times > 1} if len(content) > 1 else set()
    begun = hashlib.sha256(b"\0".join((file.path, file.status, b"staged" if staged else b"", b"")))
    return [
        _digest(begun.copy(), text, _place(hunk) if text in twice else b"")
        for hunk, text in zip(file.hunks, content, strict=True)
    ]


def shown(file: RawFile, *, staged: bool) -> list[Hunk]:
    """The hunks for the wire."""
    names = ids(file, staged=staged)
    return [_shown(hunk, name, staged=staged) for hunk, name in zip(file.hunks, names, strict=True)]


def header(hunk: RawHunk) -> bytes:
    """The line that opens the hunk in a patch."""
    place = b"@@ -%d,%d +%d,%d @@" % (hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines)
    return place + b" " + hunk.section if hunk.section else place


def _place(hunk: RawHunk) -> bytes:
    return b"%d %d" % (hunk.old_start, hunk.new_start)


def _digest(begun: hashlib._Hash, content: bytes, place: bytes) -> str:
    begun.update(place + b"\0" + content)
    return begun.hexdigest()[:24]


def _shown(hunk: RawHunk, name: str, *, staged: bool) -> Hunk:
    return Hunk(
        id=name,
        header=header(hunk).decode(errors="replace"),
        old_start=hunk.old_start,
        old_lines=hunk.old_lines,
        new_start=hunk.new_start,
        new_lines=hunk.new_lines,
        lines=_lines(hunk),
        staged=staged,
    )


def _lines(hunk: RawHunk) -> list[Line]:
    found: list[Line] = []
    old, new = hunk.old_start, hunk.new_start
    for raw, following in zip(hunk.lines, (*hunk.lines[1:], b""), strict=True):
        first = raw[:1]
        if first == NO_NEWLINE:
            continue
        text, bare = raw[1:].decode(errors="replace"), following[:1] == NO_NEWLINE
        if first == b"+":
            found.append(Line("+", text, None, new, bare))
            new += 1
        elif first == b"-":
            found.append(Line("-", text, old, None, bare))
            old += 1
        else:
            found.append(Line(" ", text, old, new, bare))
            old, new = old + 1, new + 1
    return found
