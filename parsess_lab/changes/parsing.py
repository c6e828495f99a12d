"""Reads ``git diff --raw -z`` with ``-p`` or ``--numstat``: exact bytes in, exact bytes kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

NO_NEWLINE = b"\\"
TYPE_CHANGE = b"T"
UNMERGED = b"U"
ABSENT = b"000000"
_HEADER = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)", re.S)
_FIRST_HUNK = b"\n@@ -"
_BINARY = b"\nBinary files "
_SECTION = re.compile(rb"^diff --git ", re.M)


@dataclass(frozen=True, slots=True)
class RawHunk:
    """A hunk as git wrote it. ``lines`` keep their first character, not their newline."""

    old_start: int
    old_lines: int
    new_start: int
    new_lines: int
    section: bytes
    lines: list[bytes]


@dataclass(frozen=True, slots=True)
class RawFile:
    """One changed file. ``old_path`` differs from ``path`` only when it was renamed.

    ``status`` is git's letter. Modes are octal, ``000000`` where there is no file; an object name of
    zeros stands for a file in the working tree.
    """

    path: bytes
    old_path: bytes
    status: bytes
    old_mode: bytes
    new_mode: bytes
    old_oid: bytes
    new_oid: bytes
    added: int = 0
    removed: int = 0
    binary: bool = False
    too_large: bool = False
    hunks: list[RawHunk] = field(default_factory=list)


def parse(output: bytes) -> list[RawFile]:
    """The files of a diff, in git's order."""
    files, counts, patch = _records(output)
    sections = _sections(patch)
    return [_whole(file, counts, sections) for file in files]


def hunks(section: bytes) -> list[RawHunk]:
    """The hunks of one file's patch, told by their counts and not by what their lines look like."""
    found: list[RawHunk] = []
    begin = section.find(_FIRST_HUNK)
    lines = section[begin + 1 :].split(b"\n") if begin >= 0 else []
    at = 0
    while at < len(lines) and (header := _HEADER.fullmatch(lines[at])) is not None:
        hunk = _hunk(header, lines, at + 1)
        at += 1 + len(hunk.lines)
        found.append(hunk)
    return found


def _hunk(header: re.Match[bytes], lines: list[bytes], start: int) -> RawHunk:
    old_at, old_count, new_at, new_count, section = header.groups()
    old = old_lines = 1 if old_count is None else int(old_count)
    new = new_lines = 1 if new_count is None else int(new_count)
    at = start
    while old > 0 or new > 0:
        first = lines[at][:1]
        if first == b"+":
            new -= 1
        elif first == b"-":
            old -= 1
        elif first == b" ":
            old, new = old - 1, new - 1
        at += 1
    if lines[at : at + 1] and lines[at].startswith(NO_NEWLINE):
        at += 1
    return RawHunk(int(old_at), old_lines, int(new_at), new_lines, section, lines[start:at])


def _records(output: bytes) -> tuple[list[RawFile], dict[bytes, tuple[int, int, bool]], bytes]:
    files: list[RawFile] = []
    counts: dict[bytes, tuple[int, int, bool]] = {}
    at = 0
    while at < len(output):
        if output[at : at + 1] == b"\0":  # an empty record parts the list from the patch
            return files, counts, output[at + 1 :]
        record, at = _field(output, at)
        if record.startswith(b":"):
            old_mode, new_mode, old_oid, new_oid, status = record[1:].split(b" ")
            old_path, at = _field(output, at)
            path, at = _field(output, at) if status[:1] in (b"R", b"C") else (old_path, at)
            files.append(RawFile(path, old_path, status[:1], old_mode, new_mode, old_oid, new_oid))
        else:
            added, removed, path = record.split(b"\t", 2)
            if not path:
                _, at = _field(output, at)
                path, at = _field(output, at)
            counts[path] = _count(added, removed)
    return files, counts, b""


def _field(output: bytes, at: int) -> tuple[bytes, int]:
    end = output.index(b"\0", at)
    return output[at:end], end + 1


def _count(added: bytes, removed: bytes) -> tuple[int, int, bool]:
    return (0, 0, True) if added == b"-" else (int(added), int(removed), False)


def _sections(patch: bytes) -> Iterator[bytes]:
    starts = [match.start() for match in _SECTION.finditer(patch)]
    for start, end in pairwise([*starts, len(patch)]):
        yield patch[start:end]


def _whole(file: RawFile, counts: dict[bytes, tuple[int, int, bool]], sections: Iterator[bytes]) -> RawFile:
    if file.status == UNMERGED:
        return file
    # A file that became a link, or the reverse, is written as a deletion and a creation.
    mine = [next(sections, b"") for _ in range(2 if file.status == TYPE_CHANGE else 1)]
    found = [hunk for section in mine for hunk in hunks(section)]
    added, removed, binary = counts.get(file.path) or _counted(mine, found)
    return replace(file, added=added, removed=removed, binary=binary, hunks=found)


def _counted(sections: list[bytes], found: list[RawHunk]) -> tuple[int, int, bool]:
    """As ``--numstat`` has it: lines of a hunk that are on one side only are not on the other."""
    lengths = [(hunk, sum(line[:1] != NO_NEWLINE for line in hunk.lines)) for hunk in found]
    added = sum(length - hunk.old_lines for hunk, length in lengths)
    removed = sum(length - hunk.new_lines for hunk, length in lengths)
    return added, removed, not found and any(_BINARY in section for section in sections)
