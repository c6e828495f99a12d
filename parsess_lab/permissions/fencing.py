"""A session in a worktree keeps out of the main checkout and of other worktrees, whatever its mode and rules.

Told from the access alone: a path that is written, a command's arguments and redirections, and where it runs.
What can't be taken apart is searched for what looks like a path; a program that computes its paths by itself
is beyond this, and is what questions and the sandbox are for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from parsess_lab.permissions.access import Access, Boundary, Fence
from parsess_lab.permissions.commands import Finding, examine
from parsess_lab.permissions.shell import Unclear
from parsess_lab.permissions.spelt import shell_lines, texts

_TOKEN = re.compile(r"[^\s;|&()<>\"'`$=:,{}]+")
_REDIRECTING = re.compile(
    r"\b(GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE"
    r"|CONFIG\w*))="
)

_VARIABLE = re.compile(r"\$(\w+)")
_TAKES_ALL = frozenset(["rm", "mv", "rmdir", "find", "chmod", "chown", "chgrp", "rsync", "shred", "trash"])
"""Programs that take a folder with all that is in it."""
_TESTS = frozenset(["test", "["])
_DEEPEST = 4  # shells in shells that are looked into


def refusal(access: Access, boundary: Boundary) -> str | None:
    """Why the fence does not let this through; None if it has nothing against it."""
    fence = boundary.fence
    if fence is None:
        return None
    if access.kind == "write":
        return _first(fence.refuses_write(path) for path in access.paths)
    if access.kind == "execute":
        return _command(access.command, boundary, fence)
    return None


def _command(command: str, boundary: Boundary, fence: Fence, depth: int = 0) -> str | None:
    try:
        findings = examine(command, boundary)
    except Unclear:
        return _unclear(command, boundary, fence)
    return _first(why for finding in findings for why in _refusals(finding, boundary, fence, depth))


def _refusals(finding: Finding, boundary: Boundary, fence: Fence, depth: int) -> Iterator[str | None]:
    for directory in finding.where:
        yield fence.refuses_command(finding.argv, directory)
    yield from (fence.refuses_write(path) for path in (*finding.writes, *finding.opened))
    if finding.reads_only or finding.argv[:1] == ("cd",):
        return
    yield from (fence.refuses_write(path) for path in finding.strays)
    yield from (fence.refuses_write(directory / "file") for directory in finding.where)
    for directory in finding.where:
        yield from _arguments(finding, directory, fence)
        yield from _spelt(finding.argv, replace(boundary, directory=directory), fence, depth)


def _arguments(finding: Finding, directory: Path, fence: Fence) -> Iterator[str | None]:
    """Variables that everybody knows, the file by which git finds the worktree, folders that hold more than it."""
    takes_all = any(PurePath(word).name in _TAKES_ALL for word in finding.argv)
    for word in finding.part.words[1:]:
        text = _known(word.text, directory) if word.dynamic else word.text
        path = directory / (Path(text).expanduser() if word.home else Path(text))
        if word.dynamic or (path.name == ".git" and finding.argv[0] not in _TESTS):
            yield fence.refuses_write(path)
        if takes_all:
            yield fence.refuses_removal(path)


def _known(text: str, directory: Path) -> str:
    values = {"PWD": str(directory), "HOME": str(Path.home())}
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def _spelt(argv: Sequence[str], boundary: Boundary, fence: Fence, depth: int) -> Iterator[str | None]:
    """What stands inside an argument and is run: a shell's line like any other, all else by what looks like a path."""
    if depth < _DEEPEST:
        yield from (_command(line, boundary, fence, depth + 1) for line in shell_lines(argv))
    yield from (_unclear(text, boundary, fence) for text in texts(argv))


def _unclear(command: str, boundary: Boundary, fence: Fence) -> str | None:
    redirected = _REDIRECTING.search(command)
    if redirected is not None:
        return fence.refuses_command([f"{redirected[1]}=…", "git"], boundary.directory)
    spelt = _known(command.replace("${PWD}", "$PWD").replace("${HOME}", "$HOME"), boundary.directory)
    tokens = [token for token in _TOKEN.findall(spelt) if os.sep in token or token in ("..", "~")]
    named = (boundary.directory / Path(token).expanduser() for token in tokens)
    why = _first(fence.refuses_write(path) for path in named)
    return f"{why} If it only reads there, run it as a simple command." if why else None


def _first(reasons: Iterable[str | None]) -> str | None:
    return next((reason for reason in reasons if reason is not None), None)
