"""Removing: every kind of loss is named, consented to, and can be undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from parsess_lab.errors import Conflict, Forbidden, NotFound, ParsessError
from parsess_lab.worktrees import Record, Wanted, Worktrees
from tests.worktrees.repository import Repository, files, picture


@pytest.fixture
def record(repository: Repository, worktrees: Worktrees) -> Record:
    return asyncio.run(worktrees.create(Wanted(directory=repository.path, name="work", session="s")))


@pytest.fixture
def made(record: Record) -> Repository:
    return Repository(Path(record.path))


def kinds(worktrees: Worktrees, record: Record) -> list[str]:
    return [reason.kind for reason in asyncio.run(worktrees.would_lose(record.id))]


def refused(worktrees: Worktrees, record: Record, consent: list[str] | None = None) -> ParsessError:
    with pytest.raises(ParsessError) as caught:
        asyncio.run(worktrees.remove(record.id, consent or []))
    return caught.value


def around(worktrees: Worktrees, record: Record, consent: list[str]) -> None:
    """Remove and bring back; nothing may differ."""
    made = Repository(Path(record.path))
    before = picture(made)
    removed = asyncio.run(worktrees.remove(record.id, consent))
    assert removed.removed is not None
    assert not made.path.exists()
    asyncio.run(worktrees.restore(record.id))
    after = picture(made)
    for part, value in before.items():
        assert after[part] == value, part


def test_a_fresh_one_goes_without_a_word_and_comes_back(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    assert kinds(worktrees, record) == []
    before = picture(made)
    removed = asyncio.run(worktrees.remove(record.id))
    assert removed.removed is not None
    assert repository.git("rev-parse", f"refs/parsess/removed/{record.id}") == removed.removed.snapshot
    assert not made.path.exists()
    assert repository.branches() == {"main"}
    assert len(repository.git("worktree", "list").splitlines()) == 1
    back, _ = asyncio.run(worktrees.restore(record.id))
    assert back.removed is None
    assert picture(made) == before


def test_the_source_checkout_is_never_touched(
    repository: Repository, worktrees: Worktrees, record: Record
) -> None:
    repository.write("a.txt", "dirty in main\n")
    repository.write("staged", "s")
    repository.git("add", "staged")
    repository.write("untracked", "u")
    before = picture(repository)
    around(worktrees, record, [])
    assert picture(repository) == before


def test_refused_until_each_kind_is_consented(worktrees: Worktrees, record: Record, made: Repository) -> None:
    made.write("a.txt", "changed\n")
    made.write("new", "n")
    made.write(".env", "SECRET=1")
    before = picture(made)
    error = refused(worktrees, record)
    assert error.code == "would_lose"
    reasons = error.details["reasons"]
    assert isinstance(reasons, list)
    assert [reason["kind"] for reason in reasons] == ["dirty", "untracked", "ignored"]
    assert "a.txt" in reasons[0]["detail"]
    assert ".env" in reasons[2]["detail"]
    for missing in ("dirty", "untracked", "ignored"):
        rest = [kind for kind in ("dirty", "untracked", "ignored") if kind != missing]
        assert refused(worktrees, record, rest).code == "would_lose"
    assert picture(made) == before
    around(worktrees, record, ["dirty", "untracked", "ignored"])


def _conflict(made: Repository) -> None:
    made.git("checkout", "-q", "-b", "side")
    made.write("a.txt", "theirs\n")
    made.commit("theirs")
    made.git("checkout", "-q", "parsess/work")
    made.write("a.txt", "ours\n")
    made.commit("ours")
    made.git("merge", "-q", "side", check=False)


def _rebase(made: Repository) -> None:
    made.git("checkout", "-q", "-b", "side")
    made.write("a.txt", "theirs\n")
    made.commit("theirs")
    made.git("checkout", "-q", "parsess/work")
    made.write("a.txt", "ours\n")
    made.commit("ours")
    made.git("rebase", "-q", "side", check=False)


def _flags(made: Repository) -> None:
    made.git("update-index", "--skip-worktree", "a.txt")
    made.git("update-index", "--assume-unchanged", "d/b.txt")
    made.write("a.txt", "nobody sees this\n")
    made.write("d/b.txt", "nor this\n")


def _nested(made: Repository) -> None:
    inner = Repository.make(made.path / "inner")
    inner.write("x", "uncommitted in the inner one")


def _staged(made: Repository) -> None:
    made.write("a.txt", "staged\n")
    made.git("add", "a.txt")
    made.write("a.txt", "and changed again\n")
    made.git("rm", "-q", "--cached", "d/b.txt")
    made.write("later", "l")
    made.git("add", "--intent-to-add", "later")


def _modes(made: Repository) -> None:
    made.write("secret", "s").chmod(0o400)
    (made.path / "a.txt").chmod(0o755)
    (made.path / "d" / "b.txt").chmod(0o600)
    (made.path / "closed").mkdir()
    made.write("closed/x", "x")
    (made.path / "closed").chmod(0o500)
    (made.path / "hollow" / "deep").mkdir(parents=True)


def _links(made: Repository) -> None:
    (made.path / "to-file").symlink_to("a.txt")
    (made.path / "to-nowhere").symlink_to("/nowhere")
    (made.path / "to-folder").symlink_to(made.path.parent / "project")
    (made.path / "a.txt").unlink()
    (made.path / "a.txt").symlink_to("d/b.txt")


def _names(made: Repository) -> None:
    for name in ("new\nline", 'quo"te', "back\\slash", "tab\t", " space ", "-dash", "ü" * 127, "*", "日本"):
        made.write(name, name)
    (made.path / "x\udcff".encode(errors="surrogateescape").decode(errors="surrogateescape")).write_text(
        "bytes"
    )


def _orphan(made: Repository) -> None:
    made.git("checkout", "-q", "--orphan", "fresh")
    made.write("only", "here")
    made.git("add", "only")


def _pick(made: Repository) -> None:
    made.git("bisect", "start")
    made.git("config", "extensions.worktreeConfig", "true")
    made.git("config", "--worktree", "core.commentChar", ";")
    made.git("update-ref", "refs/worktree/mine", "HEAD")


STATES: dict[str, tuple[Callable[[Repository], None], list[str]]] = {
    "merge with conflicts": (_conflict, ["dirty", "unmerged"]),
    "rebase with conflicts": (_rebase, ["dirty", "detached"]),
    "files git was told to overlook": (_flags, ["dirty"]),
    "repository inside": (_nested, ["untracked"]),
    "staged and changed again": (_staged, ["dirty", "untracked"]),
    "modes": (_modes, ["dirty", "untracked"]),
    "links": (_links, ["dirty", "untracked"]),
    "names": (_names, ["untracked"]),
    "branch without a commit": (_orphan, ["dirty"]),
    "bisection and own settings": (_pick, ["dirty"]),
}


@pytest.mark.parametrize("state", STATES)
def test_comes_back_byte_for_byte(worktrees: Worktrees, record: Record, made: Repository, state: str) -> None:
    prepare, expected = STATES[state]
    prepare(made)
    found = kinds(worktrees, record)
    assert set(expected) <= set(found), found
    assert refused(worktrees, record, [kind for kind in found if kind != expected[0]]).code == "would_lose"
    around(worktrees, record, found)


def test_links_are_never_followed(worktrees: Worktrees, record: Record, made: Repository, room: Path) -> None:
    outside = Repository.make(room / "work" / "outside")
    (made.path / "data").symlink_to(outside.path)
    (made.path / "d" / "up").symlink_to("../..")
    before = files(outside.path)
    asyncio.run(worktrees.remove(record.id, ["untracked", "ignored"]))
    assert files(outside.path) == before


def test_what_tools_make_again_is_neither_asked_about_nor_kept(
    worktrees: Worktrees, record: Record, made: Repository
) -> None:
    made.write("__pycache__/x.pyc", "bytes")
    made.write("data/.venv/pyvenv.cfg", "home = /usr")
    assert kinds(worktrees, record) == []
    made.write("data/results.csv", "1")
    assert kinds(worktrees, record) == ["ignored"]


def test_an_ignored_file_that_the_source_has_too_is_not_asked_about(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    repository.write(".env", "A=1")
    made.write(".env", "A=1")
    assert kinds(worktrees, record) == []
    made.write(".env", "A=2")
    assert kinds(worktrees, record) == ["ignored"]
    around(worktrees, record, ["ignored"])


def test_commits_in_the_reflog_alone_survive_a_collection(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    made.write("x", "amended away")
    lost = made.commit("will be amended")
    made.write("x", "in its place")
    made.git("add", "x")
    made.git("commit", "-q", "--amend", "-m", "amended")
    made.write("staged", "only in the index")
    made.git("add", "staged")
    staged = made.git("hash-object", "staged")
    (made.path / "staged").unlink()
    asyncio.run(worktrees.remove(record.id, kinds(worktrees, record)))
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("gc", "-q", "--prune=now")
    asyncio.run(worktrees.restore(record.id))
    assert made.git("cat-file", "-t", lost) == "commit"
    assert made.git("cat-file", "blob", staged) == "only in the index"
    assert made.git("diff", "--cached", "--name-only") == "staged"


def test_locked_needs_consent_and_comes_back_locked(
    repository: Repository, worktrees: Worktrees, record: Record
) -> None:
    repository.git("worktree", "lock", "--reason", "on a stick", record.path)
    assert kinds(worktrees, record) == ["locked"]
    around(worktrees, record, ["locked"])


def test_in_use_by_a_session_and_by_a_process(repository: Repository, room: Path) -> None:
    async def in_use(directory: Path) -> list[str]:
        return ["session Fix the login"] if directory.name == "project-used" else []

    worktrees = Worktrees(room / "state", [room / "work"], in_use=in_use)

    async def look() -> None:
        used = await worktrees.create(Wanted(directory=repository.path, name="used"))
        [reason] = await worktrees.would_lose(used.id)
        assert (reason.kind, "Fix the login" in reason.detail) == ("in_use", True)
        free = await worktrees.create(Wanted(directory=repository.path, name="free"))
        process = await asyncio.create_subprocess_exec("sleep", "60", cwd=Path(free.path) / "d")
        [reason] = await worktrees.would_lose(free.id)
        process.kill()
        await process.wait()
        assert reason.kind == "in_use"
        assert f"sleep ({process.pid})" in reason.detail
        assert await worktrees.would_lose(free.id) == []

    asyncio.run(look())


def test_only_what_we_made(repository: Repository, worktrees: Worktrees, record: Record, room: Path) -> None:
    with pytest.raises(NotFound):
        asyncio.run(worktrees.remove("wt-000000000000"))
    with pytest.raises(NotFound):
        asyncio.run(worktrees.remove("../../etc"))
    marker = repository.path / ".git" / "worktrees" / "project-work" / "parsess.json"
    text = marker.read_text()
    marker.unlink()
    assert isinstance(refused(worktrees, record), Forbidden)
    marker.write_text(text)
    repository.git("worktree", "move", record.path, room / "work" / "moved")
    assert isinstance(refused(worktrees, record), Forbidden)
    assert (room / "work" / "moved" / "a.txt").exists()


def test_never_another_folder_in_its_place(
    worktrees: Worktrees, record: Record, made: Repository, room: Path
) -> None:
    made.path.rename(room / "work" / "away")
    other = Repository.make(made.path)
    before = files(other.path)
    assert isinstance(refused(worktrees, record), Forbidden)
    (other.path).rename(room / "work" / "other")
    made.path.symlink_to(room / "work" / "other")
    assert isinstance(refused(worktrees, record), Forbidden)
    assert files(room / "work" / "other") == before


def test_a_folder_deleted_by_hand(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    made.write("x", "x")
    made.commit("kept by the branch")
    head = made.head()
    made.path.rename(made.path.with_name("gone"))
    [left] = asyncio.run(worktrees.leftovers())
    assert (left.kind, left.worktree) == ("folder_gone", record.id)
    assert kinds(worktrees, record) == ["unmerged"]
    asyncio.run(worktrees.remove(record.id, ["unmerged"]))
    assert repository.branches() == {"main"}
    asyncio.run(worktrees.restore(record.id))
    assert made.head() == head


def test_git_refusing_puts_everything_back(
    worktrees: Worktrees, record: Record, made: Repository, room: Path
) -> None:
    """git deletes what it can before it stumbles over what it can't: all of it comes back."""
    made.write("a.txt", "dirty\n")
    made.write(".env", "SECRET=1")
    git_dir = Path(made.git("rev-parse", "--absolute-git-dir"))
    before = picture(made)

    def lock(kind: str, step: str, written: bool) -> None:
        if (kind, step, written) == ("remove", "delete", True):
            (git_dir / "locked").write_text("by somebody else, at the last moment")

    meddled = Worktrees(room / "state", [room / "work"], on_step=lock)
    assert refused(meddled, record, ["dirty", "ignored"]).code == "git_refused"
    (git_dir / "locked").unlink()
    assert picture(made) == before
    assert asyncio.run(worktrees.all())[0].removed is None


