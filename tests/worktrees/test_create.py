"""Creating a worktree: from the right place, with the right files, or not at all."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from parsess_lab.errors import Conflict, Forbidden, GitFailed, InvalidRequest, ParsessError
from parsess_lab.worktrees import Step, Wanted, Worktrees
from tests.worktrees.repository import Repository


def create(worktrees: Worktrees, wanted: Wanted, steps: list[Step] | None = None) -> Repository:
    record = asyncio.run(worktrees.create(wanted, steps.append if steps is not None else lambda _step: None))
    return Repository(Path(record.path))


def refused(worktrees: Worktrees, wanted: Wanted) -> ParsessError:
    with pytest.raises(ParsessError) as caught:
        asyncio.run(worktrees.create(wanted))
    return caught.value


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


@pytest.mark.parametrize("base", ["older", "v1", "default", "hash", "main~1", None])
def test_starts_exactly_where_it_was_asked_to(
    repository: Repository, worktrees: Worktrees, base: str | None
) -> None:
    first = repository.head()
    repository.git("branch", "older")
    repository.git("tag", "-a", "v1", "-m", "one")
    repository.write("a.txt", "second\n")
    second = repository.commit("second")
    wanted = {"older": first, "v1": first, "default": second, "hash": first, "main~1": first, None: second}[
        base
    ]
    made = create(
        worktrees, Wanted(directory=repository.path, name="w", base=first if base == "hash" else base)
    )
    assert made.head() == wanted
    assert made.git("config", "--get", "branch.parsess/w.merge", check=False) == ""


def test_from_a_detached_head_and_from_a_worktree(repository: Repository, worktrees: Worktrees) -> None:
    repository.git("checkout", "-q", "--detach")
    made = create(worktrees, Wanted(directory=repository.path, name="one"))
    assert made.head() == repository.head()
    made.write("new", "x")
    made.commit("on the worktree")
    again = create(worktrees, Wanted(directory=made.path, name="two"))
    assert again.head() == made.head()
    assert again.path.parent == repository.path.parent


def test_age_of_the_base_is_told_and_fetched_only_if_asked(
    repository: Repository, worktrees: Worktrees, room: Path
) -> None:
    repository.clone_as_remote(room / "origin.git")
    repository.git("branch", "--set-upstream-to=origin/main", "main")
    other = Repository(room / "other")
    repository.git("clone", "-q", room / "origin.git", other.path)
    for number in range(3):
        other.write("o.txt", str(number))
        other.commit(f"theirs {number}")
    other.git("push", "-q")
    steps: list[Step] = []
    create(worktrees, Wanted(directory=repository.path, name="x"), steps)
    assert "up to date with origin/main" in next(step.detail for step in steps if step.detail)
    steps.clear()
    made = create(worktrees, Wanted(directory=repository.path, name="y", fetch=True), steps)
    assert "3 commits behind origin/main" in next(step.detail for step in steps if step.detail)
    assert asyncio.run(worktrees.lacks(worktrees_id(worktrees, made))).behind == 3


def worktrees_id(worktrees: Worktrees, made: Repository) -> str:
    return next(record.id for record in asyncio.run(worktrees.all()) if record.path == str(made.path))


def test_a_fetch_that_fails_is_a_note(repository: Repository, worktrees: Worktrees, room: Path) -> None:
    repository.git("remote", "add", "origin", room / "nowhere")
    steps: list[Step] = []
    create(worktrees, Wanted(directory=repository.path, name="x", fetch=True), steps)
    assert "could not fetch" in next(step.detail for step in steps if step.name == "base" and step.detail)


def test_an_existing_branch(repository: Repository, worktrees: Worktrees) -> None:
    repository.git("branch", "feature")
    made = create(worktrees, Wanted(directory=repository.path, branch="feature", existing=True))
    assert made.git("symbolic-ref", "--short", "HEAD") == "feature"
    [record] = asyncio.run(worktrees.all())
    assert not record.made_branch
    asyncio.run(worktrees.remove(record.id))
    assert "feature" in repository.branches()


@pytest.mark.parametrize(
    "name", ["-x", "a..b", "a b", "a~1", "end.lock", "x/", "/x", "HEAD", "@", "a\\b", "@{-1}", "n" * 300]
)
def test_branch_names_git_can_not_have(repository: Repository, worktrees: Worktrees, name: str) -> None:
    assert refused(worktrees, Wanted(directory=repository.path, branch=name)).code == "invalid_branch"
    assert repository.branches() == {"main"}


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Größe ändern", "project-Größe-ändern"),
        ("../../etc/passwd", "project-etc-passwd"),
        ("-rf", "project-rf"),
        ("日本語 テスト", "project-日本語-テスト"),
        ("a..b.lock", "project-a-b"),
        ("$(rm x); `y`", "project-rm-x-y"),
        ("x" * 300, "project-" + "x" * 80),
    ],
)
def test_any_name_becomes_a_folder_and_branch(
    repository: Repository, worktrees: Worktrees, name: str, folder: str
) -> None:
    made = create(worktrees, Wanted(directory=repository.path, name=name))
    assert made.path.name == folder
    assert made.git("symbolic-ref", "HEAD") == f"refs/heads/parsess/{folder.removeprefix('project-')}"


def test_the_same_name_again_gets_a_number(repository: Repository, worktrees: Worktrees) -> None:
    first = create(worktrees, Wanted(directory=repository.path, name="same"))
    second = create(worktrees, Wanted(directory=repository.path, name="same"))
    assert (first.path.name, second.path.name) == ("project-same", "project-same-2")
    assert {"parsess/same", "parsess/same-2"} <= repository.branches()


def test_taken_branches_and_folders_are_refused_by_name(repository: Repository, worktrees: Worktrees) -> None:
    repository.git("branch", "taken")
    (repository.path.parent / "there").mkdir()
    here = repository.path
    assert refused(worktrees, Wanted(directory=here, branch="taken")).code == "branch_exists"
    assert refused(worktrees, Wanted(directory=here, branch="main")).code == "branch_checked_out"
    assert (
        refused(worktrees, Wanted(directory=here, branch="main", existing=True)).code == "branch_checked_out"
    )
    assert refused(worktrees, Wanted(directory=here, branch="nope", existing=True)).code == "unknown_branch"
    assert refused(worktrees, Wanted(directory=here, branch="taken/below")).code == "branch_exists"
    assert refused(worktrees, Wanted(directory=here, name="x", folder=Path("there"))).code == "folder_exists"
    assert refused(worktrees, Wanted(directory=here, base="nope")).code == "unknown_base"
    assert refused(worktrees, Wanted(directory=here, base="--all")).code == "unknown_base"
    assert repository.branches() == {"main", "taken"}
    assert len(repository.git("worktree", "list").splitlines()) == 1


def test_folders_that_can_not_be(repository: Repository, worktrees: Worktrees, room: Path) -> None:
    here = repository.path
    hidden = refused(worktrees, Wanted(directory=here, name="x", folder=Path(".hidden/x")))
    outside = refused(worktrees, Wanted(directory=here, name="x", folder=room / "elsewhere"))
    dots = refused(worktrees, Wanted(directory=here, name="x", folder=Path("../../x")))
    git = refused(worktrees, Wanted(directory=here, name="x", folder=here / ".git" / "x"))
    assert isinstance(hidden, InvalidRequest)
    assert isinstance(outside, Forbidden)
    assert isinstance(dots, Forbidden)
    assert isinstance(git, InvalidRequest)


def test_inside_the_repository_when_nothing_beside_is_open(repository: Repository, room: Path) -> None:
    worktrees = Worktrees(room / "state", [repository.path])
    made = create(worktrees, Wanted(directory=repository.path, name="x"))
    assert made.path == repository.path / "parsess-worktrees" / "x"
    assert repository.git("status", "--porcelain") == ""
    assert "parsess" not in repository.read(".gitignore")


def test_no_repository_no_commit_a_git_file_to_nowhere(
    repository: Repository, worktrees: Worktrees, room: Path
) -> None:
    plain = room / "work" / "plain"
    plain.mkdir()
    assert refused(worktrees, Wanted(directory=plain)).code == "not_a_repository"
    (plain / ".git").write_text("gitdir: /nowhere/at/all\n")
    assert refused(worktrees, Wanted(directory=plain)).code == "not_a_repository"
    assert refused(worktrees, Wanted(directory=repository.path / ".git")).code == "not_a_repository"
    empty = Repository(room / "work" / "empty")
    empty.path.mkdir()
    empty.git("init", "-q")
    assert refused(worktrees, Wanted(directory=empty.path)).code == "no_commit"
    assert sorted(path.name for path in (room / "work").iterdir()) == ["empty", "plain", "project"]


def test_a_bare_repository(repository: Repository, worktrees: Worktrees, room: Path) -> None:
    repository.git("clone", "-q", "--bare", repository.path, room / "work" / "bare.git")
    made = create(worktrees, Wanted(directory=room / "work" / "bare.git", name="x"))
    assert made.path.name == "bare-x"
    assert made.read("a.txt") == repository.read("a.txt")
    [record] = asyncio.run(worktrees.all())
    asyncio.run(worktrees.remove(record.id))
    assert not made.path.exists()


def test_a_repository_inside_a_worktree_inside_a_repository(
    repository: Repository, worktrees: Worktrees
) -> None:
    outer = create(worktrees, Wanted(directory=repository.path, name="outer"))
    inner = Repository.make(outer.path / "inner")
    inner.write("a.txt", "inner\n")
    inner.commit("inner")
    made = create(worktrees, Wanted(directory=inner.path, name="deep"))
    assert made.path == outer.path / "inner-deep"
    assert made.read("a.txt") == "inner\n"
    assert len(repository.git("worktree", "list").splitlines()) == 2


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


def test_a_cancelled_creation_leaves_nothing(repository: Repository, worktrees: Worktrees) -> None:
    repository.write(".gitattributes", "*.slow filter=slow\n")
    repository.write("x.slow", "slow\n")
    repository.commit("with a slow filter")
    repository.git("config", "filter.slow.smudge", "sleep 60; cat")

    async def cancelled() -> None:
        begun = asyncio.Event()

        def report(step: Step) -> None:
            if step.name == "checkout":
                begun.set()

        task = asyncio.create_task(worktrees.create(Wanted(directory=repository.path, name="x"), report))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert sorted(path.name for path in repository.path.parent.iterdir()) == ["project"]
    assert repository.branches() == {"main"}


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
