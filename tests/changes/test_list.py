"""The list of changes over the kinds of files there are."""

from __future__ import annotations

import os
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


async def test_kinds(repository: Repository, place: Path) -> None:
    big = b"x\n" * 600_000
    repository.commit(
        {
            "crlf": "a\r\nb\r\n",
            "bare": "a\nb",
            "bin": b"a\0b",
            "mode": "m\n",
            "old": "same\n" * 9,
            "big": big,
            "t": "t\n",
        }
    )
    (repository.path / "link").symlink_to("bare")
    repository.commit()
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
    (repository.path / "mode").chmod(0o755)
    (repository.path / "link").unlink()
    (repository.path / "link").symlink_to("crlf")
    repository.git("mv", "old", "renamed")
    (repository.path / "t").unlink()
    (repository.path / "t").symlink_to("bare")

    found = await repository.listed()

    assert [line.text for line in found["crlf"].hunks[0].lines] == ["a\r", "b\r", "c\r"]
    assert [(line.text, line.no_newline) for line in found["bare"].hunks[0].lines] == [
        ("a", False), ("b", True), ("b", False),
    ]  # fmt: skip
    assert found["bin"].binary
    assert not found["bin"].hunks
    assert (found["mode"].mode_change, found["mode"].hunks) == ("100644 → 100755", [])
    assert (found["renamed"].status, found["renamed"].old_path) == ("renamed", "old")
    assert (found["big"].too_large, found["big"].binary, found["big"].hunks) == (True, False, [])
    assert (found["link"].kind, found["link"].hunks[0].lines[-1].text) == ("symlink", "crlf")
    assert (found["t"].status, found["t"].kind) == ("type", "symlink")
    assert found["newbin"].binary
    assert (found["empty"].added, found["empty"].hunks) == (0, [])


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


@pytest.mark.parametrize(
    "path", ["../x", "/etc/passwd", "a/../../x", ".git/config", "a\0b", "", "a//b", "a/.GIT/x"]
)
async def test_paths_that_lead_out(repository: Repository, path: str) -> None:
    for ask in (
        repository.changes.file,
        repository.changes.sides,
        repository.changes.stage,
        repository.changes.revert,
    ):
        with pytest.raises(InvalidRequest) as error:
            await ask(path)
        assert error.value.code == "bad_path"


async def test_nothing_a_repository_configures_is_run(repository: Repository, place: Path) -> None:
    trap = place / "trap"
    script = place / "trap.sh"
    script.write_text(f"#!/bin/sh\necho $0 >> {trap}\ncat\n")
    script.chmod(0o755)
    repository.commit({"a.txt": "1\n", ".gitattributes": "*.txt diff=evil\n"})
    for hook in (
        "post-checkout",
        "reference-transaction",
        "post-index-change",
        "pre-commit",
        "fsmonitor-watchman",
    ):
        path = repository.path / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(script.read_text())
        path.chmod(0o755)
    for name in (
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "core.fsmonitor",
        "core.pager",
        "core.editor",
    ):
        repository.git("config", name, str(script))
    repository.write({"a.txt": "2\n", "b.txt": "1\n"})
    before = await repository.snapshots.take("x", "before_turn")
    for scope in ("uncommitted", "branch", "turn"):
        await repository.listed(scope)
    await repository.changes.sides("a.txt")
    await repository.changes.stage("a.txt")
    await repository.changes.unstage("a.txt")
    await repository.changes.revert("a.txt")
    await repository.snapshots.rewind(before.id, consent_external=True)
    assert not trap.exists(), trap.read_text()


async def test_settings_that_bend_diffs(repository: Repository) -> None:
    for name, value in {
        "diff.noprefix": "true", "diff.mnemonicPrefix": "true", "diff.context": "0", "diff.suppressBlankEmpty": "true",
        "color.ui": "always", "diff.renames": "false", "core.quotePath": "false", "diff.relative": "true",
        "diff.interHunkContext": "50", "apply.whitespace": "fix", "diff.submodule": "log", "status.short": "true",
    }.items():  # fmt: skip
        repository.git("config", name, value)
    lines = [f"{n}\n\n" for n in range(50)]
    repository.commit({"sub/a": "".join(lines), "b": "x"})
    lines[3], lines[40] = "three \n", "forty\t \n"
    repository.write({"sub/a": "".join(lines)})
    repository.reopen(repository.path / "sub")
    for _ in range(2):
        (file,) = (await repository.changes.list()).files
        loose = [hunk for hunk in file.hunks if not hunk.staged]
        await repository.changes.stage("sub/a", hunks=[loose[0].id])
    assert repository.git("diff", "--name-only") == b""
    assert repository.git("show", ":sub/a") == "".join(lines).encode()


async def test_a_directory_below_the_top_sees_the_whole_checkout(repository: Repository) -> None:
    repository.commit({"sub/a": "1\n", "b": "1\n"})
    repository.write({"sub/a": "2\n", "b": "2\n"})
    below = repository.path / "sub"
    snapshots = Snapshots(below, session="s2", folder=repository.folder / "s2")
    found = await Changes(below, snapshots=snapshots).list()
    assert [file.path for file in found.files] == ["b", "sub/a"]
    assert found.top == str(repository.path)


async def test_lists_leave_the_index_file_alone(repository: Repository) -> None:
    repository.commit({"a": "1\n"})
    os.utime(repository.path / "a", (1, 1))
    before = repository.standing()
    for scope in ("uncommitted", "branch"):
        await repository.listed(scope)
    assert repository.standing() == before
