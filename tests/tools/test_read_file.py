"""Reading: text, images, PDF, notebooks, and all that can't be read."""

import base64
import json
import os
from pathlib import Path

import pytest

from parsess_lab.errors import InvalidRequest
from parsess_lab.events import ImageBlock, Location, ResourceBlock
from parsess_lab.permissions.access import Access

from .conftest import Bench, text_of

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def test_text_comes_with_line_numbers(bench: Bench) -> None:
    (bench.home / "a.txt").write_bytes(b"one\r\ntwo\n\nfour")
    result = await bench("read_file", path="a.txt")
    assert text_of(result) == "     1\tone\n     2\ttwo\n     3\t\n     4\tfour"
    assert result.locations == [Location(path=str(bench.home / "a.txt"))]
    assert bench.place.read == {bench.home / "a.txt": (bench.home / "a.txt").stat().st_mtime_ns}


async def test_a_part_of_a_file(bench: Bench) -> None:
    (bench.home / "a.txt").write_text("".join(f"line {number}\n" for number in range(1, 101)))
    result = await bench("read_file", path="a.txt", offset=10, limit=2)
    assert text_of(result).splitlines() == [
        "    10\tline 10",
        "    11\tline 11",
        "… cut here. The file has 100 lines. Go on with offset 12.",
    ]
    assert result.locations[0].line == 10
    assert text_of(await bench("read_file", path="a.txt", offset=200)) == "(the file has only 100 lines)"
    assert "cut here" not in text_of(await bench("read_file", path="a.txt", offset=90))


async def test_long_files_and_long_lines_are_bounded(bench: Bench) -> None:
    (bench.home / "many").write_text("x\n" * 3000)
    assert text_of(await bench("read_file", path="many")).endswith("3,000 lines. Go on with offset 2001.")
    (bench.home / "wide").write_text("y" * 1_000_000 + "\nend\n")
    text = text_of(await bench("read_file", path="wide"))
    assert len(text) < 3000
    assert "more characters)" in text
    assert text.endswith("     2\tend")
    (bench.home / "both").write_text(("z" * 1500 + "\n") * 2000)
    assert len(text_of(await bench("read_file", path="both"))) < 110_000


async def test_a_huge_file_is_not_read_to_its_end(bench: Bench) -> None:
    with (bench.home / "huge").open("wb") as file:
        file.write(b"first\n" * 3000)
        file.truncate(20_000_000_000)
    assert "goes on beyond" in text_of(await bench("read_file", path="huge"))


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"\xef\xbb\xbfmark\n", "     1\tmark"),
        ("sixteen é\n".encode("utf-16"), "     1\tsixteen é"),
        (b"caf\xe9\n", "     1\tcaf\ufffd"),
        (b"", "(the file is empty)"),
    ],
)
async def test_encodings(bench: Bench, data: bytes, shown: str) -> None:
    (bench.home / "a").write_bytes(data)
    assert text_of(await bench("read_file", path="a")) == shown


async def test_images_and_pdf_files_come_as_such(bench: Bench) -> None:
    (bench.home / "dot.dat").write_bytes(PNG)
    [image] = (await bench("read_file", path="dot.dat")).blocks
    assert image == ImageBlock(mime_type="image/png", data=base64.b64encode(PNG).decode(), name="dot.dat")
    (bench.home / "paper").write_bytes(b"%PDF-1.7 and so on")
    [paper] = (await bench("read_file", path="paper")).blocks
    assert isinstance(paper, ResourceBlock)
    assert (paper.mime_type, paper.uri) == ("application/pdf", f"file://{bench.home}/paper")
    assert base64.b64decode(paper.data or "") == b"%PDF-1.7 and so on"


