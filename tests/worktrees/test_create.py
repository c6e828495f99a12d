"""Creating a worktree: with the right files, or not at all."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from parsess_lab.errors import Conflict, GitFailed
from parsess_lab.worktrees import Step, Wanted, Worktrees
from tests.worktrees.creating import create, refused
from tests.worktrees.repository import Repository


def test_beside_the_repository_on_a_branch_of_its_own(repository: Repository, worktrees: Worktrees) -> None:
    made = create(worktrees, Wanted(directory=repository.path / "d", name="Fix the login", session="s1"))
    assert made.path == repository.path.parent / "project-Fix-the-login"
    assert made.git("symbolic-ref", "--short", "HEAD") == "parsess/Fix-the-login"
    assert made.head() == repository.head()
    assert made.git("status", "--porcelain") == ""
    [record] = asyncio.run(worktrees.all())
    assert (record.session, record.base, record.base_name, record.made_branch) == (
        "s1",
        repository.head(),
        "main",
        True,
    )
    assert "locked" not in repository.git("worktree", "list", "--porcelain")


def test_steps_are_reported_with_their_time(repository: Repository, worktrees: Worktrees) -> None:
    steps: list[Step] = []
    create(worktrees, Wanted(directory=repository.path, name="x"), steps)
    ended = [step for step in steps if step.status != "running"]
    assert [step.name for step in ended] == [
        "base", "prune", "add", "checkout", "hook", "submodules", "include",
    ]  # fmt: skip
    assert all(step.status == "done" and step.seconds is not None for step in ended)
    assert [step.name for step in steps if step.status == "running"] == [step.name for step in ended]


def test_a_folder_deleted_by_hand_blocks_nothing(repository: Repository, worktrees: Worktrees) -> None:
    made = create(worktrees, Wanted(directory=repository.path, branch="again", name="again"))
    for path in (
        made.path / "a.txt",
        made.path / "d" / "b.txt",
        made.path / ".gitignore",
        made.path / ".git",
    ):
        path.unlink()
    (made.path / "d").rmdir()
    made.path.rmdir()
    repository.git("worktree", "list")
    steps: list[Step] = []
    wanted = Wanted(directory=repository.path, branch="again", existing=True, name="again")
    assert create(worktrees, wanted, steps).path == made.path
    assert str(made.path) in next(step.detail for step in steps if step.name == "prune" and step.detail)


def test_pruning_stays_away_from_what_may_come_back(
    repository: Repository, worktrees: Worktrees, room: Path
) -> None:
    (room / "disk").mkdir()
    repository.git("worktree", "add", "-q", "--detach", room / "disk" / "away")
    (room / "disk").rename(room / "unplugged")
    repository.git("worktree", "add", "-q", "--detach", room / "work" / "commit")
    alone = repository.at(room / "work" / "commit")
    alone.write("x", "x")
    only = alone.commit("nobody else has this")
    alone.path.rename(room / "moved")
    create(worktrees, Wanted(directory=repository.path, name="x"))
    listed = repository.git("worktree", "list", "--porcelain")
    assert str(room / "disk" / "away") in listed
    assert only in listed


def test_a_worktree_moved_by_hand_keeps_what_is_staged_in_it(
    repository: Repository, worktrees: Worktrees
) -> None:
    made = create(worktrees, Wanted(directory=repository.path, name="moved"))
    made.write("new.txt", "staged, and nowhere else\n")
    made.git("add", "new.txt")
    (made.path / "new.txt").unlink()
    moved = repository.at(made.path.rename(made.path.with_name("elsewhere")))
    create(worktrees, Wanted(directory=repository.path, name="other"))
    repository.git("worktree", "repair", moved.path)
    assert moved.git("show", ":new.txt") == "staged, and nowhere else"
    moved.git("reset", "-q")
    moved.path.rename(made.path.with_name("again"))
    create(worktrees, Wanted(directory=repository.path, name="third"))
    assert "elsewhere" not in repository.git("worktree", "list")


def test_two_at_once(repository: Repository, worktrees: Worktrees) -> None:
    async def both() -> list[str]:
        wanted = [Wanted(directory=repository.path, name=f"n{number}") for number in range(6)]
        made = await asyncio.gather(*(worktrees.create(one) for one in wanted))
        return [record.path for record in made]

    paths = asyncio.run(both())
    assert len(set(paths)) == 6
    assert all(Repository(Path(path)).git("status", "--porcelain") == "" for path in paths)


def test_two_at_once_with_the_same_name(repository: Repository, worktrees: Worktrees) -> None:
    async def both() -> list[object]:
        wanted = Wanted(directory=repository.path, branch="one", name="one")
        return list(
            await asyncio.gather(worktrees.create(wanted), worktrees.create(wanted), return_exceptions=True)
        )

    made = asyncio.run(both())
    refusals = [one for one in made if isinstance(one, Conflict)]
    assert len(refusals) == 1
    assert refusals[0].code in ("branch_exists", "folder_exists", "branch_checked_out")
    [record] = asyncio.run(worktrees.all())
    assert Repository(Path(record.path)).git("status", "--porcelain") == ""
    assert "one" in repository.branches()


def test_a_hook_that_fails_is_shown_and_one_that_hangs_is_ended(repository: Repository, room: Path) -> None:
    hook = repository.write(".git/hooks/post-checkout", "#!/bin/sh\necho broken >&2\nexit 3\n")
    hook.chmod(0o755)
    worktrees = Worktrees(room / "state", [room / "work"], hook_seconds=0.3)
    steps: list[Step] = []
    create(worktrees, Wanted(directory=repository.path, name="fails"), steps)
    assert [step.status for step in steps if step.name == "hook"] == ["running", "failed"]
    hook.write_text("#!/bin/sh\nsleep 600\n")
    steps.clear()
    made = create(worktrees, Wanted(directory=repository.path, name="hangs"), steps)
    failed = next(step for step in steps if step.status == "failed")
    assert "not done after 0.3 seconds" in failed.detail
    assert made.git("status", "--porcelain") == ""


def test_the_post_checkout_hook_runs_as_git_runs_it(repository: Repository, worktrees: Worktrees) -> None:
    hook = repository.write(".git/hooks/post-checkout", '#!/bin/sh\necho "$@" > told.log\n')
    hook.chmod(0o755)
    made = create(worktrees, Wanted(directory=repository.path, name="x"))
    assert made.read("told.log") == f"{'0' * 40} {repository.head()} 1\n"


def test_a_checkout_that_fails_leaves_nothing(repository: Repository, worktrees: Worktrees) -> None:
    """A filter the repository requires and this machine has not, as LFS without git-lfs."""
    repository.write(".gitattributes", "*.bin filter=big\n")
    repository.write("x.bin", "big\n")
    repository.commit("with a filter")
    repository.git("config", "filter.big.smudge", "exit 1")
    repository.git("config", "filter.big.required", "true")
    before = sorted((repository.path / ".git").rglob("*"))
    error = refused(worktrees, Wanted(directory=repository.path, name="x"))
    assert isinstance(error, GitFailed)
    assert "x.bin" in error.message
    assert sorted(path.name for path in repository.path.parent.iterdir()) == ["project"]
    assert repository.branches() == {"main"}
    assert [
        path for path in (repository.path / ".git").rglob("*") if path not in before and path.is_file()
    ] == []
    assert asyncio.run(worktrees.all()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_disk(repository: Repository, worktrees: Worktrees) -> None:
    repository.path.parent.chmod(0o500)
    error = refused(worktrees, Wanted(directory=repository.path, name="x"))
    repository.path.parent.chmod(0o700)
    assert "x" in error.message
    assert repository.branches() == {"main"}


def stopped(worktrees: Worktrees, repository: Repository, step: str) -> None:
    """Ask for a worktree, and cancel that while ``step`` is done."""

    async def cancelled() -> None:
        begun = asyncio.Event()

        def report(told: Step) -> None:
            if told.name == step:
                begun.set()

        task = asyncio.create_task(worktrees.create(Wanted(directory=repository.path, name="x"), report))
        await begun.wait()
        while step == "hook" and not (repository.path / "hook.log").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())


def nothing_is_left(worktrees: Worktrees, repository: Repository, room: Path) -> None:
    assert sorted(path.name for path in repository.path.parent.iterdir()) == ["project"]
    assert repository.branches() == {"main"}
    assert repository.git("worktree", "list").count("\n") == 0
    assert list((room / "state" / "journal").iterdir()) == []
    assert asyncio.run(worktrees.leftovers()) == []


def test_a_creation_cancelled_in_its_checkout_leaves_nothing(
    repository: Repository, worktrees: Worktrees, room: Path
) -> None:
    repository.write(".gitattributes", "*.slow filter=slow\n")
    repository.write("x.slow", "slow\n")
    repository.commit("with a slow filter")
    repository.git("config", "filter.slow.smudge", "sleep 60; cat")
    stopped(worktrees, repository, "checkout")
    nothing_is_left(worktrees, repository, room)
    assert asyncio.run(worktrees.all()) == []


@pytest.mark.parametrize("makes", ["", "echo made by the hook > made.txt;"])
def test_a_creation_cancelled_in_its_hook_leaves_nothing(
    repository: Repository, worktrees: Worktrees, room: Path, makes: str
) -> None:
    """The checkout is complete by then; what the hook made is kept in a snapshot."""
    hook = repository.write(
        ".git/hooks/post-checkout", f"#!/bin/sh\n{makes} touch {repository.path}/hook.log; sleep 60\n"
    )
    hook.chmod(0o755)
    stopped(worktrees, repository, "hook")
    nothing_is_left(worktrees, repository, room)
    kept = asyncio.run(worktrees.all())
    assert [one.removed is not None for one in kept] == ([True] if makes else [])
    hook.unlink()
    if makes:
        asyncio.run(worktrees.restore(kept[0].id))
        assert Repository(Path(kept[0].path)).read("made.txt") == "made by the hook\n"
    else:
        create(worktrees, Wanted(directory=repository.path, name="x"))


def test_a_data_folder_that_can_not_be_written_takes_the_worktree_back(
    repository: Repository, worktrees: Worktrees, room: Path
) -> None:
    """Found out only after the checkout, with files copied into it already."""
    repository.write(".worktreeinclude", ".env\n")
    repository.write(".env", "A=1")
    repository.commit("include")
    (room / "state").mkdir()
    (room / "state" / "made").write_text("in the way")
    error = refused(worktrees, Wanted(directory=repository.path, name="x"))
    assert error.code == "storage_failed"
    (room / "state" / "made").unlink()
    nothing_is_left(worktrees, repository, room)


def test_worktreeinclude(repository: Repository, worktrees: Worktrees, room: Path) -> None:
    repository.write(".worktreeinclude", ".env\ndata/*.csv\n!data/no.csv\nlink.log\nout.log\na.txt\nnotes\n")
    repository.commit("include")
    repository.write(".env", "SECRET=1\n").chmod(0o600)
    repository.write("data/yes.csv", "1")
    repository.write("data/no.csv", "1")
    repository.write("data/big.bin", "1")
    repository.write("notes", "not ignored, so not copied\n")
    (repository.path / "link.log").symlink_to(".env")
    (room / "secret").write_text("outside")
    (repository.path / "out.log").symlink_to(room / "secret")
    steps: list[Step] = []
    made = create(worktrees, Wanted(directory=repository.path, name="x"), steps)
    assert made.read(".env") == "SECRET=1\n"
    assert (made.path / ".env").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in (made.path / "data").iterdir()) == ["yes.csv"]
    assert (made.path / "link.log").is_symlink()
    assert not (made.path / "out.log").is_symlink()
    assert not (made.path / "notes").exists()
    told = next(step.detail for step in steps if step.name == "include" and step.detail)
    assert "copied 3: .env, data/yes.csv, link.log" in told
    assert "out.log: is a link that leads out of the checkout" in told


def test_worktreeinclude_writes_through_no_link(
    repository: Repository, worktrees: Worktrees, room: Path
) -> None:
    """The worktree has a tracked link where the source has a folder."""
    (room / "outside").mkdir()
    repository.git("checkout", "-q", "-b", "linked")
    (repository.path / "shared").symlink_to(room / "outside")
    repository.commit("a link")
    repository.git("checkout", "-q", "main")
    repository.write(".worktreeinclude", "*.log\n")
    repository.write("shared/x.log", "x")
    steps: list[Step] = []
    create(worktrees, Wanted(directory=repository.path, name="x", base="linked"), steps)
    assert list((room / "outside").iterdir()) == []
    assert "leads out" in next(step.detail for step in steps if step.name == "include" and step.detail)


def test_an_old_git_says_what_to_do(
    repository: Repository, worktrees: Worktrees, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = room / "bin" / "git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.30.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}:{os.environ['PATH']}")
    error = refused(worktrees, Wanted(directory=repository.path, name="x"))
    assert error.code == "git_too_old"
    assert "2.38" in error.message
