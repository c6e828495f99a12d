"""What bash makes of one word: quotes removed, or the reason why that can't be told beforehand."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")
_OPERATORS = frozenset("|&;<>()\n\t \r`")
_GLOBS = frozenset("*?[")


class Unclear(Exception):
    """The line can't be told apart with certainty; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word after quote removal. ``dynamic``: it holds a variable. ``glob``: bash may replace it by file
    names. ``plain``: written without quotes. ``home``: it begins with a ``~`` that bash expands."""

    text: str
    dynamic: bool = False
    glob: bool = False
    plain: bool = True
    home: bool = False


def read_word(raw: str) -> Word:
    """Remove the quotes of a word as bash would.

    Raises:
        Unclear: it holds an expansion, or what only bash's own parser tells apart.
    """
    return _Reader(raw).read()


class _Reader:
    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.at = 0
        self.text: list[str] = []
        self.dynamic = self.glob = self.quoted = self.braces = False

    def read(self) -> Word:
        home = self.raw == "~" or self.raw.startswith("~/")
        while self.at < len(self.raw):
            self._step(self.raw[self.at])
        if self.braces and ("," in self.raw or ".." in self.raw):
            raise Unclear("it holds a brace expansion")
        return Word("".join(self.text), self.dynamic, self.glob, not self.quoted, home)

    def _step(self, character: str) -> None:
        if character == "'":
            self._single()
        elif character == '"':
            self._double()
        elif character == "\\":
            self._escape()
        elif character == "$":
            self._variable()
        else:
            self._bare(character)

    def _single(self) -> None:
        end = self.raw.find("'", self.at + 1)
        if end < 0:
            raise Unclear("a quote isn't closed")
        self._take(self.raw[self.at + 1 : end], end + 1, quoted=True)

    def _double(self) -> None:
        self._take("", self.at + 1, quoted=True)
        while self.at < len(self.raw):
            character = self.raw[self.at]
            if character == '"':
                self.at += 1
                return
            if character == "\\":
                self._escape_in_quotes()
            elif character == "$" and self.raw[self.at + 1 : self.at + 2] not in '" |)':
                self._variable()
            elif character == "`":
                raise Unclear("it runs a command inside a word")
            else:
                self._take(character, self.at + 1)
        raise Unclear("a quote isn't closed")

    def _escape(self) -> None:
        following = self.raw[self.at + 1 : self.at + 2]
        if following in {"", "\n"}:
            raise Unclear("a line is continued inside a word")
        self._take(following, self.at + 2, quoted=True)

    def _escape_in_quotes(self) -> None:
        following = self.raw[self.at + 1 : self.at + 2]
        if following in {"", "\n"}:
            raise Unclear("a line is continued inside a word")
        self._take(following if following in '$`"\\' else "\\" + following, self.at + 2)

    def _variable(self) -> None:
        name = _NAME.match(self.raw, self.at)
        if name is None:
            raise Unclear("it holds an expansion")
        self.dynamic = True
        self._take(name.group(), name.end())

    def _bare(self, character: str) -> None:
        if character in _OPERATORS:
            raise Unclear("it can't be taken apart with certainty")
        if character == "~" and self.at > 0 and self.raw[self.at - 1] in "=:":
            raise Unclear("it holds a ~ that may be expanded")
        if character == "~" and self.at == 0 and self.raw[1:2] not in {"", "/"}:
            raise Unclear("it names another person's home")
        self.glob = self.glob or character in _GLOBS
        self.braces = self.braces or character in "{}"
        self._take(character, self.at + 1)

    def _take(self, text: str, at: int, *, quoted: bool = False) -> None:
        self.text.append(text)
        self.at = at
        self.quoted = self.quoted or quoted
