"""Modes, rules and places: what is allowed, refused, asked."""

from pathlib import Path

import pytest

from parsess_lab.events import Mode
from parsess_lab.permissions.access import Access, Allow, Ask, Deny

from .conftest import Decide

MODES: list[Mode] = ["ask", "accept_edits", "plan", "auto", "bypass"]


def read(*paths: Path) -> Access:
    return Access("read", paths)


def write(*paths: Path) -> Access:
    return Access("write", paths)


@pytest.mark.parametrize("mode", MODES)
def test_what_touches_nothing_is_free(judge: Decide, mode: Mode) -> None:
    assert judge(Access("nothing"), mode) == Allow()


@pytest.mark.parametrize("mode", MODES)
def test_reading_inside_is_free(judge: Decide, home: Path, mode: Mode) -> None:
    assert judge(read(home / "src/app.py"), mode) == Allow()
    assert judge(read(home), mode) == Allow()


@pytest.mark.parametrize("mode", MODES)
def test_reading_outside_is_asked(judge: Decide, home: Path, mode: Mode) -> None:
    decision = judge(read(home.parent / "neighbour/x"), mode)
    assert isinstance(decision, Ask)
    assert decision.reason == "It is outside the session's directory."


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ["read", "write"])
def test_nothing_outside_the_allowed_roots(judge: Decide, home: Path, mode: Mode, kind: str) -> None:
    access = Access("read" if kind == "read" else "write", [home.parent.parent / "elsewhere/x"])
    rules = ["read(/**)", "write(/**)"]
    assert isinstance(judge(access, mode, rules, allow_bypass=True), Deny)


def test_one_path_outside_is_enough(judge: Decide, home: Path) -> None:
    assert isinstance(judge(read(home / "a", home.parent / "neighbour/x")), Ask)
    assert isinstance(judge(read(home / "a", Path("/etc/passwd"))), Deny)


def test_a_name_that_only_begins_alike_is_outside(judge: Decide, home: Path) -> None:
    assert isinstance(judge(read(home.with_name("home2") / "x")), Ask)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("ask", Ask), ("accept_edits", Allow), ("auto", Allow), ("plan", Deny), ("bypass", Ask)],
)
def test_writing_inside(judge: Decide, home: Path, mode: Mode, expected: type) -> None:
    assert isinstance(judge(write(home / "src/app.py"), mode), expected)


@pytest.mark.parametrize("mode", ["ask", "accept_edits", "auto", "bypass"])
@pytest.mark.parametrize(
    "name",
    [".git/hooks/pre-commit", ".git/config", ".GIT/config", "sub/.git", ".bashrc", ".envrc", ".ssh/config",
     ".mcp.json", ".claude/settings.json", ".vscode/tasks.json", ".config/fish/config.fish",
     ".husky/pre-commit", ".venv/bin/git", "packages/api/venv/pyvenv.cfg", ".pixi/envs/default/bin/ls",
     ".conda/lib/x.pth"],
)  # fmt: skip
def test_files_that_others_run_are_asked(judge: Decide, home: Path, mode: Mode, name: str) -> None:
    decision = judge(write(home / name), mode, ["write(**)"])
    assert isinstance(decision, Ask)
    assert [option.kind for option in decision.options] == ["allow_once", "reject_once"]
    assert isinstance(judge(write(home / name), mode, [f"write({name})"]), Allow)


def test_programs_on_the_search_path_are_asked(
    judge: Decide, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{home}/tools/bin:/usr/bin")
    assert isinstance(judge(write(home / "tools/bin/git"), "accept_edits"), Ask)
    assert isinstance(judge(write(home / "tools/lib/x.py"), "accept_edits"), Allow)
    (home / "link").symlink_to("tools")
    monkeypatch.setenv("PATH", f"{home}/link/bin:/usr/bin")
    assert isinstance(judge(write(home / "tools/bin/git"), "accept_edits"), Ask)


@pytest.mark.parametrize("mode", ["ask", "accept_edits", "auto"])
def test_writing_outside_is_asked_whatever_the_relative_rules(judge: Decide, home: Path, mode: Mode) -> None:
    access = write(home.parent / "neighbour/x")
    assert isinstance(judge(access, mode, ["write(**)", "write(*)", "run(x *)"]), Ask)
    assert isinstance(judge(access, mode, [f"write({home.parent}/neighbour/**)"]), Allow)


def test_rules_name_what_they_allow(judge: Decide, home: Path) -> None:
    rules = ["write(src/**)", "run(npm test *)", f"read({home.parent}/neighbour/*)"]
    assert judge(write(home / "src/deep/app.py"), rules=rules) == Allow("write(src/**)")
    assert isinstance(judge(write(home / "app.py"), rules=rules), Ask)
    assert judge(read(home.parent / "neighbour/x"), rules=rules) == Allow(rules[2])
    assert isinstance(judge(read(home.parent / "neighbour/deep/x"), rules=rules), Ask)
    assert judge("npm test && npm test -- x", rules=rules) == Allow("run(npm test *)")


def test_a_broken_rule_allows_nothing_and_breaks_nothing(judge: Decide, home: Path) -> None:
    rules = ["run(*)", "run()", "run('x)", "write(../**)", "anything", "run(make)"]
    assert isinstance(judge("rm x", rules=rules), Ask)
    assert isinstance(judge("make", rules=rules), Allow)


@pytest.mark.parametrize("mode", MODES)
def test_commands_that_only_read_are_free(judge: Decide, mode: Mode) -> None:
    assert isinstance(judge("ls -la | head -3", mode), Allow)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("ask", Ask), ("accept_edits", Ask), ("auto", Ask), ("plan", Deny), ("bypass", Ask)],
)
def test_other_commands(judge: Decide, mode: Mode, expected: type) -> None:
    assert isinstance(judge("touch x", mode), expected)
    assert isinstance(judge("for x in 1; do touch $x; done", mode), expected)


