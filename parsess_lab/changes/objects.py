"""Contents of many objects with few commands, in batches that fit into memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator
from typing import Protocol

from parsess_lab.git import GitResult

_BATCH = 16 * 2**20  # bytes held at once


class Reader(Protocol):
    """Whatever can ask git about objects."""

    async def look(self, *args: str, input: bytes | None = None, limit: int = 0) -> GitResult: ...


async def contents(reader: Reader, oids: Collection[bytes]) -> AsyncIterator[tuple[bytes, bytes | None]]:
    """Each object's name and content; None for one that is not there."""
    for batch, size in _batches(await sizes(reader, oids)):
        asked = b"".join(oid + b"\n" for oid in batch)
        said = await reader.look("cat-file", "--batch", input=asked, limit=size + 200 * len(batch) + 2**20)
        for found in _split(said.stdout, batch):
            yield found


async def sizes(reader: Reader, oids: Collection[bytes]) -> dict[bytes, int]:
    """The sizes of objects in bytes; -1 for one that is not there."""
    names = list(oids)
    asked = b"".join(oid + b"\n" for oid in names)
    said = await reader.look("cat-file", "--batch-check=%(objectsize)", input=asked)
    answers = said.stdout.splitlines()
    return {oid: int(size) if size.isdigit() else -1 for oid, size in zip(names, answers, strict=True)}


def _batches(sized: dict[bytes, int]) -> Iterator[tuple[list[bytes], int]]:
    batch: list[bytes] = []
    total = 0
    for oid, size in sized.items():
        if batch and total + size > _BATCH:
            yield batch, total
            batch, total = [], 0
        batch.append(oid)
        total += max(size, 0)
    if batch:
        yield batch, total


def _split(output: bytes, batch: list[bytes]) -> Iterator[tuple[bytes, bytes | None]]:
    at = 0
    for oid in batch:
        end = output.index(b"\n", at)
        head = output[at:end].split(b" ")
        at = end + 1
        if head[-1] == b"missing":
            yield oid, None
            continue
        size = int(head[-1])
        yield oid, output[at : at + size]
        at += size + 1
