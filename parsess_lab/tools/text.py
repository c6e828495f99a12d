"""Text files as they are on disk: encoding, line endings and what is too long, told in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LARGEST_EDIT = 10_000_000  # bytes of a file that may be edited
_BOM = b"\xef\xbb\xbf"
_SNIFF = 8192
_LONGEST_LINE = 2000  # characters
_PIECE = 65536
LONGEST_SKIP = 50_000_000


@dataclass(frozen=True, slots=True)
class TextFile:
    """The text with ``\\n`` or ``\\r\\n`` as found; bytes that are no UTF-8 survive as surrogates."""

    text: str
    bom: bool

    @classmethod
    def decode(cls, data: bytes) -> TextFile:
        bom = data.startswith(_BOM)
        return cls(data[len(_BOM) if bom else 0 :].decode("utf-8", "surrogateescape"), bom)

    def encode(self) -> bytes:
        return (_BOM if self.bom else b"") + self.text.encode("utf-8", "surrogateescape")

    @property
    def newline(self) -> str:
        """What most lines end with."""
        windows = self.text.count("\r\n")
        return "\r\n" if windows * 2 > self.text.count("\n") else "\n"


def printable(text: str) -> str:
    """Without surrogates, which can't be sent."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def is_binary(head: bytes) -> bool:
    """Whether the first bytes of a file are no text in an encoding we read."""
    return b"\0" in head[:_SNIFF] and not head.startswith((b"\xff\xfe", b"\xfe\xff"))


def encoding_of(head: bytes) -> str:
    """UTF-16 when its mark says so, else UTF-8 with or without mark."""
    return "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"


def lines(file: BinaryIO) -> Iterator[bytes]:
    """Line by line without ends, each cut to a bounded length. Of what is cut off at most ``LONGEST_SKIP``
    bytes are passed over; what is longer still counts as several lines."""
    while piece := file.readline(_PIECE):
        line = piece
        skipped = 0
        while not piece.endswith(b"\n") and skipped < LONGEST_SKIP and (piece := file.readline(_PIECE)):
            skipped += len(piece)
        yield line.removesuffix(b"\n").removesuffix(b"\r")


def shorten(line: str) -> str:
    """Cut a long line, saying so."""
    if len(line) <= _LONGEST_LINE:
        return line
    return f"{line[:_LONGEST_LINE]}… ({len(line) - _LONGEST_LINE} more characters)"


def numbered(number: int, line: str) -> str:
    """As ``cat -n`` shows it."""
    return f"{number:6}\t{shorten(line)}"
