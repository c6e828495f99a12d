"""Files of a worktree as blobs of git, byte for byte: past its filters and its ignore rules."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from parsess_lab.git import git, read
from parsess_lab.worktrees import precious
from parsess_lab.worktrees.inventory import Entry, Skip, walk
from parsess_lab.worktrees.unseen import LFS, filtering

FILE_LIMIT = 256 * 2**20  # bytes: what is larger is asked about instead of kept
_HASH_SECONDS = 900.0
_POINTER = 1024  # bytes: no pointer of LFS is larger


def is_scratch(path: str) -> bool:
    """Whether a file in a worktree's git directory is an index of our own, made anew whenever it is needed."""
    return path.startswith("parsess-") and ".index" in path


async def skip_of(worktree: Path) -> Skip:
    """What a walk through it leaves out."""
    return precious.skipper(await precious.ignored(worktree))


async def oversized(worktree: Path, git_dir: Path, limit: int) -> list[str]:
    """Files that a snapshot can't hold, relative. Those git has already don't count."""
    entries = await asyncio.to_thread(walk, worktree, await skip_of(worktree))
    large = _too_large(entries, limit, set())
    if large:
        large = _too_large(entries, limit, await _held(worktree))
    private = _too_large(await asyncio.to_thread(walk, git_dir), limit, set())
    return [os.fsdecode(entry.name) for entry in (*large, *private)]


def _too_large(entries: list[Entry], limit: int, held: set[bytes]) -> list[Entry]:
    """Small files first: what is beyond the limit are the largest."""
    found, total = [], 0
    for entry in sorted(entries, key=lambda item: item.size):
        if entry.kind != "file" or entry.name in held:
            continue
        total += entry.size
        if entry.size > FILE_LIMIT or total > limit:
            found.append(entry)
    return found


async def _held(worktree: Path) -> set[bytes]:
    """Tracked files that git sees as clean, and was not told to overlook."""
    listed = await read("ls-files", "-v", "-z", cwd=worktree)
    dirty = await read("diff-files", "--name-only", "--ignore-submodules", "-z", cwd=worktree)
    return {line[2:] for line in listed.fields() if line[:2] == b"H "} - set(dirty.fields())


def noting(skip: Skip, passed: list[str]) -> Skip:
    """``skip`` that writes down what it passes over, but for caches, which nobody makes by hand."""

    def skips(path: bytes, whole: str) -> bool:
        found = skip(path, whole)
        if found and not precious.is_cache(path):
            passed.append(path.decode("latin-1"))
        return found

    return skips


async def store_files(
    top: Path, skip: Skip | None, limit: int, left_out: list[str], *, bare: Path | None = None
) -> list[Entry]:
    """All below ``top``, the bytes of its files stored as blobs (of the repository ``bare`` outside a checkout)."""
    entries = [
        entry
        for entry in await asyncio.to_thread(walk, top, skip)
        if bare is None or not is_scratch(entry.path)
    ]
    held = await _held(top) if bare is None else set()
    large = {entry.path for entry in _too_large(entries, limit, held)}
    smudged = await _smudged(top, held, entries) if held else set()
    left_out += [entry.path for entry in entries if entry.path in large or entry.kind == "other"]
    kept = [entry for entry in entries if entry.path not in large and entry.kind != "other"]
    wanted = [entry for entry in kept if entry.kind == "file" and entry.name not in smudged]
    blobs = await _write_blobs(top, [entry.name for entry in wanted], bare)
    for entry, blob in zip(wanted, blobs, strict=True):
        entry.content = blob
    for entry in kept:
        entry.smudged = entry.name in smudged
    return kept


async def _write_blobs(top: Path, names: list[bytes], bare: Path | None) -> list[str]:
    if not names:
        return []
    prefix = os.fsencode(top) + b"/"
    said = await git(
        *("hash-object", "-w", "--no-filters", "--stdin-paths"),
        cwd=top, input=b"".join(_quoted(prefix + name) + b"\n" for name in names), timeout=_HASH_SECONDS,
        env={"GIT_DIR": str(bare)} if bare else None,
    )  # fmt: skip
    return said.text.split("\n")


def _quoted(path: bytes) -> bytes:
    """C style, as ``--stdin-paths`` reads it: needed for a line break or a quote in a name."""
    if not any(byte < ord(" ") or byte in b'"\\' for byte in path):
        return path
    return (
        b'"'
        + b"".join(b"\\%03o" % byte if byte < ord(" ") or byte in b'"\\' else bytes([byte]) for byte in path)
        + b'"'
    )


async def _smudged(worktree: Path, held: set[bytes], entries: list[Entry]) -> set[bytes]:
    """Clean files of LFS: it has their content, and makes the very same again. No other filter can be trusted to.

    A small one may be a pointer that was never replaced by what it stands for, and costs nothing anyway.
    """
    large = {entry.name for entry in entries if entry.kind == "file" and entry.size > _POINTER}
    found = await filtering(worktree, held & large)
    return {name for name, value in found.items() if value == LFS}
