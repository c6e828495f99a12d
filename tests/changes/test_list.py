"""The list of changes over the kinds of files there are."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from parsess_lab.changes import ChangeList, Changes, Snapshots
from parsess_lab.errors import InvalidRequest, NotFound
from tests.changes.repository import Repository

LONG = "ü" * 127 + "x"  # 255 bytes
NAMES = [
    "plain",
    "with space",
    'quo"te',
    "new\nline",
    "tab\tin",
    "back\\slash",
    "-dash",
    ":(top)x",
    "*.glob",
    LONG,
    "ü/é",
]


async def test_what_is_staged_and_what_is_not(repository: Repository) -> None:
    lines = [f"line {n}\n" for n in range(40)]
    repository.commit({"both": "".join(lines), "staged": "a\n", "loose": "a\n", "gone": "a\n"})
    lines[2] = "first\n"
    repository.write({"both": "".join(lines), "staged": "b\n", "loose": "b\n", "new": "n\n", "index": "i\n"})
    repository.git("add", "both", "staged", "index")
    lines[30] = "second\n"
    repository.write({"both": "".join(lines)})
    (repository.path / "gone").unlink()

    found = await repository.listed()

    assert {path: (file.status, file.staged, file.added, file.removed) for path, file in found.items()} == {
        "both": ("modified", "partly", 2, 2),
        "staged": ("modified", "all", 1, 1),
        "loose": ("modified", "none", 1, 1),
        "gone": ("deleted", "none", 0, 1),
        "new": ("added", "none", 1, 0),
        "index": ("added", "all", 1, 0),
    }
    first, second = found["both"].hunks
    assert (first.staged, second.staged) == (True, False)
    assert [(line.kind, line.text, line.old, line.new) for line in first.lines][1:4] == [
        (" ", "line 1", 2, 2),
        ("-", "line 2", 3, None),
        ("+", "first", None, 3),
    ]


@pytest.mark.parametrize("name", NAMES)
async def test_names(repository: Repository, name: str) -> None:
    repository.commit({name: "a\n"})
    repository.write({name: "b\n", name + "2" if name != LONG else "other": "new\n"})
    found = await repository.listed()
    assert found[name].status == "modified"
    assert len(found) == 2
    await repository.changes.stage(name, hunks=[found[name].hunks[0].id])
    assert (await repository.changes.file(name)).staged == "all"
    await repository.changes.unstage(name, hunks=[(await repository.changes.file(name)).hunks[0].id])
    await repository.changes.stage(name)
    await repository.changes.unstage(name)
    assert (await repository.changes.file(name)).staged == "none"
    await repository.changes.revert(name, hunks=[(await repository.changes.file(name)).hunks[0].id])
    assert name not in await repository.listed()


async def test_a_name_that_is_not_unicode(repository: Repository) -> None:
    repository.commit({b"caf\xe9": "a\n"})
    repository.write({b"caf\xe9": "b\n"})
    listed = await repository.changes.list()
    again = msgspec.json.decode(msgspec.json.encode(listed), type=ChangeList)
    await repository.changes.stage(again.files[0].path)
    assert repository.git("diff", "--cached", "--name-only", "-z") == b"caf\xe9\0"


async def test_kinds_of_content(repository: Repository) -> None:
    big = b"x\n" * 600_000
    repository.commit({"crlf": "a\r\nb\r\n", "bare": "a\nb", "bin": b"a\0b", "big": big})
    repository.write(
        {
            "crlf": "a\r\nc\r\n",
            "bare": "a\nb\n",
            "bin": b"a\0c",
            "big": big + b"y\n",
            "newbin": b"\0",
            "empty": "",
        }
    )
    found = await repository.listed()
    assert [line.text for line in found["crlf"].hunks[0].lines] == ["a\r", "b\r", "c\r"]
    assert [(line.text, line.no_newline) for line in found["bare"].hunks[0].lines] == [
        ("a", False), ("b", True), ("b", False),
    ]  # fmt: skip
    assert found["bin"].binary
    assert not found["bin"].hunks
    assert (found["big"].too_large, found["big"].binary, found["big"].hunks) == (True, False, [])
    assert found["newbin"].binary
    assert (found["empty"].added, found["empty"].hunks) == (0, [])


async def test_kinds_of_files(repository: Repository) -> None:
    repository.commit({"bare": "a\nb", "mode": "m\n", "old": "same\n" * 9, "t": "t\n"})
    (repository.path / "link").symlink_to("bare")
    repository.commit()
    (repository.path / "mode").chmod(0o755)
    (repository.path / "link").unlink()
    (repository.path / "link").symlink_to("crlf")
    repository.git("mv", "old", "renamed")
    (repository.path / "t").unlink()
    (repository.path / "t").symlink_to("bare")
    found = await repository.listed()
    assert (found["mode"].mode_change, found["mode"].hunks) == ("100644 → 100755", [])
    assert (found["renamed"].status, found["renamed"].old_path) == ("renamed", "old")
    assert (found["link"].kind, found["link"].hunks[0].lines[-1].text) == ("symlink", "crlf")
    assert (found["t"].status, found["t"].kind) == ("type", "symlink")


async def test_a_file_with_many_changed_lines_is_listed_without_them(repository: Repository) -> None:
    repository.commit({"a": ""})
    repository.write({"a": "x\n" * 5_001, "untracked": "y\n" * 5_001, "fits": "z\n" * 5_000})
    found = await repository.listed()
    assert (found["a"].added, found["a"].too_large, found["a"].hunks) == (5_001, True, [])
    assert (found["untracked"].added, found["untracked"].too_large) == (5_001, True)
    assert not found["fits"].too_large


async def test_all_hunks_together_are_bounded(repository: Repository) -> None:
    repository.write({f"f{n}": "x\n" * 4_000 for n in range(20)})
    found = await repository.changes.list()
    assert found.truncated
    assert found.added == 80_000
    assert sum(len(hunk.lines) for file in found.files for hunk in file.hunks) <= 60_000
    assert (await repository.changes.file("f9")).hunks


async def test_patches_larger_than_anything_are_never_read(repository: Repository) -> None:
    """All of them together are more than may come out of git: then only lines are counted."""
    old, new = (letter * 103 + "\n" for letter in "ab")
    repository.commit({f"f{n}": old * 10_000 for n in range(35)})
    repository.write({f"f{n}": new * 10_000 for n in range(35)} | {"small": "1\n"})
    found = await repository.changes.list()
    assert found.truncated
    assert len(found.files) == 36
    assert (found.added, found.removed) == (350_001, 350_000)
    assert (await repository.changes.file("small")).hunks


async def test_conflicts(repository: Repository) -> None:
    repository.commit({"f": "a\n", "gone": "a\n"})
    repository.git("checkout", "-q", "-b", "other")
    repository.commit({"f": "b\n", "gone": "b\n"})
    repository.git("checkout", "-q", "main")
    (repository.path / "gone").unlink()
    repository.commit({"f": "c\n"})
    repository.git("merge", "other", check=False)
    found = await repository.listed()
    assert {path: file.status for path, file in found.items()} == {"f": "conflict", "gone": "conflict"}
    assert "<<<<<<< HEAD" in [line.text for line in found["f"].hunks[0].lines]
    repository.write({"f": "both\n"})
    await repository.changes.stage("f")
    assert (await repository.listed())["f"].staged == "all"
    await repository.changes.revert("gone")
    assert repository.git("status", "--porcelain") == b"M  f\n"


async def test_submodules_and_repositories_inside(repository: Repository, place: Path) -> None:
    inner = Repository(place / "inner")
    inner.commit({"a": "1\n"})
    repository.commit({"f": "1\n"})
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "sub")
    repository.commit()
    Repository(repository.path / "sub").commit({"a": "2\n"})
    Repository(repository.path / "nested").commit({"a": "2\n"})
    found = await repository.listed()
    assert (found["sub"].kind, found["sub"].status) == ("submodule", "modified")
    assert (found["nested/"].kind, found["nested/"].hunks) == ("repository", [])


async def test_before_the_first_commit(repository: Repository) -> None:
    assert (await repository.changes.list()).files == []
    repository.write({"a": "1\n", "b": "1\n"})
    repository.git("add", "a")
    found = await repository.listed()
    assert (found["a"].staged, found["b"].staged) == ("all", "none")
    assert {file.path for file in (await repository.changes.list("branch")).files} == {"a", "b"}
    await repository.changes.unstage("a")
    assert repository.index() == b""


async def test_what_is_no_checkout(place: Path) -> None:
    plain = Repository(place / "plain", init=False)
    with pytest.raises(InvalidRequest) as error:
        await plain.changes.list()
    assert error.value.code == "not_a_repository"
    bare = place / "bare.git"
    plain.git("init", "-q", "--bare", str(bare))
    plain.reopen(bare)
    with pytest.raises(InvalidRequest) as error:
        await plain.changes.list()
    assert error.value.code == "bare_repository"
    lost = place / "lost"
    lost.mkdir()
    (lost / ".git").write_text("gitdir: /nowhere\n")
    plain.reopen(lost)
    with pytest.raises(InvalidRequest) as error:
        await plain.changes.list()
    assert error.value.code == "not_a_repository"
    plain.reopen(place / "missing")
    with pytest.raises(NotFound):
        await plain.changes.list()


async def test_a_directory_below_the_top_sees_the_whole_checkout(repository: Repository) -> None:
    repository.commit({"sub/a": "1\n", "b": "1\n"})
    repository.write({"sub/a": "2\n", "b": "2\n"})
    below = repository.path / "sub"
    snapshots = Snapshots(below, session="s2", folder=repository.folder / "s2")
    found = await Changes(below, snapshots=snapshots).list()
    assert [file.path for file in found.files] == ["b", "sub/a"]
    assert found.top == str(repository.path)
