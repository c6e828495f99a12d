"""Which shell belongs where, which directories are refused, what a shell may know."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import psutil
import pytest

from parsess_lab.errors import Conflict, Forbidden, InvalidRequest, NotFound
from parsess_lab.terminals import Terminals, default_shell
from parsess_lab.terminals.shell import command_line

SECRETS = {
    "ANTHROPIC_API_KEY": "leaked-1",
    "JUPYTER_TOKEN": "leaked-2",
    "JUPYTERHUB_API_TOKEN": "leaked-3",
    "JPY_API_TOKEN": "leaked-4",
    "MY_DATABASE": "leaked-5",
}


def descendants() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


async def test_a_directory_keeps_its_shell(terminals: Terminals, root: Path) -> None:
    (root / "link").symlink_to(root)
    first = await terminals.open(root)
    assert (await terminals.open(root / "link")).name == first.name
    assert (await terminals.open(root / ".." / "root")).pid == first.pid
    assert [each.name for each in terminals.list()] == [first.name]
    assert first.directory == str(root)
    assert terminals.get(first.name).pid == first.pid


async def test_two_requests_at_once_start_one_shell(terminals: Terminals, root: Path) -> None:
    opened = await asyncio.gather(*(terminals.open(root) for _ in range(5)))
    assert len({each.name for each in opened}) == 1


async def test_sessions_in_one_directory_have_their_own(terminals: Terminals, root: Path) -> None:
    opened = [await terminals.open(root, session) for session in ("one", "two", None)]
    assert len({each.pid for each in opened}) == 3
    assert [each.session for each in opened] == ["one", "two", None]
    assert (await terminals.open(root, "two")).name == opened[1].name


async def test_one_more_can_be_asked_for(terminals: Terminals, root: Path) -> None:
    first = await terminals.open(root, "one")
    second = await terminals.open(root, "one", new=True)
    assert second.pid != first.pid
    assert (await terminals.open(root, "one")).name == first.name


async def test_a_shell_that_ended_is_replaced(terminals: Terminals, root: Path, watch: Any) -> None:
    first = await terminals.open(root)
    async with watch(first.name) as screen:
        screen.type("exit\r")
        await screen.ends()
    assert terminals.list() == []
    assert (await terminals.open(root)).name != first.name


async def test_a_living_shell_is_found_in_a_directory_that_was_removed(
    terminals: Terminals, root: Path, watch: Any
) -> None:
    directory = root / "short-lived"
    directory.mkdir()
    opened = await terminals.open(directory)
    async with watch(opened.name) as screen:
        screen.type("echo he''re\r")
        await screen.shows("\nhere")
    directory.rmdir()
    assert (await terminals.open(directory)).name == opened.name
    with pytest.raises(NotFound):
        await terminals.open(directory, new=True)


async def test_names_are_word_characters_nobody_can_guess(terminals: Terminals, root: Path) -> None:
    names = [(await terminals.open(root, new=True)).name for _ in range(4)]
    assert len(set(names)) == 4
    assert all(re.fullmatch(r"[0-9a-f]{12}", name) for name in names)


async def test_the_shell_starts_in_the_directory(terminals: Terminals, root: Path, watch: Any) -> None:
    directory = root / "it's a «test» $HOME -x"
    directory.mkdir()
    (root / "short").symlink_to(directory)
    opened = await terminals.open(root / "short")
    async with watch(opened.name) as screen:
        screen.type("echo [$PWD] [$0]\r")
        await screen.shows(f"[{directory}] [/bin/bash]")


REFUSED = {
    "missing": (NotFound, "directory_missing"),
    "broken": (NotFound, "directory_missing"),
    "file": (InvalidRequest, "not_a_directory"),
    "file/below": (NotFound, "directory_missing"),
    "loop": (InvalidRequest, "not_a_directory"),
    "out": (Forbidden, "outside_allowed_roots"),
    "out/missing": (Forbidden, "outside_allowed_roots"),
    "..": (Forbidden, "outside_allowed_roots"),
    "../root-2": (Forbidden, "outside_allowed_roots"),
    "nul\0": (InvalidRequest, "not_absolute"),
    "x" * 300: (NotFound, "directory_missing"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_directory_that_will_not_do_is_refused(terminals: Terminals, root: Path, name: str) -> None:
    (root.parent / "root-2").mkdir()
    (root / "file").write_text("")
    (root / "out").symlink_to("/")
    (root / "broken").symlink_to(root / "nowhere")
    (root / "loop").symlink_to(root / "loop")
    before = descendants()
    kind, code = REFUSED[name]
    with pytest.raises(kind) as caught:
        await terminals.open(f"{root}/{name}")
    assert caught.value.code == code
    assert terminals.list() == []
    assert descendants() == before


async def test_a_relative_path_is_refused(terminals: Terminals) -> None:
    with pytest.raises(InvalidRequest, match="no absolute path"):
        await terminals.open("sub")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter any directory")
async def test_a_directory_that_may_not_be_entered_is_refused(terminals: Terminals, root: Path) -> None:
    closed = root / "closed"
    closed.mkdir(0o000)
    with pytest.raises(Forbidden) as caught:
        await terminals.open(closed)
    assert caught.value.code == "not_readable"


async def test_a_shell_that_is_not_installed_is_named(root: Path) -> None:
    terminals = Terminals([root], shell=["no-such-shell"])  # noqa: S604 - a list of arguments
    before = descendants()
    with pytest.raises(Conflict, match="'no-such-shell' was not found"):
        await terminals.open(root)
    assert descendants() == before


def test_a_directory_removed_at_the_last_moment_starts_no_shell(root: Path) -> None:
    command = command_line(["/bin/sh", "-c", "echo started"], root / "gone")
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "gone" in ended.stderr
    assert ended.stdout == ""


async def test_a_shell_knows_no_secrets(root: Path, watch: Any, terminals: Terminals) -> None:
    saved = dict(os.environ)
    os.environ |= SECRETS
    try:
        opened = await terminals.open(root, "my-session")
    finally:
        os.environ.clear()
        os.environ |= saved
    async with watch(opened.name) as screen:
        screen.type("echo begin''ning; env; echo en''d\r")
        await screen.shows("\nend")
    printed = screen.text.partition("\nbeginning")[2]
    assert "leaked" not in printed
    for line in ("TERM=xterm-256color", "COLORTERM=truecolor", "PARSESS_SESSION=my-session"):
        assert f"\n{line}\n" in printed
    assert f"\nHOME={os.environ['HOME']}\n" in printed


def test_the_default_is_the_persons_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/bash")
    assert default_shell()[0] == "/bin/bash"
    monkeypatch.delenv("SHELL")
    assert Path(default_shell()[0]).is_file()