async def test_a_notebook_comes_cell_by_cell(bench: Bench) -> None:
    image = base64.encodebytes(PNG).decode()
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["hello\n", "there\n"]},
        {"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": []},
        {
            "output_type": "display_data",
            "data": {"image/png": image, "text/plain": "<Figure>"},
            "metadata": {},
        },
    ]
    cells = [
        {"id": "m1", "cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "words"]},
        {"id": "c1", "cell_type": "code", "source": "1+1", "execution_count": 3, "outputs": outputs},
    ]
    path = bench.home / "n.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    result = await bench("read_file", path="n.ipynb")
    text = text_of(result)
    assert "[cell 0, id m1, markdown]\n# Title\nwords" in text
    assert "[cell 1, id c1, code, run 3]\n1+1" in text
    for words in ("hello\nthere", "ValueError: bad", "<Figure>\n(image/png, shown below)"):
        assert words in text
    assert isinstance(result.blocks[1], ImageBlock)
    assert base64.b64decode(result.blocks[1].data or "") == PNG
    path.write_text('{"cells": [{"broken": true}]}')
    result = await bench("read_file", path="n.ipynb")
    assert result.failed
    assert "damaged notebook" in text_of(result)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing", "doesn't exist"),
        ("folder", "is a directory"),
        ("binary", "binary file of 3 bytes"),
        ("pipe", "no regular file"),
        ("big.png", "at most 3750000 can be read"),
    ],
)
async def test_what_cannot_be_read_says_why(bench: Bench, name: str, words: str) -> None:
    (bench.home / "folder").mkdir()
    (bench.home / "binary").write_bytes(b"a\0b")
    (bench.home / "big.png").write_bytes(PNG + bytes(4_000_000))
    os.mkfifo(bench.home / "pipe")
    result = await bench("read_file", path=name)
    assert result.failed
    assert words in text_of(result)
    assert bench.place.read == {}


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({}, "path"),
        ({"path": 3}, "path"),
        ({"path": ""}, "path"),
        ({"path": "a\0b"}, "path"),
        ({"path": "a", "offset": 0}, "offset"),
        ({"path": "a", "limit": "many"}, "limit"),
        ({"path": "a", "colour": "red"}, "colour"),
        ([], "read_file"),
    ],
)
def test_wrong_input_is_told_by_its_field(bench: Bench, arguments: object, field: str) -> None:
    tool = bench.toolbox.tools["read_file"]
    with pytest.raises(InvalidRequest, match=field):
        tool.access(tool.parse(arguments), bench.place)


def test_paths_are_resolved_for_the_decision(bench: Bench, tmp_path: Path) -> None:
    (bench.home / "sub").mkdir()
    (bench.home / "out").symlink_to("/etc")
    (bench.home / "dangling").symlink_to("/nowhere/at/all")
    (bench.home / "loop").symlink_to("loop")
    bench.place.directory = bench.home / "sub"
    places = {
        "x": bench.home / "sub/x",
        "../x": bench.home / "x",
        "../out/passwd": Path("/etc/passwd"),
        "../dangling/deeper": Path("/nowhere/at/all/deeper"),
        "new/folder/x": bench.home / "sub/new/folder/x",
        "~/x": Path(os.path.realpath(Path.home())) / "x",
        "/etc/../etc/hosts": Path("/etc/hosts"),
    }
    tool = bench.toolbox.tools["read_file"]
    for text, path in places.items():
        assert tool.access(tool.parse({"path": text}), bench.place) == Access("read", [path])
    assert tool.title(tool.parse({"path": "x"}), bench.place) == "Read sub/x"


async def test_a_link_swapped_in_after_the_decision_is_not_followed(bench: Bench) -> None:
    tool = bench.toolbox.tools["read_file"]
    (bench.home / "sub").mkdir()
    for name in ("a.txt", "sub/b.txt"):
        (bench.home / name).write_text("harmless")
    secret = bench.home.parent / "secret"
    secret.mkdir()
    (secret / "b.txt").write_text("secret")
    for name, swapped, target in [("a.txt", "a.txt", secret / "b.txt"), ("sub/b.txt", "sub", secret)]:
        call = tool.parse({"path": name})
        tool.access(call, bench.place)
        (bench.home / swapped).rename(bench.home / f"{swapped}.old")
        (bench.home / swapped).symlink_to(target)
        result = await tool.run(call, bench.place, bench.reporter)
        assert result.failed
        assert "secret" not in text_of(result).replace(str(secret), "")
