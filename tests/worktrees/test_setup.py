"""The setup command: the person's own runs, the repository's is only proposed. And the Python a worktree has."""

from __future__ import annotations

import asyncio
import shutil
import sys
import venv
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import ipykernel
import pytest

from parsess_lab.errors import Conflict, InvalidRequest
from parsess_lab.worktrees import Record, Setup, SetupState, Wanted, Worktrees
from tests.worktrees.repository import Repository, alive


async def run(worktrees: Worktrees, record: Record, command: str, **options: Any) -> SetupState:
    started = await worktrees.run_setup(record.id, Setup(command=command, source="settings", **options))
    assert started.state.status == "running"
    return await started.wait()


def test_from_the_settings_it_runs_and_is_logged(
    worktrees: Worktrees, record: Record, made: Repository
) -> None:
    command = 'echo "out $PARSESS_BRANCH"; echo err >&2; pwd; cat "$PARSESS_SOURCE/a.txt"; exit 3'
    state = asyncio.run(run(worktrees, record, command))
    assert (state.status, state.exit_code) == ("failed", 3)
    assert Path(state.log).read_text() == f"out parsess/work\nerr\n{made.path}\none\ntwo\nthree\n"
    assert made.git("status", "--porcelain") == ""
    again = asyncio.run(run(worktrees, record, "echo again"))
    assert (again.status, again.exit_code, Path(again.log).read_text()) == ("done", 0, "again\n")


def test_the_servers_secrets_are_not_in_its_environment(
    worktrees: Worktrees, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret-1")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret-2")
    state = asyncio.run(run(worktrees, record, "env"))
    assert "secret-" not in Path(state.log).read_text()


@pytest.mark.parametrize("how", ["timed_out", "cancelled"])
def test_it_ends_with_all_it_started(
    worktrees: Worktrees, record: Record, made: Repository, how: str
) -> None:
    command = "sleep 600 & echo $! > child.log; wait"

    async def end() -> SetupState:
        seconds = 0.5 if how == "timed_out" else 600
        started = await worktrees.run_setup(
            record.id, Setup(command=command, source="settings", seconds=seconds)
        )
        while not (made.path / "child.log").exists() or not (made.path / "child.log").read_text():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return await (started.wait() if how == "timed_out" else started.cancel())

    state = asyncio.run(end())
    assert (state.status, state.exit_code) == (how, None)
    assert not alive(int(made.read("child.log")))


def test_the_repositorys_own_is_only_proposed(worktrees: Worktrees, record: Record, made: Repository) -> None:
    assert worktrees.setup(record.id) is None
    made.write(
        ".parsess/settings.json",
        '{"worktree": {"setup": ["touch ran.log", "true"], "timeout": 9, "wait": true}}',
    )
    setup = worktrees.setup(record.id)
    assert setup is not None
    assert (setup.command, setup.needs_consent, setup.seconds, setup.wait) == (
        "touch ran.log && true",
        True,
        9,
        True,
    )

    def start(consent: str | None) -> Coroutine[Any, Any, Any]:
        return worktrees.run_setup(record.id, setup, consent)

    for consent in (None, "", Setup(command="something else", source="repository").fingerprint):
        with pytest.raises(Conflict) as caught:
            asyncio.run(start(consent))
        assert caught.value.code == "needs_consent"
        assert caught.value.details["command"] == "touch ran.log && true"
    assert not (made.path / "ran.log").exists()

    async def agreed() -> SetupState:
        return await (await start(setup.fingerprint)).wait()

    assert asyncio.run(agreed()).status == "done"
    assert (made.path / "ran.log").exists()


def test_the_persons_own_comes_first(worktrees: Worktrees, record: Record, made: Repository) -> None:
    made.write(".parsess/settings.json", '{"worktree": {"setup": "theirs"}}')
    setup = worktrees.setup(record.id, "mine")
    assert setup is not None
    assert (setup.command, setup.needs_consent) == ("mine", False)


def test_a_file_that_can_not_be_read_says_so(
    worktrees: Worktrees, record: Record, made: Repository, room: Path
) -> None:
    made.write(".parsess/settings.json", '{"worktree": {"setup": 7}}')
    with pytest.raises(InvalidRequest, match=r"settings\.json"):
        worktrees.setup(record.id)
    (made.path / ".parsess" / "settings.json").unlink()
    (room / "elsewhere.json").write_text('{"worktree": {"setup": "from outside"}}')
    (made.path / ".parsess" / "settings.json").symlink_to(room / "elsewhere.json")
    assert worktrees.setup(record.id) is None


def python_project(checkout: Repository) -> None:
    checkout.write("pyproject.toml", '[project]\nname = "thing"\nversion = "1"\n')
    checkout.write("src/thing/__init__.py", "")
    checkout.write("tests/__init__.py", "")


