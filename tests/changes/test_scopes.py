"""Changes since the branch point, and since a turn began."""

from __future__ import annotations

import pytest

from parsess_lab.errors import InvalidRequest, NotFound
from tests.changes.repository import Repository


async def test_branch_scope_is_since_the_branch_point(repository: Repository) -> None:
    repository.commit({"a": "1\n"})
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit({"mine": "1\n"})
    repository.write({"new": "1\n"})
    repository.git("checkout", "-q", "main")
    repository.git("add", "new")
    point = repository.commit({"theirs": "1\n"}, "main goes on")
    repository.git("checkout", "-q", "feature")
    repository.write({"new": "1\n"})
    found = await repository.changes.list("branch")
    assert [file.path for file in found.files] == ["mine", "new"]
    assert (found.base_name, found.base != point) == ("main", True)
    repository.git("checkout", "-q", "--detach")
    assert [file.path for file in (await repository.changes.list("branch")).files] == ["mine", "new"]
    repository.reopen(base="nonsense")
    with pytest.raises(InvalidRequest) as error:
        await repository.changes.list("branch")
    assert error.value.code == "unknown_base"
    repository.reopen(base="--upload-pack=x")
    with pytest.raises(InvalidRequest):
        await repository.changes.list("branch")


async def test_branch_scope_sees_what_was_moved_and_made_anew(repository: Repository) -> None:
    repository.commit({"old": "same\n" * 9, "again": "1\n"})
    (repository.path / "old").rename(repository.path / "new")
    repository.git("rm", "-q", "--cached", "again")
    found = await repository.listed("branch")
    assert {path: (file.status, file.old_path) for path, file in found.items()} == {"new": ("renamed", "old")}
    await repository.changes.revert("new", scope="branch")
    assert repository.tree().keys() == {b"old", b"again"}


async def test_turn_scope_is_since_the_snapshot_before_it(repository: Repository) -> None:
    repository.commit({"a": "1\n", "moved": "same\n" * 9})
    repository.write({"a": "2\n"})
    with pytest.raises(NotFound) as error:
        await repository.changes.list("turn")
    assert error.value.code == "no_snapshot"
    await repository.snapshots.take("first", "before_turn")
    assert (await repository.changes.list("turn")).files == []
    repository.write({"a": "2\n3\n", "new": "n\n"})
    (repository.path / "moved").rename(repository.path / "renamed")
    repository.commit()
    found = await repository.listed("turn")
    assert {path: file.status for path, file in found.items()} == {
        "a": "modified", "new": "added", "renamed": "renamed",
    }  # fmt: skip
    await repository.changes.revert("a", scope="turn", hunks=[found["a"].hunks[0].id])
    await repository.changes.revert("renamed", scope="turn")
    assert (repository.path / "a").read_text() == "2\n"
    assert (repository.path / "moved").exists()
    assert set(await repository.listed("turn")) == {"new"}
