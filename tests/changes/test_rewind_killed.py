"""Killed at any step, a rewind can be finished and can be taken back; killed before the first, it never was."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest

from parsess_lab.errors import Conflict
from tests.changes.repository import ENVIRONMENT, Repository, clear

SCRIPT = Path(__file__).with_name("killed.py")


class Killing:
    """A repository with a rewind to do, made anew from a copy for each kill."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.repository = Repository(place / "repo")

    async def prepare(self) -> None:
        repository = self.repository
        repository.commit({"changed": "1\n", "gone/deep/x": "1\n", "folder": "file\n", "same": "1\n"})
        repository.write({"untracked": "1\n"})
        (repository.path / "link").symlink_to("changed")
        self.target = (await repository.snapshots.take("target")).id
        self.then = repository.tree()
        repository.write({"changed": "2\n", "new/y": "1\n", "untracked": "2\n"})
        for name in ("gone/deep/x", "folder", "link"):
            (repository.path / name).unlink()
        repository.write({"folder/z": "1\n", "link": "file now\n"})
        (repository.path / "untracked").chmod(0o755)
        self.now = repository.tree()
        shutil.copytree(repository.path, self.place / "kept", symlinks=True)
        shutil.copytree(repository.folder, self.place / "kept-data", symlinks=True)
        self.standing = repository.standing()

    def restore(self, kept: str = "kept") -> None:
        for name in ("repo", "repo-data"):
            clear(self.place / name)
            shutil.copytree(self.place / name.replace("repo", kept), self.place / name, symlinks=True)
        self.repository.reopen()

    def keep(self, kept: str) -> None:
        for name in ("repo", "repo-data"):
            clear(self.place / name.replace("repo", kept))
            shutil.copytree(self.place / name, self.place / name.replace("repo", kept), symlinks=True)

    def run(self, what: str, step: int, since: str = "rewind.making") -> bool:
        """Whether it was killed."""
        environment = {
            **ENVIRONMENT,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            [sys.executable, str(SCRIPT), self.repository.path, self.repository.folder, what, str(step), since],
            env=environment, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
        return done.returncode != 0

    async def recovers(self, how: Literal["finish", "undo"], step: int) -> None:
        done = await self.repository.snapshots.recover(how)
        assert done is not None
        assert done.kept == []
        assert self.repository.tree() == (self.then if how == "finish" else self.now), step
        assert await self.repository.snapshots.recover("finish") is None
        assert not list(self.repository.path.rglob(".parsess*"))
        assert self.repository.standing() == self.standing


async def test_killed_before_the_journal_it_never_was(place: Path) -> None:
    killing = Killing(place)
    await killing.prepare()
    step = 1
    while killing.run(killing.target, step, "") and await killing.repository.snapshots.interrupted() is None:
        assert killing.repository.tree() == killing.now
        assert killing.repository.standing() == killing.standing
        step += 3
    assert step > 3
    killing.restore()
    await killing.repository.snapshots.rewind(killing.target, consent_external=True)
    assert killing.repository.tree() == killing.then


async def test_killed_at_every_step(place: Path) -> None:
    killing = Killing(place)
    await killing.prepare()
    cut_off = over = 0
    step = 1
    while over < 3 and killing.run(killing.target, step):  # then it is about snapshots again
        if await killing.repository.snapshots.interrupted() is None:
            over += cut_off > 0
            assert killing.repository.tree() == (killing.now if cut_off == 0 else killing.then), step
        else:
            cut_off += 1
            with pytest.raises(Conflict) as error:
                await killing.repository.snapshots.rewind(killing.target, consent_external=True)
            assert error.value.code == "rewind_interrupted"
            killing.keep("cut")
            await killing.recovers("finish", step)
            killing.restore("cut")
            await killing.recovers("undo", step)
        killing.restore()
        step += 1
    assert cut_off > 15


async def test_what_somebody_changes_after_the_kill_is_kept(place: Path) -> None:
    killing = Killing(place)
    await killing.prepare()
    step = 1
    while killing.run(killing.target, step) and await killing.repository.snapshots.interrupted() is None:
        step += 1
    killing.repository.write({"changed": "by a person\n"})
    done = await killing.repository.snapshots.recover("finish")
    assert done is not None
    assert [(kept.path, kept.reason) for kept in done.kept] == [("changed", "changed_meanwhile")]
    assert (killing.repository.path / "changed").read_text() == "by a person\n"
    assert killing.repository.tree() == {**killing.then, b"changed": ("file", b"by a person\n")}


async def test_taking_back_can_be_killed_too(place: Path) -> None:
    killing = Killing(place)
    await killing.prepare()
    assert killing.run(killing.target, 15)
    killing.keep("cut")
    step = 2
    while (
        killing.run("undo", step, "rewind.json")
        and await killing.repository.snapshots.interrupted() is not None
    ):
        killing.keep("twice")
        await killing.recovers("finish", step)
        killing.restore("twice")
        await killing.recovers("undo", step)
        killing.restore("cut")
        step += 3
    assert step > 20
    assert killing.repository.tree() == killing.now
