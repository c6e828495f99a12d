"""The grammar of what programs print beside text: control sequences, cut and sorted as xterm does it."""

from __future__ import annotations

import codecs
import re

HOLD = 1 << 16
"""Characters of an unfinished sequence that are held back. A longer one (a picture) goes on in pieces."""

_C1 = re.compile(r"[\x80-\x9f]")
_C0 = r"\x00-\x17\x19\x1c-\x1f\x7f"
_CONTROL_INSIDE = re.compile(rf"\x1b(?!\[[\d;:]*m)(?:[{_C0}]+[\[ -/]|\[[ -?]*[{_C0}])")
_NOT_COLOUR = re.compile(r"\x1b(?!\[[\d;:]*m)")
_SEQUENCE_WITH_CONTROL = re.compile(rf"\x1b([{_C0}]*\[[ -?{_C0}]*[@-~])")
_CONTROLS = re.compile(rf"[{_C0}]+")

_OPEN = re.compile(r"\x1b(?:[ -/]*|\[[ -?\x00-\x17\x19\x1c-\x1f\x7f]*|[P\]X^_][^\x07\x18\x1a\x1b]*)")
_OPEN_STRING = re.compile(r"\x1b[P\]X^_][^\x07\x18\x1a\x1b]*")

_END = r"(?:\x07|\x1b\\|(?=[\x18\x1a\x1b])|$)"
# Colours, of which there may be many, are passed over at once.
_QUERY = re.compile(
    r"\x1b(?!\[[\d;:]*m)(?:"
    r"\[[>=?]?[\d;]*c"  # device attributes and their replies
    r"|\[\??[\d;]*n"  # device status, cursor position, colour scheme
    r"|\[\??\d+;\d+(?:;\d+)?R"  # the reply
    r"|\[\??[\d;]*\$[pyuw]"  # modes and states asked for, told
    r"|\[(?:1[1-9]|2[01])[\d;]*t"  # window reports; 22 and 23 are the stack of titles
    r"|\[\?[\d;]*[umS]"  # keyboard protocol, key modifiers, graphics
    r"|\[>[\d;]*q"  # version
    r"|\[[\d;]*x"  # terminal parameters
    r"|\[[\d;]*\*y"  # checksum of an area
    r"|Z"
    rf"|\](?:[45]|1[0-9]|21|52|1337);(?:[^\x07\x18\x1a\x1b]*;)?\?(?:;[^\x07\x18\x1a\x1b]*)?{_END}"
    rf"|P(?:[01]?[+$][qr]|>\|)[^\x18\x1a\x1b]*{_END}"  # capabilities, settings and their replies
    r")"
)
_QUERIES_AT_THE_END = re.compile(rf"(?:{_QUERY.pattern})+$")
# They act outside the screen: on the clipboard, as a notification. Once is enough.
_ONCE = re.compile(rf"\x1b\](?:52|9|777|99);[^\x07\x18\x1a\x1b]*{_END}")
# Setting these makes the browser answer at once: with its focus, with its size.
_ANSWERED = frozenset({"1004", "2048"})
_ANSWERED_MODE = re.compile(r"\x1b\[\?([\d;]*(?:1004|2048)[\d;]*)([hl])")
# What a terminal says of itself; everything else was typed. Focus, mouse, replies.
_REPORTS = re.compile(
    r"(?:\x1b\[[IO]"
    r"|\x1b\[\?[\d;]*[cnu]|\x1b\[>[\d;]*c|\x1b\[\d*n|\x1b\[\??\d+;\d+R|\x1b\[\?[\d;]*\$y|\x1b\[[\d;]+t"
    r"|\x1b\[<[\d;]*[Mm]|\x1b\[M..."
    r"|\x1b\][\d;]*;rgb:[^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\)+",
    re.DOTALL,
)
_FOCUS = re.compile(r"\x1b\[([IO])")


class Whole:
    """Gives output on in pieces that end where a character and a control sequence end.

    Eight-bit controls become the escape sequences they stand for; controls inside a sequence, which a
    terminal carries out first, are put before it. So all that follows knows one form only.
    """

    def __init__(self) -> None:
        self.only_colours = False
        """What was given last has no sequences but those that set colours. Most output hasn't."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    def feed(self, output: bytes) -> str:
        """What is whole by now; bytes that are no UTF-8 are U+FFFD."""
        eight_bit = b"\xc2" in output or b"\xc2" in self._decoder.getstate()[0]
        text = self._decoder.decode(output)
        if eight_bit:
            text = _C1.sub(lambda found: "\x1b" + chr(ord(found[0]) - 0x40), text)
        text = self._held + text
        end = _end_of_whole(text) if "\x1b" in text else len(text)
        if len(text) - end > HOLD:
            end = len(text)
        self._held = text[end:]
        whole = text[:end]
        self.only_colours = _NOT_COLOUR.search(whole) is None
        if not self.only_colours and _CONTROL_INSIDE.search(whole):
            whole = _SEQUENCE_WITH_CONTROL.sub(_controls_first, whole)
        return whole

    def rest(self) -> str:
        """What was never finished."""
        self.only_colours = False
        rest, self._held = self._held, ""
        return rest


def without_queries(text: str) -> str:
    """``text`` without what makes a browser answer, and without what must happen only once.

    ``text`` ends with a whole sequence.
    """
    if "\x1b" not in text:
        return text
    text = _ONCE.sub("", _QUERY.sub("", text))
    return _ANSWERED_MODE.sub(_without_answered, text) if "1004" in text or "2048" in text else text


def queries_at_the_end(text: str) -> str:
    """The queries that ``text`` ends with: whoever printed it waits for the answer."""
    found = _QUERIES_AT_THE_END.search(text)
    return found[0] if found else ""


def is_report(keys: str) -> bool:
    """Nobody typed this: the browser's terminal told of its focus, its mouse or itself."""
    return keys.startswith("\x1b") and _REPORTS.fullmatch(keys) is not None


def focus(keys: str) -> bool | None:
    """Whether this reports that the focus came (True) or went (False); None when it's something else."""
    found = _FOCUS.fullmatch(keys)
    return None if found is None else found[1] == "I"


def starts_in_string(text: str) -> bool:
    """Whether ``text``, which began with a whole sequence, ends inside a control string."""
    last = max(text.rfind("\x1b" + kind) for kind in "P]X^_")
    return last >= 0 and _OPEN_STRING.fullmatch(text, last) is not None


def _end_of_whole(text: str) -> int:
    end = len(text)
    while (last := text.rfind("\x1b", 0, end)) >= 0 and _OPEN.fullmatch(text, last, end):
        end = last  # what is before may end with it, as a string does
    return end


def _controls_first(found: re.Match[str]) -> str:
    controls = "".join(_CONTROLS.findall(found[0]))
    return controls + _CONTROLS.sub("", found[0])


def _without_answered(found: re.Match[str]) -> str:
    kept = [mode for mode in found[1].split(";") if mode not in _ANSWERED]
    return f"\x1b[?{';'.join(kept)}{found[2]}" if kept else ""
