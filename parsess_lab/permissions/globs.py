"""Wildcards of paths: ``*`` and ``?`` stay within one name, ``**`` crosses folders, ``{a,b}`` is either."""

from __future__ import annotations

import re
from functools import lru_cache

_MEANING = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", ",": "|", "}": ")"}
_PIECES = re.compile(r"(\*\*/|\*\*|\*|\?|[{},])")


@lru_cache(maxsize=1024)
def compile_glob(pattern: str) -> re.Pattern[str]:
    """For ``fullmatch`` on a path with ``/``. Braces that don't pair are ordinary characters."""
    meaning = dict(_MEANING)
    if not re.fullmatch(r"[^{}]*(?:\{[^{}]*\}[^{}]*)*", pattern):
        meaning = {piece: value for piece, value in meaning.items() if piece not in "{,}"}
    depth, pieces = 0, []
    for piece in _PIECES.split(pattern):
        depth += (piece == "{") - (piece == "}")
        ordinary = piece not in meaning or (piece == "," and depth == 0)
        pieces.append(re.escape(piece) if ordinary else meaning[piece])
    return re.compile("".join(pieces), re.DOTALL)
