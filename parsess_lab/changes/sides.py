"""Both sides of one file: text within bounds, or what is known of it."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from dataclasses import dataclass

from parsess_lab.changes import notebooks
from parsess_lab.changes.diffs import MAX_SIZE
from parsess_lab.changes.files import Files
from parsess_lab.changes.model import Eol, Kind, NotebookChange, Side, Sides
from parsess_lab.changes.names import to_text
from parsess_lab.changes.parsing import ABSENT
from parsess_lab.changes.scopes import Compared
from parsess_lab.errors import NotFound

_SNIFFED = 8_000  # bytes in which a NUL makes a file binary, as for git
_FOLDER = b"160000"
_IMAGES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"\0\0\1\0": "image/x-icon",
}
_KINDS: dict[bytes, Kind] = {b"120000": "symlink", b"160000": "submodule"}


@dataclass(frozen=True, slots=True)
class _Found:
    """A side as it lies there; ``content`` is None when it is a folder or larger than what is read."""

    mode: bytes
    size: int
    oid: str
    content: bytes | None


async def read(found: Compared) -> Sides:
    """See :meth:`Changes.sides`; ``found`` is of one file."""
    path = to_text(found.parts[-1].file.path)
    by_cell = path.endswith(".ipynb")
    limit = notebooks.MAX_SIZE if by_cell else MAX_SIZE
    old = await _from_git(found, limit)
    new = await asyncio.to_thread(_from_disk, found, limit)
    changed = await _by_cell(old, new) if by_cell else None
    return Sides(path=path, old=_side(old), new=_side(new), notebook=changed)


async def _by_cell(old: _Found | None, new: _Found | None) -> NotebookChange | None:
    if any(side is not None and side.content is None for side in (old, new)):
        return None
    return await notebooks.compare(old.content if old else None, new.content if new else None)


async def _from_git(found: Compared, limit: int) -> _Found | None:
    file = found.parts[0].file
    if file.old_mode in (ABSENT, b""):
        return None
    oid = file.old_oid.decode()
    if file.old_mode == _FOLDER or not oid:
        return _Found(file.old_mode, 0, oid, None)
    run = found.look
    size = int((await run("cat-file", "-s", oid)).text)
    content = (await run("cat-file", "blob", oid)).stdout if size <= limit else None
    return _Found(file.old_mode, size, oid, content)


def _from_disk(found: Compared, limit: int) -> _Found | None:
    file = found.parts[-1].file
    if file.new_mode == ABSENT:
        return None
    if file.new_mode == _FOLDER:
        return _Found(_FOLDER, 0, file.new_oid.decode(), None)
    try:
        files = Files(found.top, found.checkout.object_format if found.checkout else "sha1")
        state = files.state(file.path)
        content = files.read(file.path, limit)
    except OSError as error:
        raise NotFound(f"{to_text(file.path)} can't be read: {error.strerror}.", code="unreadable") from error
    if state is None or content is None:
        return None
    size, head = content
    return _Found(state.mode, size, state.oid.decode(), head)


def _side(found: _Found | None) -> Side | None:
    if found is None:
        return None
    kind, mode, content = _KINDS.get(found.mode, "file"), found.mode.decode(), found.content
    if content is None or len(content) > MAX_SIZE:
        return Side(kind=kind, mode=mode, size=found.size, hash=found.oid)
    if b"\0" in content[:_SNIFFED]:
        image = _image(content) if kind == "file" else None
        return Side(kind=kind, mode=mode, size=found.size, hash=found.oid, binary=True, image=image)
    text = content.decode(errors="replace")
    return Side(kind=kind, mode=mode, size=found.size, hash=found.oid, text=text, eol=_eol(content))


def _image(content: bytes) -> str | None:
    """What browsers draw, told by how it begins."""
    for begin, mime_type in _IMAGES.items():
        if content.startswith(begin):
            return f"data:{mime_type};base64,{b64encode(content).decode()}"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return f"data:image/webp;base64,{b64encode(content).decode()}"
    return None


def _eol(content: bytes) -> Eol:
    all_ends, windows = content.count(b"\n"), content.count(b"\r\n")
    if not all_ends:
        return "none"
    if windows in (0, all_ends):
        return "crlf" if windows else "lf"
    return "mixed"
