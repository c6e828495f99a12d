"""A rule with an open end is for one purpose: words that make the program another are asked all the same."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsess_lab.permissions.access import Access, Allow, Ask, Boundary, Decision
from parsess_lab.permissions.decide import decide
from parsess_lab.permissions.globs import compile_glob


def judge(line: str, home: Path, *rules: str, directory: Path | None = None) -> Decision:
    boundary = Boundary(home, directory or home, [home.parent], "ask", rules)
    return decide(Access("execute", command=line), boundary)


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("run(printf *)", "printf -v 'a[$(touch CANARY)]' x"),
        ("run(wait *)", "wait -p 'a[$(touch CANARY)]' x"),
        ("run(jobs *)", "jobs -x touch CANARY"),
        ("run(make test *)", "make test '--eval=$(shell touch CANARY)'"),
        ("run(make test *)", "make test 'X=$(shell touch CANARY)'"),
        ("run(make test *)", "make test SHELL=./evil"),
        ("run(make test *)", "make test -f evil.mk"),
        ("run(make test *)", "make test -I sub"),
        ("run(make test *)", "make test deploy"),
        ("run(go test *)", "go test -exec 'touch CANARY'"),
        ("run(go test *)", "go test --exec='touch CANARY' ./..."),
        ("run(go vet *)", "go vet -vettool=./evil"),
        ("run(cargo test *)", "cargo test --config 'build.rustc-wrapper=\"./evil\"'"),
        ("run(cargo test *)", "cargo test --conf x"),
        ("run(pylint *)", 'pylint --init-hook=\'open("CANARY", "w")\' x'),
        ("run(pylint *)", "pylint --init-h=x"),
        ("run(ctest *)", "ctest --build-and-test . . --test-command touch CANARY"),
        ("run(ctest *)", "ctest -S script.cmake"),
        ("run(mypy *)", "mypy --python-executable ./evil"),
        ("run(git *)", "git -c alias.x='!touch CANARY' x"),
        ("run(git *)", "git --exec-path=. diff"),
    ],
)
def test_is_asked(rule: str, line: str, home: Path) -> None:
    decision = judge(line, home, rule)
    assert isinstance(decision, Ask)
    assert all(rule not in option.rules for option in decision.options)


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("run(printf *)", "printf '%s\\n' words"),
        ("run(make test *)", "make test"),
        ("run(make test *)", "make test -j4 -k --silent"),
        ("run(make test deploy)", "make test deploy"),
        ("run(go test *)", "go test -run TestExec -v ./..."),
        ("run(cargo test *)", "cargo test --all"),
        ("run(pylint *)", "pylint src"),
        ("run(git *)", "git --no-pager diff"),
    ],
)
def test_is_not_asked(rule: str, line: str, home: Path) -> None:
    assert isinstance(judge(line, home, rule), Allow)


@pytest.mark.parametrize("line", ["cat x://../../neighbour/secret", "ls x://../..", "touch x://../../y"])
def test_a_folder_that_is_called_like_a_scheme_is_no_way_out(line: str, home: Path) -> None:
    assert isinstance(judge(line, home, "run(touch *)"), Ask)
    (home / "x:").mkdir()
    assert isinstance(judge(line, home, "run(touch *)"), Ask)
    (home / "x:/link").symlink_to(home.parent)
    assert isinstance(judge("cat x://link/secret", home), Ask)


def test_addresses_are_no_paths(home: Path) -> None:
    assert isinstance(judge("curl https://example.org/a/b", home, "run(curl *)"), Allow)


def test_an_agents_directory_that_became_a_link_is_where_it_leads(home: Path) -> None:
    (home / "moved").symlink_to(home.parent)
    for line in ("ls", "make"):
        assert isinstance(judge(line, home, "run(make)", directory=home / "moved"), Ask)


def naive(pattern: str) -> str:
    """What a pattern of stars and letters means, without any thought of speed."""
    pieces = re.split(r"(\*\*/|\*\*|\*)", pattern)
    meaning = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*"}
    return "".join(meaning.get(piece) or re.escape(piece) for piece in pieces)


words = st.lists(st.sampled_from(["*", "**", "**/", "a", "b", "/", "ab"]), max_size=7).map("".join)


@given(pattern=words, path=st.text("ab/", max_size=9))
def test_globs_mean_the_same_however_they_are_written(pattern: str, path: str) -> None:
    assert bool(compile_glob(pattern).fullmatch(path)) is bool(re.fullmatch(naive(pattern), path))


@pytest.mark.parametrize("pattern", ["*a" * 12 + "*b", "**a" * 12 + "**b", "*?a" * 8 + "*b"])
def test_no_glob_takes_long(pattern: str) -> None:
    begun = time.monotonic()
    assert compile_glob(pattern).fullmatch("a" * 250) is None
    assert time.monotonic() - begun < 1
