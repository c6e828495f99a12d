"""What is known of a worktree we made: a marker in its git directory, and an entry in our own index.

The marker is the proof that we made it and may remove it; the index only says where to look, and what was
removed and can come back.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from parsess_lab.errors import NotFound, StorageFailed

MARKER = "parsess.json"


class Landed(msgspec.Struct, frozen=True, kw_only=True):
    """``head`` of the worktree's branch is part of ``target`` as ``commit``, in whichever way."""

    head: str
    target: str
    commit: str
    how: str
    at: str


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """Kept as ``snapshot`` (a commit under ``refs/parsess/removed/``) until it is too old."""

    snapshot: str
    at: str
    branch: str | None
    head: str | None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A worktree made here. Paths are absolute and resolved."""

    id: str
    session: str | None
    repository: str
    """The directory that all worktrees of the repository share."""
    source: str | None
    """The checkout it was made from; None for a bare repository."""
    path: str
    branch: str | None
    made_branch: bool
    """Whether ``branch`` came into being with the worktree, and goes with it."""
    base: str
    base_name: str
    base_ref: str | None
    created_at: str
    landed: Landed | None = None
    removed: Removed | None = None
    format: int = 1


def new_id() -> str:
    return f"wt-{secrets.token_hex(6)}"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_marker(git_dir: Path) -> Record | None:
    """The marker in a worktree's git directory; None means: not ours, hands off."""
    try:
        return msgspec.json.decode((git_dir / MARKER).read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError):
        return None


def write_marker(git_dir: Path, record: Record) -> None:
    write_json(git_dir / MARKER, record)


def write_json(path: Path, value: object, *, durable: bool = False) -> None:
    """Whole or not at all, in a folder that is private if it has to be made. Raises StorageFailed.

    ``durable`` also survives a power cut.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with part.open("xb") as stream:
            stream.write(msgspec.json.format(msgspec.json.encode(value), indent=1))
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageFailed(f"{path} could not be written: {error.strerror or error}.") from error


class Registry:
    """The worktrees we made on this machine, one file each in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, record: Record) -> None:
        write_json(self._file(record.id), record)

    def get(self, id: str) -> Record:
        """Raises NotFound."""
        try:
            return msgspec.json.decode(self._file(id).read_bytes(), type=Record)
        except (OSError, msgspec.DecodeError):
            raise NotFound(f"There is no worktree {id!r} that was made here.") from None

    def has(self, id: str) -> bool:
        return self._file(id).is_file()

    def all(self) -> list[Record]:
        names = sorted(self._folder.glob("wt-*.json")) if self._folder.is_dir() else []
        found = []
        for name in names:
            try:
                found.append(msgspec.json.decode(name.read_bytes(), type=Record))
            except (OSError, msgspec.DecodeError):
                continue  # a damaged entry hides one worktree from the list; git still knows it
        return sorted(found, key=lambda record: record.created_at)

    def drop(self, id: str) -> None:
        self._file(id).unlink(missing_ok=True)

    def _file(self, id: str) -> Path:
        if not re.fullmatch(r"wt-[0-9a-f]{4,32}", id):
            raise NotFound(f"There is no worktree {id!r}.")
        return self._folder / f"{id}.json"
