"""Writing and editing: exact, unique, at once or not at all, and everything else stays as it was."""

import os
from pathlib import Path

import pytest

from parsess_lab.events import DiffContent
from parsess_lab.permissions.access import Access

from .conftest import Bench, text_of


async def read(bench: Bench, name: str) -> None:
    assert not (await bench("read_file", path=name)).failed


async def edit(bench: Bench, name: str, old: str, new: str, **more: object) -> str:
    await read(bench, name)
    return text_of(await bench("edit_file", path=name, old_text=old, new_text=new, **more))


async def test_a_new_file_with_missing_folders(bench: Bench) -> None:
    result = await bench("write_file", path="a/b/c.txt", content="one\ntwo\n")
    assert text_of(result) == "Created a/b/c.txt (2 lines)."
    assert (bench.home / "a/b/c.txt").read_text() == "one\ntwo\n"
    assert result.content == [
        DiffContent(path=str(bench.home / "a/b/c.txt"), new_text="one\ntwo\n", old_text=None)
    ]
    umask = os.umask(0)
    os.umask(umask)
    assert (bench.home / "a/b/c.txt").stat().st_mode & 0o777 == 0o666 & ~umask


async def test_an_unread_file_is_not_overwritten(bench: Bench) -> None:
    path = bench.home / "a.txt"
    path.write_text("precious\n")
    for name, more in [
        ("write_file", {"content": "x"}),
        ("edit_file", {"old_text": "precious", "new_text": "x"}),
    ]:
        result = await bench(name, path="a.txt", **more)
        assert result.failed
        assert "Read it first" in text_of(result)
    assert path.read_text() == "precious\n"


async def test_a_file_that_changed_since_is_not_overwritten(bench: Bench) -> None:
    path = bench.home / "a.txt"
    path.write_text("old\n")
    await read(bench, "a.txt")
    path.write_text("the person's\n")
    os.utime(path, ns=(1, 1))
    result = await bench("edit_file", path="a.txt", old_text="person", new_text="x")
    assert result.failed
    assert "Read it again" in text_of(result)
    assert path.read_text() == "the person's\n"


async def test_what_was_written_may_be_edited_at_once(bench: Bench) -> None:
    await bench("write_file", path="a.txt", content="one\n")
    result = await bench("edit_file", path="a.txt", old_text="one", new_text="two")
    assert text_of(result) == "Edited a.txt, line 1."
    assert not (await bench("write_file", path="a.txt", content="three\n")).failed
    assert (bench.home / "a.txt").read_text() == "three\n"


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        (b"a\r\nb\r\nc\r\n", "b", "B\nB2", b"a\r\nB\r\nB2\r\nc\r\n"),
        (b"a\r\nb\r\nc\r\n", "a\nb\n", "x\n", b"x\r\nc\r\n"),
        (b"a\r\nb\r\nc\r\n", "a\r\nb", "x\r\ny", b"x\r\ny\r\nc\r\n"),
        (b"a\nb\n", "b", "B\nC", b"a\nB\nC\n"),
        (b"a\nb\r\nc\nd\n", "b\nc", "B\nC", b"a\nB\r\nC\nd\n"),
        (b"a\nb", "b", "c", b"a\nc"),
        (b"\xef\xbb\xbfa\n", "a", "b", b"\xef\xbb\xbfb\n"),
        (b"caf\xe9 x\n", "x", "y", b"caf\xe9 y\n"),
        (b"(.*)\\1 $\n", "(.*)\\1 $", "\\g<0> \\n", b"\\g<0> \\n\n"),
        ("é ü\n".encode(), "é", "ö", "ö ü\n".encode()),
    ],
)
async def test_only_the_text_changes(bench: Bench, before: bytes, old: str, new: str, after: bytes) -> None:
    (bench.home / "a").write_bytes(before)
    assert "Edited" in await edit(bench, "a", old, new)
    assert (bench.home / "a").read_bytes() == after


async def test_mode_and_line_endings_survive(bench: Bench) -> None:
    path = bench.home / "run.sh"
    path.write_bytes(b"#!/bin/sh\r\necho one\r\n")
    path.chmod(0o755)
    await edit(bench, "run.sh", "one", "two")
    assert path.read_bytes() == b"#!/bin/sh\r\necho two\r\n"
    assert path.stat().st_mode & 0o777 == 0o755
    await bench("write_file", path="run.sh", content="#!/bin/sh\necho three\n")
    assert path.read_bytes() == b"#!/bin/sh\r\necho three\r\n"
    assert path.stat().st_mode & 0o777 == 0o755


