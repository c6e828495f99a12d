"""Removing: every kind of loss is named and consented to, and only what is ours goes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parsess_lab.errors import Forbidden, NotFound
from parsess_lab.worktrees import Landing, Record, Wanted, Worktrees
from tests.worktrees.removing import around, kinds, refused
from tests.worktrees.repository import Repository, files, picture


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


@pytest.mark.parametrize("step", ["begun", "delete"])
@pytest.mark.parametrize("name", ["late", ".env"])
def test_something_written_meanwhile_stops_it(
    repository: Repository, room: Path, step: str, name: str
) -> None:
    """Up to the moment in which git deletes, however long it waited for others; ignored files count."""
    made: list[Path] = []

    def write(kind: str, at: str, written: bool) -> None:
        if (kind, at, written) == ("remove", step, True):
            (made[0] / name).write_text("written after the question")

    worktrees = Worktrees(room / "state", [room / "work"], on_step=write)
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x")))
    made.append(Path(record.path))
    assert refused(worktrees, record).code == "changing"
    assert (made[0] / name).read_text() == "written after the question"
    assert repository.git("for-each-ref", "refs/parsess") == ""
    assert asyncio.run(worktrees.all()) == [record]
    assert list((room / "state" / "journal").iterdir()) == []


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


def test_landed_work_is_neither_unmerged_nor_unpushed(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
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


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_what_landed_and_was_taken_back_is_unmerged_again(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository, how: str
) -> None:
    start = repository.head()
    made.write("x", "x")
    made.commit("one")
    asyncio.run(worktrees.land(Landing(directory=made.path, how=how, target="main", message="one")))  # type: ignore[arg-type]
    assert kinds(worktrees, record) == []
    repository.git("reset", "-q", "--hard", start)
    assert kinds(worktrees, record) == ["unmerged"]


def test_a_worktree_inside_another_one_does_not_go_with_it(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    folder = made.path / "inside"
    inner = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="in", folder=folder)))
    (folder / "a.txt").write_text("only here")
    error = refused(worktrees, record, ["untracked", "ignored", "dirty"])
    assert (error.code, error.details["path"]) == ("contains_worktree", str(folder))
    assert (folder / "a.txt").read_text() == "only here"
    asyncio.run(worktrees.remove(inner.id, ["dirty"]))
    around(worktrees, record, [])


def test_outputs_that_a_filter_keeps_from_git_are_asked_about_and_come_back(
    repository: Repository, worktrees: Worktrees
) -> None:
    """nbstripout: a notebook that was run is clean to git, and its outputs are nowhere else."""
    repository.git("config", "filter.nbstripout.clean", "grep -v ^output || true")
    repository.git("config", "filter.nbstripout.smudge", "cat")
    repository.git("config", "filter.nbstripout.required", "true")
    repository.write(".gitattributes", "*.ipynb filter=nbstripout\n")
    for name in ("run.ipynb", "not run.ipynb"):
        repository.write(name, "source\n")
    repository.commit("notebooks")
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x")))
    made = Repository(Path(record.path))
    assert kinds(worktrees, record) == []
    made.write("run.ipynb", "source\noutput of hours\n")
    made.git("add", "run.ipynb")
    assert made.git("status", "--porcelain") == ""
    error = refused(worktrees, record)
    assert error.code == "would_lose"
    assert "1 uncommitted change: run.ipynb" in error.message
    around(worktrees, record, ["dirty"])
    assert made.read("run.ipynb") == "source\noutput of hours\n"


def test_what_is_kept_in_an_environment_is_not_an_environment(
    worktrees: Worktrees, record: Record, made: Repository
) -> None:
    for name in ("pyvenv.cfg", "bin/python", "lib/python3/site-packages/x.py", ".gitignore"):
        made.write(f"data/env/{name}", "made by a tool")
    (made.path / "data/env/lib64").symlink_to("lib")
    assert kinds(worktrees, record) == []
    made.write("data/env/src/thing/mine.py", "checked out by pip -e, and changed")
    error = refused(worktrees, record)
    assert "1 ignored file that exists nowhere else: data/env/src/thing/mine.py" in error.message
    asyncio.run(worktrees.remove(record.id, ["ignored"]))
    _, restored = asyncio.run(worktrees.restore(record.id))
    assert made.read("data/env/src/thing/mine.py") == "checked out by pip -e, and changed"
    assert not (made.path / "data/env/bin").exists()
    [note] = restored.notes
    assert note.startswith("data/env/bin, data/env/lib did not come back")
