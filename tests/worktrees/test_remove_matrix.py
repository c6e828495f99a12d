"""Every combination of the states a worktree can be removed in: nothing goes without its consent, all of it comes back.

One worktree walks through all combinations, in an order in which one state changes at a time, and is removed and
brought back in each. So what came back is what the next combination starts from.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from parsess_lab.errors import Conflict
from parsess_lab.worktrees import Record, Wanted, Worktrees
from tests.worktrees.repository import Repository, picture

TOGGLES = ("dirty", "untracked", "ignored", "stashed", "locked", "detached")
"""Besides: in use or not, which is asked about in every combination, and removed with in every second one."""
COMMITS = ("none", "unpushed", "unmerged", "both")
"""Commits that only this branch has: none, merged but pushed nowhere, pushed but merged nowhere, neither."""


@dataclass
class Walk:
    """The worktree, and the states it is in."""

    repository: Repository
    worktrees: Worktrees
    record: Record
    on: set[str] = field(default_factory=set)
    used: bool = False
    removals: int = 0

    @property
    def made(self) -> Repository:
        return Repository(Path(self.record.path))

    def toggle(self, state: str) -> None:
        self.on ^= {state}
        getattr(self, f"_{state}")(state in self.on)

    def _dirty(self, on: bool) -> None:
        if on:
            self.made.write("a.txt", "changed\r\nline ends of two kinds\n")
            self.made.write("staged", "staged")
            self.made.git("add", "staged")
            self.made.write("staged", "and changed since")
            (self.made.path / "d" / "b.txt").unlink()
        else:
            self.made.git("rm", "-q", "-f", "staged")
            self.made.git("checkout", "-q", "--", "a.txt", "d/b.txt")

    def _untracked(self, on: bool) -> None:
        link = self.made.path / "link"
        if on:
            self.made.write("new/deep/file", "untracked").chmod(0o640)
            link.symlink_to("../project")
        else:
            link.unlink()
            (self.made.path / "new/deep/file").unlink()
            os.removedirs(self.made.path / "new/deep")

    def _ignored(self, on: bool) -> None:
        if on:
            self.made.write(".env", "SECRET=1").chmod(0o600)
            self.made.write("data/table.csv", "1,2\n")
        else:
            (self.made.path / ".env").unlink()
            (self.made.path / "data/table.csv").unlink()
            (self.made.path / "data").rmdir()

    def _stashed(self, on: bool) -> None:
        """Made by plumbing, so that the files stay as they are."""
        if on:
            tree = self.made.git("write-tree")
            commit = self.made.git("commit-tree", tree, "-p", "main", "-p", "main", "-m", "stash")
            self.made.git("stash", "store", "-m", "WIP on parsess/work: 1234567 first", commit)
        else:
            self.made.git("update-ref", "-d", "refs/stash")

    def _locked(self, on: bool) -> None:
        how = ("lock", "--reason", "on a stick") if on else ("unlock",)
        self.repository.git("worktree", how[0], *how[1:], self.record.path)

    def _detached(self, on: bool) -> None:
        if on:
            self.made.git("update-ref", "--no-deref", "HEAD", "HEAD")
            self.made.git("checkout", "-q", "--detach")
        else:
            self.made.git("symbolic-ref", "HEAD", "refs/heads/parsess/work")

    def _submodules(self, on: bool) -> None:
        path = self.made.path / "module" / "m.txt"
        path.write_text("changed in the submodule" if on else "module\n")

    def expected(self, commits: str) -> set[str]:
        found = set(self.on) | ({"in_use"} if self.used else set())
        if "detached" not in self.on:
            found |= {"unpushed", "unmerged"} if commits == "both" else {commits} - {"none"}
        return found


def gray(states: tuple[str, ...]) -> Iterator[str | None]:
    """The state to change before each combination; None before the first."""
    yield None
    for number in range(1, 2 ** len(states)):
        yield states[(number & -number).bit_length() - 1]


def prepare(repository: Repository, room: Path, commits: str, submodule: bool) -> Walk:
    if submodule:
        module = Repository.make(room / "module")
        module.write("m.txt", "module\n")
        module.commit("module")
        repository.git("submodule", "-q", "add", module.path, "module")
        repository.commit("with a submodule")
    repository.clone_as_remote(room / "origin.git")
    walk: list[Walk] = []

    async def in_use(_directory: Path) -> list[str]:
        return ["session work"] if walk and walk[0].used else []

    worktrees = Worktrees(room / "state", [room / "work"], in_use=in_use)
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="work")))
    walk.append(Walk(repository, worktrees, record))
    made = walk[0].made
    if commits != "none":
        made.write("c", "committed")
        made.commit("only here")
    if commits == "unpushed":
        repository.git("branch", "elsewhere", "parsess/work")
    if commits == "unmerged":
        made.git("push", "-q", "origin", "parsess/work")
    return walk[0]


def consent_is_needed(walk: Walk, expected: set[str], consent: set[str]) -> None:
    if not expected:
        return
    with pytest.raises(Conflict) as caught:
        asyncio.run(walk.worktrees.remove(walk.record.id, sorted(consent)))
    assert caught.value.code == "would_lose"
    reasons = caught.value.details["reasons"]
    assert isinstance(reasons, list)
    assert {reason["kind"] for reason in reasons} == expected, (walk.record.path, walk.on)


def around(walk: Walk, expected: set[str]) -> None:
    before = picture(walk.made)
    stashes = walk.repository.git("stash", "list")
    asyncio.run(walk.worktrees.remove(walk.record.id, sorted(expected)))
    assert not walk.made.path.exists()
    assert ("parsess/work" in walk.repository.branches()) == ("detached" in walk.on)
    asyncio.run(walk.worktrees.restore(walk.record.id))
    after = picture(walk.made)
    for part, value in before.items():
        assert after[part] == value, (part, walk.record.path, walk.on)
    assert walk.repository.git("stash", "list") == stashes
    walk.removals += 1


def every_combination(walk: Walk, toggles: tuple[str, ...], commits: str) -> Iterator[None]:
    for change in gray(toggles):
        if change is not None:
            walk.toggle(change)
        walk.used = walk.removals % 2 == 0
        consent_is_needed(walk, walk.expected(commits), set())
        walk.used = not walk.used
        expected = walk.expected(commits)
        consent_is_needed(
            walk, expected, expected - {sorted(expected)[walk.removals % len(expected)] if expected else ""}
        )
        around(walk, expected)
        yield
    assert walk.removals == 2 ** len(toggles)


@pytest.mark.timeout(300)
def test_every_combination(room: Path) -> None:
    """The walks have nothing to do with each other and wait for git most of the time: all at once."""

    def whole(commits: str) -> None:
        place = room / commits
        walk = prepare(Repository.make(place / "work" / "project"), place, commits, submodule=False)
        for _ in every_combination(walk, TOGGLES, commits):
            assert walk.made.path.is_dir()

    with ThreadPoolExecutor(len(COMMITS)) as threads:
        for _ in threads.map(whole, COMMITS):
            pass


@pytest.mark.parametrize(
    ("commits", "toggles"),
    [
        ("none", ("dirty", "untracked", "ignored", "submodules")),
        ("both", ("dirty", "untracked", "ignored", "submodules")),
        ("both", ("submodules", "stashed", "locked", "detached")),
    ],
)
def test_every_combination_that_a_submodule_could_disturb(
    repository: Repository, room: Path, commits: str, toggles: tuple[str, ...]
) -> None:
    walk = prepare(repository, room, commits, submodule=True)
    module = walk.made.at(walk.made.path / "module")
    for _ in every_combination(walk, toggles, commits):
        assert module.git("status", "--porcelain") == (" M m.txt" if "submodules" in walk.on else "")
