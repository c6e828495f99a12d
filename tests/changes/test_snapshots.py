"""What snapshots hold and leave out, where they are, and when they go."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from parsess_lab.changes import Snapshots
from parsess_lab.errors import InvalidRequest, NotFound, TooLarge
from tests.changes.repository import Repository, tree


async def test_ignored_files_stay_whatever_the_rules_were(repository: Repository) -> None:
    repository.commit({".gitignore": ".env\n*.log\n", "a": "1\n"})
    repository.write({".env": "secret", "x.log": "1"})
    then = await repository.snapshots.take("ignored then")
    repository.write({".gitignore": "*.log\n", "a": "2\n", ".env": "secret 2", "x.log": "2"})
    await repository.snapshots.take("not ignored any more")
    done = await repository.snapshots.rewind(then.id, consent_external=True)
    assert [(kept.path, kept.reason) for kept in done.kept] == [(".env", "ignored_then")]
    assert (repository.path / ".env").read_text() == "secret 2"
    assert (repository.path / "x.log").read_text() == "2"
    assert (repository.path / "a").read_text() == "1\n"


async def test_a_tracked_file_is_kept_though_it_is_ignored(repository: Repository) -> None:
    repository.write({".gitignore": "*.csv\n", "tracked.csv": "1", "other.csv": "1"})
    repository.git("add", "-f", ".gitignore", "tracked.csv")
    snapshot = await repository.snapshots.take()
    repository.write({"tracked.csv": "2", "other.csv": "2"})
    done = await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert done.written == ["tracked.csv"]
    assert (repository.path / "other.csv").read_text() == "2"


async def test_a_large_file_that_the_repository_holds_costs_nothing(repository: Repository) -> None:
    repository.commit({"data": b"x" * 6_000_000, ".gitattributes": "data -text\n"})
    snapshot = await repository.snapshots.take()
    assert snapshot.left_out == []
    (repository.path / "data").unlink()
    await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert (repository.path / "data").stat().st_size == 6_000_000


async def test_more_than_a_snapshot_may_add_is_left_out(repository: Repository) -> None:
    for number in range(45):
        with (repository.path / f"{number}").open("wb") as file:
            file.truncate(4_900_000)
    repository.write({"small": "1\n"})
    snapshot = await repository.snapshots.take()
    assert {file.reason for file in snapshot.left_out} == {"over_budget"}
    assert len(snapshot.left_out) == 45 - 40
    repository.write({"small": "2\n"})
    await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert (repository.path / "small").read_text() == "1\n"


async def test_repositories_inside_are_left_alone(repository: Repository, place: Path) -> None:
    inner = Repository(place / "inner")
    inner.commit({"a": "1\n"})
    repository.commit({"f": "1\n"})
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "sub")
    repository.commit()
    Repository(repository.path / "nested")
    repository.write({"nested/x": "1\n"})
    snapshot = await repository.snapshots.take()
    assert snapshot.nested == ["nested", "sub"]
    repository.write({"f": "2\n", "nested/x": "2\n", "sub/a": "2\n"})
    done = await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert done.written == ["f"]
    assert (repository.path / "nested/x").read_text() == (repository.path / "sub/a").read_text() == "2\n"


async def test_permissions_stay_private(repository: Repository) -> None:
    repository.write({"key": "1\n", "script": "1\n"})
    (repository.path / "key").chmod(0o600)
    (repository.path / "script").chmod(0o700)
    snapshot = await repository.snapshots.take()
    repository.write({"key": "2\n"})
    (repository.path / "script").chmod(0o600)
    await repository.snapshots.rewind(snapshot.id, consent_external=True)
    assert (repository.path / "key").stat().st_mode & 0o777 == 0o600
    assert (repository.path / "script").stat().st_mode & 0o777 == 0o700


async def test_a_plain_directory_with_too_much_in_it_says_so(place: Path) -> None:
    plain = Repository(place / "plain", init=False)
    for number in range(20_001):
        os.mknod(plain.path / str(number))
    with pytest.raises(TooLarge) as error:
        await plain.snapshots.take()
    assert error.value.code == "no_snapshot"
    assert "20,000 files" in error.value.message


async def test_pruned_and_dropped(repository: Repository) -> None:
    taken = []
    for number in range(5):
        repository.write({"a": f"{number}\n"})
        taken.append(await repository.snapshots.take(str(number)))
    assert await repository.snapshots.prune(keep=2) == 3
    assert [one.id for one in await repository.snapshots.all()] == [one.id for one in taken[-2:]]
    repository.git("gc", "-q", "--prune=now")
    with pytest.raises(NotFound):
        await repository.snapshots.rewind(taken[0].id)
    await repository.snapshots.rewind(taken[3].id, consent_external=True)
    assert (repository.path / "a").read_text() == "3\n"
    assert await repository.snapshots.drop() == 4
    assert repository.git("for-each-ref") == b""
    repository.git("gc", "-q", "--prune=now")
    assert (await repository.snapshots.take()).number == 1


@pytest.mark.parametrize("session", ["", "../x", "a/b", "a b", "-x", "x.lock/"])
def test_a_session_that_can_be_no_ref(place: Path, session: str) -> None:
    with pytest.raises(InvalidRequest):
        Snapshots(place, session=session, folder=place / "data")


async def test_the_folder_of_snapshots_may_be_inside(place: Path) -> None:
    plain = Repository(place / "plain", init=False)
    plain.write({"a": "1\n"})
    snapshots = Snapshots(plain.path, session="s", folder=plain.path / "da ta*")
    first = await snapshots.take()
    await snapshots.take()
    plain.write({"a": "2\n"})
    done = await snapshots.rewind(first.id, consent_external=True)
    assert (done.written, done.deleted, done.kept) == (["a"], [], [])


def place_of(repository: Repository) -> Path:
    return repository.folder / "another-server"


async def test_many_at_once(repository: Repository) -> None:
    repository.write({"a": "1\n"})
    other = Snapshots(repository.path, session="s1", folder=place_of(repository))
    taken = await asyncio.gather(*(one.take() for one in (repository.snapshots, other) * 4))
    assert sorted(one.number for one in taken) == list(range(1, 9))
    assert tree(repository.path) == {b"a": ("file", b"1\n")}
