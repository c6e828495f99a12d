"""Landing: on the named target, all or nothing, and nothing of anybody's overwritten."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsess_lab.errors import Conflict, GitFailed
from parsess_lab.worktrees import Landing, Step, Wanted, Worktrees
from tests.worktrees.landing import land, refused, untouched
from tests.worktrees.repository import Repository, picture


def test_merge(repository: Repository, worktrees: Worktrees, ahead: Repository) -> None:
    landed = land(worktrees, ahead, message="Bring it home")
    assert repository.head() == landed.commit
    assert (
        repository.git("log", "-1", "--format=%s|%an|%P")
        == f"Bring it home|Ada|{repository.head('HEAD~1')} {ahead.head()}"
    )
    assert repository.git("status", "--porcelain") == ""
    assert repository.read("new.txt") == "new\n"
    assert len(repository.git("worktree", "list").splitlines()) == 2
    assert not (repository.path / ".git" / "parsess-landing").exists()


def test_squash_makes_one_commit(repository: Repository, worktrees: Worktrees, ahead: Repository) -> None:
    start = repository.head()
    land(worktrees, ahead, how="squash", message="Both at once")
    assert repository.git("log", "--format=%s", f"{start}..") == "Both at once"
    assert repository.read("a.txt") == "one\ntwo\nTHREE\n"
    again = refused(worktrees, ahead, how="squash")
    assert again.code == "nothing_to_land"


def test_squash_without_a_message_says_what_is_in_it(
    repository: Repository, worktrees: Worktrees, ahead: Repository
) -> None:
    land(worktrees, ahead, how="squash")
    assert repository.git("log", "-1", "--format=%B").strip() == "parsess/work\n\n* add new\n* shout"


def test_rebase_leaves_the_source_as_it_is(
    repository: Repository, worktrees: Worktrees, ahead: Repository
) -> None:
    repository.write("d/b.txt", "meanwhile\n")
    repository.commit("meanwhile")
    before = picture(ahead)
    land(worktrees, ahead, how="rebase")
    assert repository.git("log", "--format=%s") == "shout\nadd new\nmeanwhile\nfirst"
    assert picture(ahead) == before
    assert repository.read("d/b.txt") == "meanwhile\n"


def test_a_target_that_nothing_has_checked_out(
    repository: Repository, worktrees: Worktrees, ahead: Repository
) -> None:
    repository.git("branch", "release")
    before = picture(repository)
    landed = land(worktrees, ahead, target="release")
    assert repository.head("release") == landed.commit
    assert picture(repository) == before


def test_a_target_in_another_worktree(
    repository: Repository, worktrees: Worktrees, ahead: Repository, room: Path
) -> None:
    repository.git("worktree", "add", "-q", "-b", "release", room / "release")
    other = repository.at(room / "release")
    before = picture(repository)
    land(worktrees, ahead, target="release")
    assert other.read("new.txt") == "new\n"
    assert other.git("status", "--porcelain") == ""
    assert picture(repository) == before


def test_steps_are_told(worktrees: Worktrees, ahead: Repository) -> None:
    steps: list[Step] = []
    asyncio.run(worktrees.land(Landing(directory=ahead.path, how="rebase", target="main"), steps.append))
    assert [step.name for step in steps if step.status == "done"] == [
        "check",
        "workshop",
        "rebase",
        "advance",
    ]


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_a_conflict_lists_the_files_and_changes_nothing(
    repository: Repository, worktrees: Worktrees, ahead: Repository, how: str
) -> None:
    repository.write("a.txt", "one\ntwo\nthree!\n")
    (repository.path / "d" / "b.txt").unlink()
    repository.commit("theirs")
    ahead.write("d/b.txt", "changed here, deleted there\n")
    ahead.commit("ours")
    before = untouched(repository, ahead)
    error = refused(worktrees, ahead, how=how)
    assert (type(error), error.code) == (Conflict, "conflict")
    files = error.details["files"]
    assert isinstance(files, list)
    assert "a.txt" in files
    assert untouched(repository, ahead) == before


@pytest.mark.parametrize("checked_out", [True, False])
def test_a_target_that_moves_while_it_lands(
    repository: Repository, ahead: Repository, room: Path, checked_out: bool
) -> None:
    if not checked_out:
        repository.git("checkout", "-q", "-b", "elsewhere")
    moved: list[str] = []

    def move(_kind: str, step: str, written: bool) -> None:
        if (step, written) == ("advance", True):
            tree = repository.git("rev-parse", "main^{tree}")
            moved.append(repository.git("commit-tree", tree, "-p", "main", "-m", "moved"))
            repository.git("update-ref", "refs/heads/main", moved[0])

    worktrees = Worktrees(room / "state", [room / "work"], on_step=move)
    assert refused(worktrees, ahead).code == "moved_target"
    assert repository.head("main") == moved[0]
    assert repository.git("status", "--porcelain") == ""


def test_hooks_decide(repository: Repository, worktrees: Worktrees, ahead: Repository) -> None:
    hook = repository.write(
        ".git/hooks/commit-msg", "#!/bin/sh\ngrep -q TICKET $1 || { echo no ticket >&2; exit 1; }\n"
    )
    hook.chmod(0o755)
    before = untouched(repository, ahead)
    error = refused(worktrees, ahead, how="squash", message="without")
    assert isinstance(error, GitFailed)
    assert "no ticket" in error.stderr
    assert untouched(repository, ahead) == before
    land(worktrees, ahead, how="squash", message="TICKET-1")
    assert repository.git("log", "-1", "--format=%s") == "TICKET-1"


def test_a_failing_post_merge_hook_does_not_undo(
    repository: Repository, worktrees: Worktrees, ahead: Repository
) -> None:
    hook = repository.write(".git/hooks/post-merge", "#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    landed = land(worktrees, ahead)
    assert repository.head() == landed.commit


def test_contrary_settings_of_the_person(
    repository: Repository, worktrees: Worktrees, ahead: Repository
) -> None:
    for key, value in {
        "merge.ff": "only", "merge.autoStash": "true", "rebase.autoStash": "true", "rebase.updateRefs": "true",
        "branch.main.mergeOptions": "--no-ff", "pull.rebase": "true", "core.pager": "false", "core.editor": "false",
        "merge.conflictStyle": "zdiff3", "diff.noprefix": "true", "status.short": "true", "color.ui": "always",
    }.items():  # fmt: skip
        repository.git("config", key, value)
    repository.write("d/b.txt", "meanwhile\n")
    repository.git("commit", "-q", "-a", "-m", "meanwhile")
    land(worktrees, ahead, how="rebase")
    ahead.write("second", "2\n")
    ahead.commit("second")
    land(worktrees, ahead, how="squash", message="second")
    ahead.write("third", "3\n")
    ahead.commit("third")
    land(worktrees, ahead, how="merge")
    assert repository.read("third") == "3\n"


def test_two_land_at_once_and_both_arrive(
    repository: Repository, worktrees: Worktrees, ahead: Repository
) -> None:
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="other")))
    other = Repository(Path(record.path))
    other.write("other.txt", "other\n")
    other.commit("other")

    async def both() -> None:
        wishes = [
            Landing(directory=one.path, how="squash", target="main", message="x") for one in (ahead, other)
        ]
        await asyncio.gather(*(worktrees.land(wish) for wish in wishes))

    asyncio.run(both())
    assert repository.read("other.txt") == "other\n"
    assert repository.read("new.txt") == "new\n"
    assert repository.git("status", "--porcelain") == ""
