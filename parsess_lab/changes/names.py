"""File names between git's bytes, the wire's text and a patch's quotes."""

from __future__ import annotations

import os
import re

from parsess_lab.errors import InvalidRequest

_BYTES = {0xDC00 + byte: 0xEF00 + byte for byte in range(0x80, 0x100)}
_BACK = {text: surrogate for surrogate, text in _BYTES.items()}
_PLAIN = re.compile(rb"[A-Za-z0-9_./+@%=:,-]*")


def to_text(name: bytes) -> str:
    """The name for the wire; :func:`to_bytes` is its inverse."""
    return name.decode() if name.isascii() else name.decode("utf-8", "surrogateescape").translate(_BYTES)


def to_bytes(name: str) -> bytes:
    """The name for git."""
    try:
        return name.translate(_BACK).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise InvalidRequest(f"{name!a} is no file name.", code="bad_path") from None


def checked(path: str) -> bytes:
    """The bytes of a path that a caller named.

    Raises:
        InvalidRequest: ``bad_path``, it is absolute, leads out of the checkout, or into ``.git``.
    """
    name = to_bytes(path)
    parts = name.rstrip(b"/").split(b"/")
    if b"\0" in name or any(part in (b"", b".", b"..") or part.lower() == b".git" for part in parts):
        raise InvalidRequest(f"{path!a} is no path of a file in this directory.", code="bad_path")
    return name


def quoted(name: bytes) -> bytes:
    """The name as a patch writes it: in C's quotes unless it is plain."""
    if _PLAIN.fullmatch(name):
        return name
    return b'"' + b"".join(_escaped(byte) for byte in name) + b'"'


def _escaped(byte: int) -> bytes:
    if byte in b'"\\' or byte < 0x20 or byte > 0x7E:  # noqa: PLR2004 - the printable part of ASCII
        return b"\\%03o" % byte
    return bytes((byte,))


def native(name: bytes) -> str:
    """The name for the operating system."""
    return os.fsdecode(name)