def editable(venv_folder: Path, checkout: Path) -> None:
    """What an editable install leaves: a path file."""
    [packages] = venv_folder.glob("lib/python*/site-packages")
    (packages / "thing.pth").write_text(f"{checkout / 'src'}\n")


def test_no_interpreter_of_its_own(worktrees: Worktrees, record: Record) -> None:
    assert asyncio.run(worktrees.interpreter(record.id)) is None


def test_its_own_code_and_the_trap_of_another_checkouts(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    for checkout in (repository, made):
        python_project(checkout)
    venv.create(made.path / ".venv")
    editable(made.path / ".venv", made.path)
    found = asyncio.run(worktrees.interpreter(record.id))
    assert found is not None
    assert (found.problem, found.own) == (None, True)
    assert [(one.name, one.own) for one in found.imports] == [("thing", True)]
    assert found.version == ".".join(map(str, sys.version_info[:3]))
    editable(made.path / ".venv", repository.path)
    found = asyncio.run(worktrees.interpreter(record.id))
    assert found is not None
    assert found.problem is not None
    assert str(repository.path) in found.problem


def test_an_environment_linked_from_another_checkout(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    python_project(made)
    venv.create(repository.path / ".venv")
    (made.path / ".venv").symlink_to(repository.path / ".venv")
    found = asyncio.run(worktrees.interpreter(record.id))
    assert found is not None
    assert found.problem is not None
    assert f"It is a link to {repository.path}/.venv, and belongs there" in found.problem


def test_one_that_came_with_the_repository_is_not_even_run(
    worktrees: Worktrees, record: Record, made: Repository, room: Path
) -> None:
    made.write(".venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n")
    made.write(".venv/bin/python", f"#!/bin/sh\ntouch {room}/ran\n").chmod(0o755)
    made.git("add", "-f", ".venv")
    found = asyncio.run(worktrees.interpreter(record.id))
    assert found is not None
    assert found.problem is not None
    assert "came with the repository" in found.problem
    assert not (room / "ran").exists()


@pytest.mark.parametrize("does", ["echo no such library >&2; exit 1", "echo 3"])
def test_one_that_can_not_be_run_says_so(
    worktrees: Worktrees, record: Record, made: Repository, does: str
) -> None:
    made.write(".venv/pyvenv.cfg", "version = 3.11.2\n")
    made.write(".venv/bin/python", f"#!/bin/sh\n{does}\n").chmod(0o755)
    found = asyncio.run(worktrees.interpreter(record.id))
    assert found is not None
    assert found.problem is not None
    assert "Make the environment anew" in found.problem
    assert (found.version, found.own) == ("3.11.2", False)


def test_a_copied_environment(
    repository: Repository, worktrees: Worktrees, record: Record, made: Repository
) -> None:
    """Its python is the worktree's, but whatever else it has is another checkout's."""
    theirs = repository.path / ".venv"
    venv.create(theirs)
    repository.write(".venv/bin/pytest", f"#!{theirs}/bin/python3\n").chmod(0o755)
    shutil.copytree(theirs, made.path / ".venv", symlinks=True)
    found = asyncio.run(worktrees.interpreter(record.id))
    assert found is not None
    assert found.own
    assert found.problem == f"It was copied from {theirs}: its pytest runs that one. Make it anew."


def test_what_notebooks_lack_is_told(worktrees: Worktrees, record: Record, made: Repository) -> None:
    venv.create(made.path / ".venv")
    found = asyncio.run(worktrees.interpreter(record.id))
    assert found is not None
    assert found.notebooks == f"uv pip install --python {made.path}/.venv/bin/python ipykernel"
    assert found.notebooks in found.described()
    [packages] = (made.path / ".venv").glob("lib/python*/site-packages")
    (packages / "tests.pth").write_text(f"{Path(ipykernel.__file__).parents[1]}\n")
    found = asyncio.run(worktrees.interpreter(record.id))
    assert found is not None
    assert found.notebooks is None


def test_the_servers_own_environment_is_not_what_is_prepared(
    worktrees: Worktrees, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT", "PIP_TARGET", "PIP_USER"):
        monkeypatch.setenv(name, "/opt/server")
    state = asyncio.run(run(worktrees, record, "env"))
    assert "/opt/server" not in Path(state.log).read_text()


def test_a_worktree_inside_the_checkout_is_not_the_trap(repository: Repository, room: Path) -> None:
    worktrees = Worktrees(room / "state", [repository.path])
    record = asyncio.run(worktrees.create(Wanted(directory=repository.path, name="x")))
    made = Repository(Path(record.path))
    python_project(made)
    venv.create(made.path / ".venv")
    editable(made.path / ".venv", made.path)
    found = asyncio.run(worktrees.interpreter(record.id))
    assert found is not None
    assert found.problem is None
