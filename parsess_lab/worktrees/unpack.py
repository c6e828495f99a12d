"""A snapshot's files on the disk again, byte for byte: each appears whole or not at all, and over nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from parsess_lab.errors import GitFailed
from parsess_lab.git import git, read
from parsess_lab.words import counted
from parsess_lab.worktrees.inventory import Entry

_BATCH_BYTES = 32 * 2**20
_NAMED = 3


async def unpack(top: Path, entries: list[Entry], repository: Path, id: str) -> None:
    """Write all of ``entries`` below ``top`` that is missing, from the blobs of a repository.

    ``id`` names what is half written, so that a kill leaves nothing that is taken for whole. Directories, files,
    links; then the directories' modes and times, which writing into them changed.

    Raises:
        GitFailed: the repository lost an object.
        OSError: what the disk says.
    """
    part = os.fsencode(f".parsess-part-{id}")
    entries = await asyncio.to_thread(_put_skeleton, top, entries)
    missing = [entry for entry in entries if entry.content and not os.path.lexists(_at(top, entry))]
    for batch in _batches(missing):
        blobs = await _read_blobs(repository, [entry.content for entry in batch])
        await asyncio.to_thread(_put_files, top, batch, blobs, part)
    await asyncio.to_thread(_finish_directories, top, entries, part)


def _at(top: Path, entry: Entry) -> bytes:
    return os.fsencode(top) + b"/" + entry.name


def _put_skeleton(top: Path, entries: list[Entry]) -> list[Entry]:
    """Make directories, links and pipes; leaves out what lies behind something else that has a directory's name."""
    blocked: tuple[str, ...] = ()
    kept = []
    for entry in entries:
        if blocked and entry.path.startswith(blocked):
            continue
        path = _at(top, entry)
        there = os.path.lexists(path)
        if entry.kind == "directory" and there and (os.path.islink(path) or not os.path.isdir(path)):  # noqa: PTH112, PTH114
            blocked = (*blocked, entry.path + "/")
            continue
        kept.append(entry)
        if entry.kind == "directory":
            os.chmod(path, 0o700) if there else os.mkdir(path, 0o700)  # noqa: PTH101, PTH102 - bytes
        elif entry.kind == "link" and not there:
            os.symlink(entry.target.encode("latin-1"), path)  # noqa: PTH211 - bytes
            os.utime(path, ns=(entry.mtime, entry.mtime), follow_symlinks=False)
        elif entry.kind == "pipe" and not there:
            os.mkfifo(path, entry.mode)
    return kept


def _batches(entries: list[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        if batch and size + entry.size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += entry.size
    if batch:
        yield batch


async def _read_blobs(repository: Path, blobs: list[str]) -> list[bytes]:
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    said = await read(
        *("cat-file", "--batch"),
        cwd=repository,
        env={"GIT_DIR": str(repository)},
        input=asked,
        limit=2**40,
        timeout=600,
    )
    found, position = [], 0
    for blob in blobs:
        end = said.stdout.index(b"\n", position)
        fields = said.stdout[position:end].split()
        if fields[-1] == b"missing":
            raise GitFailed(f"The repository lost the object {blob} of the snapshot.")
        size = int(fields[2])
        found.append(said.stdout[end + 1 : end + 1 + size])
        position = end + 2 + size
    return found


def _put_files(top: Path, entries: list[Entry], blobs: list[bytes], name: bytes) -> None:
    for entry, raw in zip(entries, blobs, strict=True):
        path = _at(top, entry)
        part = os.path.dirname(path) + b"/" + name  # noqa: PTH120 - bytes
        writing = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(writing, "wb") as out:
            out.write(raw)
        os.chmod(part, entry.mode)  # noqa: PTH101 - bytes
        os.utime(part, ns=(entry.mtime, entry.mtime))
        _appear(part, path)


def _appear(part: bytes, path: bytes) -> None:
    """Give a complete file its name, unless something has it by now."""
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not os.path.lexists(path):
            os.rename(part, path)  # noqa: PTH104 - bytes
            return
    os.unlink(part)  # noqa: PTH108 - bytes


def _finish_directories(top: Path, entries: list[Entry], part: bytes) -> None:
    """Innermost first; a part that a kill left behind goes too."""
    (top / os.fsdecode(part)).unlink(missing_ok=True)
    for entry in reversed(entries):
        if entry.kind == "directory" and not os.path.islink(_at(top, entry)):  # noqa: PTH114 - bytes
            Path(os.fsdecode(_at(top, entry) + b"/" + part)).unlink(missing_ok=True)
            os.chmod(_at(top, entry), entry.mode)  # noqa: PTH101 - bytes
            os.utime(_at(top, entry), ns=(entry.mtime, entry.mtime))


async def smudge(worktree: Path, entries: list[Entry]) -> list[str]:
    """Files that a filter makes from what git has. One that fails (LFS without a network) is a note, no failure:

    all else is back, and git has what these are made from.
    """
    missing = [entry for entry in entries if not os.path.lexists(_at(worktree, entry))]
    if not missing:
        return []
    paths = b"".join(entry.name + b"\0" for entry in missing)
    why = ""
    try:
        await git("checkout-index", "--quiet", "-z", "--stdin", cwd=worktree, input=paths, timeout=600)
    except GitFailed as error:
        why = error.message
    failed = [entry for entry in missing if not await asyncio.to_thread(_settle, worktree, entry)]
    if not failed:
        return []
    names = ", ".join(entry.name.decode(errors="replace") for entry in failed[:_NAMED])
    again = "`git ls-files -z --deleted | git checkout-index -z --stdin` makes them when it works again"
    those = counted(len(failed), "file that a filter makes is", "files that a filter makes are")
    return [f"{those} missing ({names}): {again}. {why}"]


def _settle(worktree: Path, entry: Entry) -> bool:
    """Give a file that a filter made the mode and time it had; False if it was not made."""
    path = _at(worktree, entry)
    if not os.path.lexists(path):
        return False
    os.chmod(path, entry.mode)  # noqa: PTH101 - bytes
    os.utime(path, ns=(entry.mtime, entry.mtime))
    return True
