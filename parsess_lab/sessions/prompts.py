"""What a prompt may be: sizes, attachments, and their bytes moved beside the log."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from msgspec.structs import replace

from parsess_lab.errors import InvalidRequest, TooLarge
from parsess_lab.events import Block, ImageBlock, ResourceBlock, ResourceLinkBlock, TextBlock
from parsess_lab.log import Blobs

TEXT_BYTES = 1_000_000
ATTACHMENT_BYTES = 10_000_000
ATTACHMENTS_BYTES = 25_000_000
_ID = 200  # characters


def check_id(id: str) -> None:
    """Raises InvalidRequest unless ``id`` can name a prompt."""
    if not id or len(id) > _ID:
        raise InvalidRequest(f"A prompt's id has 1 to {_ID} characters.", code="bad_prompt_id")


def store(content: Sequence[Block], blobs: Blobs) -> list[Block]:
    """Validate a prompt and move inline bytes into blobs, on the disk. Blocks: call it in a thread.

    Raises:
        TooLarge: the text, an attachment or all together.
        InvalidRequest: empty, malformed base64, or an attachment that names no stored content.
        StorageFailed: an attachment can't be stored.
    """
    text = "".join(block.text for block in content if isinstance(block, TextBlock))
    if len(text.encode(errors="replace")) > TEXT_BYTES:
        raise TooLarge(f"The text is longer than {TEXT_BYTES // 1_000_000} MB. Attach it as a file instead.")
    if not text.strip() and all(isinstance(block, TextBlock) for block in content):
        raise InvalidRequest("The prompt is empty.", code="empty_prompt")
    sizes = [_check_size(block) for block in content]
    if sum(sizes) > ATTACHMENTS_BYTES:
        raise TooLarge(f"The attachments have more than {ATTACHMENTS_BYTES // 1_000_000} MB together.")
    decoded = [_bytes(block) for block in content]
    return [_stored(block, data, blobs) for block, data in zip(content, decoded, strict=True)]


def _check_size(block: Block) -> int:
    size = 0
    if isinstance(block, ImageBlock | ResourceBlock) and block.data is not None:
        size = len(block.data) * 3 // 4 - block.data.count("=", -2)
    elif isinstance(block, ResourceBlock) and block.text is not None:
        size = len(block.text.encode(errors="replace"))
    if size > ATTACHMENT_BYTES:
        raise TooLarge(f"{_name(block)} has more than {ATTACHMENT_BYTES // 1_000_000} MB.")
    return size


def _bytes(block: Block) -> bytes | None:
    if not isinstance(block, ImageBlock | ResourceBlock) or block.data is None:
        return None
    try:
        return base64.b64decode(block.data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequest(f"{_name(block)} is not valid base64 ({error}).", code="bad_base64") from error


def _stored(block: Block, data: bytes | None, blobs: Blobs) -> Block:
    if not isinstance(block, ImageBlock | ResourceBlock):
        return block
    if data is not None:
        return replace(block, data=None, blob=blobs.keep(data, durable=True))
    if block.blob is not None and not blobs.has(block.blob):
        raise InvalidRequest(f"{_name(block)} names no content of this session.", code="unknown_blob")
    if block.blob is None and (isinstance(block, ImageBlock) or block.text is None):
        raise InvalidRequest(f"{_name(block)} has no content.", code="empty_attachment")
    return block


def _name(block: Block) -> str:
    match block:
        case ImageBlock(name=str(name)) | ResourceBlock(name=str(name)) | ResourceLinkBlock(name=str(name)):
            return f"The attachment {name}"
        case _:
            return "An attachment"
