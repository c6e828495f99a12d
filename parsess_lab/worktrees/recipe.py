"""How a Python project gets an environment of its own: with uv where it is, else with venv and pip.

It is made anew, never copied: a copied one still imports the checkout it was made for.
"""

from __future__ import annotations

import shlex
import shutil
import sys
import tomllib
from pathlib import Path

from parsess_lab.environments import FOLDERS
from parsess_lab.worktrees.setup import Setup


def recipe(worktree: Path) -> Setup | None:
    """The command that makes an environment for a Python project here, or None if it is none.

    With uv it links from its cache; without, venv and pip. Whatever it makes points at the worktree. What notebooks
    need comes last: without it all else works.
    """
    project = _can_be_installed(worktree)
    requirements = [
        name for name in ("requirements.txt", "requirements-dev.txt") if (worktree / name).is_file()
    ]
    if not project and not requirements:
        return None
    wanted = [*(word for name in requirements for word in ("-r", name)), *(["-e", "."] if project else [])]
    return Setup(command=" && ".join(_commands(worktree, wanted)), source="recipe")


def _can_be_installed(worktree: Path) -> bool:
    """Many a ``pyproject.toml`` only has settings of tools in it."""
    if any((worktree / name).is_file() for name in ("setup.py", "setup.cfg")):
        return True
    try:
        said = tomllib.loads((worktree / "pyproject.toml").read_text(errors="replace"))
    except OSError:
        return False
    except tomllib.TOMLDecodeError:
        return True  # the installer says what is wrong with it
    return "project" in said or "build-system" in said


def _commands(worktree: Path, wanted: list[str]) -> list[str]:
    prefix = worktree / FOLDERS[0]
    python = str(prefix / "bin" / "python")
    if not shutil.which("uv"):
        hidden = (
            f"echo '*' > {shlex.quote(str(prefix / '.gitignore'))}"  # from git, as uv and later Pythons do
        )
        install = [python, "-m", "pip", "install", "--disable-pip-version-check"]
        made = shlex.join([sys.executable, "-m", "venv", str(prefix)])
        return [made, hidden, shlex.join([*install, *wanted]), shlex.join([*install, "ipykernel"])]
    install = ["uv", "pip", "install", "--python", python]
    notebooks = shlex.join([*install, "ipykernel", "pip"])  # pip: for `%pip install`
    if (worktree / "uv.lock").is_file():
        return ["uv sync --frozen --inexact", notebooks]
    made = shlex.join(["uv", "venv", "--allow-existing", str(prefix)])
    return [made, shlex.join([*install, *wanted]), notebooks]
