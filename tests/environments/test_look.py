"""Which Python environment a directory has, and which folders that look like one are left alone."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from parsess_lab.environments import Environment, look, within
from tests.worktrees.repository import Repository


@pytest.fixture
def project(tmp_path: Path) -> Repository:
    made = Repository(tmp_path.resolve() / "shop")
    made.path.mkdir()
    made.git("init", "-q", "-b", "main")
    made.git("config", "user.name", "Ada")
    made.git("config", "user.email", "ada@example.org")
    made.write("packages/api/a.py", "")
    made.commit("first")
    return made


def make(prefix: Path) -> Path:
    """A real environment, without pip, which takes longer to install than all else."""
    venv.create(prefix, symlinks=True)
    return prefix


def make_conda(prefix: Path) -> Path:
    make(prefix)
    (prefix / "pyvenv.cfg").unlink()
    (prefix / "conda-meta").mkdir()
    return prefix


def found(directory: Path) -> Environment | None:
    return asyncio.run(look(directory))


def used(directory: Path) -> Path | None:
    environment = found(directory)
    return environment.prefix if environment is not None and environment.refused is None else None


def test_the_nearest_one_up_to_the_top_of_the_checkout(project: Repository) -> None:
    make(project.path.parent / ".venv")  # above the checkout: not of this project
    inner = project.path / "packages" / "api"
    assert used(inner) is None
    own = make(project.path / ".venv")
    assert used(inner) == used(project.path) == own
    nearer = make(inner / "venv")
    assert used(inner) == nearer
    assert used(project.path / "packages") == own


@pytest.mark.parametrize("folder", [".conda", ".pixi/envs/default"])
def test_one_of_conda_or_pixi(project: Repository, folder: str) -> None:
    own = make_conda(project.path / folder)
    variables = asyncio.run(within(project.path, {"PATH": "/usr/bin", "VIRTUAL_ENV": "/server"}))
    assert variables == {"PATH": f"{own}/bin:/usr/bin", "CONDA_PREFIX": str(own)}


def test_only_in_a_checkout(tmp_path: Path) -> None:
    """What lies in a plain directory may have come in an archive."""
    make(tmp_path / ".venv")
    assert found(tmp_path) is None


def test_a_folder_of_that_name_is_none(project: Repository) -> None:
    project.write(".venv/bin/python", "#!/bin/sh\n").chmod(0o755)
    assert found(project.path) is None
    project.write("venv/pyvenv.cfg", "home = /usr/bin\n")
    assert found(project.path) is None


def test_one_that_came_with_the_repository_is_refused_as_long_as_git_has_it(project: Repository) -> None:
    make(project.path / ".venv")
    assert used(project.path) is not None
    project.git("add", "-f", ".venv/bin")
    environment = found(project.path)
    assert environment is not None
    assert environment.refused is not None
    assert "came with the repository" in environment.refused
    assert environment.applied({"PATH": "/bin"}) == {"PATH": "/bin"}
    project.git("rm", "-q", "-r", "--cached", ".venv")
    assert used(project.path) == project.path / ".venv"


def test_a_link_is_refused(project: Repository, tmp_path: Path) -> None:
    elsewhere = make(tmp_path.resolve() / "elsewhere")
    (project.path / ".venv").symlink_to(elsewhere)
    environment = found(project.path)
    assert environment is not None
    assert environment.refused is not None
    assert str(elsewhere) in environment.refused


def test_a_worktree_has_its_own_and_never_that_of_the_checkout_around_it(project: Repository) -> None:
    make(project.path / ".venv")
    worktree = project.path / "trees" / "one"
    project.git("worktree", "add", "-q", "-b", "one", worktree)
    assert found(worktree) is None
    own = make(worktree / ".venv")
    assert used(worktree) == own


def test_nothing_of_the_servers_own_environment_is_left(project: Repository) -> None:
    own = make(project.path / ".venv")
    servers = {
        "PATH": f"{sys.prefix}/bin:/opt/server/bin:/usr/bin:/bin",
        "VIRTUAL_ENV": "/opt/server",
        "CONDA_PREFIX": "/opt/conda",
        "CONDA_PREFIX_1": "/opt/conda",
        "CONDA_DEFAULT_ENV": "base",
        "CONDA_SHLVL": "1",
        "PYTHONHOME": "/opt/python",
        "PYTHONPATH": "/opt/main/src",
        "CONDA_PKGS_DIRS": "/opt/packages",
    }
    seen = asyncio.run(within(project.path, servers))
    assert seen == {
        "PATH": f"{own}/bin:/usr/bin:/bin",
        "VIRTUAL_ENV": str(own),
        "CONDA_PKGS_DIRS": "/opt/packages",
    }
    told = ["python", "-c", "import sys; print(sys.prefix)"]
    assert subprocess.run(told, env=seen, capture_output=True, text=True, check=True).stdout == f"{own}\n"
    assert found(project.path) == Environment(own)
    assert Environment(own).version() == ".".join(map(str, sys.version_info[:3]))


def test_without_one_the_servers_is_seen_as_ever(project: Repository) -> None:
    servers = {"PATH": "/opt/server/bin:/bin", "VIRTUAL_ENV": "/opt/server"}
    assert asyncio.run(within(project.path, servers)) == servers
