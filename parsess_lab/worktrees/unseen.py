"""Files that git takes for unchanged although their bytes are on no other disk: a filter hides what is in them.

nbstripout is the one that people have: it takes the outputs out of notebooks on their way into git, so a notebook that
was run for hours is *clean*. What git calls clean is what a checkout would overwrite, and a removal delete.
"""

from __future__ import annotations

import asyncio
import contextlib
import filecmp
import os
import tempfile
from collections.abc import Collection
from pathlib import Path

from parsess_lab.errors import GitFailed
from parsess_lab.git import git, read

LFS = b"lfs"
"""The one filter whose file can be made again from what git has, to the byte."""
_NO_FILTER = (b"unspecified", b"unset", LFS)


async def unseen(checkout: Path, among: Collection[bytes] | None = None) -> list[str]:
    """Tracked files (of ``among``, if given) that are not what git would check out, though it sees no change.

    Raises GitFailed, OSError. Where the filter itself fails, all that it is for counts.
    """
    filters = await read(
        "config", "--get-regexp", r"^filter\..*\.(clean|process)$", cwd=checkout, check=False
    )
    if filters.returncode != 0:
        return []
    names = set((await read("ls-files", "-z", cwd=checkout)).fields())
    filtered = await filtering(checkout, names if among is None else names & set(among))
    wanted = {name for name, value in filtered.items() if value not in _NO_FILTER}
    if not wanted:
        return []
    seen = await read("diff-files", "--name-only", "--ignore-submodules", "-z", cwd=checkout)
    return await _differing(checkout, sorted(wanted - set(seen.fields())))


async def filtering(checkout: Path, names: Collection[bytes]) -> dict[bytes, bytes]:
    """The filter that git's attributes name for each file."""
    if not names:
        return {}
    paths = b"\0".join(sorted(names)) + b"\0"
    said = await read("check-attr", "--stdin", "-z", "filter", cwd=checkout, input=paths)
    fields = said.stdout.split(b"\0")
    return dict(zip(fields[::3], fields[2::3], strict=False))


async def _differing(checkout: Path, names: list[bytes]) -> list[str]:
    """Check them out beside, through their filters, and compare."""
    with tempfile.TemporaryDirectory(prefix="parsess-") as folder:
        beside = ("checkout-index", "--quiet", f"--prefix={folder}/", "-z", "--stdin")
        with contextlib.suppress(GitFailed):  # what is not there then counts as differing
            await git(*beside, cwd=checkout, input=b"".join(name + b"\0" for name in names), timeout=600)
        return await asyncio.to_thread(
            _compared, checkout, Path(folder), [os.fsdecode(name) for name in names]
        )


def _compared(checkout: Path, folder: Path, names: list[str]) -> list[str]:
    filecmp.clear_cache()
    there = [name for name in names if (checkout / name).is_file() and not (checkout / name).is_symlink()]
    return [
        name
        for name in there
        if not (folder / name).is_file() or not filecmp.cmp(checkout / name, folder / name, shallow=False)
    ]
