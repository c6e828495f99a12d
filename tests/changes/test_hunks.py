"""Staging, unstaging and reverting: by file and by hunk, exactly or not at all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsess_lab.changes.diffs import OPTIONS
from parsess_lab.changes.parsing import parse
from parsess_lab.changes.patches import is_whole, patch
from parsess_lab.errors import Conflict, NotFound
from tests.changes import edits
from tests.changes.repository import Repository, clear

several = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

lines = st.lists(
    st.sampled_from([b"a", b"b", b"", b"c\r", b"-d", b"\\ e", b"@@ -1 +1 @@", b"\xff"]), max_size=25
)
content = st.builds(lambda found, end: b"\n".join(found) + end, lines, st.sampled_from([b"", b"\n"]))
attributes = st.sampled_from([b"", b"* text=auto eol=crlf\n", b"* -text\n"])


@several
@given(content, content, attributes)
def test_staging_all_hunks_is_adding_and_reverting_all_is_checking_out(
    place: Path, before: bytes, after: bytes, rules: bytes
) -> None:
    asyncio.run(_hunk_by_hunk(place, before, after, rules))


async def _hunk_by_hunk(place: Path, before: bytes, after: bytes, rules: bytes) -> None:
    clear(place / "repo")
    repository = Repository(place / "repo")
    repository.commit({"f": before, ".gitattributes": rules})
    repository.write({"f": after})
    repository.git("add", "-A")
    added = repository.index()
    repository.git("reset", "-q")

    while hunk := await _first_hunk(repository, staged=False):
        await repository.changes.stage("f", hunks=[hunk])
    assert repository.index() == added
    while hunk := await _first_hunk(repository, staged=True):
        await repository.changes.unstage("f", hunks=[hunk])
    assert repository.git("diff", "--cached") == b""
    assert (repository.path / "f").read_bytes() == after
    while hunk := await _first_hunk(repository, staged=False):
        await repository.changes.revert("f", hunks=[hunk])
    assert repository.git("diff") == b""
    (repository.path / "f").unlink()
    reverted = await repository.changes.revert("f")
    assert repository.git("status", "--porcelain") == b""
    undone = (await repository.snapshots.all())[1] if after != before else None
    assert reverted.paths == ["f"]
    assert undone is None or undone.kind == "before_revert"


async def _first_hunk(repository: Repository, *, staged: bool) -> str | None:
    found = (await repository.listed()).get("f")
    return next((hunk.id for hunk in found.hunks if hunk.staged is staged), None) if found else None


@several
@given(edits.edits, edits.edits)
def test_what_is_parsed_can_be_applied(
    place: Path, first: list[tuple[str, str, object]], second: list[tuple[str, str, object]]
) -> None:
    clear(place / "repo")
    repository = Repository(place / "repo")
    edits.apply(repository.path, first)
    old = repository.commit()
    edits.apply(repository.path, second)
    new = repository.commit()
    repository.git("checkout", "-q", "--detach", old)
    said = repository.git("diff", *OPTIONS, "--no-renames", "--patch", old, new)
    for file in sorted(
        parse(said), key=lambda file: file.new_mode != b"000000"
    ):  # a folder may become a file
        if file.hunks and not is_whole(file):
            repository.git("apply", "--cached", "-", input=patch(file, file.hunks, reverse=False))
        elif b"160000" not in (file.old_mode, file.new_mode):
            repository.git("update-index", "--force-remove", "--", file.path)
            if file.new_mode != b"000000":
                entry = b"%s %s\t%s\0" % (file.new_mode, file.new_oid, file.path)
                repository.git("update-index", "-z", "--index-info", input=entry)
        if (
            file.hunks
            and not is_whole(file)
            and file.old_mode != file.new_mode
            and b"000000" not in file.old_mode
        ):
            flag = "+x" if file.new_mode == b"100755" else "-x"
            if file.new_mode != b"000000":
                repository.git("update-index", f"--chmod={flag}", "--", file.path)
    assert repository.git("write-tree") == repository.git("rev-parse", f"{new}^{{tree}}")


async def test_a_hunk_that_changed_meanwhile_is_refused(repository: Repository) -> None:
    repository.commit({"f": "".join(f"{n}\n" for n in range(30))})
    text = ["x\n" if n in (3, 25) else f"{n}\n" for n in range(30)]
    repository.write({"f": "".join(text)})
    first, second = (await repository.changes.file("f")).hunks
    text[4] = "y\n"
    repository.write({"f": "".join(text)})
    index = repository.index()
    for act in (repository.changes.stage, repository.changes.revert):
        with pytest.raises(Conflict) as error:
            await act("f", hunks=[second.id, first.id])
        assert error.value.code == "stale_hunk"
    assert repository.index() == index
    assert (repository.path / "f").read_text() == "".join(text)
    await repository.changes.stage("f", hunks=[second.id])
    assert [hunk.staged for hunk in (await repository.changes.file("f")).hunks] == [False, True]
    with pytest.raises(Conflict):
        await repository.changes.stage("f", hunks=[second.id])


async def test_equal_hunks_are_told_apart(repository: Repository) -> None:
    block = "a\nb\nc\nd\ne\nf\ng\nh\n"
    repository.commit({"f": block * 3})
    repository.write({"f": block.replace("d", "X") * 3})
    found = (await repository.changes.file("f")).hunks
    assert len({hunk.id for hunk in found}) == len(found) == 3
    await repository.changes.stage("f", hunks=[found[1].id])
    assert repository.git("show", ":f").decode() == block + block.replace("d", "X") + block
    with pytest.raises(Conflict):
        await repository.changes.stage("f", hunks=[found[1].id])


async def test_whole_files(repository: Repository) -> None:
    repository.commit({"gone": "g\n", "moved": "m\n" * 9, "mode": "1\n", "f": "1\n"})
    (repository.path / "gone").unlink()
    (repository.path / "mode").chmod(0o755)
    repository.write({"new/x": "1\n", "f": "2\n"})
    repository.git("mv", "moved", "there")
    repository.write({"there": "m\n" * 9 + "more\n"})
    before = repository.tree()
    for path in ("gone", "mode", "new/x", "f"):
        await repository.changes.stage(path)
    assert {path: file.staged for path, file in (await repository.listed()).items()} == {
        "f": "all", "gone": "all", "mode": "all", "new/x": "all", "there": "partly",
    }  # fmt: skip
    undo = await repository.changes.revert("there")
    assert (repository.path / "there").read_text() == "m\n" * 9  # first what is in no other place
    await repository.snapshots.rewind(undo.undo.id, paths=undo.paths, consent_external=True)
    await repository.changes.stage("there")
    assert repository.tree() == before
    for path in ("gone", "mode", "new/x", "f", "there"):
        await repository.changes.revert(path)
    assert repository.git("status", "--porcelain") == b""
    assert not (repository.path / "new").exists()


async def test_reverting_a_staged_hunk_takes_it_back_in_both(repository: Repository) -> None:
    text = [f"{n}\n" for n in range(30)]
    repository.commit({"f": "".join(text)})
    text[3] = "staged\n"
    repository.write({"f": "".join(text)})
    repository.git("add", "f")
    text[25] = "loose\n"
    repository.write({"f": "".join(text)})
    await repository.changes.revert("f", hunks=[(await repository.changes.file("f")).hunks[0].id])
    text[3] = "3\n"
    assert (repository.path / "f").read_text() == "".join(text)
    assert repository.git("diff", "--cached") == b""

    repository.git("add", "f")
    text[25] = "over it\n"
    repository.write({"f": "".join(text)})
    staged = next(hunk for hunk in (await repository.changes.file("f")).hunks if hunk.staged)
    index = repository.index()
    with pytest.raises(Conflict) as error:
        await repository.changes.revert("f", hunks=[staged.id])
    assert error.value.code == "overlapping_edits"
    assert repository.index() == index


async def test_reverting_since_the_branch_point(repository: Repository) -> None:
    repository.commit({"f": "1\n", "gone": "1\n"})
    repository.git("checkout", "-q", "-b", "feature")
    (repository.path / "gone").unlink()
    repository.commit({"f": "2\n", "new": "1\n"})
    for path in ("f", "gone", "new"):
        await repository.changes.revert(path, scope="branch")
    assert await repository.listed("branch") == {}
    assert repository.git("status", "--porcelain") == b" M f\n D new\n?? gone\n"


async def test_what_could_not_come_back_is_not_reverted(repository: Repository) -> None:
    repository.commit({"f": "1\n", "sub/a": "1\n", "d": "1\n", ".gitignore": "*.log\n"})
    repository.write({"f": b"x" * 6_000_000, "sub/a": "2\n"})
    with pytest.raises(Conflict) as error:
        await repository.changes.revert("f")
    assert error.value.code == "not_kept"
    (repository.path / "d").unlink()
    repository.write({"d/ignored.log": "precious"})
    with pytest.raises(Conflict) as error:
        await repository.changes.revert("d")
    assert error.value.code == "in_the_way"
    assert (repository.path / "d/ignored.log").exists()
    repository.reopen(repository.path / "sub")
    with pytest.raises(Conflict) as error:
        await repository.changes.revert("f")
    assert error.value.code == "not_kept"
    await repository.changes.revert("sub/a")
    assert (repository.path / "f").stat().st_size == 6_000_000


async def test_a_link_and_a_type_change(repository: Repository) -> None:
    repository.write({"a": "1\n"})
    (repository.path / "link").symlink_to("a")
    repository.commit({"t": "1\n"})
    for name in ("link", "t"):
        (repository.path / name).unlink()
        (repository.path / name).symlink_to("b")
    found = await repository.listed()
    await repository.changes.stage("link", hunks=[found["link"].hunks[0].id])
    assert repository.git("show", ":link") == b"b"
    with pytest.raises(Conflict) as error:
        await repository.changes.stage("t", hunks=[found["t"].hunks[0].id])
    assert error.value.code == "whole_file"
    await repository.changes.revert("link")
    await repository.changes.revert("t")
    assert repository.git("status", "--porcelain") == b""


async def test_an_untracked_file_is_staged_as_it_was_shown(repository: Repository) -> None:
    repository.git("config", "core.autocrlf", "true")
    repository.commit({"x": "1\n"})
    repository.write({"n": "a\r\nb\r\n", "bare": "a"})
    for path in ("n", "bare"):
        await repository.changes.stage(path, hunks=[(await repository.changes.file(path)).hunks[0].id])
    assert repository.git("show", ":n") == b"a\nb\n"
    assert repository.git("show", ":bare") == b"a"
    assert {file.staged for file in (await repository.listed()).values()} == {"all"}


async def test_a_file_in_the_place_of_a_folder(repository: Repository) -> None:
    repository.commit({"d/e": "1\n"})
    (repository.path / "d/e").unlink()
    (repository.path / "d").rmdir()
    repository.write({"d": "1\n"})
    await repository.changes.stage("d", hunks=[(await repository.changes.file("d")).hunks[0].id])
    assert repository.git("diff", "--cached", "--name-status", "--no-renames") == b"A\td\nD\td/e\n"
    await repository.changes.unstage("d")
    await repository.changes.revert("d")
    await repository.changes.revert("d/e")
    assert repository.git("status", "--porcelain") == b""


async def test_what_has_not_changed(repository: Repository) -> None:
    repository.commit({"f": "1\n"})
    for act in (repository.changes.stage, repository.changes.unstage, repository.changes.revert):
        with pytest.raises(NotFound):
            await act("f")


async def test_everything_into_the_index_and_out_of_it_but_conflicts(repository: Repository) -> None:
    repository.commit({"f": "1\n", "both": "1\n", "gone": "bye\n"})
    repository.git("checkout", "-q", "-b", "other")
    repository.commit({"both": "2\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"both": "3\n"})
    repository.git("merge", "other", check=False)
    repository.write({"f": "2\n", "[new]*": "1\n"})
    (repository.path / "gone").unlink()
    before = repository.git("status", "--porcelain")
    await repository.changes.stage_all()
    assert repository.git("status", "--porcelain") == b"A  [new]*\nUU both\nM  f\nD  gone\n"
    await repository.changes.unstage_all()
    assert repository.git("status", "--porcelain") == before
    await repository.changes.unstage_all()
    assert repository.git("status", "--porcelain") == before


async def test_the_index_before_the_first_commit(repository: Repository) -> None:
    repository.write({"a": "1\n", "b": "1\n"})
    await repository.changes.stage_all()
    assert repository.git("status", "--porcelain") == b"A  a\nA  b\n"
    await repository.changes.unstage_all()
    assert repository.git("status", "--porcelain") == b"?? a\n?? b\n"
