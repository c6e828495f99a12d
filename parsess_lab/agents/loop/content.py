"""Blocks of our vocabulary → content blocks of a model message.

In the log a message refers to bytes by their blob (``{"type": "blob", …}`` as the source): images would
be stored again with every message otherwise. :class:`Blobs` puts the bytes in when it is sent.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable, Iterable
from typing import Any

from parsess_lab.agents.loop.model import Message
from parsess_lab.errors import ParsessError
from parsess_lab.events import Block, ImageBlock, ResourceBlock, ResourceLinkBlock, TextBlock

Content = dict[str, Any]

IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
PDF = "application/pdf"


def text(words: str) -> Content:
    """A text block."""
    return {"type": "text", "text": words}


def from_blocks(blocks: Iterable[Block]) -> list[Content]:
    """All blocks, in order; what no model can read becomes a line that says so."""
    return [_from_block(block) for block in blocks]


def _from_block(block: Block) -> Content:
    match block:
        case TextBlock():
            return text(block.text)
        case ImageBlock():
            return _bytes(block, block.mime_type, block.name or "image")
        case ResourceLinkBlock():
            return text(f"[File: {block.name}, at {block.uri.removeprefix('file://')}]")
        case ResourceBlock(text=str(words)):
            return text(f"{block.name}:\n{fenced(words)}")
        case ResourceBlock():
            return _bytes(block, block.mime_type or "", block.name)


def _bytes(block: ImageBlock | ResourceBlock, mime_type: str, name: str) -> Content:
    if mime_type.startswith("text/") or mime_type == "application/json":
        return {"type": "text", "source": _source(block, mime_type), "name": name}
    if mime_type in IMAGES:
        return {"type": "image", "source": _source(block, mime_type)}
    if mime_type == PDF:
        return {"type": "document", "source": _source(block, mime_type), "title": name}
    return text(f"[{name}: {mime_type or 'a file of unknown type'}, which can't be shown to a model]")


def _source(block: ImageBlock | ResourceBlock, mime_type: str) -> Content:
    if block.blob is not None:
        return {"type": "blob", "media_type": mime_type, "blob": block.blob}
    return {"type": "base64", "media_type": mime_type, "data": block.data or ""}


def fenced(words: str) -> str:
    """A fence longer than any in the text, so that the text can't close it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", words)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}\n{words}\n{fence}"


class Blobs:
    """Puts the bytes of blobs into messages; each blob is read once a turn."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._encoded: dict[str, str] = {}

    async def expand(self, messages: Iterable[Message]) -> list[Message]:
        """The messages as they are sent. A blob that is gone leaves a line that says so."""
        return [{**message, "content": await self._all(message["content"])} for message in messages]

    async def _all(self, content: Iterable[Content]) -> list[Content]:
        return [await self._one(block) for block in content]

    async def _one(self, block: Content) -> Content:
        if block.get("type") == "tool_result":
            return {**block, "content": await self._all(block.get("content", ()))}
        source = block.get("source")
        if not isinstance(source, dict) or source.get("type") not in {"blob", "base64"}:
            return block
        data = source.get("data") if "data" in source else await self._base64(source["blob"])
        if not data:
            return text("[An attachment that is no longer there]")
        if block["type"] == "text":
            words = base64.b64decode(data).decode("utf-8", "replace")
            return text(f"{block['name']}:\n{fenced(words)}")
        return {**block, "source": {"type": "base64", "media_type": source["media_type"], "data": data}}

    async def _base64(self, blob: str) -> str:
        if blob not in self._encoded:
            self._encoded[blob] = await asyncio.to_thread(self._encode, blob)
        return self._encoded[blob]

    def _encode(self, blob: str) -> str:
        try:
            return base64.b64encode(self._read(blob)).decode("ascii")
        except (OSError, LookupError, ParsessError):
            return ""
