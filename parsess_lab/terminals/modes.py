"""What a terminal is set to: followed in the output, and said again to a browser that missed it."""

from __future__ import annotations

import re

SCREENS = frozenset({"47", "1047", "1049"})
"""Modes that lead to the alternate screen."""

_ON_BY_DEFAULT = frozenset({"?7", "?25"})  # wrapping, the cursor
# Never said again: 1048 keeps the cursor, 2026 begins a frame, 3 empties the screen.
_PASSING = frozenset({"?3", "?1048", "?2026", *(f"?{mode}" for mode in SCREENS)})
_MOST = 64

# Scroll margins aren't followed: they fit only the size they were set for, and full-screen programs repaint.
# Colours, of which there may be many, are passed over at once.
_SETTING = re.compile(
    r"\x1b(?!\[[\d;:]*m)(?:"
    r"\[(?P<private>\??)(?P<modes>[\d;]*)(?P<on>[hl])"
    r"|\[\d*(?P<style> q)"
    r"|(?P<charset>[()])[0-9A-Za-z<=>]"
    r"|(?P<keypad>[=>])"
    r"|\][02];(?P<title>[^\x07\x1b]*)"
    r"|(?P<reset>c|\[!p)"
    r")"
)
_SHIFT = re.compile(r"[\x0e\x0f]")
_COLOURS = re.compile(r"\x1b\[[\d;:]*m")
_PLAIN = ("\x1b[m", "\x1b[0m")
_DEFAULT = {
    "style": "\x1b[0 q",
    "charset(": "\x1b(B",
    "charset)": "\x1b)B",
    "keypad": "\x1b>",
    "shift": "\x0f",
}


class Modes:
    """The settings in force after the text that was fed."""

    def __init__(self) -> None:
        self.title = ""
        self._modes: dict[str, bool] = {}
        self._other: dict[str, str] = {}
        self._colours: tuple[str, ...] = ()

    def on(self, mode: str) -> bool:
        """Whether a mode, such as ``?2004``, is set."""
        return self._modes.get(mode, mode in _ON_BY_DEFAULT)

    def feed(self, text: str) -> None:
        """Follow text that holds whole sequences only."""
        if "\x0e" in text or "\x0f" in text:
            self._other["shift"] = _SHIFT.findall(text)[-1]
        if "\x1b" not in text:
            return
        plain = _last_plain(text)
        for found in _SETTING.finditer(text):
            if found["reset"] is not None:
                plain = max(plain, found.start())
            self._take(found)
        if plain >= 0:
            self._colours = ()
        for found in _COLOURS.finditer(text, max(plain, 0)):
            self._colour(found[0])

    def copy(self) -> Modes:
        """The same settings, followed apart from now on."""
        twin = Modes()
        twin.title, twin._colours = self.title, self._colours
        twin._modes, twin._other = dict(self._modes), dict(self._other)
        return twin

    def take_cursor(self, before: Modes) -> None:
        """The cursor comes back from where it was kept, with its colours and character sets."""
        self._colours = before._colours
        for name in ("charset(", "charset)", "shift"):
            self._other.pop(name, None)
            if name in before._other:
                self._other[name] = before._other[name]

    def since(self, before: Modes) -> str:
        """The sequences that lead from the settings ``before`` to these."""
        names = self._modes.keys() | before._modes.keys()
        modes = [_mode(name, self.on(name)) for name in sorted(names) if self.on(name) != before.on(name)]
        gone = [_DEFAULT[name] for name in before._other if name not in self._other]
        other = [text for name, text in self._other.items() if before._other.get(name) != text]
        title = [f"\x1b]2;{self.title}\x07"] if self.title != before.title else []
        colours = ["\x1b[m", *self._colours] if self._colours != before._colours else []
        return "".join([*modes, *gone, *other, *title, *colours])

    def _take(self, found: re.Match[str]) -> None:
        kind = found.lastgroup
        if kind == "on":
            for mode in found["modes"].split(";"):
                self._set(found["private"] + mode, found["on"] == "h")
        elif kind == "title":
            self.title = found["title"][:500]
        elif kind == "reset":
            self._modes, self._other = {}, {}
        elif kind is not None:
            self._other[kind if kind != "charset" else kind + found["charset"]] = found[0]

    def _set(self, mode: str, on: bool) -> None:
        if mode not in _PASSING and (mode in self._modes or len(self._modes) < _MOST):
            self._modes[mode] = on

    def _colour(self, sequence: str) -> None:
        if sequence[2:-1].split(";", maxsplit=1)[0] in {"", "0"}:
            self._colours = ()
        if sequence not in _PLAIN:
            self._colours = (*self._colours, sequence)[-16:]


def _last_plain(text: str) -> int:
    """Where all colours were taken back last; -1 if nowhere. Looks near the end first, where it mostly is."""
    for begin in (len(text) - 4096, 0):
        place = max(text.rfind(sequence, max(begin, 0)) for sequence in _PLAIN)
        if place >= 0:
            return place
    return -1


def _mode(name: str, on: bool) -> str:
    return f"\x1b[{name}{'h' if on else 'l'}"
