"""Which Python a worktree runs, and whether that Python imports the worktree's own code.

An environment is made anew, never copied: a copied one still imports the checkout it was made for, and runs the
wrong code without a word.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import sys
from pathlib import Path

import msgspec

from parsess_lab.errors import ParsessError
from parsess_lab.git import environment
from parsess_lab.worktrees.setup import Setup

FOLDERS = (".venv", "venv")
_PROBE_SECONDS = 30.0
_PROBE = """
import importlib.util, json, sys
found = {}
for name in sys.argv[1:]:
    try:
        spec = importlib.util.find_spec(name)
    except Exception:
        spec = None
    places = [] if spec is None else [spec.origin] if spec.origin else list(spec.submodule_search_locations or [])
    found[name] = places[0] if places else None
print(json.dumps({"prefix": sys.prefix, "version": sys.version.split()[0], "found": found}))
"""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """Where a package of the project comes from; ``origin`` is None if it can't be imported."""

    name: str
    origin: str | None
    own: bool


class Interpreter(msgspec.Struct, frozen=True, kw_only=True):
    """The Python of a worktree. ``problem`` says in words what is wrong with it, None if nothing is."""

    path: str
    version: str
    prefix: str
    own: bool
    """Whether it belongs to this worktree."""
    imports: list[Imported]
    problem: str | None = None


def interpreter(worktree: Path) -> Path | None:
    """The worktree's own Python, if it has one. A few lookups."""
    for folder in FOLDERS:
        python = worktree / folder / "bin" / "python"
        if python.exists() and (worktree / folder / "pyvenv.cfg").is_file():
            return python
    return None


def recipe(worktree: Path) -> Setup | None:
    """The command that makes an environment for a Python project here, or None if it is none.

    With uv it hard-links from its cache; without, venv and pip. Whatever it makes points at the worktree.
    """
    project = any((worktree / name).is_file() for name in ("pyproject.toml", "setup.py", "setup.cfg"))
    requirements = [
        name for name in ("requirements.txt", "requirements-dev.txt") if (worktree / name).is_file()
    ]
    if not project and not requirements:
        return None
    wanted = [*(word for name in requirements for word in ("-r", name)), *(["-e", "."] if project else [])]
    return Setup(command=" && ".join(_commands(worktree, wanted)), source="recipe")


def _commands(worktree: Path, wanted: list[str]) -> list[str]:
    python = str(worktree / FOLDERS[0] / "bin" / "python")
    if (worktree / "uv.lock").is_file() and shutil.which("uv"):
        return [shlex.join(["uv", "sync", "--frozen"])]
    if shutil.which("uv"):
        return [
            shlex.join(["uv", "venv", "--allow-existing", FOLDERS[0]]),
            shlex.join(["uv", "pip", "install", "--python", python, *wanted]),
        ]
    return [
        shlex.join([sys.executable, "-m", "venv", FOLDERS[0]]),
        shlex.join([python, "-m", "pip", "install", "--disable-pip-version-check", *wanted]),
    ]


def packages(worktree: Path) -> list[str]:
    """Top-level packages and modules that the worktree holds, by the usual layouts."""
    top = worktree / "src" if (worktree / "src").is_dir() else worktree
    found = {path.parent.name for path in top.glob("*/__init__.py")}
    if top != worktree:
        found |= {path.stem for path in top.glob("*.py")}
    return sorted(
        name for name in found - {"tests", "test", "docs", "examples", *FOLDERS} if name.isidentifier()
    )


async def inspect(worktree: Path, python: Path, others: list[Path] | None = None) -> Interpreter:
    """Ask ``python`` where it imports the worktree's packages from.

    ``others`` are the repository's other checkouts: importing from one of them is the trap this is for. Raises
    ParsessError (``interpreter_failed``) if it can't be run.
    """
    told = await _ask(python, await asyncio.to_thread(packages, worktree))
    imports = [
        Imported(name=name, origin=origin, own=origin is not None and _is_in(origin, worktree))
        for name, origin in told.found.items()
    ]
    own = _is_in(told.prefix, worktree)
    return Interpreter(
        path=str(python), version=told.version, prefix=told.prefix, own=own, imports=imports,
        problem=_problem(worktree, told.prefix, own, imports, others or []),
    )  # fmt: skip


def _is_in(path: str, folder: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _problem(
    worktree: Path, prefix: str, own: bool, imports: list[Imported], others: list[Path]
) -> str | None:
    for item in imports:
        elsewhere = next(
            (other for other in others if item.origin and _is_innermost(item.origin, other, worktree)), None
        )
        if elsewhere is not None:
            return f"It imports {item.name} from {elsewhere}, another checkout: this worktree's code would not run."
    if not own and any(_is_innermost(prefix, other, worktree) for other in others):
        return f"It belongs to another checkout ({prefix}): make an environment for this worktree."
    strange = [item for item in imports if item.origin is not None and not item.own]
    if strange:
        return f"It imports {strange[0].name} from {strange[0].origin}, not from this worktree."
    return None


def _is_innermost(path: str, other: Path, worktree: Path) -> bool:
    """In ``other``, and not in a worktree that happens to lie inside it."""
    inside = _is_in(path, other)
    return inside and not (_is_in(path, worktree) and worktree.is_relative_to(other))


class _Told(msgspec.Struct, frozen=True):
    prefix: str
    version: str
    found: dict[str, str | None]


async def _ask(python: Path, names: list[str]) -> _Told:
    """Run the probe from a neutral directory: the current one must not be on the import path."""
    process = await asyncio.create_subprocess_exec(
        str(python), "-c", _PROBE, *names, cwd="/", env=environment({"PYTHONDONTWRITEBYTECODE": "1"}),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        raise ParsessError(f"{python} did not answer.", code="interpreter_failed") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise ParsessError(
            f"{python} can't be run: {err.decode(errors='replace')[-300:]}", code="interpreter_failed"
        )
    return msgspec.json.decode(out, type=_Told)