async def test_the_old_text_must_be_there_once(bench: Bench) -> None:
    (bench.home / "a").write_text("x = 1\ny = 1\nx = 1\naaa\n")
    assert "occurs 2 times in a (lines 1, 3)" in await edit(bench, "a", "x = 1", "z")
    assert "occurs 2 times" in await edit(bench, "a", "aa", "b")  # overlapping
    assert "wasn't found" in await edit(bench, "a", "x  = 1", "z")
    assert "are the same" in await edit(bench, "a", "x", "x")
    assert (bench.home / "a").read_text() == "x = 1\ny = 1\nx = 1\naaa\n"
    assert "2 places" in await edit(bench, "a", "x = 1", "z", replace_all=True)
    assert (bench.home / "a").read_text() == "z\ny = 1\nz\naaa\n"


async def test_what_cannot_be_edited(bench: Bench) -> None:
    (bench.home / "binary").write_bytes(b"a\0b")
    (bench.home / "folder").mkdir()
    for name, words in [("binary", "binary"), ("folder", "directory"), ("missing", "doesn't exist")]:
        result = await bench("edit_file", path=name, old_text="a", new_text="b")
        assert result.failed
        assert words in text_of(result)
    result = await bench("write_file", path="folder", content="x")
    assert result.failed
    (bench.home / "file").write_text("x")
    assert (await bench("write_file", path="file/below", content="x")).failed


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_may_not_be_written(bench: Bench) -> None:
    (bench.home / "locked").mkdir(mode=0o555)
    assert "can't be written" in text_of(await bench("write_file", path="locked/x", content="x"))


async def test_a_link_is_written_through_to_what_was_decided(bench: Bench) -> None:
    (bench.home / "real.txt").write_text("one\n")
    (bench.home / "link.txt").symlink_to("real.txt")
    await edit(bench, "link.txt", "one", "two")
    assert (bench.home / "link.txt").is_symlink()
    assert (bench.home / "real.txt").read_text() == "two\n"
    tool = bench.toolbox.tools["write_file"]
    (bench.home / "out.txt").symlink_to("/nowhere/x")
    call = tool.parse({"path": "out.txt", "content": "x"})
    assert tool.access(call, bench.place) == Access("write", [Path("/nowhere/x")])


async def test_a_link_swapped_in_after_the_decision_is_not_written_through(bench: Bench) -> None:
    outside = bench.home.parent / "outside"
    outside.mkdir()
    (bench.home / "sub").mkdir()
    tool = bench.toolbox.tools["write_file"]
    call = tool.parse({"path": "sub/new.txt", "content": "x"})
    tool.access(call, bench.place)
    (bench.home / "sub").rmdir()
    (bench.home / "sub").symlink_to(outside)
    assert (await tool.run(call, bench.place, bench.reporter)).failed
    assert list(outside.iterdir()) == []


async def test_nothing_half_written_stays(bench: Bench) -> None:
    await bench("write_file", path="a.txt", content="x" * 100_000)
    (bench.home / "d").mkdir()
    await bench("write_file", path="d", content="x")
    assert sorted(path.name for path in bench.home.iterdir()) == ["a.txt", "d"]


async def test_the_diff_is_seen_beforehand(bench: Bench) -> None:
    (bench.home / "a.txt").write_text("one\n")
    for name, more in [
        ("write_file", {"content": "two\n"}),
        ("edit_file", {"old_text": "one", "new_text": "two"}),
    ]:
        tool = bench.toolbox.tools[name]
        call = tool.parse({"path": "a.txt", **more})
        tool.access(call, bench.place)
        preview = await tool.preview(call, bench.place)
        path = str(bench.home / "a.txt")
        assert preview == [DiffContent(path=path, old_text="one\n", new_text="two\n")]
    call = tool.parse({"path": "missing", "old_text": "a", "new_text": "b"})
    assert await tool.preview(call, bench.place) == ()
    assert (bench.home / "a.txt").read_text() == "one\n"


async def test_a_diff_too_large_to_look_at_is_left_out(bench: Bench) -> None:
    result = await bench("write_file", path="a.txt", content="x\n" * 300_000)
    assert not result.failed
    assert result.content is None
