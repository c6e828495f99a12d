"""What is typed as it stands, and what only bash may read."""

from __future__ import annotations

import pytest

from parsess_lab.terminals.phrasing import typed


@pytest.mark.parametrize("line", ["make test", "cd a && touch b", "date +%Y", "grep -n 'x y' f | head -3"])
def test_a_line_that_all_shells_read_alike_is_typed_as_it_stands(line: str) -> None:
    assert typed("zsh", line) == line


@pytest.mark.parametrize(
    "line", ["%1", "kill %1", "suspend", "setopt x", "noglob ls", "ls; exit", "a=1", "echo $HOME"]
)
def test_a_line_that_means_something_else_to_the_person_s_shell_is_given_to_bash(line: str) -> None:
    assert typed("zsh", line) == f"bash -c '{line}'"
