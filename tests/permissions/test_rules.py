"""Rule strings: read, matched, refused."""

from pathlib import Path

import pytest

from parsess_lab.errors import InvalidRequest
from parsess_lab.permissions.rules import PathRule, RunRule, parse_rule


@pytest.mark.parametrize(
    ("rule", "argv", "matches"),
    [
        ("run(pytest)", ["pytest"], True),
        ("run(pytest)", ["pytest", "-q"], False),
        ("run(pytest *)", ["pytest"], True),
        ("run(pytest *)", ["pytest", "-q", "x"], True),
        ("run(git diff *)", ["git", "diff"], True),
        ("run(git diff *)", ["git", "difftool"], False),
        ("run(git diff *)", ["git", "-c", "x", "diff"], False),
        ("run(git diff*)", ["git", "diff", "x"], False),
        ("run(echo 'two words')", ["echo", "two words"], True),
        ("run(echo two words)", ["echo", "two words"], False),
        ("run(echo '*')", ["echo", "*"], True),
        ("run(echo '*')", ["echo", "x"], False),
        ("run(ls * x)", ["ls", "*", "x"], True),
        ("run(ls * x)", ["ls", "a", "x"], False),
        (" run(ls) ", ["ls"], True),
    ],
)
def test_words_match_whole(rule: str, argv: list[str], matches: bool) -> None:
    parsed = parse_rule(rule)
    assert isinstance(parsed, RunRule)
    assert parsed.matches(argv) is matches


@pytest.mark.parametrize(
    ("rule", "path", "matches"),
    [
        ("write(src/**)", "/h/src/a", True),
        ("write(src/**)", "/h/src/a/b.py", True),
        ("write(src/**)", "/h/srcs/a", False),
        ("write(src/**)", "/h/a/src/x", False),
        ("write(src/*)", "/h/src/a/b", False),
        ("write(*.py)", "/h/a.py", True),
        ("write(*.py)", "/h/sub/a.py", False),
        ("write(**/*.py)", "/h/sub/deep/a.py", True),
        ("write(**/*.py)", "/h/a.py", True),
        ("write(**)", "/h/a/b", True),
        ("write(**)", "/elsewhere/a", False),
        ("write(./a.txt)", "/h/a.txt", True),
        ("write(a.{py,txt})", "/h/a.txt", True),
        ("write(a.{py,txt})", "/h/a.md", False),
        ("write(a?c)", "/h/abc", True),
        ("write(a?c)", "/h/a/c", False),
        ("write(a.c)", "/h/abc", False),
        ("read(/data/**)", "/data/x/y", True),
        ("read(/data/**)", "/database/x", False),
    ],
)
def test_globs(rule: str, path: str, matches: bool) -> None:
    parsed = parse_rule(rule)
    assert isinstance(parsed, PathRule)
    assert parsed.matches(Path(path), Path("/h")) is matches


def test_a_tilde_is_the_persons_home() -> None:
    rule = parse_rule("read(~/data/*)")
    assert isinstance(rule, PathRule)
    assert rule.matches(Path.home() / "data/x", Path("/h"))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", "is no rule"),
        ("git diff", "is no rule"),
        ("exec(ls)", "is no rule"),
        ("run()", "is no rule"),
        ("run(ls", "is no rule"),
        ("run(*)", "names no program"),
        ("run(* *)", "names no program"),
        ("run('' x)", "names no program"),
        ("run('x)", "quote isn't closed"),
        ("write(../x)", "can't hold"),
        ("read(/a/../b)", "can't hold"),
    ],
)
def test_what_is_no_rule_says_why(rule: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        parse_rule(rule)
