"""The way back to a snapshot: byte for byte, and nothing else is touched."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsess_lab.changes import Snapshots
from parsess_lab.errors import Conflict
from tests.changes import edits
from tests.changes.repository import Repository, clear

several = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@several
@given(st.data())
def test_any_edits_come_back(place: Path, data: st.DataObject) -> None:
    asyncio.run(_edits_come_back(place, data))


async def _edits_come_back(place: Path, data: st.DataObject) -> None:
    clear(place / "repo")
    clear(place / "repo-data")
    repository = Repository(place / "repo")
    edits.apply(repository.path, data.draw(edits.edits, "committed"))
    if data.draw(st.booleans(), "with a commit"):
        repository.commit()
    repository.write({".git/info/exclude": "ignored\n", "ignored": "precious"})
    seen = []
    for turn in range(2):
        edits.apply(repository.path, data.draw(edits.edits, "edits"))
        if data.draw(st.booleans(), "staged"):
            repository.git("add", "-A")
        seen.append((await repository.snapshots.take(str(turn)), repository.tree()))
    edits.apply(repository.path, data.draw(edits.edits, "edits"))
    standing, last = repository.standing(), repository.tree()

    undo = None
    for snapshot, before in seen:
        done = await repository.snapshots.rewind(snapshot.id, consent_external=True)
        undo = undo or done.undo
        assert done.kept == []
        assert repository.tree() == before
    assert undo is not None
    await repository.snapshots.rewind(undo.id)
    assert repository.tree() == last
    assert repository.standing() == standing


FILTERED = "*.crlf text eol=crlf\n*.up filter=up\n*.id ident\n*.u16 text working-tree-encoding=UTF-16\n"


async def test_what_git_would_convert_comes_back_as_it_was(repository: Repository) -> None:
    """Line endings, filters (as of LFS), keywords and encodings change content on its way into git."""
    repository.git("config", "filter.up.clean", "tr a-z A-Z")
    repository.git("config", "filter.up.smudge", "tr A-Z a-z")
    repository.git("config", "filter.up.required", "true")
    repository.write(
        {".gitattributes": FILTERED, "a.crlf": "1\r\n2\r\n", "mixed.crlf": "1\r\n2\n", "a.up": "Hello\n"}
    )
    repository.write({"a.id": "$Id$\n", "a.u16": "ü\n".encode("utf-16"), "plain": "1\r\n"})
    repository.commit()
    await _there_and_back(repository)


@pytest.mark.parametrize("value", ["true", "input"])
async def test_autocrlf(repository: Repository, value: str) -> None:
    repository.git("config", "core.autocrlf", value)
    repository.commit({"windows": "1\r\n2\r\n", "unix": "1\n2\n", "mixed": "1\r\n2\n"})
    await _there_and_back(repository)


async def _there_and_back(repository: Repository) -> None:
    before = repository.tree()
    snapshot = await repository.snapshots.take("x")
    for name in before:
        (repository.path / os.fsdecode(name)).unlink()
    await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert repository.tree() == before
    assert repository.git("status", "--porcelain") == b""


async def test_the_states_a_checkout_can_be_in(repository: Repository, place: Path) -> None:
    repository.commit({"f": "a\n", "g": "g\n"})
    repository.git("checkout", "-q", "-b", "other")
    repository.commit({"f": "b\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"f": "c\n"})
    repository.git("worktree", "add", "-q", "--detach", str(place / "linked"))
    linked = Repository(place / "linked", init=False)
    for checkout in (repository, linked):
        checkout.git("merge", "other", check=False)
        before, standing = checkout.tree(), checkout.standing()
        snapshot = await checkout.snapshots.take("in a merge")
        checkout.write({"f": "resolved\n", "new": "n\n"})
        done = await checkout.snapshots.rewind(snapshot.id, consent_external=True)
        assert (done.written, done.deleted) == (["f"], ["new"])
        assert checkout.tree() == before
        assert checkout.standing() == standing


async def test_sparse_checkout_and_marks_of_the_index(repository: Repository) -> None:
    repository.commit({"in/a": "1\n", "out/b": "1\n", "assumed": "1\n"})
    repository.git("sparse-checkout", "set", "--sparse-index", "in")
    repository.git("update-index", "--assume-unchanged", "assumed")
    repository.write({"assumed": "2\n", "intended": "x\n"})
    repository.git("add", "-N", "intended")
    standing, before = repository.standing(), repository.tree()
    assert b"out/b" not in before
    snapshot = await repository.snapshots.take()
    repository.write({"assumed": "3\n", "in/a": "2\n", "intended": "y\n", "out/b": "mine\n"})
    await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert repository.tree() == before
    assert repository.standing() == standing


async def test_a_file_that_no_snapshot_holds_is_never_written_over(repository: Repository) -> None:
    repository.commit({"data": "small\n"})
    snapshot = await repository.snapshots.take()
    (repository.path / "data").write_bytes(b"x" * 6_000_000)
    large = await repository.snapshots.take("large")
    assert [(file.path, file.reason, file.size) for file in large.left_out] == [
        ("data", "too_large", 6_000_000)
    ]
    done = await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert [(kept.path, kept.reason) for kept in done.kept] == [("data", "not_in_snapshot")]
    assert (repository.path / "data").stat().st_size == 6_000_000
    repository.write({"data": "small again\n"})
    done = await repository.snapshots.rewind(large.id, consent_external=True)
    assert [(kept.path, kept.reason) for kept in done.kept] == [("data", "left_out_then")]


async def test_links_are_never_followed(repository: Repository, place: Path) -> None:
    outside = place / "outside"
    outside.mkdir()
    (outside / "x").write_text("theirs")
    repository.write({"d/x": "mine\n", ".gitignore": "ignored\n"})
    snapshot = await repository.snapshots.take()
    (repository.path / "d/x").unlink()
    (repository.path / "d").rmdir()
    (repository.path / "d").symlink_to(outside)
    done = await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert done.kept == []
    assert (repository.path / "d/x").read_text() == "mine\n"

    repository.write({"ignored/x": "1"})
    repository.git("add", "-f", "ignored/x")
    held = await repository.snapshots.take()
    (repository.path / "ignored/x").unlink()
    (repository.path / "ignored").rmdir()
    (repository.path / "ignored").symlink_to(outside)
    done = await repository.snapshots.rewind(held.id, consent_external=True)
    assert [(kept.path, kept.reason) for kept in done.kept] == [("ignored/x", "through_link")]
    assert (outside / "x").read_text() == "theirs"


async def test_what_others_changed_is_shown_first(repository: Repository) -> None:
    repository.write({"agent": "1\n", "person": "1\n", "between": "1\n"})
    first = await repository.snapshots.take("1", "before_turn")
    repository.write({"agent": "2\n"})
    await repository.snapshots.take("1", "after_turn")
    repository.write({"between": "2\n"})
    await repository.snapshots.take("2", "before_turn")
    repository.write({"agent": "3\n"})
    await repository.snapshots.take("2", "after_turn")
    assert (await repository.snapshots.plan_rewind(first.id)).external == ["between"]
    repository.write({"person": "2\n"})
    before = repository.tree()
    with pytest.raises(Conflict) as error:
        await repository.snapshots.rewind(first.id)
    assert error.value.code == "external_edits"
    assert error.value.details["files"] == ["between", "person"]
    assert repository.tree() == before
    only = await repository.snapshots.rewind(first.id, paths=["agent"])
    assert only.written == ["agent"]
    done = await repository.snapshots.rewind(first.id, consent_external=True)
    assert sorted(done.written) == ["between", "person"]
    await repository.snapshots.rewind(done.undo.id)
    assert (repository.path / "person").read_text() == "2\n"


async def test_a_plain_directory_can_rewind_too(place: Path) -> None:
    plain = Repository(place / "plain", init=False)
    plain.write({"a": "1\n", "d/b": b"\0", ".gitignore": "skip\n", "skip": "1"})
    before = plain.tree()
    snapshot = await plain.snapshots.take("x", "before_turn")
    plain.write({"a": "2\n", "new/x": "1\n"})
    assert set(await plain.listed("turn")) == {"a", "new/x"}
    await plain.snapshots.rewind(snapshot.id, consent_external=True)
    assert plain.tree() == before
    assert not (plain.path / "new").exists()
    assert not (plain.path / ".git").exists()


async def test_a_directory_that_becomes_a_repository(place: Path) -> None:
    plain = Repository(place / "plain", init=False)
    plain.write({"a": "1\n"})
    first = await plain.snapshots.take("plain")
    plain.git("init", "-q")
    plain.commit({"a": "2\n"})
    second = await plain.snapshots.take("repository")
    assert [one.id for one in await plain.snapshots.all()] == [first.id, second.id]
    await plain.snapshots.rewind(first.id, consent_external=True)
    assert (plain.path / "a").read_text() == "1\n"
    plain.git("fsck", "--strict")
    plain.git("gc", "-q", "--prune=now")
    await plain.snapshots.rewind(second.id, consent_external=True)
    assert (plain.path / "a").read_text() == "2\n"


async def test_a_directory_below_the_top_is_all_that_is_touched(repository: Repository) -> None:
    repository.commit({"sub/a": "1\n", "b": "1\n", ".gitignore": "*.log\n"})
    below = Snapshots(repository.path / "sub", session="s2", folder=repository.folder / "s2")
    snapshot = await below.take()
    repository.write({"sub/a": "2\n", "sub/new": "1\n", "sub/x.log": "1", "b": "2\n"})
    done = await below.rewind(snapshot.id, consent_external=True)
    assert (done.written, done.deleted) == (["sub/a"], ["sub/new"])
    assert (repository.path / "b").read_text() == "2\n"
    assert (repository.path / "sub/x.log").exists()
    elsewhere = Snapshots(repository.path, session="s2", folder=repository.folder / "s2")
    with pytest.raises(Conflict) as error:
        await elsewhere.rewind(snapshot.id)
    assert error.value.code == "other_directory"


async def test_names_of_all_kinds(repository: Repository) -> None:
    names = [
        "with space",
        'quo"te',
        "new\nline",
        "ü" * 127 + "x",
        "-dash",
        ":(top)x",
        "*.glob",
        "Case",
        "caf\udce9",
    ]
    repository.write({os.fsencode(name): name.encode(errors="surrogateescape") for name in names})
    snapshot = await repository.snapshots.take()
    before = repository.tree()
    for name in names:
        (repository.path / name).unlink()
    repository.write({"case": "renamed by case alone\n", ":new": "1\n", "*.new": "1\n"})
    done = await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert sorted(done.deleted) == ["*.new", ":new", "case"]
    assert repository.tree() == before


async def test_lfs_pointers_without_lfs(repository: Repository) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n"
    repository.commit({".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n", "a.bin": pointer})
    repository.git("config", "filter.lfs.clean", "no-such-command")
    repository.git("config", "filter.lfs.required", "true")
    snapshot = await repository.snapshots.take()
    repository.write({"a.bin": b"\0\1\2"})
    await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert (repository.path / "a.bin").read_text() == pointer


async def test_objects_of_another_format(place: Path) -> None:
    repository = Repository(place / "repo", init=False)
    repository.git("init", "-q", "--object-format=sha256")
    repository.write({"a": "1\n", ".gitignore": "x\n"})
    snapshot = await repository.snapshots.take("x", "before_turn")
    repository.write({"a": "2\n", "b": "1\n"})
    assert set(await repository.listed("turn")) == {"a", "b"}
    assert set(await repository.listed("branch")) == {".gitignore", "a", "b"}
    done = await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert (done.written, done.deleted) == (["a"], ["b"])
