"""The first snapshot of a checkout starts from what its index knows, so that unchanged files aren't read.

Only entries that are the file byte for byte may be taken over: nothing that a filter, line endings or an
encoding change on the way, nothing that is not in the working tree, in conflict, or marked as unchanged.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from parsess_lab.changes.store import Space
from parsess_lab.errors import GitFailed
from parsess_lab.git import read

_CONVERTED = ":(exclude,attr:!filter !text !eol !ident !crlf !working-tree-encoding)"
_FILES = (b"H 100", b"H 120")  # tracked, without a mark, a file or a link


async def seed(space: Space, index: Path) -> None:
    """Make ``index`` from the checkout's own, or nothing if that can't be used."""
    if space.checkout is None or space.converts:
        return
    try:
        await asyncio.to_thread(shutil.copy2, space.checkout.git_dir / "index", index)
        unfit = await _unfit(space, index)
        if unfit:
            zeros = b"0" * (64 if space.object_format == "sha256" else 40)
            absent = b"".join(b"0 %s\t%s\0" % (zeros, name) for name in unfit)
            await space.run("update-index", "-z", "--index-info", index=index, input=absent)
    except (OSError, GitFailed):  # no index yet, or one in a form that only its own repository can read
        index.unlink(missing_ok=True)  # noqa: ASYNC240 - one call


async def _unfit(space: Space, index: Path) -> set[bytes]:
    listed, converted = await asyncio.gather(
        space.run("ls-files", "-z", "-v", "--stage", index=index),
        read("ls-files", "-z", "--", _CONVERTED, cwd=space.top),
    )
    return await asyncio.to_thread(_sift, listed.fields(), converted.fields(), space.prefix)


def _sift(entries: list[bytes], converted: list[bytes], prefix: bytes) -> set[bytes]:
    unfit = set(converted)
    for entry in entries:
        head, _, name = entry.partition(b"\t")
        if not (head.startswith(_FILES) and head.endswith(b" 0") and name.startswith(prefix)):
            unfit.add(name)
    return unfit
