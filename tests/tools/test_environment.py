"""The agent's commands run the Python of the directory they are in."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.tools.conftest import Bench, text_of

PREFIX = "python -c 'import sys; print(sys.prefix)'"


@pytest.fixture(autouse=True)
def checkout(home: Path) -> None:
    subprocess.run(["git", "init", "-q", home], check=True)


async def test_as_soon_as_there_is_one(bench: Bench) -> None:
    own = bench.home / ".venv"
    assert str(own) not in text_of(await bench("run_command", command=f"{PREFIX} || true"))
    made = await bench("run_command", command=f"{sys.executable} -m venv --without-pip .venv && mkdir src")
    assert not made.failed, text_of(made)
    assert text_of(await bench("run_command", command=f"cd src && {PREFIX}")).startswith(f"{own}\n")
    assert text_of(await bench("run_command", command='echo "$VIRTUAL_ENV"')) == str(own)


async def test_git_of_the_server_itself_is_never_that_of_the_environment(bench: Bench) -> None:
    venv.create(bench.home / ".venv", symlinks=True)
    false = bench.home / ".venv" / "bin" / "git"
    false.write_text(f"#!/bin/sh\ntouch {bench.home}/ran\n")
    false.chmod(0o755)
    await bench("find_files", pattern="*")
    await bench("run_command", command="true")
    assert not (bench.home / "ran").exists()
    await bench("run_command", command="git status")
    assert (bench.home / "ran").exists()
