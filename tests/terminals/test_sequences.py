"""Control sequences are never cut, queries never replayed, settings never lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsess_lab.terminals.history import History
from parsess_lab.terminals.modes import Modes
from parsess_lab.terminals.sequences import (
    HOLD,
    Whole,
    is_report,
    queries_at_the_end,
    without_queries,
)

KEPT = [
    "text ä€𝄞\r\n", "\x1b[31;1m", "\x1b[?1049h", "\x1b[?25l", "\x1b]0;title\x07", "\x1b]8;;http://x?y\x1b\\link\x1b]8;;\x1b\\",
    "\x1bc", "\x1b(0", "\x1b[2 q", "\x1b[22;0;0t", "\x1b[23t", "\x1b[8;24;80t", "\x1b[>4;1m", "\x1b[>1u", "\x1b[<u",
    "\x1b[=1;1u", "\x1b[10;20H", "\x1b[3X", "\x1b]4;1;rgb:00/00/00\x07", "\x1b]10;#ffffff\x1b\\",
    "\x1b[?2004h", "\x1b[2J", "\x1b[4S", "\x1b[s", "\x1b[u", "\x1b]7;file://h/p\x07", "\x1b]133;A\x07",
    "\x1bPq#0~~\x1b\\",
]  # fmt: skip
QUERIES = [
    "\x1b[c", "\x1b[0c", "\x1b[>c", "\x1b[>0c", "\x1b[=c", "\x1b[5n", "\x1b[6n", "\x1b[?6n", "\x1b[?996n",
    "\x1b]4;1;?\x07", "\x1b]4;255;?\x1b\\", "\x1b]10;?\x07", "\x1b]11;?\x1b\\", "\x1b]12;?\x07", "\x1b]52;c;?\x07",
    "\x1b[?2026$p", "\x1b[4$p", "\x1bP+q544e;436f\x1b\\", "\x1bP$qm\x1b\\", "\x1bP$q q\x1b\\", "\x1b[14t", "\x1b[16t",
    "\x1b[18t", "\x1b[21t", "\x1b[?u", "\x1b[>q", "\x1b[>0q", "\x1b[x", "\x1b[1;1;1;1;10;10*y", "\x1b[?1;1S",
    "\x1b[?4m", "\x1bZ", "\x1b]52;c;aGk=\x07", "\x1b]9;hey\x07", "\x1b[?1004h", "\x1b[?1004l",
]  # fmt: skip


@pytest.mark.parametrize("text", KEPT)
def test_what_draws_and_sets_is_kept(text: str) -> None:
    assert without_queries(f"a{text}b") == f"a{text}b"


@pytest.mark.parametrize("text", QUERIES)
def test_what_asks_is_taken_out(text: str) -> None:
    assert without_queries(f"a{text}b") == "ab"


def test_settings_set_together_with_one_that_asks_stay() -> None:
    assert without_queries("\x1b[?1000;1004;2004h") == "\x1b[?1000;2004h"


@pytest.mark.parametrize(
    "text", ["\u009b6n", "\x1b[\r6n", "\x1b\n[6n", "\u009d10;?\u009c", "\u0090+q00\u009c", "\x1b[6\x00n"]
)
def test_other_ways_of_writing_a_query_are_seen_through(text: str) -> None:
    assert without_queries(Whole().feed(text.encode())).strip("\r\n\x00") in {"", "\x1b\\"}


PIECES = st.lists(
    st.sampled_from([*KEPT, *QUERIES, "ä", "𝄞", "\u009b1m", "\x1b[1\r2m", "\x18", "\x1b", "\x1b]"]),
    max_size=12,
)


@given(PIECES, st.lists(st.integers(0, 400), max_size=8))
def test_it_makes_no_difference_where_reads_cut_the_stream(pieces: list[str], cuts: list[int]) -> None:
    data = "".join([*pieces, "\x1b\\end"]).encode()
    whole, places = Whole(), sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    fed = [whole.feed(data[begin:end]) for begin, end in pairwise(places)]
    assert "".join(fed) + whole.rest() == (one := Whole()).feed(data) + one.rest()
    assert "".join(map(without_queries, fed)) == without_queries("".join(fed))


@given(PIECES, st.integers(0, 400))
def test_a_piece_ends_where_no_sequence_is_open(pieces: list[str], cut: int) -> None:
    text = "".join(pieces)
    fed = Whole().feed(text[: cut % (len(text) + 1)].encode())
    assert Whole().feed(fed.encode()) == fed


def test_a_sequence_without_an_end_is_given_up() -> None:
    whole = Whole()
    assert whole.feed(b"\x1b]0;" + b"x" * HOLD) != ""
    assert whole.feed(b"y\x07z") == "y\x07z"


def test_queries_that_nobody_has_answered() -> None:
    assert queries_at_the_end("$ \x1b[c\x1b]11;?\x07") == "\x1b[c\x1b]11;?\x07"
    assert queries_at_the_end("\x1b[c$ ") == ""


@pytest.mark.parametrize(
    ("keys", "report"),
    [
        ("\x1b[I", True), ("\x1b[O", True), ("\x1b[?1;2c", True), ("\x1b[>0;276;0c", True), ("\x1b[12;40R", True),
        ("\x1b]11;rgb:00/00/00\x1b\\", True), ("\x1bP1$r0m\x1b\\", True), ("\x1b[<0;10;5M", True),
        ("\x1b[I\x1b[0n", True),
        ("\x1b[A", False), ("\x1bOP", False), ("\x1b[3~", False), ("a", False), ("\r", False), ("\x1b[Ia", False),
        ("\x1b[200~ls\x1b[201~", False), ("\x1b", False), ("\x1bb", False), ("\x1b[1;5C", False),
    ],
)  # fmt: skip
def test_what_a_terminal_reports_is_told_from_keys(keys: str, report: bool) -> None:
    assert is_report(keys) is report


def test_settings_outlive_the_bytes_that_made_them() -> None:
    history = History(1000)
    history.append(
        "\x1b[?2004h\x1b[?1h\x1b[?25l\x1b[?7l\x1b[4h\x1b=\x1b[5 q\x1b(0\x1b]2;title\x07\x1b[1m\x1b[31m"
    )
    for number in range(200):
        history.append(f"line {number}\r\n")
    text = history.text()
    assert "line 199" in text
    assert "line 1\r" not in text
    for setting in (
        "[?2004h",
        "[?1h",
        "[?25l",
        "[?7l",
        "[4h",
        "=",
        "[5 q",
        "(0",
        "]2;title\x07",
        "[m\x1b[1m\x1b[31m",
    ):
        assert f"\x1b{setting}" in text.partition("line")[0]


def test_settings_of_the_end_are_those_replayed() -> None:
    history = History(300)
    for number in range(100):
        history.append(
            f"\x1b[?2004{'hl'[number % 2]}\x1b[3{number % 8}m\x1b[?1049hdrawn\x1b[?1049l{number}\r\n"
        )
    replayed = Modes()
    replayed.feed(history.text())
    assert replayed.since(history.modes) == ""
    assert "drawn" not in history.text()


def test_a_program_that_has_left_the_alternate_screen_is_forgotten_but_for_its_settings() -> None:
    history = History(1000)
    history.append("before\r\n\x1b[?1049h")
    for _ in range(1000):
        history.append("drawn ")
    assert "before" in history.text()
    assert history.cut
    history.append("\x1b[?1002h\x1b[?1049lafter\r\n")
    assert history.text() == "before\r\n\x1b[?1049h\x1b[?1002h\x1b[?1049lafter\r\n"


def test_without_the_cursor_coming_back_what_was_drawn_stays() -> None:
    history = History(1000)
    history.append("\x1b[?47hdrawn\x1b[?47lafter")
    assert history.text() == "\x1b[?47hdrawn\x1b[?47lafter"


def test_a_cut_falls_into_no_picture() -> None:
    history = History(100)
    for _ in range(10):
        history.append("\x1bPq" + "~\n" * 30 + "\x1b\\\r\n")
    assert history.text().count("\x1bPq") == history.text().count("\x1b\\")
