"""What a person would read of a program's output: the text that is left once all its controls have acted."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f]+)"
    r"|\x1b\[(?P<arguments>[\d;:]*)(?P<final>[A-Za-z@`])"
    r"|\x1b\[\?(?P<modes>[\d;]*)(?P<on>[hl])"
    r"|\x1b(?:\[[ -?]*[@-~]|[P\]X^_][^\x07\x18\x1a\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])"
    r"|(?P<control>[\x00-\x1f\x7f])"
)
_PLAIN = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")
_COLOURS = re.compile(r"\x1b\[[\d;:]*m")
_ALTERNATE = frozenset({"47", "1047", "1049"})
_TAB = 8
_MOST = 10_000  # rows or columns a cursor is let move


def reduce(output: str, columns: int = 80) -> str:
    """Plain text of what a program printed on a screen of ``columns``, without blanks at line ends.

    What was printed over is gone: of a progress bar its last state is left. What a full-screen program drew
    on the alternate screen isn't output.
    """
    plain = (
        _COLOURS.sub("", output).replace("\r\n", "\n") if "\x1b" in output else output.replace("\r\n", "\n")
    )
    if _PLAIN.fullmatch(plain):
        return "\n".join(line.rstrip() for line in plain.expandtabs(_TAB).split("\n")).rstrip("\n")
    sheet = Sheet(columns)
    sheet.print(output)
    return sheet.text()


class Sheet:
    """A screen without a bottom, as wide as the terminal."""

    def __init__(self, columns: int) -> None:
        self._columns = max(columns, 2)
        self.rows = [""]
        self._continued: set[int] = set()
        self._y = self._x = 0
        self._kept = (0, 0)
        self._alternate = False

    @property
    def cursor(self) -> tuple[int, int]:
        """Its row and column, from 0."""
        return self._y, self._x

    def print(self, output: str) -> None:
        """Let all of it act; it holds whole sequences."""
        for token in _TOKEN.finditer(output):
            self._take(token)

    def _take(self, token: re.Match[str]) -> None:
        if token["on"]:
            if not _ALTERNATE.isdisjoint(token["modes"].split(";")):
                self._alternate = token["on"] == "h"
        elif self._alternate:
            return
        elif token["text"]:
            self._write(token["text"])
        elif token["final"]:
            self._control_sequence(token["final"], token["arguments"])
        elif token["control"]:
            self._control(token["control"])
        elif token[0] in {"\x1b7", "\x1b8"}:
            self._keep(token[0] == "\x1b7")

    def text(self) -> str:
        lines: list[str] = []
        for number, row in enumerate(self.rows):
            if number in self._continued and lines:
                lines[-1] += row
            else:
                lines.append(row)
        return "\n".join(line.rstrip() for line in lines).rstrip("\n")

    def _write(self, text: str) -> None:
        while text:
            if self._x >= self._columns:
                self._down()
                self._x = 0
                self._continued.add(self._y)
            piece, text = text[: self._columns - self._x], text[self._columns - self._x :]
            row = self.rows[self._y]
            self.rows[self._y] = row[: self._x].ljust(self._x) + piece + row[self._x + len(piece) :]
            self._x += len(piece)

    def _control(self, control: str) -> None:
        if control in "\n\v\f":
            self._down()
            self._continued.discard(self._y)
        elif control == "\r":
            self._x = 0
        elif control == "\b":
            self._x = max(min(self._x, self._columns - 1) - 1, 0)
        elif control == "\t":
            self._x = min((self._x // _TAB + 1) * _TAB, self._columns - 1)

    def _control_sequence(self, final: str, arguments: str) -> None:
        numbers = [min(int(number or 0), _MOST) for number in re.split("[;:]", arguments)]
        first = max(numbers[0], 1)
        if final in "JK":
            (self._erase_rows if final == "J" else self._erase)(numbers[0])
        elif final in "@P":
            self._shift(first if final == "@" else -first)
        elif final == "X":
            row = self.rows[self._y]
            blank = row[: self._x].ljust(self._x) + " " * min(first, self._columns - self._x)
            self.rows[self._y] = blank + row[len(blank) :]
        elif final in "su":
            self._keep(final == "s")
        else:
            self._move(final, first, numbers)

    def _move(self, final: str, first: int, numbers: list[int]) -> None:
        if final in "ABEF":
            self._go(self._y + (first if final in "BE" else -first))
            if final in "EF":
                self._x = 0
        elif final in "CD":
            self._x = max(0, min(self._x + (first if final == "C" else -first), self._columns - 1))
        elif final in "G`":
            self._x = min(first, self._columns) - 1
        elif final in "Hf":  # there is no top to count from: whoever goes there begins a new page
            self._go(len(self.rows) if self.rows[-1] else len(self.rows) - 1)
            self._x = min(max(numbers[-1] if len(numbers) > 1 else 1, 1), self._columns) - 1

    def _keep(self, keep: bool) -> None:
        if keep:
            self._kept = (self._y, self._x)
        else:
            self._y, self._x = self._kept

    def _go(self, y: int) -> None:
        self._y = max(y, 0)
        while len(self.rows) <= self._y:
            self.rows.append("")

    def _down(self) -> None:
        self._go(self._y + 1)

    def _erase(self, what: int) -> None:
        row = self.rows[self._y]
        if what == 0:
            self.rows[self._y] = row[: self._x]
        else:
            self.rows[self._y] = "" if what == 2 else " " * (self._x + 1) + row[self._x + 1 :]  # noqa: PLR2004

    def _erase_rows(self, what: int) -> None:
        if what == 0:
            self._erase(0)
            del self.rows[self._y + 1 :]
            self._continued = {row for row in self._continued if row <= self._y}

    def _shift(self, by: int) -> None:
        row = self.rows[self._y].ljust(self._x)
        left, right = row[: self._x], row[self._x :]
        self.rows[self._y] = (left + " " * min(by, self._columns) + right if by > 0 else left + right[-by:])[
            : self._columns
        ]
