"""The Python environment of a directory: what agents' commands, terminals and kernels there run.

The nearest ``.venv``, ``venv``, ``.conda`` or ``.pixi/envs/default`` between the directory and the top of its
checkout. Its programs come before all others on the search path, git and ls included, so it has to be one that
was made on this machine: in a checkout (a plain directory may be an archive somebody sent), not tracked by git
(else it came with the repository), and no link (it belongs where it stands). That an agent writes into such a
folder is always asked, whatever its mode. The server's own calls of git never use it. An archive that has a ``.git``
and an untracked environment can't be told from the person's own.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from parsess_lab.errors import GitFailed
from parsess_lab.git import read

FOLDERS = (".venv", "venv", ".conda", ".pixi/envs/default")
"""In the order in which they count."""

_OTHERS = re.compile(
    r"PYTHONHOME|PYTHONPATH|VIRTUAL_ENV(_PROMPT)?|CONDA_(PREFIX(_\d+)?|DEFAULT_ENV|SHLVL|PROMPT_MODIFIER)"
    r"|PIP_(USER|TARGET|PREFIX)|UV_SYSTEM_PYTHON"
)
"""Belong to the environment that the server itself runs in: packages would be looked for, or put, there."""

_VERSION = re.compile(r"^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)", re.M)
_REMEMBERED = 256
_tracked: dict[tuple[Path, int, int], bool] = {}


@dataclass(frozen=True, slots=True)
class Environment:
    """``refused`` says in words why nothing uses it; None: it is used."""

    prefix: Path
    refused: str | None = None

    @property
    def bin(self) -> Path:
        return self.prefix / "bin"

    @property
    def python(self) -> Path:
        return self.bin / "python"

    @property
    def variable(self) -> str:
        """The variable by which tools know it: uv, pip, conda, prompts of shells."""
        return "VIRTUAL_ENV" if (self.prefix / "pyvenv.cfg").is_file() else "CONDA_PREFIX"

    @property
    def assignment(self) -> str:
        """``variable`` with its value, as ``export`` takes it."""
        return f"{self.variable}={self.prefix}"

    def version(self) -> str | None:
        """Of its Python, as far as that can be told without running it. Reads one small file."""
        try:
            found = _VERSION.search((self.prefix / "pyvenv.cfg").read_text(errors="replace"))
        except OSError:
            return None
        return found[1] if found else None

    def installing(self, package: str) -> str:
        """The command line that installs a package into it, for a shell that is anywhere."""
        if (self.bin / "pip").exists():
            return shlex.join([str(self.python), "-m", "pip", "install", package])
        return shlex.join(["uv", "pip", "install", "--python", str(self.python), package])

    def applied(self, variables: Mapping[str, str]) -> dict[str, str]:
        """``variables`` as if it had been activated, and the server's own environment had not.

        What a conda environment would run at its activation is not run.
        """
        if self.refused is not None:
            return dict(variables)
        kept = without(variables)
        left = _own_folders(variables)
        path = [entry for entry in variables.get("PATH", os.defpath).split(os.pathsep) if entry not in left]
        kept["PATH"] = os.pathsep.join([str(self.bin), *filter(None, path)])
        return kept | {self.variable: str(self.prefix)}


def _own_folders(variables: Mapping[str, str]) -> set[str]:
    """Programs of the server's virtual environment: what is missing in another one must not come from there.

    A conda prefix stays, behind: git and the shell itself may come from it.
    """
    own = {variables["VIRTUAL_ENV"]} if variables.get("VIRTUAL_ENV") else set()
    own |= {sys.prefix} if sys.prefix != sys.base_prefix else set()
    return {str(Path(prefix) / "bin") for prefix in own}


def without(variables: Mapping[str, str]) -> dict[str, str]:
    """``variables`` for what makes an environment: no installer takes the server's own one for it."""
    return {name: value for name, value in variables.items() if not _OTHERS.fullmatch(name)}


async def within(directory: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """``variables`` as a process in ``directory`` should see them."""
    found = await look(directory)
    return found.applied(variables) if found is not None else dict(variables)


async def look(directory: Path) -> Environment | None:
    """The environment of ``directory`` as it is now; None if it has none, or is in no checkout."""
    found = await asyncio.to_thread(_find, directory)
    if found is None:
        return None
    prefix, top = found
    return Environment(prefix, await _refused(prefix, top))


def _find(directory: Path) -> tuple[Path, Path] | None:
    """The environment's folder, and the top of the checkout. A few lookups."""
    here = Path(os.path.realpath(directory))
    top = next((place for place in (here, *here.parents) if os.path.lexists(place / ".git")), None)
    if top is None:
        return None
    found = next((prefix for place in _upwards(here, top) for prefix in _there(place)), None)
    return (found, top) if found is not None else None


def _upwards(here: Path, top: Path) -> Iterator[Path]:
    yield from (place for place in (here, *here.parents) if place.is_relative_to(top))


def _there(place: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        prefix = place / folder
        marked = (prefix / "pyvenv.cfg").is_file() or (prefix / "conda-meta").is_dir()
        if marked and os.access(prefix / "bin" / "python", os.X_OK):
            yield prefix


async def _refused(prefix: Path, top: Path) -> str | None:
    real = await asyncio.to_thread(os.path.realpath, prefix)
    if real != str(prefix):
        return f"It is a link to {real}, and belongs there: make an environment for this checkout."
    try:
        tracked = await _is_tracked(prefix, top)
    except GitFailed as error:
        return f"Whether it came with the repository can't be told: {error.message}"
    return (
        "It came with the repository: git tracks files in it. Make one on this machine." if tracked else None
    )


async def _is_tracked(prefix: Path, top: Path) -> bool:
    """Asks git, once for each state of its index."""
    key = (prefix, *await asyncio.to_thread(_index, top))
    if key not in _tracked:
        if len(_tracked) >= _REMEMBERED:
            _tracked.clear()
        said = await read("ls-files", "-z", "--", prefix.name, cwd=prefix.parent)
        _tracked[key] = bool(said.stdout)
    return _tracked[key]


def _index(top: Path) -> tuple[int, int]:
    """The state of the checkout's index, (0, 0) as long as there is none."""
    entry = top / ".git"
    try:
        if entry.is_file():
            entry = top / entry.read_text(errors="surrogateescape").removeprefix("gitdir: ").strip()
        status = (entry / "index").stat()
    except OSError:
        return (0, 0)
    return (status.st_ino, status.st_mtime_ns)
