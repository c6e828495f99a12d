"""How numbers are told in sentences."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 file``, ``2,000 files``. ``many`` is what follows all numbers but 1: ``one`` with an s unless given."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
