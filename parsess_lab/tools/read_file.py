"""Read a file: text with line numbers, images, PDF, notebooks."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

from msgspec import Meta

from parsess_lab.errors import InvalidRequest, ParsessError, TooLarge
from parsess_lab.events import Block, ImageBlock, Location, ResourceBlock, TextBlock
from parsess_lab.tools import text
from parsess_lab.tools.notebook import read_notebook
from parsess_lab.tools.paths import FileCall, FileTool, PathArguments, in_thread, opened
from parsess_lab.tools.tool import Place, Reporter, ToolResult
from parsess_lab.words import counted

_LONGEST = 100_000  # characters given back at once
_LARGEST_IMAGE = 3_750_000  # bytes; the API takes 5 MB of base64
_LARGEST_PDF = 20_000_000
_LARGEST_NOTEBOOK = 50_000_000
_LARGEST_UTF16 = 10_000_000
_FARTHEST = 2_000_000_000  # bytes passed over to reach a line
_COUNTED = 50_000_000  # bytes up to which the lines that aren't shown are still counted
_IMAGES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class ReadArguments(PathArguments, frozen=True):
    path: Annotated[str, Meta(description="The file: absolute, or relative to the working directory.")]
    offset: Annotated[int, Meta(ge=1, description="The line to begin with, from 1. Text files only.")] = 1
    limit: Annotated[int, Meta(ge=1, le=10_000, description="How many lines to read at most.")] = 2000


class ReadFile(FileTool[ReadArguments]):
    """See ``description``."""

    name = "read_file"
    kind = "read"
    verb = "Read"
    access_kind = "read"
    arguments = ReadArguments
    description = (
        "Read a file. Text comes with line numbers (the number and the tab are not part of the file), cut at "
        "2000 lines unless limit says otherwise; images and PDF files come as such; notebooks (.ipynb) come "
        "cell by cell with ids and outputs. Read a file before you edit or overwrite it."
    )

    async def run(self, arguments: FileCall[ReadArguments], place: Place, report: Reporter) -> ToolResult:
        path = arguments.decided(place)
        try:
            blocks, seen = await in_thread(lambda: _read(path, arguments.asked))
        except ParsessError as error:
            return ToolResult([TextBlock(text=error.message)], failed=True)
        place.read[path] = seen
        line = arguments.asked.offset if arguments.asked.offset > 1 else None
        return ToolResult(blocks, locations=[Location(path=str(path), line=line)])


def _read(path: Path, asked: ReadArguments) -> tuple[list[Block], int]:
    """The content, and the mtime (ns) it had."""
    with opened(path) as file:
        status = os.fstat(file.fileno())
        head = file.read(8192)
        file.seek(0)
        return _blocks(file, head, path, asked), status.st_mtime_ns


def _blocks(file: BinaryIO, head: bytes, path: Path, asked: ReadArguments) -> list[Block]:
    if (kind := _image_type(head)) is not None:
        data = base64.b64encode(_whole(file, _LARGEST_IMAGE, "image")).decode()
        return [ImageBlock(mime_type=kind, data=data, name=path.name)]
    if head.startswith(b"%PDF-"):
        data = base64.b64encode(_whole(file, _LARGEST_PDF, "PDF file")).decode()
        return [
            ResourceBlock(name=path.name, uri=path.as_uri(), mime_type="application/pdf", data=data),
        ]
    if path.suffix == ".ipynb" and asked.offset == 1 and head.lstrip()[:1] == b"{":
        return read_notebook(_whole(file, _LARGEST_NOTEBOOK, "notebook"), path.name)
    if text.is_binary(head):
        size = os.fstat(file.fileno()).st_size
        raise InvalidRequest(f"{path} is a binary file of {size} bytes. Use a command to look into it.")
    return [TextBlock(text=_text(file, text.encoding_of(head), asked))]


def _image_type(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _IMAGES.items() if head.startswith(magic)), None)


def _whole(file: BinaryIO, limit: int, what: str) -> bytes:
    data = file.read(limit + 1)
    if len(data) > limit:
        size = os.fstat(file.fileno()).st_size
        raise InvalidRequest(
            f"The {what} has {size} bytes; at most {limit} can be read. Make it smaller first."
        )
    return data


def _text(file: BinaryIO, encoding: str, asked: ReadArguments) -> str:
    shown: list[str] = []
    size = number = 0
    last = asked.offset + asked.limit - 1
    full = False
    for number, line in enumerate(_decoded(file, encoding), 1):
        full = full or number > last or size > _LONGEST
        if file.tell() > _FARTHEST:
            raise TooLarge(f"Line {asked.offset} is too far into the file. Use a command, such as sed -n.")
        if full and file.tell() > _COUNTED:
            return _page(shown, asked, "The file goes on beyond what was counted.")
        if number >= asked.offset and not full:
            shown.append(text.numbered(number, line))
            size += len(shown[-1])
    if number == 0:
        return "(the file is empty)"
    if not shown:
        return f"(the file has only {counted(number, 'line')})"
    return _page(shown, asked, f"The file has {counted(number, 'line')}." if full else "")


def _decoded(file: BinaryIO, encoding: str) -> Iterator[str]:
    if encoding == "utf-16":
        yield from _whole(file, _LARGEST_UTF16, "UTF-16 file").decode("utf-16", "replace").splitlines()
    for number, line in enumerate(text.lines(file)):
        yield line.decode("utf-8-sig" if number == 0 else "utf-8", "replace")


def _page(shown: list[str], asked: ReadArguments, more: str) -> str:
    body = "\n".join(shown)
    if not more:
        return body
    following = asked.offset + len(shown)
    return f"{body}\n… cut here. {more} Go on with offset {following}."
