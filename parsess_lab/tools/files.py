"""Files of a directory for completion: what a person types after ``@`` finds what they mean."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from parsess_lab.errors import ParsessError
from parsess_lab.tools import ripgrep

_FRESH = 5.0  # seconds for which a list is good; each key typed asks anew
_KEPT = 8  # directories
_NO_MATCH = -1


class FileMatch(msgspec.Struct, frozen=True):
    """A file or directory below the session's directory; ``path`` is relative to it."""

    path: str
    directory: bool


@dataclass(frozen=True, slots=True)
class _Listing:
    at: float
    entries: Sequence[FileMatch]


_listings: OrderedDict[Path, _Listing] = OrderedDict()


async def list_files(directory: Path, query: str, limit: int = 50) -> list[FileMatch]:
    """The best matches for ``query``, best first; what git ignores is left out.

    A match has the query's characters in order. Names count more than folders, what stands together more
    than what is scattered. An empty query gives the files nearest to the top.
    """
    entries = await _entries(directory)
    return await asyncio.to_thread(_best, entries, query.strip().casefold(), limit)


async def _entries(directory: Path) -> Sequence[FileMatch]:
    known = _listings.get(directory)
    if known is not None and time.monotonic() - known.at < _FRESH:
        return known.entries
    try:
        found = await ripgrep.run(["--files"], directory)
    except (ParsessError, OSError):
        return ()
    entries = await asyncio.to_thread(_with_folders, found.lines)
    _listings[directory] = _Listing(time.monotonic(), entries)
    while len(_listings) > _KEPT:
        _listings.popitem(last=False)
    return entries


def _with_folders(names: Iterable[str]) -> list[FileMatch]:
    files = [FileMatch(name, directory=False) for name in names]
    folders: dict[str, None] = {}
    for file in files:
        parent = file.path.rpartition("/")[0]
        while parent and parent not in folders:
            folders[parent] = None
            parent = parent.rpartition("/")[0]
    return [FileMatch(name, directory=True) for name in folders] + files


def _best(entries: Sequence[FileMatch], query: str, limit: int) -> list[FileMatch]:
    if not query:
        nearest = sorted(entries, key=lambda entry: (entry.path.count("/"), entry.path))
        return nearest[:limit]
    scored = ((_score(entry.path, query), entry) for entry in entries)
    found = [(score, entry) for score, entry in scored if score > _NO_MATCH]
    found.sort(key=lambda one: (-one[0], len(one[1].path), one[1].path))
    return [entry for _, entry in found[:limit]]


def _score(path: str, query: str) -> int:
    """Higher is better; ``_NO_MATCH`` when the query's characters aren't there in order."""
    folded = path.casefold()
    name = folded.rpartition("/")[2]
    if name == query:
        return 6
    if name.startswith(query):
        return 5
    if query in name:
        return 4
    if query in folded:
        return 3
    if _in_order(name, query):
        return 2
    return 1 if _in_order(folded, query) else _NO_MATCH


def _in_order(text: str, query: str) -> bool:
    position = 0
    for character in query:
        position = text.find(character, position) + 1
        if position == 0:
            return False
    return True
