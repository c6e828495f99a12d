"""Landing: on the named target, all or nothing, and nothing of anybody's overwritten."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from parsess_lab.errors import Conflict, GitFailed, InvalidRequest, ParsessError
from parsess_lab.worktrees import Landed, Landing, Step, Wanted, Worktrees
from tests.worktrees.repository import Repository, picture


@pytest.fixture
def made(repository: Repository, worktrees: Worktrees) -> Repository:
    """A worktree with two commits of its own."""
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="work")))
    made = Repository(Path(record.path))
    made.write("new.txt", "new\n")
    made.commit("add new")
    made.write("a.txt", "one\ntwo\nTHREE\n")
    made.commit("shout")
    return made


def land(worktrees: Worktrees, made: Repository, **wish: Any) -> Landed:
    wish = {"how": "merge", "target": "main", **wish}
    return asyncio.run(worktrees.land(Landing(directory=made.path, **wish)))


def refused(worktrees: Worktrees, made: Repository, **wish: Any) -> ParsessError:
    with pytest.raises(ParsessError) as caught:
        land(worktrees, made, **wish)
    return caught.value


def untouched(*checkouts: Repository) -> list[dict[str, object]]:
    return [
        {**picture(one), "refs": one.git("for-each-ref"), "list": one.git("worktree", "list")}
        for one in checkouts
    ]


def test_merge(repository: Repository, worktrees: Worktrees, made: Repository) -> None:
    landed = land(worktrees, made, message="Bring it home")
    assert repository.head() == landed.commit
    assert (
        repository.git("log", "-1", "--format=%s|%an|%P")
        == f"Bring it home|Ada|{repository.head('HEAD~1')} {made.head()}"
    )
    assert repository.git("status", "--porcelain") == ""
    assert repository.read("new.txt") == "new\n"
    assert len(repository.git("worktree", "list").splitlines()) == 2
    assert not (repository.path / ".git" / "parsess-landing").exists()


def test_squash_makes_one_commit(repository: Repository, worktrees: Worktrees, made: Repository) -> None:
    start = repository.head()
    land(worktrees, made, how="squash", message="Both at once")
    assert repository.git("log", "--format=%s", f"{start}..") == "Both at once"
    assert repository.read("a.txt") == "one\ntwo\nTHREE\n"
    again = refused(worktrees, made, how="squash")
    assert again.code == "nothing_to_land"


def test_squash_without_a_message_says_what_is_in_it(
    repository: Repository, worktrees: Worktrees, made: Repository
) -> None:
    land(worktrees, made, how="squash")
    assert repository.git("log", "-1", "--format=%B").strip() == "parsess/work\n\n* add new\n* shout"


def test_rebase_leaves_the_source_as_it_is(
    repository: Repository, worktrees: Worktrees, made: Repository
) -> None:
    repository.write("d/b.txt", "meanwhile\n")
    repository.commit("meanwhile")
    before = picture(made)
    land(worktrees, made, how="rebase")
    assert repository.git("log", "--format=%s") == "shout\nadd new\nmeanwhile\nfirst"
    assert picture(made) == before
    assert repository.read("d/b.txt") == "meanwhile\n"


def test_a_target_that_nothing_has_checked_out(
    repository: Repository, worktrees: Worktrees, made: Repository
) -> None:
    repository.git("branch", "release")
    before = picture(repository)
    landed = land(worktrees, made, target="release")
    assert repository.head("release") == landed.commit
    assert picture(repository) == before


def test_a_target_in_another_worktree(
    repository: Repository, worktrees: Worktrees, made: Repository, room: Path
) -> None:
    repository.git("worktree", "add", "-q", "-b", "release", room / "release")
    other = repository.at(room / "release")
    before = picture(repository)
    land(worktrees, made, target="release")
    assert other.read("new.txt") == "new\n"
    assert other.git("status", "--porcelain") == ""
    assert picture(repository) == before


def test_steps_are_told(worktrees: Worktrees, made: Repository) -> None:
    steps: list[Step] = []
    asyncio.run(worktrees.land(Landing(directory=made.path, how="rebase", target="main"), steps.append))
    assert [step.name for step in steps if step.status == "done"] == [
        "check",
        "workshop",
        "rebase",
        "advance",
    ]


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_a_conflict_lists_the_files_and_changes_nothing(
    repository: Repository, worktrees: Worktrees, made: Repository, how: str
) -> None:
    repository.write("a.txt", "one\ntwo\nthree!\n")
    (repository.path / "d" / "b.txt").unlink()
    repository.commit("theirs")
    made.write("d/b.txt", "changed here, deleted there\n")
    made.commit("ours")
    before = untouched(repository, made)
    error = refused(worktrees, made, how=how)
    assert (type(error), error.code) == (Conflict, "conflict")
    files = error.details["files"]
    assert isinstance(files, list)
    assert "a.txt" in files
    assert untouched(repository, made) == before


def _changed(target: Repository) -> list[str]:
    target.write("d/b.txt", "not committed\n")
    return ["d/b.txt"]


def _staged(target: Repository) -> list[str]:
    target.write("more", "staged\n")
    target.git("add", "more")
    return ["more"]


def _untracked_in_the_way(target: Repository) -> list[str]:
    target.write("new.txt", "somebody's own\n")
    return ["new.txt"]


def _ignored_in_the_way(target: Repository) -> list[str]:
    target.write(".git/info/exclude", "new.txt\n")
    target.write("new.txt", "ignored, and nowhere else\n")
    return ["new.txt"]


def _merging(target: Repository) -> list[str]:
    target.git("branch", "other")
    target.git("merge", "-q", "--no-ff", "--no-commit", "other", check=False)
    target.git("update-ref", "MERGE_HEAD", "HEAD")
    return []


DIRT = {
    one.__name__: one for one in (_changed, _staged, _untracked_in_the_way, _ignored_in_the_way, _merging)
}


@pytest.mark.parametrize("dirt", DIRT)
@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_a_dirty_target_is_refused(
    repository: Repository, worktrees: Worktrees, made: Repository, how: str, dirt: str
) -> None:
    files = DIRT[dirt](repository)
    before = untouched(repository, made)
    error = refused(worktrees, made, how=how)
    assert error.code == "dirty_target"
    assert error.details["files"] == files
    assert str(repository.path) in error.message
    assert untouched(repository, made) == before


def test_files_of_ones_own_that_are_in_nobodys_way_stay(
    repository: Repository, worktrees: Worktrees, made: Repository
) -> None:
    repository.write("notes", "mine\n")
    repository.write(".env", "SECRET=1")
    land(worktrees, made)
    assert repository.read("notes") == "mine\n"
    assert repository.read(".env") == "SECRET=1"


def test_a_target_that_is_being_rebased(
    repository: Repository, worktrees: Worktrees, made: Repository
) -> None:
    repository.git("checkout", "-q", "-b", "side")
    repository.write("d/b.txt", "side\n")
    repository.commit("side")
    repository.git("checkout", "-q", "main")
    repository.write("d/b.txt", "main\n")
    repository.commit("main")
    repository.git("rebase", "-q", "side", check=False)
    assert repository.git("symbolic-ref", "-q", "HEAD", check=False) == ""
    assert refused(worktrees, made).code == "dirty_target"


def test_a_target_that_moved(repository: Repository, worktrees: Worktrees, made: Repository) -> None:
    seen = repository.head()
    repository.write("d/b.txt", "meanwhile\n")
    repository.commit("meanwhile")
    before = untouched(repository, made)
    assert refused(worktrees, made, expected=seen).code == "moved_target"
    assert untouched(repository, made) == before
    land(worktrees, made, expected=repository.head())


@pytest.mark.parametrize("checked_out", [True, False])
def test_a_target_that_moves_while_it_lands(
    repository: Repository, made: Repository, room: Path, checked_out: bool
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
    assert refused(worktrees, made).code == "moved_target"
    assert repository.head("main") == moved[0]
    assert repository.git("status", "--porcelain") == ""


def test_what_is_not_committed_is_never_left_behind_silently(
    repository: Repository, worktrees: Worktrees, made: Repository
) -> None:
    made.write("a.txt", "not committed\n")
    made.write("untracked", "u\n")
    before = untouched(repository, made)
    error = refused(worktrees, made)
    assert error.code == "uncommitted"
    assert error.details["files"] == ["a.txt", "untracked"]
    assert untouched(repository, made) == before
    land(worktrees, made, uncommitted="leave")
    assert made.read("untracked") == "u\n"
    assert not (repository.path / "untracked").exists()
    land(worktrees, made, uncommitted="include", how="squash", message="the rest")
    assert repository.read("untracked") == "u\n"
    assert made.git("status", "--porcelain") == ""


def test_wrong_targets(repository: Repository, worktrees: Worktrees, made: Repository) -> None:
    repository.git("tag", "v1")
    for target in ("nope", "v1", "-x", "parsess/work", "HEAD", "origin/main", ""):
        assert isinstance(refused(worktrees, made, target=target), InvalidRequest), target


def test_hooks_decide(repository: Repository, worktrees: Worktrees, made: Repository) -> None:
    hook = repository.write(
        ".git/hooks/commit-msg", "#!/bin/sh\ngrep -q TICKET $1 || { echo no ticket >&2; exit 1; }\n"
    )
    hook.chmod(0o755)
    before = untouched(repository, made)
    error = refused(worktrees, made, how="squash", message="without")
    assert isinstance(error, GitFailed)
    assert "no ticket" in error.stderr
    assert untouched(repository, made) == before
    land(worktrees, made, how="squash", message="TICKET-1")
    assert repository.git("log", "-1", "--format=%s") == "TICKET-1"


def test_a_failing_post_merge_hook_does_not_undo(
    repository: Repository, worktrees: Worktrees, made: Repository
) -> None:
    hook = repository.write(".git/hooks/post-merge", "#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    landed = land(worktrees, made)
    assert repository.head() == landed.commit


def test_contrary_settings_of_the_person(
    repository: Repository, worktrees: Worktrees, made: Repository
) -> None:
    for key, value in {
        "merge.ff": "only", "merge.autoStash": "true", "rebase.autoStash": "true", "rebase.updateRefs": "true",
        "branch.main.mergeOptions": "--no-ff", "pull.rebase": "true", "core.pager": "false", "core.editor": "false",
        "merge.conflictStyle": "zdiff3", "diff.noprefix": "true", "status.short": "true", "color.ui": "always",
    }.items():  # fmt: skip
        repository.git("config", key, value)
    repository.write("d/b.txt", "meanwhile\n")
    repository.git("commit", "-q", "-a", "-m", "meanwhile")
    land(worktrees, made, how="rebase")
    made.write("second", "2\n")
    made.commit("second")
    land(worktrees, made, how="squash", message="second")
    made.write("third", "3\n")
    made.commit("third")
    land(worktrees, made, how="merge")
    assert repository.read("third") == "3\n"


def test_two_land_at_once_and_both_arrive(
    repository: Repository, worktrees: Worktrees, made: Repository
) -> None:
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="other")))
    other = Repository(Path(record.path))
    other.write("other.txt", "other\n")
    other.commit("other")

    async def both() -> None:
        wishes = [
            Landing(directory=one.path, how="squash", target="main", message="x") for one in (made, other)
        ]
        await asyncio.gather(*(worktrees.land(wish) for wish in wishes))

    asyncio.run(both())
    assert repository.read("other.txt") == "other\n"
    assert repository.read("new.txt") == "new\n"
    assert repository.git("status", "--porcelain") == ""
