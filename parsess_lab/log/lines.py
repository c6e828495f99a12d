"""The lines of a log file: the header, then one stored event each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from parsess_lab.errors import InvalidRequest
from parsess_lab.events import Stored, StoredUnknown, decode

FORMAT = 1

AnyStored = Stored | StoredUnknown


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """Line 1. ``directory`` is absolute; ``created`` is RFC 3339 in UTC; ``agent`` is the agent's id."""

    format: int
    session: str
    created: str
    directory: str
    agent: str


_header = msgspec.json.Decoder(Header)


def read_header(path: Path, session: str) -> tuple[Header, int, str | None]:
    """The header, the offset of what follows it, and what is wrong with it, if something is.

    A header that can't be read is replaced by one without directory and agent: the rest can still be read.

    Raises:
        OSError: the file can't be read.
    """
    with path.open("rb") as file:
        line = file.readline()
    try:
        header = _header.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        lost = Header(format=FORMAT, session=session, created="", directory="", agent="")
        return lost, len(line), f"The first line of {path} is damaged, so this session can only be read."
    # The folder's name counts: a copied folder is a session of its own.
    header, problem = replace(header, session=session), None
    if header.format > FORMAT:
        problem = "A later version of Parsess Lab wrote this session: it can only be read."
    return header, len(line), problem


def whole_lines(path: Path, start: int, end: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes of every line that is complete between ``start`` and ``end``, newline included."""
    offset = start
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            if not line.endswith(b"\n") or (end is not None and offset + len(line) > end):
                return
            yield offset, line
            offset += len(line)


def parse(line: bytes, after: int) -> AnyStored | None:
    """The event of a line; None if the line is damaged, which a number not above ``after`` also is."""
    try:
        stored = decode(line)
    except (InvalidRequest, UnicodeDecodeError):
        return None
    return stored if stored.seq > after else None