def test_plan_mode_ignores_rules_for_what_changes(judge: Decide, home: Path) -> None:
    assert isinstance(judge("make", "plan", ["run(make)"]), Deny)
    assert isinstance(judge(write(home / "x"), "plan", ["write(x)"]), Deny)
    assert isinstance(judge("ls > x", "plan"), Deny)


def test_bypass_needs_the_administrator(judge: Decide, home: Path) -> None:
    for line in [
        "touch x",
        "for x in 1; do touch $x; done",
        f"touch {home.parent}/neighbour/x",
        "ls > .git/x",
    ]:
        assert isinstance(judge(line, "bypass"), Ask)
        assert isinstance(judge(line, "bypass", allow_bypass=True), Allow)
        assert isinstance(judge(line, "ask", allow_bypass=True), Ask)
    assert isinstance(judge(write(home / ".git/config"), "bypass", allow_bypass=True), Allow)


def test_bypass_stays_within_the_allowed_roots(judge: Decide, home: Path) -> None:
    assert isinstance(judge("cat /etc/passwd", "bypass", allow_bypass=True), Ask)
    assert isinstance(judge("ls > /etc/x", "bypass", allow_bypass=True), Deny)
    assert isinstance(judge("cd / && ls", "bypass", allow_bypass=True), Deny)


def test_redirections_follow_the_rules_of_writing(judge: Decide, home: Path) -> None:
    assert isinstance(judge("ls > x"), Ask)
    assert isinstance(judge("ls > x", rules=["write(x)"]), Allow)
    assert isinstance(judge("ls > x", "accept_edits"), Allow)
    assert isinstance(judge("ls > .git/x", "accept_edits"), Ask)
    assert isinstance(judge("ls > ../neighbour/x", "accept_edits"), Ask)
    assert isinstance(judge("ls > /etc/x", "accept_edits"), Deny)
    assert isinstance(judge("cd src && ls > x", rules=["write(src/*)"]), Ask)  # its cd may fail


def test_reasons_are_told(judge: Decide) -> None:
    reasons = {
        "cat /etc/passwd": "“/etc/passwd” leads outside the session's directory.",
        "cd ../neighbour && ls": "Its cd leads outside the session's directory, to ",
        "ls && touch x": "No rule allows “touch x”.",
        "ls $(touch x)": "It can't be checked: it holds a command substitution.",
        "ls $x": "What “$x” stands for isn't known before it runs.",
    }
    for line, reason in reasons.items():
        decision = judge(line)
        assert isinstance(decision, Ask)
        assert (decision.reason or "").startswith(reason)


def test_a_directory_outside_is_asked(judge: Decide, home: Path) -> None:
    assert isinstance(judge("ls", directory=home.parent / "neighbour"), Ask)
    assert isinstance(judge("ls", directory=home / "src"), Allow)


def test_a_link_that_leads_out_is_outside(judge: Decide, home: Path) -> None:
    (home / "out").symlink_to(home.parent / "neighbour")
    (home / "far").symlink_to("/etc")
    assert isinstance(judge("cat out/x"), Ask)
    assert isinstance(judge("ls > far/x", "accept_edits"), Deny)
    assert isinstance(judge("ls > out/x", "accept_edits"), Ask)


def test_the_options_come_in_order_with_their_labels(judge: Decide) -> None:
    decision = judge("npm run build")
    assert isinstance(decision, Ask)
    assert [(option.id, option.kind, option.label, option.rules) for option in decision.options] == [
        ("allow_once", "allow_once", "Allow once", []),
        ("allow_session", "allow_session", "Allow for this session", ["run(npm run build *)"]),
        ("allow_project", "allow_project", "Allow in this project", ["run(npm run build *)"]),
        ("reject_once", "reject_once", "Deny", []),
    ]
