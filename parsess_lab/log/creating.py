"""Makes the folder of a new session."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from parsess_lab.log.lines import Header


def write_new(folder: Path, header: Header) -> int:
    """The folder with its log, synced: made aside and moved into place, so that none is ever half there.

    Returns:
        The size of the log.
    """
    line = msgspec.json.encode(header) + b"\n"
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    making = folder.with_name(f".{folder.name}")
    making.mkdir(mode=0o700)
    descriptor = os.open(making / "log.jsonl", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    making.rename(folder)
    _sync(folder.parent)
    return len(line)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
