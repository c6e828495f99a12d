"""Rules: what may be done unasked, as short strings that a person can read.

======================  ================================================================================
``run(pytest)``         exactly this command line, word for word
``run(git diff *)``     these words, then any further ones or none. The trailing ``*`` must stand alone; any
                        other ``*`` is an ordinary character. Words match whole: ``run(git diff *)`` is
                        not ``git difftool``. Quotes as in a shell: ``run(echo 'two words')``
``write(src/**)``       files below ``src`` of the session's directory. ``*`` and ``?`` stay within one
                        name, ``**`` crosses folders. ``/abs/**`` and ``~/x`` name places outside it
``read(/data/**)``      reading outside the session's directory (inside, reading is free)
======================  ================================================================================

A compound command is allowed only when every one of its parts is.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from parsess_lab.errors import InvalidRequest
from parsess_lab.permissions.globs import compile_glob

_RULE = re.compile(r"(run|read|write)\((.+)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RunRule:
    """``words`` are the first (``open_ended``) or all words of a command."""

    text: str
    words: tuple[str, ...]
    open_ended: bool

    def matches(self, argv: Sequence[str]) -> bool:
        if self.open_ended:
            return tuple(argv[: len(self.words)]) == self.words
        return tuple(argv) == self.words


@dataclass(frozen=True, slots=True)
class PathRule:
    """``pattern`` as written: relative to the session's directory, absolute, or with ``~``."""

    text: str
    kind: Literal["read", "write"]
    pattern: str

    @property
    def exact(self) -> bool:
        """It names one file, without wildcards."""
        return not set(self.pattern) & set("*?{")

    def matches(self, path: Path, home: Path) -> bool:
        """Whether the (resolved) path is meant. A relative pattern never leaves ``home``."""
        pattern = str(Path(self.pattern).expanduser())
        if pattern.startswith("/"):
            return compile_glob(pattern).fullmatch(str(path)) is not None
        return (
            path.is_relative_to(home)
            and compile_glob(pattern).fullmatch(str(path.relative_to(home))) is not None
        )


Rule = RunRule | PathRule


@lru_cache(maxsize=1024)
def parse_rule(text: str) -> Rule:
    """Read one rule.

    Raises:
        InvalidRequest: it isn't one; the message says what is wrong with it.
    """
    match = _RULE.fullmatch(text.strip())
    if match is None:
        raise InvalidRequest(f"“{text}” is no rule: write run(…), read(…) or write(…).", code="invalid_rule")
    kind, pattern = match.groups()
    if kind == "run":
        return _parse_run(text, pattern)
    if "\0" in pattern or ".." in Path(pattern).parts:
        raise InvalidRequest(f"“{text}”: a path in a rule can't hold “..”.", code="invalid_rule")
    return PathRule(text, "read" if kind == "read" else "write", pattern.strip().removeprefix("./"))


def _parse_run(text: str, pattern: str) -> RunRule:
    open_ended = pattern.endswith(" *")
    try:
        words = tuple(shlex.split(pattern.removesuffix(" *") if open_ended else pattern))
    except ValueError as error:
        raise InvalidRequest(f"“{text}”: a quote isn't closed.", code="invalid_rule") from error
    if not words or words[0] in {"", "*"}:
        raise InvalidRequest(f"“{text}” names no program.", code="invalid_rule")
    return RunRule(text, words, open_ended)


def parse_rules(texts: Iterable[str]) -> list[Rule]:
    """Those that can be read. A broken one allows nothing; whoever saves a rule uses :func:`parse_rule`."""
    rules = []
    for text in texts:
        try:
            rules.append(parse_rule(text))
        except InvalidRequest:
            continue
    return rules


def run_rule(words: Sequence[str], *, open_ended: bool) -> str:
    """The text of a rule for these words."""
    return f"run({shlex.join(words)}{' *' if open_ended else ''})"
