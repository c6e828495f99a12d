"""Wildcards of paths: ``*`` and ``?`` stay within one name, ``**`` crosses folders, ``{a,b}`` is either."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_MEANING = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", ",": "|", "}": ")"}
_PIECES = re.compile(r"(\*\*/|\*\*|\*|\?|[{},])")
_FOLLOWED_BY = {"*": ("*", "**"), "**": ("**",)}
"""A star that is followed by one as wide need never match more than the first time what stands between them
fits: else ``*a*a*a*a*b`` would try all ways, for minutes."""


class _Star(NamedTuple):
    """The last wildcard, and its place among the pieces of the expression."""

    piece: str
    at: int


_NONE = _Star("", 0)


@lru_cache(maxsize=1024)
def compile_glob(pattern: str) -> re.Pattern[str]:
    """For ``fullmatch`` on a path with ``/``. Braces that don't pair are ordinary characters."""
    meaning = dict(_MEANING)
    if not re.fullmatch(r"[^{}]*(?:\{[^{}]*\}[^{}]*)*", pattern):
        meaning = {piece: value for piece, value in meaning.items() if piece not in "{,}"}
    pieces: list[str] = []
    depth, star = 0, _NONE
    for piece in _PIECES.split(pattern):
        depth += (piece == "{") - (piece == "}")
        ordinary = piece not in meaning or (piece == "," and depth == 0)
        if not ordinary and piece != "?":
            if depth == 0 and piece in _FOLLOWED_BY.get(star.piece, ()):
                pieces[star.at :] = [f"(?>{pieces[star.at]}?{''.join(pieces[star.at + 1 :])})"]
            star = _Star(piece, len(pieces))
        pieces.append(re.escape(piece) if ordinary else meaning[piece])
    return re.compile("".join(pieces), re.DOTALL)