def test_something_written_meanwhile_stops_it(repository: Repository, room: Path) -> None:
    made: list[Path] = []

    def write(kind: str, step: str, written: bool) -> None:
        if (kind, step, written) == ("remove", "begun", True):
            (made[0] / "late").write_text("written after the question")

    worktrees = Worktrees(room / "state", [room / "work"], on_step=write)
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x")))
    made.append(Path(record.path))
    assert refused(worktrees, record).code == "changing"
    assert (made[0] / "late").read_text() == "written after the question"
    assert repository.git("for-each-ref", "refs/parsess") == ""


def test_too_large_for_the_snapshot_is_asked_about(repository: Repository, room: Path) -> None:
    worktrees = Worktrees(room / "state", [room / "work"], snapshot_limit=10_000)
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x")))
    made = Repository(Path(record.path))
    made.write("tracked.bin", "t" * 50_000)
    made.commit("large, but git has it")
    repository.git("merge", "-q", "parsess/x")
    assert kinds(worktrees, record) == []
    made.write("data/large.bin", "x" * 50_000)
    made.write("data/small.csv", "x")
    assert kinds(worktrees, record) == ["ignored", "too_large"]
    assert refused(worktrees, record, ["ignored"]).code == "would_lose"
    asyncio.run(worktrees.remove(record.id, ["ignored", "too_large"]))
    _, restored = asyncio.run(worktrees.restore(record.id))
    assert restored.notes
    assert made.read("data/small.csv") == "x"
    assert made.read("tracked.bin") == "t" * 50_000


