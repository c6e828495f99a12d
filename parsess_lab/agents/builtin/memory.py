"""What people wrote down for agents: ``CLAUDE.md``, ``AGENTS.md`` of the user, repository and directory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

NAMES = ("CLAUDE.md", "AGENTS.md")
LONGEST = 64 * 1024
"""Bytes read of one file."""


@dataclass(frozen=True, slots=True)
class Memory:
    """``text`` of one file; ``cut`` when it was longer than :data:`LONGEST`."""

    path: Path
    text: str
    cut: bool


def read_all(user: Path, repository: Path | None, directory: Path) -> list[Memory]:
    """All files, the widest first, each content once. Blocking: call it in a thread.

    ``user`` is the person's home directory.
    """
    found: dict[str, Memory] = {}
    for path in dict.fromkeys(_paths(user, repository, directory)):
        memory = _read(path)
        if memory is not None and memory.text.strip():
            found.setdefault(memory.text, memory)
    return list(found.values())


def _paths(user: Path, repository: Path | None, directory: Path) -> Iterator[Path]:
    yield from _inside(user, [user / ".claude"])
    root = repository or directory
    yield from _inside(root, dict.fromkeys([root, directory]))


def _inside(root: Path, folders: Iterable[Path]) -> Iterator[Path]:
    # A repository is somebody else's: a link in it must not send the person's other files to a model.
    for path in (folder / name for folder in folders for name in NAMES):
        resolved = path.resolve()
        if resolved.is_file() and resolved.is_relative_to(root):
            yield resolved


def _read(path: Path) -> Memory | None:
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
    except OSError:
        return None
    return Memory(path, data[:LONGEST].decode("utf-8", "replace"), cut=len(data) > LONGEST)
