"""Makes a worktree on a disk that has no room for its files: run on a small disk of its own, given as the argument.

Prints the error, and what is left.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from parsess_lab.errors import StorageFailed
from parsess_lab.worktrees import Wanted, Worktrees
from tests.worktrees.repository import Repository


def main(disk: Path, state: Path) -> None:
    repository = Repository.make(disk / "work" / "project")
    (repository.path / "big.bin").write_bytes(os.urandom(3 * 2**20))
    repository.commit("big")
    worktrees = Worktrees(state, [disk / "work"])
    try:
        asyncio.run(worktrees.create(Wanted(directory=repository.path, name="work")))
    except StorageFailed as error:
        print(error.message)
    print(*(path.name for path in (disk / "work").iterdir()), *repository.branches())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
