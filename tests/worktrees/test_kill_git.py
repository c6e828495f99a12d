"""The server killed right before and right after each thing that git does for it, finer than the journal's steps."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from parsess_lab.worktrees import Record, Worktrees
from tests.worktrees.killing import MOST, Run, killable
from tests.worktrees.repository import Repository, picture

_WRITES = "update-ref|worktree|config|reset|merge|commit|checkout-index|update-index"
_GIT = """#!/bin/sh
here=$(dirname "$0")
for word in "$@"; do
  case "$word" in
    -*|*=*) ;;
    {writes}) writes=yes; break;;
    *) break;;
  esac
done
if [ -n "$writes" ] && [ -s "$here/deadly" ]; then
  left=$(($(cat "$here/deadly") - 1))
  echo $left > "$here/deadly"
  if [ $left = 0 ]; then
    : > "$here/deadly"
    kill -9 $PPID
    [ -e "$here/does" ] || exit 1
  fi
fi
exec {git} "$@"
"""


@dataclass(frozen=True, slots=True)
class DeadlyGit:
    """A git first on the search path that kills who runs it, at its N-th command that may write."""

    folder: Path
    run: Run

    def at(self, number: int, task: dict[str, str]) -> bool:
        """Do a task; whether it came through."""
        (self.folder / "deadly").write_text(str(number))
        through = self.run(task, 0)
        (self.folder / "deadly").write_text("")
        return through


@pytest.fixture(params=["git does nothing any more", "git outlives it"])
def deadly(
    request: pytest.FixtureRequest, room: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DeadlyGit]:
    folder = room / "bin"
    folder.mkdir()
    (folder / "git").write_text(_GIT.format(writes=_WRITES, git=shutil.which("git")))
    (folder / "git").chmod(0o755)
    if request.param == "git outlives it":
        (folder / "does").touch()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    with killable("tests.worktrees.killed", room) as run:
        yield DeadlyGit(folder, run)


def recovered(room: Path) -> None:
    asyncio.run(Worktrees(room / "state", [room / "work"]).recover())
    assert list((room / "state").glob("journal/*")) == []


def test_create(repository: Repository, worktrees: Worktrees, room: Path, deadly: DeadlyGit) -> None:
    for number in range(1, MOST):
        if deadly.at(number, {"do": "create", "directory": str(repository.path)}):
            break
        recovered(room)
        assert asyncio.run(worktrees.all()) == []
        assert [path.name for path in (room / "work").iterdir()] == ["project"]
        assert repository.branches() == {"main"}
    assert number > 3


def test_remove_and_restore(
    repository: Repository, worktrees: Worktrees, dirty: Record, room: Path, deadly: DeadlyGit
) -> None:
    made = Repository(Path(dirty.path))
    repository.git("config", "branch.parsess/work.description", "what it is for")
    before = picture(made) | {"log": repository.git("reflog", "parsess/work")}
    kinds = [reason.kind for reason in asyncio.run(worktrees.would_lose(dirty.id))]

    def all_is_there() -> None:
        assert picture(made) | {"log": repository.git("reflog", "parsess/work")} == before
        assert repository.git("config", "--get-all", "branch.parsess/work.description") == "what it is for"

    for number in range(1, MOST):
        through = deadly.at(number, {"do": "remove", "id": dirty.id})
        recovered(room)
        if not made.path.exists():
            assert repository.branches() == {"main"}
            assert repository.git("config", "--get-regexp", "^branch", check=False) == ""
            asyncio.run(worktrees.restore(dirty.id))
        all_is_there()
        if through:
            break
    assert number > 3
    for number in range(1, MOST):
        asyncio.run(worktrees.remove(dirty.id, kinds))
        through = deadly.at(number, {"do": "restore", "id": dirty.id})
        recovered(room)
        if not made.path.exists():
            asyncio.run(worktrees.restore(dirty.id))
        all_is_there()
        if through:
            break
    assert number > 3


def test_land(
    repository: Repository, worktrees: Worktrees, dirty: Record, room: Path, deadly: DeadlyGit
) -> None:
    made = Repository(Path(dirty.path))
    made.commit("two")
    start, source = repository.head(), picture(made)
    for number in range(1, MOST):
        through = deadly.at(number, {"do": "land", "directory": str(made.path), "how": "squash"})
        recovered(room)
        assert picture(made) == source
        assert repository.git("status", "--porcelain") == ""
        assert repository.git("worktree", "list").count("\n") == 1
        if through:
            break
        if repository.head() != start:
            assert repository.read("c") == "committed"
            repository.git("reset", "-q", "--hard", start)
    assert number > 3
