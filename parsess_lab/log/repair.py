"""What is done about a log that a crash or a bad disk has left damaged. Only the log's owner may do it."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from parsess_lab.log.lines import parse


@dataclass(frozen=True, slots=True)
class Damage:
    """A line that is no event, and where it stands in the log."""

    offset: int
    line: bytes


def keep_aside(path: Path, damages: list[Damage]) -> int:
    """Copy damaged lines into ``path``, once each; the log is left as it is. Returns how many are new."""
    known = _known(path)
    new = [entry for entry in map(_entry, damages) if (entry["offset"], entry["text"]) not in known]
    if new:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with open(descriptor, "ab") as file:  # noqa: PTH123 - a descriptor, not a path
            file.writelines(msgspec.json.encode(entry) + b"\n" for entry in new)
    return len(new)


def mend_tail(path: Path, size: int, last_seq: int, aside: Path) -> bool:
    """Cut off what follows the last whole line, which ends at ``size``, and keep it aside; True if there was.

    A whole event that lacks only its newline gets it instead.
    """
    with path.open("r+b") as file:
        file.seek(size)
        tail = file.read()
        if not tail:
            return False
        if parse(tail, last_seq) is not None:
            file.write(b"\n")
            return False
        keep_aside(aside, [Damage(size, tail)])
        file.truncate(size)
    return True


def _known(path: Path) -> set[tuple[object, object]]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return set()
    return {(entry.get("offset"), entry.get("text")) for entry in map(_decoded, lines)}


def _decoded(line: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _entry(damage: Damage) -> dict[str, object]:
    entry: dict[str, object] = {"offset": damage.offset, "text": damage.line.decode(errors="replace")}
    try:
        damage.line.decode()
    except UnicodeDecodeError:
        entry["base64"] = base64.b64encode(damage.line).decode()
    return entry
