"""The recipe makes a real environment: with uv and without, from packages on the disk, for a real project."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from parsess_lab import environments
from parsess_lab.worktrees import Record, SetupState, Worktrees
from parsess_lab.worktrees.recipe import recipe
from tests.worktrees.repository import Repository
from tests.worktrees.wheels import pack

PROJECT = """
[project]
name = "thing"
version = "1"
dependencies = ["pathspec"]
[build-system]
requires = ["hatchling", "editables"]
build-backend = "hatchling.build"
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages") / "wheels"
    pack(["hatchling", "editables", "ipykernel", "pip"], folder)
    return folder


class Index:
    """The only place that packages come from."""

    def __init__(self, packages: Path, cache: Path, patch: pytest.MonkeyPatch) -> None:
        self._packages = packages
        self._patch = patch
        settings = {"PIP_NO_INDEX": 1, "PIP_NO_COMPILE": 1, "UV_OFFLINE": 1, "UV_CACHE_DIR": cache}
        for name, value in settings.items():
            patch.setenv(name, str(value))
        patch.delenv("PIP_CONFIG_FILE", raising=False)

    def open(self) -> None:
        for name in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
            self._patch.setenv(name, str(self._packages))

    def close(self) -> None:
        for name in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
            self._patch.setenv(name, str(self._packages.parent))


@pytest.fixture
def tool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With uv on the search path, which is among the tests' packages, or without."""
    uv = [str(Path(sys.executable).parent)] if getattr(request, "param", True) else []
    monkeypatch.setenv("PATH", ":".join([*uv, "/usr/bin", "/bin"]))


@pytest.fixture
def index(packages: Path, room: Path, monkeypatch: pytest.MonkeyPatch, tool: None) -> Index:
    index = Index(packages, room / "cache", monkeypatch)
    index.open()
    return index


def write_project(checkout: Repository) -> None:
    checkout.write("pyproject.toml", PROJECT)
    checkout.write("src/thing/__init__.py", f"PLACE = {str(checkout.path)!r}\n")


def run(worktrees: Worktrees, record: Record) -> SetupState:
    async def run() -> SetupState:
        command = recipe(Path(record.path))
        assert command is not None
        assert not command.needs_consent
        return await (await worktrees.run_setup(record.id, command)).wait()

    return asyncio.run(run())


def said(directory: Path, code: str) -> str:
    """What Python says to a process in the directory."""
    seen = asyncio.run(environments.within(directory, os.environ))
    told = subprocess.run(
        ["python", "-c", code], env=seen, cwd="/", capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


@pytest.mark.timeout(300)  # pip takes its time where many tests run
@pytest.mark.parametrize("tool", [True, False], indirect=True, ids=["uv", "pip"])
def test_a_worktree_gets_an_environment_that_imports_its_own_code(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository, index: Index
) -> None:
    write_project(repository)
    write_project(made)
    index.close()
    state = run(worktrees, record)
    assert (state.status, state.exit_code) == ("failed", 1)
    assert "pathspec" in Path(state.log).read_text() or "hatchling" in Path(state.log).read_text()
    index.open()
    state = run(worktrees, record)
    assert state.status == "done", Path(state.log).read_text()

    found = asyncio.run(worktrees.interpreter(record.id))
    assert found is not None
    assert (found.problem, found.notebooks, found.own) == (None, None, True)
    assert [(one.name, one.own) for one in found.imports] == [("thing", True)]
    code = "import sys, thing; print(sys.prefix, thing.PLACE)"
    assert said(made.path, code) == f"{made.path}/.venv {made.path}"
    new = made.git("ls-files", "--others", "--exclude-standard").split()
    assert new == ["pyproject.toml", "src/thing/__init__.py"]

    reinstall_from(repository.path, made.path / ".venv")
    found = asyncio.run(worktrees.interpreter(record.id))
    assert found is not None
    assert found.problem is not None
    assert f"It imports thing from {repository.path}, another checkout" in found.problem


def reinstall_from(checkout: Path, prefix: Path) -> None:
    """The trap: the same package, editable, in another checkout."""
    install = [prefix / "bin" / "python", "-m", "pip", "install", "--no-deps", "-e", checkout]
    subprocess.run(install, check=True, capture_output=True)


@pytest.mark.usefixtures("index")
def test_uv_links_from_its_cache(worktrees: Worktrees, record: Record, made: Repository) -> None:
    made.write("requirements.txt", "pathspec\n")
    state = run(worktrees, record)
    assert state.status == "done", Path(state.log).read_text()
    [linked] = (made.path / ".venv").glob("lib/python*/site-packages/pathspec/__init__.py")
    assert linked.stat().st_nlink > 1


@pytest.mark.usefixtures("index")
def test_a_locked_project_is_made_as_it_is_locked(
    worktrees: Worktrees, record: Record, made: Repository
) -> None:
    write_project(made)
    subprocess.run(["uv", "lock", "--quiet"], cwd=made.path, check=True)
    state = run(worktrees, record)
    assert state.status == "done", Path(state.log).read_text()
    assert said(made.path, "import thing; print(thing.PLACE)") == str(made.path)


def test_settings_of_tools_are_no_project(made: Repository) -> None:
    assert recipe(made.path) is None
    made.write("pyproject.toml", "[tool.ruff]\nline-length = 100\n")
    assert recipe(made.path) is None
    made.write("setup.cfg", "[metadata]\nname = thing\n")
    assert recipe(made.path) is not None
