"""The rules an *always* would save: right ones, none that say too much, and they do what they say."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsess_lab.permissions.access import Access, Allow, Ask, Boundary
from parsess_lab.permissions.decide import decide
from parsess_lab.permissions.propose import propose
from parsess_lab.permissions.rules import parse_rule


def proposed(access: Access | str, home: Path) -> list[str]:
    if isinstance(access, str):
        access = Access("execute", command=access)
    return propose(access, Boundary(home, home, [home.parent], "ask", []))


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ("git push origin main", ["run(git push *)"]),
        ("npm test", ["run(npm test *)"]),
        ("npm run build -- --prod", ["run(npm run build *)"]),
        ("pytest -q tests", ["run(pytest *)"]),
        ("python -m pytest -q", ["run(python -m pytest *)"]),
        ("cargo test --all", ["run(cargo test *)"]),
        ("git add . && git commit -m 'x y'", ["run(git add *)", "run(git commit *)"]),
        ("git status && make test | tail -3", ["run(make test *)"]),
        ("rm -rf build", ["run(rm -rf build)"]),
        ("python script.py 'two words'", ["run(python script.py 'two words')"]),
        ("python -c 'print(1)'", ["run(python -c 'print(1)')"]),
        ("curl https://example.org/x", ["run(curl https://example.org/x)"]),
        ("unknown-tool --flag", ["run(unknown-tool --flag)"]),
        ("git config user.name x", ["run(git config user.name x)"]),
        ("docker run image sh", ["run(docker run image sh)"]),
        ("git diff --output=x", ["run(git diff --output=x)"]),
        ("find . -delete", ["run(find . -delete)"]),
        ("mkdir -p src/x", ["run(mkdir *)"]),
        ("ls > out.txt", ["write(out.txt)"]),
        ("make > src/log.txt", ["run(make)", "write(src/**)"]),
        ("echo '*' | custom '*'", ["run(custom '*')"]),
    ],
)
def test_each_part_gets_its_rule(line: str, rules: list[str], home: Path) -> None:
    assert proposed(line, home) == rules


@pytest.mark.parametrize(
    "line",
    [
        "sudo make install", "env make", "xargs rm", "find . -name x | xargs rm", "sh -c 'make'",
        "bash script.sh",
        "echo x | sh", "echo x | python", "python -", "eval make", "exec make", "nohup make",
        "timeout 5 make",
        "source x", "export A=b", "make && sh x", "cat ../neighbour/x", "make $x", "make $(x)",
        "make > .git/x",
        "cd ../neighbour && make", "A=1 make", "for x in 1; do make; done", "ssh host make", "make | tee x",
    ],
)  # fmt: skip
def test_nothing_is_proposed_where_no_rule_would_be_safe(line: str, home: Path) -> None:
    assert proposed(line, home) == []


def test_files(home: Path) -> None:
    assert proposed(Access("write", [home / "src/app.py"]), home) == ["write(src/**)"]
    assert proposed(Access("write", [home / "README.md"]), home) == ["write(README.md)"]
    assert proposed(Access("write", [home / ".git/config"]), home) == []
    assert proposed(Access("write", [home.parent / "neighbour/x"]), home) == []
    data = home.parent / "neighbour"
    assert proposed(Access("read", [data / "x.csv"]), home) == [f"read({data}/**)"]


words = st.sampled_from(
    ["git", "push", "npm", "run", "test", "make", "rm", "-rf", "x", "a b", "'q'", "*", "-m", "python",
     "tests/x.py",
     "--flag=1", "pytest", "x;y", "#z", "", "{}", "é"]
)  # fmt: skip


@settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
@given(parts=st.lists(st.lists(words, min_size=1, max_size=4), min_size=1, max_size=3))
def test_what_was_proposed_allows_the_same_next_time(parts: list[list[str]], home: Path) -> None:
    import shlex

    access = Access("execute", command=" && ".join(shlex.join(part) for part in parts))
    decision = decide(access, Boundary(home, home, [home.parent], "ask", []))
    rules = decision.options[1].rules if isinstance(decision, Ask) else []
    if rules:
        assert all(parse_rule(rule) for rule in rules)
        assert isinstance(decide(access, Boundary(home, home, [home.parent], "ask", rules)), Allow)