def test_undo_overwrites_nothing(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    made.write("x", "x")
    head = made.commit("work")
    asyncio.run(worktrees.remove(record.id, ["unmerged"]))
    made.path.mkdir()
    with pytest.raises(Conflict) as caught:
        asyncio.run(worktrees.restore(record.id))
    assert caught.value.code == "folder_exists"
    made.path.rmdir()
    repository.git("branch", "parsess/work", "main")
    _, restored = asyncio.run(worktrees.restore(record.id))
    assert restored.branch is None
    assert "parsess/work" in restored.notes[0]
    assert (made.head(), repository.head("parsess/work")) == (head, repository.head("main"))
    assert made.git("status", "--porcelain") == ""
    with pytest.raises(Conflict):
        asyncio.run(worktrees.restore(record.id))


def test_upstream_and_reflog_of_the_branch_come_back(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository, room: Path
) -> None:
    repository.clone_as_remote(room / "origin.git")
    made.git("push", "-q", "-u", "origin", "parsess/work")
    log = made.git("reflog", "parsess/work")
    around(worktrees, record, kinds(worktrees, record))
    assert made.git("rev-parse", "--abbrev-ref", "@{upstream}") == "origin/parsess/work"
    assert made.git("reflog", "parsess/work") == log


def test_landed_work_is_neither_unmerged_nor_unpushed(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    from parsess_lab.worktrees import Landing

    made.write("x", "x")
    made.commit("one")
    made.write("x", "y")
    made.commit("two")
    assert kinds(worktrees, record) == ["unmerged"]
    asyncio.run(worktrees.land(Landing(directory=made.path, how="squash", target="main", message="both")))
    assert kinds(worktrees, record) == []
    made.write("x", "z")
    made.commit("three")
    assert kinds(worktrees, record) == ["unmerged"]


def test_snapshots_expire(repository: Repository, room: Path, worktrees: Worktrees, record: Record) -> None:
    asyncio.run(worktrees.remove(record.id))
    assert asyncio.run(worktrees.expire()) == []
    late = Worktrees(room / "state", [room / "work"], keep=timedelta(seconds=-1))
    assert asyncio.run(late.expire()) == [record.id]
    assert repository.git("for-each-ref", "refs/parsess") == ""
    assert asyncio.run(late.all()) == []
    with pytest.raises(NotFound):
        asyncio.run(late.restore(record.id))
