"""A shell sees the Python environment of its directory, whatever the person's startup files do."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

import pytest

from tests.terminals.conftest import Started
from tests.terminals.test_integration import run

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
