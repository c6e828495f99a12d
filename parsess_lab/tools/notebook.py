"""A notebook as text: cells with their ids, and what they put out."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any

from parsess_lab.errors import InvalidRequest
from parsess_lab.events import Block, ImageBlock, TextBlock
from parsess_lab.words import counted

_LONGEST_OUTPUT = 4000  # characters of one output
_LONGEST = 100_000  # characters of all
_MOST_IMAGES = 10
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def read_notebook(data: bytes, name: str) -> list[Block]:
    """The cells as one text, then the images they show.

    Raises:
        InvalidRequest: the file is no notebook; reading it as text still works.
    """
    try:
        cells = json.loads(data)["cells"]
        text = "\n\n".join(_cell(number, cell) for number, cell in enumerate(cells))
        images = [ImageBlock(mime_type=kind, data=image, name=name) for kind, image in _images(cells)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidRequest(f"{name} is a damaged notebook ({error}).") from error
    if len(text) > _LONGEST:
        whole = f"{len(text):,} characters in {counted(len(cells), 'cell')}"
        text = f"{text[:_LONGEST]}\n… cut here: the notebook has {whole}."
    return [TextBlock(text=text or "(a notebook without cells)"), *images[:_MOST_IMAGES]]


def _cell(number: int, cell: Mapping[str, Any]) -> str:
    count = cell.get("execution_count")
    head = f"[cell {number}, id {cell.get('id', 'none')}, {cell['cell_type']}"
    head += f", run {count}]" if count else "]"
    outputs = [text for output in cell.get("outputs", []) if (text := _output(output))]
    return "\n".join([head, _joined(cell.get("source", "")), *(f"[output]\n{text}" for text in outputs)])


def _output(output: Mapping[str, Any]) -> str:
    if output["output_type"] == "stream":
        return _cut(_joined(output.get("text", "")))
    if output["output_type"] == "error":
        return _cut(f"{output.get('ename')}: {output.get('evalue')}")
    data = output.get("data", {})
    shown = [kind for kind in _IMAGES if kind in data]
    text = _cut(_joined(data.get("text/markdown") or data.get("text/plain") or ""))
    return "\n".join([text, *(f"({kind}, shown below)" for kind in shown)]).strip()


def _images(cells: Any) -> Iterator[tuple[str, str]]:
    for cell in cells:
        for output in cell.get("outputs", []):
            for kind, value in output.get("data", {}).items():
                if kind in _IMAGES and (image := _base64(_joined(value))):
                    yield kind, image


def _base64(text: str) -> str | None:
    try:
        return base64.b64encode(base64.b64decode(text)).decode()
    except (binascii.Error, ValueError):
        return None


def _joined(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_OUTPUT else f"{text[:_LONGEST_OUTPUT]}… ({len(text)} characters)"
