"""Small reads of the git repository around a directory: its root, its branch, how much is uncommitted.

Never runs anything the repository configures: a cloned repository is not trusted.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from git import Repo

_STATUS = (
    "git",
    "-c",
    "core.fsmonitor=false",
    "--no-optional-locks",
    "status",
    "--porcelain",
    "--ignore-submodules",
)
_TIMEOUT = 5.0  # seconds: a status slower than this is not worth waiting for in a form


def root(directory: Path) -> Path | None:
    """The top of the checkout that ``directory`` is in, resolved; None outside any repository."""
    repository = _open(directory)
    if repository is None:
        return None
    with closing(repository):
        tree = repository.working_tree_dir
    return Path(tree).resolve() if tree is not None else None


def branch(directory: Path) -> str | None:
    """The branch checked out there; ``detached at 1a2b3c4`` without one; None outside any repository."""
    repository = _open(directory)
    if repository is None:
        return None
    with closing(repository):
        return _head(repository)


async def changes(directory: Path) -> int | None:
    """How many paths differ from HEAD, untracked ones included; None if git can't say in time."""
    try:
        process = await asyncio.create_subprocess_exec(
            *_STATUS,
            cwd=directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(_TIMEOUT):
            output, _ = await process.communicate()
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return len(output.splitlines()) if process.returncode == 0 else None


def _open(directory: Path) -> Repo | None:
    from git import InvalidGitRepositoryError, NoSuchPathError, Repo

    try:
        return Repo(directory, search_parent_directories=True)
    except (InvalidGitRepositoryError, NoSuchPathError, OSError, ValueError):
        return None


def _head(repository: Repo) -> str | None:
    try:
        return repository.active_branch.name
    except TypeError:
        return f"detached at {repository.head.commit.hexsha[:7]}"
    except (OSError, ValueError):
        return None
