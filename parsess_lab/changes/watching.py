"""Tells when something changed in a directory, so that lists can be read again."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from parsess_lab.changes.checkout import Checkout, find
from parsess_lab.changes.ignoring import ignored
from parsess_lab.errors import GitFailed, ParsessError

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

What = Literal["files", "repository"]

_STEP = 100  # ms without a change that end a batch
_DEBOUNCE = 1_000  # ms after which a batch ends although changes go on
_TURN = 1_000  # ms in which a watching thread looks up
_POLLING = 3_000  # ms between looks where the system has no watches left
_ASKED = 500  # paths of a batch that are checked against the ignore rules; with more some will matter
_REPOSITORY = ("HEAD", "index", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "packed-refs")


async def watch(directory: Path) -> AsyncIterator[frozenset[What]]:
    """Yield once when the watch stands, then after changes, joined while they keep coming.

    ``files``: in the working tree, not ignored ones; ``repository``: index, HEAD or a branch. Ends when the
    directory is gone. Closing the iterator ends the watch.
    """
    while (layout := await _layout(directory)) is not None:
        try:
            watchers = await asyncio.to_thread(_Watchers, layout)
        except FileNotFoundError:  # a folder went while we looked
            continue
        watchers.start()
        try:
            yield frozenset(("files", "repository"))
            async for paths in watchers.batches():
                if what := await _meaning(layout, paths):
                    yield what
                if _is_outdated(layout, paths) and await _layout(directory) != layout:
                    break
        finally:
            await asyncio.shield(asyncio.to_thread(watchers.close))


@dataclass(frozen=True, slots=True)
class _Layout:
    """What is watched: ``flat`` folders themselves, ``deep`` ones with all below."""

    top: Path
    checkout: Checkout | None
    flat: frozenset[str]
    deep: frozenset[str]


async def _layout(directory: Path) -> _Layout | None:
    try:
        checkout = await find(directory)
        top = checkout.top if checkout else directory.resolve()  # noqa: ASYNC240 - one lookup
        folders = await asyncio.to_thread(_folders, top)
        left = await _ignored(checkout, [name + b"/" for name in folders])
    except (ParsessError, OSError):
        return None
    deep = {str(top / os.fsdecode(name)) for name in folders if name + b"/" not in left}
    flat = {str(top)}
    if checkout is not None:
        flat |= {str(checkout.git_dir), str(checkout.common_dir)}
        heads = checkout.common_dir / "refs" / "heads"
        deep |= {str(heads)} if heads.is_dir() else set()
    return _Layout(top, checkout, frozenset(flat), frozenset(deep))


def _folders(top: Path) -> list[bytes]:
    with os.scandir(os.fsencode(top)) as entries:
        return [
            entry.name for entry in entries if entry.is_dir(follow_symlinks=False) and entry.name != b".git"
        ]


async def _ignored(checkout: Checkout | None, names: list[bytes]) -> set[bytes]:
    return await ignored(checkout.read, names) if checkout is not None else set()


class _Watchers:
    """Two watches in threads of their own: those of the loop and of anyio are few, and wait for work."""

    def __init__(self, layout: _Layout) -> None:
        """Raises FileNotFoundError. Takes as long as there are folders."""
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._paths: set[str] = set()
        self._ready = asyncio.Event()
        self._notifiers = [_notifier(layout.flat, deep=False)]
        if layout.deep:
            self._notifiers.append(_notifier(layout.deep, deep=True))
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        for notifier in self._notifiers:
            thread = threading.Thread(
                target=self._run, args=(notifier, loop), name="parsess-watch", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    async def batches(self) -> AsyncIterator[set[str]]:
        """Paths that changed, joined."""
        while True:
            await self._ready.wait()
            self._ready.clear()
            with self._lock:
                paths, self._paths = self._paths, set()
            yield paths

    def close(self) -> None:
        """End the threads; they look up every tenth of a second."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for notifier in self._notifiers:
            notifier.close()

    def _run(self, notifier: RustNotify, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stop.is_set():
            found = notifier.watch(_DEBOUNCE, _STEP, _TURN, self._stop)
            if isinstance(found, set):
                with self._lock:
                    self._paths |= {path for _, path in found}
                with suppress(RuntimeError):  # the loop is closed
                    loop.call_soon_threadsafe(self._ready.set)


def _notifier(paths: frozenset[str], *, deep: bool) -> RustNotify:
    from watchfiles._rust_notify import RustNotify

    wanted = sorted(paths)
    try:
        return RustNotify(wanted, False, False, _POLLING, deep, True)
    except FileNotFoundError:
        raise
    except OSError:  # no watches left on this machine
        return RustNotify(wanted, False, True, _POLLING, deep, True)


async def _meaning(layout: _Layout, paths: set[str]) -> frozenset[What]:
    found: set[What] = set()
    in_tree = []
    for path in paths:
        if _is_of_repository(layout.checkout, path):
            found.add("repository")
        elif _is_in_tree(layout, path):
            in_tree.append(_relative(layout, path).encode(errors="surrogateescape"))
    if len(in_tree) > _ASKED or set(in_tree) - await _ignored_or_none(layout.checkout, in_tree):
        found.add("files")
    return frozenset(found)


async def _ignored_or_none(checkout: Checkout | None, names: list[bytes]) -> set[bytes]:
    try:
        return await _ignored(checkout, names)
    except GitFailed:  # a file inside a repository inside, for one: then it counts
        return set()


def _is_of_repository(checkout: Checkout | None, path: str) -> bool:
    if checkout is None or path.endswith(".lock"):
        return False
    folder, name = os.path.split(path)
    if name in _REPOSITORY and folder in (str(checkout.git_dir), str(checkout.common_dir)):
        return True
    return path.startswith(str(checkout.common_dir / "refs" / "heads") + os.sep)


def _is_in_tree(layout: _Layout, path: str) -> bool:
    return _relative(layout, path).partition(os.sep)[0] not in (".git", os.pardir, os.curdir)


def _relative(layout: _Layout, path: str) -> str:
    return os.path.relpath(path, layout.top)


def _is_outdated(layout: _Layout, paths: set[str]) -> bool:
    """Whether a folder at the top may have come or gone, or the ignore rules changed."""
    top = str(layout.top)
    return any(os.path.dirname(path) == top or path == top for path in paths)  # noqa: PTH120
