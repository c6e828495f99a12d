"""Where a session could work: what the form's directory picker offers. Repositories come first."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

_DEPTH = 4  # levels below a root
_SECONDS = 0.5  # a picker that takes longer is worse than one that misses a deep folder
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "lost+found"})


def find(roots: Sequence[Path], query: str, limit: int = 30) -> list[Path]:
    """Directories below ``roots`` whose path contains ``query`` (any case): repositories, then the rest.

    A query that is itself the path of a directory lists that one and what is in it. Blocks on the disk for
    half a second at most: call it in a thread.
    """
    named = _named(roots, query)
    if named is not None:
        return named[:limit]
    wanted = query.strip().casefold()
    found = [path for path in _walk(roots) if wanted in str(path).casefold()]
    found.sort(key=lambda path: (not _is_repository(path), len(path.parts), str(path)))
    return found[:limit]


def _named(roots: Sequence[Path], query: str) -> list[Path] | None:
    if not query.strip():
        return None
    path = Path(query.strip()).expanduser()
    candidate = roots[0] / path
    resolved = Path(os.path.realpath(candidate))
    if not resolved.is_dir() or not any(resolved.is_relative_to(root) for root in roots):
        return None
    return [resolved, *_children(resolved)]


def _walk(roots: Sequence[Path]) -> Iterator[Path]:
    deadline = time.monotonic() + _SECONDS
    waiting = deque((root, 0) for root in roots)
    while waiting and time.monotonic() < deadline:
        path, depth = waiting.popleft()
        yield path
        if depth < _DEPTH and not (depth and _is_repository(path)):
            waiting.extend((child, depth + 1) for child in _children(path))


def _children(path: Path) -> list[Path]:
    try:
        with os.scandir(path) as entries:
            names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [path / name for name in sorted(names) if not name.startswith(".") and name not in _SKIPPED]


def _is_repository(path: Path) -> bool:
    return (path / ".git").exists()
