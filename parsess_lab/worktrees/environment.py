"""Which Python a worktree runs, and whether that Python imports the worktree's own code.

An environment is made anew, never copied: a copied one still imports the checkout it was made for, and runs the
wrong code without a word.
"""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import msgspec

from parsess_lab.environments import Environment
from parsess_lab.errors import ParsessError
from parsess_lab.processes import child_environment

_SHEBANG = 512  # bytes; where the path is long, installers write a line for sh that names it
_PYTHON = re.compile(rb"(/[^\s'\"]*/bin/python[\d.]*)")
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
told = {"prefix": sys.prefix, "version": sys.version.split()[0], "found": found}
print(json.dumps(told | {"notebooks": importlib.util.find_spec("ipykernel") is not None}))
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
    notebooks: str | None = None
    """What to type so that notebooks can run in it; None if they can."""

    def described(self) -> str:
        """In one line."""
        words = f"{self.prefix} (Python {self.version})"
        return f"{words}. Notebooks need ipykernel in it: `{self.notebooks}`" if self.notebooks else words


def packages(worktree: Path) -> list[str]:
    """Top-level packages and modules that the worktree holds, by the usual layouts."""
    top = worktree / "src" if (worktree / "src").is_dir() else worktree
    found = {path.parent.name for path in top.glob("*/__init__.py")}
    if top != worktree:
        found |= {path.stem for path in top.glob("*.py")}
    return sorted(name for name in found - {"tests", "test", "docs", "examples"} if name.isidentifier())


async def inspect(worktree: Path, environment: Environment, others: list[Path] | None = None) -> Interpreter:
    """Ask its Python where it imports the worktree's packages from. One that is refused is not run.

    ``others`` are the repository's other checkouts: importing from one of them is the trap this is for. That it can't
    be run is a problem of it like any other.
    """
    path, prefix = str(environment.python), str(environment.prefix)
    problem, told = environment.refused, None
    if problem is None:
        try:
            told = await _ask(environment, await asyncio.to_thread(packages, worktree))
        except (ParsessError, OSError, msgspec.DecodeError) as error:
            problem = f"{error}. Make the environment anew, or delete {prefix}."
    if told is None:
        version = environment.version() or ""
        return Interpreter(path=path, version=version, prefix=prefix, own=False, imports=[], problem=problem)
    imports = [
        Imported(name=name, origin=origin, own=origin is not None and _is_in(origin, worktree))
        for name, origin in told.found.items()
    ]
    own = _is_in(told.prefix, worktree)
    copied = await asyncio.to_thread(_copied_from, environment)
    return Interpreter(
        path=path, version=told.version, prefix=told.prefix, own=own, imports=imports,
        problem=_problem(worktree, told.prefix, own, imports, others or []) or copied,
        notebooks=None if told.notebooks else environment.installing("ipykernel"),
    )  # fmt: skip


def _copied_from(environment: Environment) -> str | None:
    """What is wrong with one that was copied: its programs go on running the Python of the place they came from."""
    for program in sorted(environment.bin.iterdir()):
        try:
            with program.open("rb") as stream:
                start = stream.read(_SHEBANG)
        except OSError:
            continue
        found = _PYTHON.search(start) if start.startswith(b"#!") else None
        python = Path(os.fsdecode(found[1])) if found else environment.python
        if python.parent != environment.bin and (python.parents[1] / "pyvenv.cfg").is_file():
            return f"It was copied from {python.parents[1]}: its {program.name} runs that one. Make it anew."
    return None


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
    notebooks: bool


async def _ask(environment: Environment, names: list[str]) -> _Told:
    """Run the probe from a neutral directory: the current one must not be on the import path."""
    python = environment.python
    variables = environment.applied(child_environment(extra={"PYTHONDONTWRITEBYTECODE": "1"}))
    process = await asyncio.create_subprocess_exec(
        str(python), "-c", _PROBE, *names, cwd="/", env=variables,
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
