"""A shell sees the Python environment of its directory, whatever the person's startup files do."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

import pytest

from parsess_lab.terminals.activation import activate
from tests.terminals.conftest import Started
from tests.terminals.test_integration import run
from tests.terminals.waiting import until

RESETS = {
    "bash": "PATH=/usr/bin:/bin; export VIRTUAL_ENV=/somewhere/else",
    "bash -l": "PATH=/usr/bin:/bin; set -u",
    "zsh": "path=(/usr/bin /bin); export VIRTUAL_ENV=/somewhere/else; setopt ksh_arrays",
    "zsh -l": "PATH=/usr/bin:/bin",
    "fish": "set -gx PATH /usr/bin /bin; set -gx VIRTUAL_ENV /somewhere/else",
}
TELL = "python -c 'import os, sys; print(sys.prefix, os.environ[\"VIRTUAL_ENV\"])'"


@pytest.fixture
def own(root: Path) -> Path:
    """The environment of a checkout, which is the root."""
    subprocess.run(["git", "init", "-q", root], check=True)
    venv.create(root / ".venv", symlinks=True)
    return root / ".venv"


@pytest.mark.parametrize("shell", RESETS)
async def test_its_python_comes_first(start: Started, own: Path, shell: str) -> None:
    terminal = await start(shell, RESETS[shell])
    assert await run(terminal, TELL) == (TELL, 0, f"{own} {own}")
    left = "env | grep -c PARSESS_ENVIRONMENT"
    assert await run(terminal, left) == (left, 1, "0")
    path = "printenv PATH"
    assert await run(terminal, path) == (path, 0, f"{own}/bin:/usr/bin:/bin")


async def test_without_one_nothing_is_changed(start: Started) -> None:
    terminal = await start("bash", "PATH=/usr/bin:/bin; unset VIRTUAL_ENV")
    line = "echo ${VIRTUAL_ENV-none} $PATH"
    assert await run(terminal, line) == (line, 0, "none /usr/bin:/bin")


@pytest.mark.parametrize("shell", ["bash", "zsh -l", "fish"])
async def test_a_shell_that_was_open_before_is_given_it_in_view(
    start: Started, root: Path, shell: str
) -> None:
    subprocess.run(["git", "init", "-q", root], check=True)  # noqa: ASYNC221
    terminal = await start(shell, "")
    await until(lambda: terminal.idle)
    own = root / ".venv"
    venv.create(own, symlinks=True)
    await activate(terminal)
    assert await run(terminal, TELL) == (TELL, 0, f"{own} {own}")
    assert terminal.tracker.commands[0].line.startswith(f" source '{own}/bin/activate")
    known = len(terminal.tracker.commands)
    await activate(terminal)
    assert len(terminal.tracker.commands) == known


async def test_a_busy_shell_is_left_alone(start: Started, root: Path) -> None:
    subprocess.run(["git", "init", "-q", root], check=True)  # noqa: ASYNC221
    terminal = await start("bash", "")
    await until(lambda: terminal.idle)
    terminal.type("cat")
    venv.create(root / ".venv", symlinks=True)
    await activate(terminal)
    terminal.type("\r")
    await until(lambda: terminal.tracker.running)
    await activate(terminal)
    assert [command.line for command in terminal.tracker.commands] == ["cat"]
    assert "source" not in terminal.history.text()
