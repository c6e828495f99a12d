"""Both sides of a file, and notebooks by cell."""

from __future__ import annotations

import json
from base64 import b64encode

from tests.changes.repository import Repository


def notebook(*cells: tuple[str, str, list[dict[str, object]]], **metadata: object) -> str:
    made = [
        {
            "cell_type": kind,
            "metadata": {},
            "source": source.splitlines(keepends=True),
            "id": source[:3].strip("# =()"),
        }
        | ({"outputs": outputs, "execution_count": 1} if kind == "code" else {})
        for kind, source, outputs in cells
    ]
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def image(data: str) -> dict[str, object]:
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {"image/png": data, "text/plain": "<Figure>"},
    }


def stream(text: str) -> dict[str, object]:
    return {"output_type": "stream", "name": "stdout", "text": text}


async def test_text_binary_links_and_what_is_not_there(repository: Repository) -> None:
    repository.commit({"f": "1\r\n", "bin": b"\0", "big": "x\n", "gone": "1\n"})
    (repository.path / "link").symlink_to("f")
    repository.commit()
    repository.write({"f": "2\r\n3\n", "bin": b"\0\1", "big": b"x" * 2_000_000, "new": "n"})
    (repository.path / "gone").unlink()
    (repository.path / "link").unlink()
    (repository.path / "link").symlink_to("/etc/passwd")

    async def both(path: str) -> tuple[object, object]:
        found = await repository.changes.sides(path)
        return found.old, found.new

    found = await repository.changes.sides("f")
    assert found.old is not None
    assert found.new is not None
    assert (found.old.text, found.old.eol, found.new.text, found.new.eol) == (
        "1\r\n",
        "crlf",
        "2\r\n3\n",
        "mixed",
    )
    assert found.new.hash == repository.git("hash-object", "--no-filters", "f").decode().strip()
    found = await repository.changes.sides("bin")
    assert found.new is not None
    assert (found.new.binary, found.new.text, found.new.size) == (True, None, 2)
    found = await repository.changes.sides("big")
    assert found.new is not None
    assert (found.new.text, found.new.size) == (None, 2_000_000)
    found = await repository.changes.sides("link")
    assert found.new is not None
    assert (found.new.kind, found.new.text) == ("symlink", "/etc/passwd")
    assert (await both("gone"))[1] is None
    assert (await both("new"))[0] is None


async def test_the_base_is_that_of_the_scope(repository: Repository) -> None:
    repository.commit({"f": "main\n"})
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit({"f": "feature\n"})
    repository.write({"f": "before the turn\n"})
    await repository.snapshots.take("x", "before_turn")
    repository.write({"f": "now\n"})
    bases = {"uncommitted": "feature\n", "branch": "main\n", "turn": "before the turn\n"}
    for scope, text in bases.items():
        found = await repository.changes.sides("f", scope)  # type: ignore[arg-type]
        assert found.old is not None
        assert found.old.text == text


async def test_a_notebook_by_cell(repository: Repository) -> None:
    repository.commit(
        {
            "n.ipynb": notebook(
                ("markdown", "# Title", []),
                ("code", "x = 1\nplot(x)", [image("AAAA")]),
                ("code", "gone()", []),
                ("code", "same()", [stream("out\n")]),
            )
        }
    )
    repository.write(
        {
            "n.ipynb": notebook(
                ("markdown", "# Title", []),
                ("code", "x = 2\nplot(x)", [image("BBBB"), image("C" * 300_000)]),
                ("code", "same()", [stream("out\n")]),
                ("code", "new()", [stream("new\n")]),
                kernelspec={"name": "python3"},
            )
        }
    )
    found = (await repository.changes.sides("n.ipynb")).notebook
    assert found is not None
    assert [(cell.status, cell.old, cell.new) for cell in found.cells] == [
        ("same", 0, 0),
        ("modified", 1, 1),
        ("removed", 2, None),
        ("same", 3, 2),
        ("added", None, 3),
    ]
    changed = found.cells[1]
    assert [(line.kind, line.text) for line in changed.source] == [
        ("-", "x = 1"),
        ("+", "x = 2"),
        (" ", "plot(x)"),
    ]
    assert changed.old_outputs[0].data == {"image/png": "AAAA", "text/plain": "<Figure>"}
    assert changed.new_outputs[1].left_out == {"image/png": 300_000}
    assert found.cells[4].new_outputs[0].text == "new\n"
    assert found.metadata_changed
    assert found.truncated


async def test_a_new_notebook_and_what_is_none(repository: Repository) -> None:
    repository.commit({"broken.ipynb": "{}"})
    repository.write(
        {"new.ipynb": notebook(("code", "a", [])), "broken.ipynb": '{"cells": 3', "empty.ipynb": ""}
    )
    found = (await repository.changes.sides("new.ipynb")).notebook
    assert found is not None
    assert [cell.status for cell in found.cells] == ["added"]
    for path in ("broken.ipynb", "empty.ipynb"):
        sides = await repository.changes.sides(path)
        assert sides.notebook is None
        assert sides.new is not None
        assert sides.new.text is not None


async def test_a_picture_is_told_by_how_it_begins(repository: Repository) -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0"
    repository.commit({"logo.png": png, "no.png": b"\0not one"})
    repository.write({"logo.png": png + b"\1", "no.png": b"\0still not"})
    found = await repository.changes.sides("logo.png")
    assert found.old is not None
    assert found.old.image == "data:image/png;base64," + b64encode(png).decode()
    other = await repository.changes.sides("no.png")
    assert other.new is not None
    assert (other.new.binary, other.new.image) == (True, None)
